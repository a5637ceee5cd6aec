"""The API of the gateway and its pages: ``uvicorn --factory gateway.main:app``."""

from chronicle.feed.embedded import history
from chronicle.web import Edge, ServiceApp, service_app
from chronicle.web.docs import LOOKED_AT
from chronicle.web.logs import log_as_json
from chronicle.web.problems import NoSuchPage, handlers
from fastapi import APIRouter
from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.case_history import api as case_history
from gateway.feeds import api as feeds
from gateway.notice_board import api as notice_board
from gateway.notice_board import paper_pages
from gateway.notice_board.pages import page, refused
from gateway.service import SOURCE, Service
from gateway.settings import Settings

NOT_FOUND = 404
front = APIRouter(include_in_schema=False)
ROUTERS = (
    case_history.router,
    feeds.router,
    notice_board.router,
    notice_board.objections,
    notice_board.pages,
    paper_pages.pages,
    front,
)


@front.api_route("/", methods=LOOKED_AT)
async def show_where_things_are() -> Response:
    """Where to read on."""
    return page("front.html")


def create_app(service: Service) -> ServiceApp:
    """Put the API of one gateway together."""
    edge = Edge(
        verifier=service.verifier,
        clock=service.clock,
        fingerprint=service.fingerprint,
        ready=lambda: _read_something(service),
        codes=service.codes,
        wait_for=lambda positions, seconds: service.following.wait_for(positions, seconds=seconds),
        stand_in=service.stand_in,
        given=(service.database, service.people, service.boards, service.papers, service.history, feeds.Turns()),
    )
    app = service_app(SOURCE, ROUTERS, edge, prefix=f"/api/{SOURCE}/v1")
    app.add_exception_handler(HTTPException, _elsewhere)
    return app


def app() -> ServiceApp:
    """The API as the environment says."""
    log_as_json()
    return create_app(Service(settings=Settings()))


async def _elsewhere(request: Request, error: Exception) -> Response:
    """Whoever mistyped the address of a page gets a page; whoever asked the API, a problem."""
    if isinstance(error, HTTPException) and error.status_code == NOT_FOUND and not request.url.path.startswith("/api/"):
        return refused(NoSuchPage())
    return await handlers()[HTTPException](request, error)


def _read_something(service: Service) -> None:
    _ = service.history.classes.names
    with service.database.reading() as connection:
        connection.execute(select(history.c.offset).limit(1)).first()
