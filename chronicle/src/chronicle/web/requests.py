"""What a route asks of its request: who is calling, and for a write under which key, having seen which version."""

import re
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chronicle.clock import business_date
from chronicle.decider import Asked
from chronicle.messages import ID, new_id
from chronicle.principal import AreaScope, NoBackfillHere, NotYourDuty, Principal, Unauthenticated
from chronicle.recording import Part
from chronicle.refusals import Language
from chronicle.store.values import Answer, Delivery, IdempotencyKey, Position
from chronicle.web.bodies import StrictRequest, in_order
from chronicle.web.edge import edge_of
from chronicle.web.exchange import exchange_of
from chronicle.web.files import Upload
from chronicle.web.problems import (
    HeaderMalformed,
    KeyMissing,
    NotCaughtUp,
    NotJson,
    UnexpectedBody,
    UnknownParameter,
    language_of,
)

WAIT_SECONDS = 5.0
MOST_POSITIONS = 100

KEY = re.compile(r"[!-~]{1,255}")
SUBSTITUTION = BACKFILL = re.compile(ID)
ETAG = re.compile(r'"(0|[1-9][0-9]{0,8})"')
POSITION = re.compile(r"[a-z][a-z-]{0,39}/[0-9]{1,2}:[0-9]{1,18}")


class StrictRoute(APIRoute):
    """A route that refuses query parameters it does not declare and reads JSON strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Check first, then do as FastAPI does."""
        handle = super().get_route_handler()
        fields = get_flat_params(self.dependant)
        allowed = {field.alias for field in fields if isinstance(field.field_info, params.Query)}
        expected = self.body_field is not None
        upload = next((call for call in calls_of(self.dependant) if isinstance(call, Upload)), None)

        async def strictly(request: Request) -> Response:
            if request.scope["query_string"]:
                _refuse_unknown(request, allowed)
            if upload:
                with upload.admitted(request):
                    return await handle(StrictRequest(request.scope, request.receive))
            if _carries_body(request):
                _refuse_other_than_json(request, expected=expected)
            return await handle(StrictRequest(request.scope, request.receive))

        return strictly


def calls_of(dependant: Dependant) -> Iterator[Any]:
    """Whatever a route depends on, at any depth."""
    for each in dependant.dependencies:
        yield each.call
        yield from calls_of(each)


def resource(path: str, *tags: str) -> APIRouter:
    """A router for one resource at its full path, such as ``/api/identification/v1/applications``."""
    return APIRouter(prefix=path, tags=list(tags), route_class=StrictRoute)


async def caller(request: Request) -> Principal:
    """Who asks a question; the answer waits up to 5 s for the positions of ``Yihu-After``."""
    principal = await _principal(request)
    await _catch_up(request)
    return await _with_codes(request, principal)


Caller = Annotated[Principal, Depends(caller)]


async def spoken(request: Request) -> Language:
    """In which language the caller reads."""
    return language_of(request.headers.get("accept-language", ""))


Spoken = Annotated[Language, Depends(spoken)]


@dataclass(frozen=True)
class Writing:
    """One write request: who asks and in which role, under which key, having seen which version."""

    asked: Asked
    roles: tuple[str, ...]
    key: str
    if_match: int | None
    request: Request
    body: bytes

    @property
    def is_file(self) -> bool:
        """Whether the body is a file, and no JSON."""
        return exchange_of(self.request).too_large is not None

    @property
    def scope(self) -> AreaScope:
        """Where the route's roles are held."""
        return self.asked.principal.scope(*self.roles)

    def at(self, area: str) -> "Writing":
        """The same, in the first of the route's roles held in an area; refused as OutsideYourArea."""
        actor = self.asked.principal.require(*self.roles, area=area)
        return self if actor == self.asked.actor else replace(self, asked=replace(self.asked, actor=actor))

    def keyed(self, delivery: Delivery) -> Delivery:
        """A delivery under this request's key, for the version it has seen."""
        fingerprint = edge_of(self.request).fingerprint
        # A client may put anything into its key, so what is kept of it says nothing.
        unreadable = fingerprint(b"idempotency key " + self.key.encode()).hex()
        key = IdempotencyKey(self.asked.principal.account, unreadable, fingerprint(self._sent()))
        return replace(delivery, key=key, if_match=self.if_match)

    def earlier(self) -> Response | None:
        """The first answer under this request's key, if there was one; refused as KeyReused for another body."""
        edge, key = edge_of(self.request), self.keyed(Delivery()).key
        answered = edge.handler.store.answered(key) if edge.handler and key else None
        return answer(answered) if answered else None

    def record(self, parts: Sequence[Part], delivery: Delivery) -> Response:
        """Hand the parts to the service's handler, and answer what it answers."""
        return answer(self.handled(parts, delivery))

    def handled(self, parts: Sequence[Part], delivery: Delivery) -> Answer:
        """Hand the parts to the service's handler; for a route that has more to answer."""
        edge = edge_of(self.request)
        if edge.handler is None:
            raise LookupError("this service takes no commands")
        with edge.metrics.commands.time():
            return edge.handler.handle(self.asked, parts, self.keyed(delivery))

    # Not If-Match: who lost the answer, looked again and repeats with the newer version asks the same thing.
    def _sent(self) -> bytes:
        scope = self.request.scope
        plain = self.body if self.is_file else in_order(self.body)
        return f"{scope['method']} {scope['path']}\n{scope['query_string']!r}\n".encode() + plain


