"""Step 4, the verification round itself: which list it may have, and who visited."""

from datetime import date
from typing import Any

import pytest
from acts import GROUP, HUANG, SEALED, TOWNSHIP, VILLAGE, ZHOU, Act, found
from casework.areas import AreaNotValid
from casework.dates import DateInFuture, LateEntryNeedsReason
from casework.lists import ListEmpty, RowTwice
from casework.reasons import RejectionReason
from chronicle.testing import Case
from identification.cases.acts.decider import KnownOfAct, PerformerMissing
from identification.cases.application.findings import Outcome, Verdict
from identification.cases.village_verification.commands import HoldVillageVerification, Visit
from identification.cases.village_verification.decider import (
    NotAVillage,
    VerificationAlreadyHeld,
)
from identification.cases.village_verification.events import VillageVerificationHeld
from identification.cases.village_verification.gather import village_verification_decider

verification = Act(Case(village_verification_decider), KnownOfAct(**found()))
PASSED = Outcome(verdict=Verdict.PASS)


def visit(application_id: str = HUANG, outcome: Outcome = PASSED) -> Visit:
    return Visit(
        application_id=application_id,
        visited_on=date(2015, 6, 11),
        outcome=outcome,
        findings=SEALED,
        evidence=("e" * 64,),
    )


def hold(**changed: Any) -> HoldVillageVerification:
    fields: dict[str, Any] = {
        "act_id": "round",
        "area_code": VILLAGE,
        "verifiers": ("verifier", "secretary"),
        "visits": (visit(),),
        "on": date(2015, 6, 12),
    }
    return HoldVillageVerification(**fields | changed)


def test_a_round_over_two_households_is_one_act() -> None:
    held = hold(visits=(visit(HUANG), visit(ZHOU)))

    verification.when(held).then(VillageVerificationHeld, village_code=VILLAGE, rows=(HUANG, ZHOU))


def test_every_household_has_its_own_verdict() -> None:
    rejected = Outcome(verdict=Verdict.REJECT, rejection_reason=RejectionReason.TOWN_PROPERTY)
    rows = hold(visits=(visit(HUANG), visit(ZHOU, rejected))).row_commands()

    assert (rows[HUANG].outcome, rows[ZHOU].outcome) == (PASSED, rejected)
    assert rows[ZHOU].verifiers == ("verifier", "secretary")
    assert (rows[ZHOU].visited_on, rows[ZHOU].on) == (date(2015, 6, 11), date(2015, 6, 12))


@pytest.mark.parametrize("area", [GROUP, TOWNSHIP])
def test_only_a_village_verifies(area: str) -> None:
    verification.when(hold(area_code=area)).then_refused(NotAVillage)


def test_somebody_verifies() -> None:
    verification.when(hold(verifiers=())).then_refused(PerformerMissing)


def test_the_village_must_exist_on_the_day() -> None:
    unknown = verification.knowing(area_is_valid=False)

    unknown.when(hold()).then_refused(AreaNotValid, area=VILLAGE, on=date(2015, 6, 12))


def test_a_round_is_not_empty() -> None:
    verification.when(hold(visits=())).then_refused(ListEmpty)


def test_a_round_has_no_household_twice() -> None:
    verification.when(hold(visits=(visit(), visit()))).then_refused(RowTwice, count=1)


def test_a_round_is_not_in_the_future() -> None:
    verification.when(hold(), today=date(2015, 6, 11)).then_refused(DateInFuture, on=date(2015, 6, 12))


def test_a_round_entered_eleven_days_later_needs_a_reason() -> None:
    verification.when(hold(), today=date(2015, 6, 23)).then_refused(LateEntryNeedsReason, days=10)


def test_a_round_is_recorded_once() -> None:
    verification.given(hold()).when(hold()).then_refused(VerificationAlreadyHeld)
