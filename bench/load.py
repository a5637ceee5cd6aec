"""A load of prepared HTTP requests over kept-alive connections to this machine, bounded in number and time."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

PATIENCE = 120.0


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


def load(port: int, requests: Sequence[bytes], connections: int, locations: list[str] | None = None) -> Loaded:
    """Send every request once, divided among connections; the places of what was made go into ``locations``."""
    return asyncio.run(_load(port, requests, connections, [] if locations is None else locations))


async def _load(port: int, requests: Sequence[bytes], connections: int, locations: list[str]) -> Loaded:
    loaded = Loaded(0.0, Counter(), [])
    began = perf_counter()
    shares = [requests[number::connections] for number in range(connections)]
    await asyncio.wait_for(asyncio.gather(*(_send(port, share, loaded, locations) for share in shares)), PATIENCE)
    return Loaded(perf_counter() - began, loaded.statuses, sorted(loaded.latencies))


async def _send(port: int, requests: Sequence[bytes], loaded: Loaded, locations: list[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for each in requests:
        began = perf_counter()
        writer.write(each)
        head = await reader.readuntil(b"\r\n\r\n")
        headers = dict(line.lower().partition(b": ")[::2] for line in head.split(b"\r\n")[1:])
        await reader.readexactly(int(headers[b"content-length"]))
        loaded.statuses[int(head[9:12])] += 1
        loaded.latencies.append(perf_counter() - began)
        if b"location" in headers:
            locations.append(headers[b"location"].decode())
    writer.close()
