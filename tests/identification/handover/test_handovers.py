"""工作移交: what is open passes to a successor who may have it; where nothing is open, nothing happens."""

from datetime import date
from typing import Any

import pytest
from casework.areas import AreaNotValid
from chronicle.messages import Actor
from chronicle.refusals import Refusal
from chronicle.testing import Case
from identification.cases.handover.commands import HandOverWork
from identification.cases.handover.decider import KnownOfWork, SucceedsOneself
from identification.cases.handover.events import WorkHandedOver
from identification.cases.handover.gather import handover_decider
from identification.cases.pairing.decider import HelperIsPoor, HelpsOwnHousehold
from identification.cases.pairing.findings import HandoverReason

TODAY, COUNTY = date(2016, 3, 1), "360424000000"
FACTS: dict[str, Any] = {
    "handover_id": "handover",
    "leaver": "li",
    "successor": "wang",
    "area_code": COUNTY,
    "reason": HandoverReason.LEFT,
}
NEW = Case(handover_decider)


def hand_over(**changed: Any) -> HandOverWork:
    return HandOverWork(**{**FACTS, "substitution_ids": ("one",), **changed})


def known(**found: Any) -> KnownOfWork:
    usual: dict[str, Any] = {
        "actor": Actor("zhou", "the-county", "county_officer"),
        "today": TODAY,
        "area_is_valid": True,
        "pairings": 3,
        "substitutions": 1,
        "successor_is_poor": False,
        "successor_is_member": False,
    }
    return KnownOfWork(**usual | found)


@pytest.mark.parametrize(("pairings", "substitutions"), [(3, 1), (3, 0), (0, 1)])
def test_what_is_open_is_handed_over_and_counted(pairings: int, substitutions: int) -> None:
    counted: dict[str, Any] = {"pairings": pairings, "substitutions": substitutions}

    NEW.when(hand_over(), known(**counted)).then(WorkHandedOver(**FACTS, **counted))


def test_where_nothing_is_open_nothing_happens() -> None:
    NEW.when(hand_over(), known(pairings=0, substitutions=0)).then_nothing()
    NEW.given(WorkHandedOver(**FACTS, pairings=3, substitutions=1)).when(hand_over(), known()).then_nothing()


@pytest.mark.parametrize(
    ("changed", "found", "refusal"),
    [
        ({"successor": "li"}, {}, SucceedsOneself),
        ({}, {"area_is_valid": False}, AreaNotValid),
        ({}, {"successor_is_poor": True}, HelperIsPoor),
        ({}, {"successor_is_member": True}, HelpsOwnHousehold),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], found: dict[str, Any], refusal: type[Refusal]) -> None:
    NEW.when(hand_over(**changed), known(**found)).then_refused(refusal)


def test_whoever_is_poor_may_stand_in_for_an_officer() -> None:
    found = {"pairings": 0, "successor_is_poor": True}

    NEW.when(hand_over(), known(**found)).then(WorkHandedOver(**FACTS, pairings=0, substitutions=1))
