"""Superseding evidence: it is never taken away, and counts no longer."""

from datetime import date
from typing import Any

import pytest
from casework.dates import BeforePreviousAct
from chronicle.testing import Case
from evidence import attached, supersede, when_superseded
from identification.cases.evidence.decider import EvidenceReplaced, EvidenceUnknown, NotItsSuccessor
from identification.cases.evidence.events import EvidenceSuperseded
from identification.cases.evidence.findings import SupersessionReason
from identification.cases.evidence.gather import evidence_decider

OUTDATED: dict[str, Any] = {"reason": SupersessionReason.OUTDATED, "superseded_by": "newer"}


def test_a_wrong_file_counts_no_longer() -> None:
    (event,) = when_superseded(supersede()).decided
    assert event == EvidenceSuperseded(
        evidence_id="evidence",
        application_id="application",
        household_id="household",
        reason=SupersessionReason.WRONG_FILE,
        superseded_by=None,
        late_reason=None,
    )


def test_another_of_the_same_application_that_counts_takes_its_place() -> None:
    (event,) = when_superseded(supersede(**OUTDATED), successor_of="application").decided
    assert dict(event)["superseded_by"] == "newer"


@pytest.mark.parametrize("of", [None, "another-application"])
def test_nothing_else_takes_its_place(of: str | None) -> None:
    when_superseded(supersede(**OUTDATED), successor_of=of).then_refused(NotItsSuccessor)


def test_nor_does_it_take_its_own() -> None:
    own = supersede(superseded_by="evidence")
    when_superseded(own, successor_of="application").then_refused(NotItsSuccessor)


def test_said_again_it_is_so_already_and_said_otherwise_it_is_refused() -> None:
    outcome = when_superseded(supersede())
    case = outcome.then(*outcome.decided)

    assert when_superseded(supersede(), case).decided == ()
    when_superseded(supersede(reason=SupersessionReason.UNREADABLE), case).then_refused(EvidenceReplaced)


def test_what_was_never_attached_is_not_superseded() -> None:
    when_superseded(supersede(), Case(evidence_decider)).then_refused(EvidenceUnknown)


def test_it_is_not_superseded_before_it_was_attached() -> None:
    when_superseded(supersede(date(2015, 6, 11)), attached()).then_refused(BeforePreviousAct)
