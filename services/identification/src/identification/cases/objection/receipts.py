"""The receipt of whoever objects or complains: its code is made from the case's id and kept nowhere.

An index of it, which is a claim of the case, finds the case again.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, Any
from unicodedata import normalize

from casework.labels import Labelled
from casework.roles import Role
from chronicle.decider import Decider
from chronicle.handling import Handler
from chronicle.refusals import Language, NotFound
from chronicle.store.values import Answer
from chronicle.web import Answered, Body, answer
from pydantic import Field
from starlette.responses import Response

from identification.people.vault import Vault

# Crockford's base 32: no I, L, O or U, so that what is read aloud or copied by hand is read back.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011", " -")
_LENGTH, _BITS = 10, 5
_LIST = {"zh": "、", "en": ", "}


class ReceiptUnknown(NotFound, code="receipt-unknown", zh="没有这个回执编号，请核对后再试。"):
    """There is no receipt with this code; check it and try again."""


class ReceiptAnswered(Answered):
    """What receiving an objection or a complaint answers, with the code on its receipt."""

    receipt_code: Annotated[str, Field(repr=False)]


class ReceiptHeld(Body):
    """The code on a receipt, as it is written there or copied by hand."""

    receipt_code: Annotated[str, Field(min_length=1, max_length=40, repr=False)]


def receipt_code(index: str) -> str:
    """Write the code on a receipt, such as ``7KQ4M-2XV9T``, from the keyed digest of a case's id: 50 bits."""
    bits = int(index, 16)
    signs = "".join(_SIGNS[bits >> _BITS * place & 31] for place in range(_LENGTH))
    return f"{signs[:5]}-{signs[5:]}"


def as_written(code: str) -> str:
    """Read a code as people write it: in small letters, without the dash, with O for 0 and I or L for 1."""
    return normalize("NFKC", code).upper().translate(_ALIKE)


def code_on_receipt(vault: Vault, case_id: str) -> str:
    """The code on the receipt of an objection or a complaint: made from its id each time, and kept nowhere."""
    return receipt_code(vault.index("objection-receipt-code", case_id))


def receipt_index(vault: Vault, kind: str, code: str) -> str:
    """Give what finds the case of a receipt again, among the claims of a kind."""
    return vault.index(kind, as_written(code))


def answer_with_code(answered: Answer, vault: Vault) -> Response:
    """Answer what was recorded, with the code on its receipt."""
    # Of a repeated request the first one's: its code is made from its id, and kept nowhere.
    first = (answered.location or "").rpartition("/")[2]
    return answer(answered, receipt_code=code_on_receipt(vault, first))


def stands(held: ReceiptHeld, decider: Decider[Any, Any, Any], kind: str, handler: Handler, vault: Vault) -> Any:
    """How the case of a receipt stands, found by a claim of a kind; refused as ReceiptUnknown."""
    index = receipt_index(vault, kind, held.receipt_code)
    stream = handler.store.holder(kind, [index]).get(index)
    if stream is None:
        raise ReceiptUnknown
    return handler.states.of({stream: decider})[stream].state


def said_of(
    sentence: Mapping[str, str], said: Labelled, duties: Collection[Role], language: Language, **days: date | None
) -> str:
    """Say how a case stands, in one language, for whoever holds its receipt."""
    whose = _LIST[language].join(getattr(duty, language) for duty in duties)
    return sentence[language].format(said=getattr(said, language), duties=whose, **days)
