"""Problem details (RFC 9457): every refusal and fault as one JSON object that never repeats what was sent."""

import re
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from chronicle.messages import ID, canonical
from chronicle.principal import Unauthenticated
from chronicle.refusals import (
    Busy,
    Forbidden,
    Invalid,
    KeyReused,
    Language,
    NotFound,
    Refusal,
    RowsRefused,
    Stale,
    Unavailable,
)
from chronicle.web.exchange import exchange_of, fault_of
from chronicle.web.malformed import Malformed

V = TypeVar("V")
Answering = Callable[[Request, Any], Coroutine[Any, Any, Response]]


class BadRequest(Refusal, code="bad-request", zh="请求无法读取。"):
    """The request cannot be read."""


class KeyMissing(BadRequest, code="idempotency-key-missing", zh="请带 Idempotency-Key 请求头，以免重复办理。"):
    """Send an Idempotency-Key header, so that sending again does not act twice."""


class HeaderMalformed(BadRequest, code="header-malformed", zh="请求头 {header} 的格式不正确。"):
    """The header {header} is not in the expected form."""


class NoSuchPage(NotFound, code="no-such-page", zh="没有这个地址。"):
    """There is nothing at this address."""


class MethodNotAllowed(Refusal, code="method-not-allowed", zh="这个地址不支持此操作。"):
    """This address does not take that method."""


class TooLarge(Refusal, code="too-large", zh="内容过大，最多 1 MB，请分批提交。"):
    """This is too large; 1 MB is the most at once."""


class NotJson(Refusal, code="not-json", zh="请以 application/json 提交。"):
    """Send application/json."""


class UnknownParameter(Invalid, code="unknown-parameter", zh="有不认识或重复的查询参数。可用的有：{allowed}。"):
    """There is an unknown or repeated query parameter. There are: {allowed}."""


class UnexpectedBody(Invalid, code="unexpected-body", zh="此操作不带内容。"):
    """This takes no body."""


class NotCaughtUp(Unavailable, code="not-caught-up", zh="刚才的办理尚未汇总到这里，请稍后再试。"):
    """What was just recorded has not arrived here yet; try again soon."""


class Fault(Refusal, code="fault", zh="系统出现故障，请将编号告知管理员。"):
    """Something is broken; tell the operator the number."""


STATUS: Mapping[type[Refusal], int] = {
    BadRequest: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    Refusal: 409,
    Stale: 412,
    TooLarge: 413,
    NotJson: 415,
    Invalid: 422,
    KeyReused: 422,
    Fault: 500,
    Unavailable: 503,
}
TITLES = {
    400: ("请求有误", "Bad request"),
    401: ("请登录", "Sign in"),
    403: ("没有权限", "Not yours to do"),
    404: ("没有找到", "Not found"),
    405: ("不支持", "Not supported"),
    409: ("不能办理", "Not possible now"),
    412: ("内容已变", "Changed since"),
    413: ("内容过大", "Too large"),
    415: ("格式不收", "Not of a type taken here"),
    422: ("填写有误", "Incorrect input"),
    500: ("系统故障", "Fault"),
    503: ("暂不可用", "Not available now"),
}
_HEADERS: Mapping[type[Refusal], Mapping[str, str]] = {
    Unauthenticated: {"WWW-Authenticate": "Bearer"},
    Busy: {"Retry-After": "1"},
    Unavailable: {"Retry-After": "5"},
}
_OF_HTTP = {404: NoSuchPage, 405: MethodNotAllowed, 413: TooLarge}
_ROW_ID = re.compile(rf"{ID}|[0-9]{{12}}([0-9]{{2}})?|[0-9]{{1,5}}")


class RefusedRow(BaseModel):
    """One row of a list that cannot go on, and why."""

    id: str
    code: str
    detail: str


class WrongField(BaseModel):
    """One place in what was sent that is not as expected."""

    field: str
    code: str
    detail: str


class Problem(BaseModel):
    """Why a request was not carried out."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    facts: dict[str, int | str] | None = None
    rows: list[RefusedRow] | None = None
    errors: list[WrongField] | None = None


def respond(request: Request, refusal: Refusal) -> Response:
    """Write a refusal as an answer, in the language asked for."""
    language = language_of(request.headers.get("accept-language", ""))
    exchange, code, status = exchange_of(request), refusal.code, status_of(refusal)
    problem: dict[str, Any] = {
        "type": f"urn:yihu:{code}",
        "title": TITLES[status][language == "en"],
        "status": status,
        "code": code,
        "detail": refusal.sentence(language),
        "instance": f"urn:uuid:{exchange.correlation_id}",
    }
    if facts := refusal.shown():
        problem["facts"] = facts
    if isinstance(refusal, RowsRefused):
        problem["rows"] = [_row(row, why, language) for row, why in refusal.rows]
        exchange.refused += [why.code for _, why in refusal.rows]
    if isinstance(refusal, Malformed):
        problem["errors"] = refusal.fields(language)
    exchange.refused.append(code)
    headers = {"Content-Language": "en" if language == "en" else "zh-CN", **_of_kind(refusal, _HEADERS, {})}
    return Response(canonical(problem), status, headers, "application/problem+json")


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal."""
    return _of_kind(refusal, STATUS, 409)


def language_of(accepted: str) -> Language:
    """The language of an Accept-Language header: Chinese, unless English is preferred."""
    found = re.findall(r"(?:^|,)\s*(zh|en)\b[^,;]*(?:;\s*q=([01](?:\.[0-9]{1,3})?))?", accepted.lower())
    wish = {"zh": 0.0, "en": 0.0}
    for tag, weight in found:
        wish[tag] = max(wish[tag], float(weight or 1))
    return "en" if wish["en"] > wish["zh"] else "zh"


def handlers() -> dict[int | type[Exception], Answering]:
    """How an app answers what its routes raise."""
    return {Refusal: _refused, RequestValidationError: _malformed, HTTPException: _http}


async def _refused(request: Request, refusal: Refusal) -> Response:
    exchange = exchange_of(request)
    if isinstance(refusal, Unavailable):
        exchange.fault = fault_of(refusal)
    elif exchange.earlier:
        # What a route looks at first has changed since a repeated request was heard: the first answer stands.
        try:
            if answered := await run_in_threadpool(exchange.earlier):
                return answered
        except Refusal as other:
            return respond(request, other)
    return respond(request, refusal)


async def _malformed(request: Request, error: RequestValidationError) -> Response:
    # The first time, the whole API is described for it.
    declared = await run_in_threadpool(getattr, request.app, "declared_names")
    return respond(request, Malformed(error.errors(), declared))


async def _http(request: Request, error: HTTPException) -> Response:
    response = respond(request, _OF_HTTP.get(error.status_code, BadRequest)())
    response.headers.update(error.headers or {})
    if "Allow" in response.headers:
        # Starlette names the methods of the first route there.
        routes = (route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE)
        response.headers["Allow"] = ", ".join(sorted({method for route in routes for method in route.methods}))
    return response


def _of_kind(refusal: Refusal, table: Mapping[type[Refusal], V], otherwise: V) -> V:
    return next((table[kind] for kind in type(refusal).__mro__ if kind in table), otherwise)


def _row(row: str, refusal: Refusal, language: Language) -> dict[str, str]:
    return {"id": row if _ROW_ID.fullmatch(row) else "?", "code": refusal.code, "detail": refusal.sentence(language)}
