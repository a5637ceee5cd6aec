"""Pages for everybody: plain HTML without script, readable on a small phone and on paper."""

from datetime import date
from pathlib import Path
from typing import Any

from chronicle.refusals import Refusal, Unavailable
from chronicle.web.problems import status_of
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import FileResponse, HTMLResponse, Response

STYLESHEET = "/notice-board/style.css"
NOINDEX = {"X-Robots-Tag": "noindex, noarchive"}

_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_FOLDER = Path(__file__).with_name("templates")

_pages = Environment(
    loader=PackageLoader("gateway.notice_board"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Fill in one of the templates."""
    content = _pages.get_template(template).render(stylesheet=STYLESHEET, **values)
    return HTMLResponse(content, status, {"Content-Security-Policy": _POLICY, "Content-Language": "zh-CN", **NOINDEX})


def refused(refusal: Refusal) -> HTMLResponse:
    """Say why there is nothing to read."""
    answer = page("refused.html", status_of(refusal), sentence=refusal.sentence())
    if isinstance(refusal, Unavailable):
        answer.headers["Retry-After"] = "60"
    return answer


def stylesheet() -> Response:
    """How the pages look."""
    return FileResponse(_FOLDER / "style.css", headers={"Cache-Control": "max-age=3600"})


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


_pages.filters["day"] = _day