def acting(*roles: str) -> Any:
    """A dependency on Writing for those who hold one of the roles; the first they hold is the one they act in."""
    return Depends(Acting(roles))


@dataclass(frozen=True)
class Acting:
    """Lets in who holds one of the roles, with an idempotency key."""

    roles: tuple[str, ...]

    async def __call__(self, request: Request) -> Writing:
        """Read the request's headers; its body stays as it came."""
        principal = await _principal(request)
        self._role(principal)
        key, seen = _header(request, "Idempotency-Key"), _header(request, "If-Match")
        if key is None:
            raise KeyMissing
        await _catch_up(request)
        principal = replace(await _with_codes(request, principal), backfill=_backfill(request))
        writing = Writing(
            asked=_asked(request, principal, self._role(principal)),
            roles=self.roles,
            key=_fitting(KEY, key, "Idempotency-Key"),
            if_match=int(_fitting(ETAG, seen, "If-Match").strip('"')) if seen is not None else None,
            request=request,
            body=await request.body(),
        )
        exchange_of(request).earlier = writing.earlier
        return writing

    def _role(self, principal: Principal) -> str:
        role = next((role for role in self.roles if principal.scope(role).prefixes), None)
        if role is None:
            raise NotYourDuty
        return role


def answer(answered: Answer, **more: Any) -> Response:
    """The answer to a command: where its result is, the version now, the positions it was recorded at, and more."""
    positions = [str(position) for position in answered.positions]
    headers = {"ETag": etag(answered.etag)}
    if answered.location:
        headers["Location"] = answered.location
    if positions:
        headers["Yihu-Position"] = ", ".join(positions)
    content = {"location": answered.location, "version": answered.etag, "positions": positions, **more}
    return JSONResponse(content, answered.status, headers)


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


async def _principal(request: Request) -> Principal:
    scheme, _, token = (_header(request, "Authorization") or "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated
    principal = (edge := edge_of(request)).verifier.principal(token.strip())
    exchange_of(request).account = principal.account
    if (named := _header(request, "Yihu-Substitution")) is None:
        return principal
    # Looked up for each request: who stands in today may have been told to stop a moment ago.
    return await to_thread.run_sync(edge.stand_in, principal, _fitting(SUBSTITUTION, named, "Yihu-Substitution"))


async def _with_codes(request: Request, principal: Principal) -> Principal:
    """Hold duties against the area codes in force today: who is let in, is let in with them."""
    edge = edge_of(request)
    if edge.codes is None:
        return principal
    if edge.codes.is_old or "yihu-after" in request.headers:
        await to_thread.run_sync(edge.codes.read)
    codes = edge.codes().on(edge.clock.today())
    return replace(principal, codes=codes) if codes.replacements else principal


async def _catch_up(request: Request) -> None:
    if (after := _header(request, "Yihu-After")) is None:
        return
    # Beyond so many, the rest stays one piece and is no position.
    positions = [_position(each.strip()) for each in after.split(",", MOST_POSITIONS - 1)]
    edge = edge_of(request)
    if not await to_thread.run_sync(edge.wait_for, positions, WAIT_SECONDS, limiter=edge.waiting):
        raise NotCaughtUp


def _asked(request: Request, principal: Principal, role: str) -> Asked:
    now, exchange = edge_of(request).clock.now(), exchange_of(request)
    return Asked(
        principal=principal,
        actor=principal.actor(role),
        now=now,
        today=business_date(now),
        command_id=new_id(),
        correlation_id=exchange.correlation_id,
        traceparent=exchange.traceparent,
    )


def _backfill(request: Request) -> str | None:
    if (named := _header(request, "Yihu-Backfill")) and not edge_of(request).takes_backfill:
        raise NoBackfillHere
    return named and _fitting(BACKFILL, named, "Yihu-Backfill")


def _header(request: Request, name: str) -> str | None:
    values = request.headers.getlist(name)
    if len(values) > 1:
        raise HeaderMalformed(header=name)
    return values[0] if values else None


def _fitting(form: re.Pattern[str], value: str, header: str) -> str:
    if not form.fullmatch(value):
        raise HeaderMalformed(header=header)
    return value


def _position(text: str) -> Position:
    return Position.parse(_fitting(POSITION, text, "Yihu-After"))


def _refuse_unknown(request: Request, allowed: set[str]) -> None:
    names = [name for name, _ in request.query_params.multi_items()]
    if not allowed.issuperset(names) or len(names) > len(set(names)):
        raise UnknownParameter(allowed=", ".join(sorted(allowed)) or "-")


def _carries_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def _refuse_other_than_json(request: Request, *, expected: bool) -> None:
    if not expected:
        raise UnexpectedBody
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotJson
