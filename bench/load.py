"""Loads of prepared HTTP requests over kept-alive connections to this machine, bounded in number and time."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

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
    streams = await asyncio.open_connection("127.0.0.1", port)
    for each in requests:
        began = perf_counter()
        status, headers = await _exchange(streams, each)
        loaded.statuses[status] += 1
        loaded.latencies.append(perf_counter() - began)
        if b"location" in headers:
            locations.append(headers[b"location"].decode())
    streams[1].close()


class Sent(NamedTuple):
    """One request of a paced load: when it was due and when answered (``perf_counter``), and what was answered."""

    due: float
    answered: float
    status: int
    headers: dict[bytes, bytes]


def paced(port: int, requests: Sequence[bytes], per_second: float, connections: int) -> list[Sent]:
    """Send each request when it is due, however long the others take; one that finds no connection free is late."""
    return asyncio.run(_paced(port, requests, per_second, connections))


async def _paced(port: int, requests: Sequence[bytes], per_second: float, connections: int) -> list[Sent]:
    free = asyncio.LifoQueue[Streams]()
    for _ in range(connections):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    began = perf_counter()

    async def send(each: bytes, due: float) -> Sent:
        await asyncio.sleep(due - perf_counter())
        streams = await free.get()
        status, headers = await _exchange(streams, each)
        free.put_nowait(streams)
        return Sent(due, perf_counter(), status, headers)

    sending = (send(each, began + number / per_second) for number, each in enumerate(requests))
    sent = await asyncio.wait_for(asyncio.gather(*sending), PATIENCE + len(requests) / per_second)
    while not free.empty():
        free.get_nowait()[1].close()
    return sent


async def _exchange(streams: Streams, request: bytes) -> tuple[int, dict[bytes, bytes]]:
    reader, writer = streams
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    headers = dict(line.lower().partition(b": ")[::2] for line in head.split(b"\r\n")[1:])
    await reader.readexactly(int(headers[b"content-length"]))
    return int(head[9:12]), headers
