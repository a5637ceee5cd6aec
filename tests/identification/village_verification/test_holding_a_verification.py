"""Step 4, the verification round itself: which list it may have, and who visited."""

from datetime import date

import pytest
from acts import GROUP, HUANG, PASSED, TOWNSHIP, VILLAGE, ZHOU, hold_verification, verification, visit
from casework.areas import AreaNotValid
from casework.lists import ListEmpty, RowTwice
from casework.reasons import RejectionReason
from identification.cases.acts.decider import PerformerMissing
from identification.cases.application.findings import Outcome, Verdict
from identification.cases.village_verification.decider import (
    NotAVillage,
    VerificationAlreadyHeld,
)
from identification.cases.village_verification.events import VillageVerificationHeld


def test_a_round_over_two_households_is_one_act() -> None:
    held = hold_verification(visits=(visit(HUANG), visit(ZHOU)))

    verification.when(held).then(VillageVerificationHeld, village_code=VILLAGE, rows=(HUANG, ZHOU))


def test_every_household_has_its_own_verdict() -> None:
    rejected = Outcome(verdict=Verdict.REJECT, rejection_reason=RejectionReason.TOWN_PROPERTY)
    rows = hold_verification(visits=(visit(HUANG), visit(ZHOU, rejected))).row_commands()

    assert (rows[HUANG].outcome, rows[ZHOU].outcome) == (PASSED, rejected)
    assert rows[ZHOU].verifiers == ("verifier", "secretary")
    assert (rows[ZHOU].visited_on, rows[ZHOU].on) == (date(2015, 6, 11), date(2015, 6, 12))


@pytest.mark.parametrize("area", [GROUP, TOWNSHIP])
def test_only_a_village_verifies(area: str) -> None:
    verification.when(hold_verification(area_code=area)).then_refused(NotAVillage)


def test_somebody_verifies() -> None:
    verification.when(hold_verification(verifiers=())).then_refused(PerformerMissing)


def test_the_village_must_exist_on_the_day() -> None:
    unknown = verification.knowing(area_is_valid=False)

    unknown.when(hold_verification()).then_refused(AreaNotValid, area=VILLAGE, on=date(2015, 6, 12))


def test_a_round_is_not_empty() -> None:
    verification.when(hold_verification(visits=())).then_refused(ListEmpty)


def test_a_round_has_no_household_twice() -> None:
    verification.when(hold_verification(visits=(visit(), visit()))).then_refused(RowTwice, count=1)


def test_a_round_is_recorded_once() -> None:
    verification.given(hold_verification()).when(hold_verification()).then_refused(VerificationAlreadyHeld)
