"""A load of prepared HTTP requests over kept-alive connections to this machine, bounded in number and time."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load saw: seconds, answers by status, and each request's seconds in order of length."""

    seconds: float
    statuses: Counter[int]
    latencies: list[float]

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.statuses.total() / self.seconds

    def quantile(self, share: float) -> float:
        """Milliseconds within which a share of the requests was answered."""
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)] * 1000


def request(path: str, body: bytes, **headers: str) -> bytes:
    """Write one POST request as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [
        f"Content-Length: {len(body)}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def load(port: int, requests: Sequence[bytes], connections: int = 16, seconds: float = 60.0) -> Loaded:
    """Send every request once, divided among connections; what is not sent in time stays unsent."""
    return asyncio.run(_load(port, requests, connections, seconds))


async def _load(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Loaded:
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    began = perf_counter()
    shares = [requests[number::connections] for number in range(connections)]
    await asyncio.gather(*(_send(port, share, began + seconds, statuses, latencies) for share in shares))
    return Loaded(perf_counter() - began, statuses, sorted(latencies))


async def _send(
    port: int, requests: Sequence[bytes], until: float, statuses: Counter[int], latencies: list[float]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for each in requests:
        began = perf_counter()
        if began > until:
            break
        writer.write(each)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        await reader.readexactly(length)
        statuses[int(head[9:12])] += 1
        latencies.append(perf_counter() - began)
    writer.close()
