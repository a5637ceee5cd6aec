"""Pages for everybody: plain HTML without script, readable on a small phone and on paper."""

from datetime import date
from hashlib import sha256
from importlib.resources import files
from typing import Any

from chronicle.refusals import Refusal, Unavailable
from chronicle.web.problems import status_of
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

STYLESHEET = "/notice-board/style.css"
NOINDEX = {"X-Robots-Tag": "noindex, noarchive"}

_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_STYLE = files("gateway.notice_board").joinpath("templates", "style.css").read_bytes()
# Kept by browsers for a year; when it changes, so does its address.
_STYLE_VERSION = sha256(_STYLE).hexdigest()[:8]


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Fill in one of the templates."""
    content = _pages.get_template(template).render(stylesheet=f"{STYLESHEET}?{_STYLE_VERSION}", **values)
    return HTMLResponse(content, status, {"Content-Security-Policy": _POLICY, "Content-Language": "zh-CN", **NOINDEX})


def refused(refusal: Refusal) -> HTMLResponse:
    """Say why there is nothing to read."""
    answer = page("refused.html", status_of(refusal), sentence=refusal.sentence())
    if isinstance(refusal, Unavailable):
        answer.headers["Retry-After"] = "60"
    return answer


async def stylesheet() -> Response:
    """How the pages look."""
    return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "max-age=31536000, immutable"})


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


_pages = Environment(
    loader=PackageLoader("gateway.notice_board"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.filters["day"] = _day
