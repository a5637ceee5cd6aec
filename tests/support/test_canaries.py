"""A canary is found wherever it shows, in whatever spelling."""

import json
from hashlib import sha256
from random import Random
from urllib.parse import quote
from uuid import UUID

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
    assert CANARIES.found(f"a{VALUES[kind][1:10]}f") == {f"{kind} {VALUES[kind]}"}
    assert CANARIES.found(f"7{VALUES[kind][1:10]}7") == {f"{kind} {VALUES[kind]}"}


def test_the_end_of_an_id_number_is_found_whatever_its_check_digit() -> None:
    planted = Canaries(seed=3)
    (number, *_) = [number for _ in range(100) if (number := planted.id_number()).endswith("X")]

    assert planted.found(f"…{number[-10:]}…") == {f"id_number {number}"}
    assert planted.found(f"{number[-10:]}Y") == {f"id_number {number}"}


@pytest.mark.parametrize(("kind", "size"), [("id_number", 12), ("phone", 11), ("bank_account", 12)])
@pytest.mark.parametrize("random", ["0198f2a1-7c3e-7abc-8def-{:a<12}", "{:a<40}", "7.{}"])
def test_in_random_letters_and_digits_more_of_it_is_needed(random: str, kind: str, size: int) -> None:
    digits = VALUES[kind][:size]

    assert CANARIES.found(random.format(digits)) == {f"{kind} {VALUES[kind]}"}
    assert CANARIES.found(random.format(digits[:-1])) == set()


def test_among_thousands_no_uuid_no_time_and_no_sum_is_taken_for_one() -> None:
    planted, random = Canaries(seed=1), Random(2)  # noqa: S311 - not for secrets
    for _ in range(1_000):
        planted.person()
    times = (str(1_790_000_000_000_000 + random.randrange(10**13)) for _ in range(10_000))
    ids = (str(UUID(int=random.getrandbits(128))) for _ in range(10_000))
    sums = (repr(random.random() * 100) for _ in range(10_000))

    assert planted.found(" ".join([*times, *ids, *sums])) == set()


def test_what_is_not_planted_is_not_found() -> None:
    assert CANARIES.found("徐某某，1968-05-21，36042410621601，19700101123456，经查证属实。") == set()
