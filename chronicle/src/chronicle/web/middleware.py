"""Around every request: a correlation id, the headers of every answer, one log line, one measurement."""

from asyncio import CancelledError
from time import perf_counter

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.status import HTTP_413_CONTENT_TOO_LARGE
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chronicle.refusals import Unavailable
from chronicle.web.exchange import Exchange, begin, fault_of
from chronicle.web.metrics import Metrics
from chronicle.web.problems import Fault, respond

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_HEADERS = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}

log = structlog.get_logger()


class AnswerBroken(Exception):
    """The answer had begun when something failed; the connection is closed."""


class Exchanges:
    """Sees every request from outside; what it logs and measures is never a value that was sent."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer for what fails inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange, began = begin(scope), perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                _add_headers(message, exchange)
            await send(message)

        try:
            await self._app(scope, _limited(receive, exchange), answer)
        # Let through, uvicorn would log it with its message, which may hold what was sent. It cancels what is
        # still open shortly before the process ends.
        except (Exception, CancelledError) as error:  # noqa: BLE001 - the last to see it
            exchange.fault = fault_of(error)
            if exchange.status:
                raise AnswerBroken from None
            why = Unavailable() if isinstance(error, CancelledError) else Fault()
            await respond(Request(scope), why)(scope, receive, answer)
        finally:
            self._note(scope, exchange, perf_counter() - began)

    def _note(self, scope: Scope, exchange: Exchange, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = getattr(scope.get("route"), "path", "")
        self._metrics.requests.labels(method, route, exchange.status).observe(seconds)
        for code in exchange.refused:
            self._metrics.refusals.labels(code).inc()
        write = log.error if exchange.fault else log.info
        write(
            "request",
            method=method,
            route=route,
            status=exchange.status,
            milliseconds=round(seconds * 1000, 1),
            correlation_id=exchange.correlation_id,
            trace_id=exchange.trace_id,
            account=exchange.account,
            refused=exchange.refused,
            **exchange.fault,
        )


def _limited(receive: Receive, exchange: Exchange) -> Receive:
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > exchange.most:
            if exchange.too_large:
                raise exchange.too_large
            raise HTTPException(HTTP_413_CONTENT_TOO_LARGE)
        return message

    return limited


def _add_headers(message: Message, exchange: Exchange) -> None:
    there = {name.lower() for name, _ in message["headers"]}
    missing = [(name, value) for name, value in _HEADERS.items() if name not in there]
    correlation = (b"x-correlation-id", exchange.correlation_id.encode())
    message["headers"] = [*message["headers"], *missing, correlation]
