"""One request and its answer: what the log line, the metrics and the answer's headers are made from."""

import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from chronicle.messages import new_id, trace_of
from chronicle.refusals import Refusal

BODY_LIMIT = 1_000_000

_KEY: Final = "chronicle.exchange"
_NAMED: Final = (b"traceparent", b"x-correlation-id")
_TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(slots=True)
class Exchange:
    """What becomes known of a request on its way, never a value that was sent; ``earlier`` answers a repeated write.

    ``most`` is how many bytes its body may have, ``too_large`` what is answered to more.
    """

    correlation_id: str
    traceparent: str | None = None
    account: str | None = None
    status: int = 0
    refused: list[str] = field(default_factory=list)
    fault: dict[str, object] = field(default_factory=dict)
    earlier: Callable[[], Response | None] | None = None
    most: int = BODY_LIMIT
    too_large: Refusal | None = None

    @property
    def trace_id(self) -> str | None:
        """The trace it is part of, if the client named one."""
        return trace_of(self.traceparent)


def begin(scope: Scope) -> Exchange:
    """Begin an exchange in the conversation the client names, or in a new one."""
    sent = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _NAMED}
    traced = _TRACEPARENT.fullmatch(sent.get(b"traceparent", ""))
    exchange = scope[_KEY] = Exchange(_uuid(sent.get(b"x-correlation-id", "")) or new_id(), traced and traced[0])
    return exchange


def exchange_of(request: HTTPConnection) -> Exchange:
    """The exchange a request belongs to."""
    exchange: Exchange = request.scope[_KEY]
    return exchange


def fault_of(error: BaseException) -> dict[str, object]:
    """Name an error, its first cause and the lines it came through; its message may hold what was sent."""
    frames, first = traceback.extract_tb(error.__traceback__)[-12:], error
    while first.__cause__:
        first = first.__cause__
    return {
        "error": type(error).__qualname__,
        "cause": type(first).__qualname__ if first is not error else None,
        "through": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text)) if len(text) == 36 else None  # noqa: PLR2004 - braces and urn: are another spelling
    except ValueError:
        return None
