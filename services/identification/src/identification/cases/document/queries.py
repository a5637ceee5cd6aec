"""Reading documents: the mark that each bears, and what is told of one to whoever holds it."""

import hmac
from datetime import date
from typing import Any

from casework.labels import Labelled
from chronicle.handling import Handler
from chronicle.messages import Recorded, StoredEvent, canonical
from chronicle.refusals import NotFound
from pydantic import BaseModel

from identification.cases.public_notice.gather import public_notice_decider
from identification.paper.forms import DIGITS, Form, Mark
from identification.people.vault import Vault

# Of which case each is printed.
CASES = {Form.PUBLIC_NOTICE: public_notice_decider.name}


class DocumentUnknown(NotFound, code="document-unknown", zh="系统没有出具过这样的文书，请核对编号和校验码。"):
    """No such document was made here; check its number and digest."""


class Standing(Labelled):
    """How what a document was printed from stands today."""

    CURRENT = "current", "此后没有变化", "nothing has happened since"
    OLDER = "older", "此后又有办理记录", "more has been recorded since"


class DocumentShown(BaseModel):
    """A document that was made here: what it is, the day it tells of, and how that stands; no names, no household."""

    document_id: str
    form: Form
    called: str
    on: date
    standing: Standing


def mark(vault: Vault, form: Form, recorded: Recorded[Any]) -> Mark:
    """The mark of a document printed from a case as one of its events left it."""
    return _mark(vault, form, recorded.stored)


def shown(handler: Handler, vault: Vault, marked: Mark) -> DocumentShown:
    """Tell what a document is to whoever holds it; refused as DocumentUnknown unless all of its mark fits."""
    stream = f"{CASES[marked.form]}/{marked.case_id}"
    history = handler.store.load({stream: 0})[stream]
    printed = next((each for each in history if each.version == marked.version), None)
    if printed is None or not hmac.compare_digest(_mark(vault, marked.form, printed).digest, marked.digest):
        raise DocumentUnknown
    return DocumentShown(
        document_id=marked.document_id,
        form=marked.form,
        called=marked.form.zh,
        on=printed.valid_on,
        standing=Standing.CURRENT if printed is history[-1] else Standing.OLDER,
    )


def _mark(vault: Vault, form: Form, stored: StoredEvent) -> Mark:
    # Of the event, which holds ids and keyed digests of what is sealed: nothing of anybody is read to compare it.
    made_of = canonical([form.value, stored.stream, stored.version, stored.digest.hex()])
    case_id = stored.stream.partition("/")[2]
    return Mark(form, case_id, stored.version, vault.index("document", made_of)[:DIGITS])
