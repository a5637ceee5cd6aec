"""The notice board over HTTP, for everybody: as JSON, and as a page."""

from typing import Annotated

from chronicle.refusals import Refusal
from chronicle.web import given, resource
from fastapi import APIRouter
from starlette.responses import Response

from gateway.notice_board.board import Board, NoticeBoard
from gateway.notice_board.pages import NOINDEX, STYLESHEET, page, refused, stylesheet

Hanging = Annotated[NoticeBoard, given(NoticeBoard)]

router = resource("/api/gateway/v1/notice-board", "notice board")
# What people share a link through adds parameters of its own to it; here they are passed by.
pages = APIRouter(include_in_schema=False)
pages.get(STYLESHEET)(stylesheet)


@router.get("/{village_code}")
def show_notice_board(village_code: str, board: Hanging, response: Response) -> Board:
    """The public notices that hang in a village today; nobody has to sign in."""
    response.headers.update(NOINDEX)
    return board.of(village_code)


@pages.get("/notice-board/{village_code}")
def read_notice_board(village_code: str, board: Hanging) -> Response:
    """The same to read."""
    try:
        return page("notice_board.html", board=board.of(village_code))
    except Refusal as refusal:
        return refused(refusal)
