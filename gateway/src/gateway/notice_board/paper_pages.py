"""Pages for whoever holds a paper: how an objection or complaint stands, and whether a document was made here."""

import json
import re
from datetime import date
from typing import Annotated
from urllib.parse import parse_qs

from chronicle.refusals import NotFound, Refusal
from chronicle.web import given
from chronicle.web.docs import LOOKED_AT
from chronicle.web.problems import status_of
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.notice_board.pages import page, refused
from gateway.notice_board.papers import ObjectionStatus, Papers

_DOCUMENT = re.compile("[a-z][a-z-]{0,39}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[1-9][0-9]{0,5}")
_DIGEST = re.compile("[0-9a-f]{32}")
_LONGEST = 40
CHINESE, OK = "zh-CN", 200

Asked = Annotated[Papers, given(Papers)]
pages = APIRouter(include_in_schema=False)


class NoSuchDocument(NotFound, code="no-such-document", zh="系统没有出具过这样的文书，请核对编号和校验码。"):
    """No such document was made here; check its number and digest."""


class NoSuchReceipt(NotFound, code="no-such-receipt", zh="没有这个回执编号，请核对后再试。"):
    """There is no receipt with this code; check it and try again."""


async def _typed(request: Request) -> str:
    # A code is never part of an address, which is written down on its way.
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return fields.get("receipt_code", [""])[0].strip()


@pages.api_route("/objections", methods=LOOKED_AT)
def ask_for_receipt() -> Response:
    """Ask for the code on a receipt."""
    return page("objection.html", objection=None, sentence=None)


@pages.post("/objections")
def read_objection(receipt_code: Annotated[str, Depends(_typed)], papers: Asked) -> Response:
    """How an objection or a complaint stands, for whoever holds its receipt."""
    try:
        if not 0 < len(receipt_code) <= _LONGEST:
            raise NoSuchReceipt
        answer = papers.objection(receipt_code, CHINESE)
    except Refusal as refusal:
        return page("objection.html", status_of(refusal), objection=None, sentence=refusal.sentence())
    if answer.status_code != OK:
        return page("objection.html", 404, objection=None, sentence=NoSuchReceipt().sentence())
    return page("objection.html", objection=ObjectionStatus.model_validate_json(bytes(answer.body)), sentence=None)


@pages.api_route("/documents/{document_id:path}", methods=LOOKED_AT)
def read_document(document_id: str, papers: Asked, digest: str = "") -> Response:
    """What a printed document is, for whoever holds it."""
    try:
        if not _DOCUMENT.fullmatch(document_id) or not _DIGEST.fullmatch(digest):
            raise NoSuchDocument
        answer = papers.document(document_id, digest, CHINESE)
        if answer.status_code != OK:
            raise NoSuchDocument
    except Refusal as refusal:
        return refused(refusal)
    document = json.loads(bytes(answer.body))
    on, annulled_on = (each and date.fromisoformat(each) for each in (document["on"], document["annulled_on"]))
    return page("document.html", document=document, on=on, annulled_on=annulled_on)
