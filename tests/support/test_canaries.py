"""A canary is found wherever it shows, in whatever spelling."""

import json
from hashlib import sha256
from urllib.parse import quote

import pytest
from canaries import Canaries

CANARIES = Canaries()
PERSON = CANARIES.person()
VALUES = {**PERSON, "text": CANARIES.text()}


@pytest.mark.parametrize("kind", VALUES)
def test_it_is_found_in_every_spelling(kind: str) -> None:
    value = VALUES[kind]
    spellings = [value, json.dumps(value), quote(value), sha256(value.encode()).hexdigest()]

    assert [CANARIES.found(f"before {spelling} after") for spelling in spellings] == [{f"{kind} {value}"}] * 4
    assert CANARIES.found(b"\xff\x00" + value.encode() + b"\xff") == {f"{kind} {value}"}


@pytest.mark.parametrize("kind", ["id_number", "phone", "bank_account"])
def test_a_part_of_a_number_is_enough(kind: str) -> None:
    assert CANARIES.found(f"…{VALUES[kind][1:10]}…") == {f"{kind} {VALUES[kind]}"}


def test_what_is_not_planted_is_not_found() -> None:
    assert CANARIES.found("徐某某，1968-05-21，36042410621601，19700101123456，经查证属实。") == set()
