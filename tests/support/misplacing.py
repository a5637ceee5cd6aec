"""Requests with a value where it does not belong: in the path, the query, a header, or anywhere in the body."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from asking import Request
from papers import paper, photo

HEADERS = (
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "Cookie",
    "Idempotency-Key",
    "If-Match",
    "Referer",
    "User-Agent",
    "X-Correlation-Id",
    "X-Forwarded-For",
    "Yihu-After",
    "Yihu-Service-Credential",
    "traceparent",
)
FORMS = {"Authorization": "Bearer {}", "If-Match": '"{}"', "Yihu-After": "identification/{}:1"}
PARAMETERS = ("area", "cursor", "limit", "purpose", "nobody-knows-it")

Value = Callable[[], str]


@dataclass(frozen=True)
class Misplaced:
    """What is sent, and where the value is in it."""

    where: str
    method: str
    path: str
    content: bytes | None = None
    headers: dict[str, bytes] = field(default_factory=dict)


def in_the_address(request: Request, value: Value) -> Iterator[Misplaced]:
    """In place of each part of the path, behind it, in a parameter and as a parameter's name."""
    body, parts = _json(request.body), request.path.split("/")
    for place in range(4, len(parts)):
        changed = "/".join([*parts[:place], quote(value()), *parts[place + 1 :]])
        yield Misplaced(f"part {place} of the path", request.method, changed, body)
    yield Misplaced("behind the path", request.method, f"{request.path}/{quote(value())}", body)
    for name in PARAMETERS:
        yield Misplaced(f"parameter {name}", request.method, f"{request.path}?{name}={quote(value())}", body)
    yield Misplaced("a parameter's name", request.method, f"{request.path}?{quote(value())}=1", body)
    yield Misplaced("an unknown method", "PUT", f"{request.path}?{quote(value())}", body)


def in_the_headers(request: Request, value: Value) -> Iterator[Misplaced]:
    """In every header that anybody reads, and in some that nobody does."""
    path = request.path + "".join(f"?{name}={one}" for name, one in request.query.items())
    for name in HEADERS:
        for form in ("{}", FORMS.get(name, "{}")):
            sent = form.format(value()).encode()
            yield Misplaced(f"header {name}", request.method, path, _json(request.body), {name: sent})


def in_the_body(request: Request, value: Value) -> Iterator[Misplaced]:
    """In place of each value, as a field nobody knows, and in what is no body at all; in all that a photo carries."""
    if isinstance(request.body, bytes):
        yield from _in_the_photo(request, value)
        return
    for where, body in _changed(request.body, value):
        yield Misplaced(f"body{where}", request.method, request.path, _json(body))
    texts = {
        "cut off": f'{{"on": "2015-06-01", "name": "{value()}',
        "a text": json.dumps(value()),
        "escaped and cut off": json.dumps({"name": value()})[:-1],
        "a list": json.dumps([value(), value()]),
        "a field twice": f'{{"on": "{value()}", "on": "{value()}"}}',
        "a bare word": value(),
    }
    for where, text in texts.items():
        yield Misplaced(f"body: {where}", request.method, request.path, text.encode())
    for encoding in ("gb18030", "utf-16"):
        content = json.dumps({"name": value()}, ensure_ascii=False).encode(encoding)
        yield Misplaced(f"body: in {encoding}", request.method, request.path, content)
    for kind in (b"text/plain", b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x"):
        content = f"name={value()}".encode()
        yield Misplaced(f"body: as {kind!r}", request.method, request.path, content, {"Content-Type": kind})


def _in_the_photo(request: Request, value: Value) -> Iterator[Misplaced]:
    path = request.path + "?" + "&".join(f"{name}={one}" for name, one in request.query.items())
    carried = f"\xff\xd8\xff {value()}".encode("latin-1", "replace") + value().encode()
    files = {
        "image/jpeg": (photo(written=value()) + value().encode(), carried, value().encode()),
        "image/png": (photo("PNG", written=value()) + value().encode(), value().encode()),
        "application/pdf": (paper(value()) + value().encode(), f"%PDF-1.7 {value()}".encode(), value().encode()),
        "application/json": (_json({"name": value()}) or b"", value().encode()),
    }
    for kind, contents in files.items():
        for place, content in enumerate(contents):
            where = f"a file: {kind}, the {place}"
            yield Misplaced(where, request.method, path, content, {"Content-Type": kind.encode()})


def _changed(body: Any, value: Value, where: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(body, dict):
        yield f"{where}.(unknown)", {**body, value(): value()}
        for name, inner in body.items():
            yield from ((path, {**body, name: new}) for path, new in _changed(inner, value, f"{where}.{name}"))
    elif isinstance(body, list | tuple):
        for place, inner in enumerate(body):
            changed = _changed(inner, value, f"{where}[{place}]")
            yield from ((path, [*body[:place], new, *body[place + 1 :]]) for path, new in changed)
    else:
        yield where, value()
        yield f"{where} as fields", {value(): [value()]}
        if (number := value()).isdigit():
            yield f"{where} as a number", int(number)


def _json(body: Any) -> bytes | None:
    if isinstance(body, bytes):
        return body
    return None if body is None else json.dumps(body, ensure_ascii=False).encode()
