"""The API's description, with every header and problem, and its pages, served by ourselves."""

from collections.abc import Sequence
from http.client import NO_CONTENT
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute
from swagger_ui_bundle import swagger_ui_path  # type: ignore[import-untyped]

from chronicle.web.files import Upload
from chronicle.web.problems import TITLES, NoSuchPage, Problem
from chronicle.web.requests import BACKFILL, ETAG, KEY, MOST_POSITIONS, POSITION, SUBSTITUTION, Acting, caller, calls_of


class Answered(BaseModel):
    """What a command answers: where its result is, the version now, and where in the history it was recorded."""

    location: str | None
    version: int
    positions: list[str]


_POSITIONS = f"{POSITION.pattern}(, *{POSITION.pattern}){{0,{MOST_POSITIONS - 1}}}"
_CORRELATION = ("X-Correlation-Id", "A UUID of the conversation; minted when there is none, and returned.", "", False)
_AFTER = ("Yihu-After", "Positions to wait for, as a command answered them in Yihu-Position.", _POSITIONS, False)
_SUBSTITUTION = (
    "Yihu-Substitution",
    "The id of the substitution under which the caller acts for another.",
    SUBSTITUTION.pattern,
    False,
)
_BACKFILL = ("Yihu-Backfill", "The id of the backfill run that this is entered in.", BACKFILL.pattern, False)
_OF_WRITES = (
    ("Idempotency-Key", "Sending again with it does not act twice.", KEY.pattern, True),
    ("If-Match", "The ETag last seen; when the version is another by now, nothing happens (412).", ETAG.pattern, False),
    _AFTER,
    _SUBSTITUTION,
    _BACKFILL,
    _CORRELATION,
)
_OF_READS = (_AFTER, _SUBSTITUTION, _CORRELATION)
_ANSWERED = (
    ("ETag", "The version now.", ETAG.pattern, True),
    ("Location", "Where the result is.", "", False),
    ("Yihu-Position", "Where in the history it was recorded.", _POSITIONS, False),
)
_OF_PROBLEMS = {
    401: ("WWW-Authenticate", "How to sign in.", "Bearer", True),
    503: ("Retry-After", "In how many seconds to try again.", "[0-9]{1,4}", True),
}
_ALREADY = "It was so already; nothing more is recorded."
# Whoever checks a link asks for a page's headers alone.
LOOKED_AT = ["GET", "HEAD"]
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>API</title>
<link rel="stylesheet" href="docs/swagger-ui.css"><link rel="icon" href="docs/favicon-32x32.png">
<div id="ui"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script>
"""
# This Swagger UI draws 3.0 only; what it does not know of 3.1 it leaves out.
_START = """fetch("openapi.json").then(answer => answer.json()).then(spec =>
  SwaggerUIBundle({spec: {...spec, openapi: "3.0.3"}, dom_id: "#ui", deepLinking: true, validatorUrl: null}));
"""
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
_FILES = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")


def described(openapi: dict[str, Any], routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Complete FastAPI's description: the headers, the answers and the problems of every operation."""
    components = openapi.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    _, ours = models_json_schema(
        [(Problem, "serialization"), (Answered, "serialization")], ref_template="#/components/schemas/{model}"
    )
    schemas.update(ours["$defs"])
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["headers"] = {each[0]: _header(*each[1:]) for each in (*_ANSWERED, *_OF_PROBLEMS.values())}
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _describe(openapi["paths"][route.path_format][method.lower()], route)
    return openapi


def pages(prefix: str) -> APIRouter:
    """The API's pages; nothing on them comes from another host."""
    router = APIRouter(prefix=prefix, include_in_schema=False)
    router.api_route("/docs", methods=LOOKED_AT)(_page)
    router.api_route("/docs/start.js", methods=LOOKED_AT)(_start)
    router.api_route("/docs/{name}", methods=LOOKED_AT)(_file)
    return router


async def _page() -> Response:
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


async def _start() -> Response:
    return Response(_START, media_type="text/javascript")


async def _file(name: str) -> Response:
    if name not in _FILES:
        raise NoSuchPage
    return FileResponse(swagger_ui_path / name, headers={"Cache-Control": "max-age=86400"})


def _describe(operation: dict[str, Any], route: APIRoute) -> None:
    calls = list(calls_of(route.dependant))
    writes = any(isinstance(call, Acting) for call in calls)
    reads = caller in calls
    headers = _OF_WRITES if writes else _OF_READS if reads else (_CORRELATION,)
    operation["parameters"] = operation.get("parameters", []) + [_parameter(*header) for header in headers]
    statuses = {404, 422, 500, 503}
    if writes or reads:
        operation["security"] = [{"bearer": []}]
        statuses |= {400, 401, 403}
    for upload in (call for call in calls if isinstance(call, Upload)):
        sent: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(upload.media_types, sent)}
    if "requestBody" in operation:
        statuses |= {413, 415}
    if writes:
        statuses |= {409, 412}
        _describe_answers(operation["responses"], route)
    statuses |= TITLES.keys() & {*map(int, route.responses)}
    operation["responses"].update({str(status): _problem(status) for status in sorted(statuses)})


def _describe_answers(responses: dict[str, Any], route: APIRoute) -> None:
    if route.status_code == NO_CONTENT:
        return
    answered = responses[str(route.status_code)]
    if not route.response_model:
        answered["content"] = _content("application/json", Answered)
    answered["headers"] = _headers(*_ANSWERED)
    responses["200"] = {**answered, "description": _ALREADY}


def _parameter(name: str, description: str, form: str, required: bool) -> dict[str, Any]:  # noqa: FBT001 - a row above
    return {"name": name, "in": "header", **_header(description, form, required)}


def _headers(*headers: tuple[str, str, str, bool]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name, *_ in headers}


def _header(description: str, form: str, required: bool) -> dict[str, Any]:  # noqa: FBT001 - a row above
    schema = {"type": "string", "pattern": f"^{form}$"} if form else {"type": "string"}
    return {"description": description, "required": required, "schema": schema}


def _problem(status: int) -> dict[str, Any]:
    headers = {"headers": _headers(_OF_PROBLEMS[status])} if status in _OF_PROBLEMS else {}
    return {"description": TITLES[status][1], **headers, "content": _content("application/problem+json", Problem)}


def _content(media_type: str, model: type[BaseModel]) -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
