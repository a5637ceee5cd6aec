"""The notice board over HTTP, for everybody: as JSON, and as a page."""

import re
from typing import Annotated

from chronicle.refusals import Refusal
from chronicle.web import Body, Spoken, given, resource
from chronicle.web.docs import LOOKED_AT
from fastapi import APIRouter
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from gateway.notice_board.board import Board, NoSuchVillage, NoticeBoard
from gateway.notice_board.pages import NOINDEX, STYLESHEET, page, refused, stylesheet
from gateway.notice_board.papers import ObjectionStatus, Papers

_CODE = re.compile("[0-9]{12}")
Asked = Annotated[Papers, given(Papers)]
Hanging = Annotated[NoticeBoard, given(NoticeBoard)]

router = resource("/api/gateway/v1/notice-board", "notice board")
objections = resource("/api/gateway/v1/objections", "notice board")
# What people share a link through adds parameters of its own to it; here they are passed by.
pages = APIRouter(include_in_schema=False)
pages.api_route(STYLESHEET, methods=LOOKED_AT)(stylesheet)


class ReceiptHeld(Body):
    """The code on a receipt, as it is written there or copied by hand."""

    receipt_code: Annotated[str, Field(min_length=1, max_length=40, repr=False)]


@router.get("/{village_code}")
def show_notice_board(village_code: str, board: Hanging, response: Response) -> Board:
    """The public notices that hang in a village today; nobody has to sign in."""
    response.headers.update(NOINDEX)
    return board.of(village_code)


@objections.post("/search", response_model=ObjectionStatus)
def find_objection(held: ReceiptHeld, papers: Asked, language: Spoken) -> Response:
    """How an objection or a complaint stands, for whoever holds its receipt; nobody has to sign in."""
    return papers.objection(held.receipt_code, language)


@pages.api_route("/notice-board", methods=LOOKED_AT)
def find_notice_board(village: str = "") -> Response:
    """Go on to the notice board of the village whose code was typed."""
    return RedirectResponse(f"/notice-board/{village}", 303) if _CODE.fullmatch(village) else refused(NoSuchVillage())


@pages.api_route("/notice-board/{village_code}", methods=LOOKED_AT)
def read_notice_board(village_code: str, board: Hanging) -> Response:
    """The same to read."""
    try:
        return page("notice_board.html", board=board.of(village_code))
    except Refusal as refusal:
        return refused(refusal)
