"""Attaching evidence: to a step of an application that goes on or went well, on a day that can be."""

from datetime import date
from typing import Any

import pytest
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.reasons import LateEntryReason
from casework.steps import NoSuchStep
from evidence import attach, attached, when_attached
from identification.cases.application.decisions.state import Ending
from identification.cases.application.findings import SealedRef
from identification.cases.evidence.decider import ApplicationOver, FileAlreadyAttached
from identification.cases.evidence.events import EvidenceAttached
from identification.cases.evidence.findings import EvidenceKind
from identification.files.types import MediaType


def test_a_file_is_attached_to_a_step_with_its_digest_and_the_sealed_place_of_the_photo() -> None:
    place = SealedRef(text_id="place", digest="d" * 64)

    (event,) = when_attached(attach(position=place)).decided
    assert event == EvidenceAttached(
        evidence_id="evidence",
        application_id="application",
        household_id="household",
        group_code="36042410621601",
        step=4,
        kind=EvidenceKind.HOME_VISIT_LOG,
        media_type=MediaType.JPEG,
        size=2_000_000,
        digest="e" * 64,
        has_thumbnail=True,
        position=place,
        late_reason=None,
    )


def test_what_is_attached_is_not_attached_again() -> None:
    when_attached(attach(), attached()).then_refused(FileAlreadyAttached)


@pytest.mark.parametrize("ending", [Ending.WITHDRAWN, Ending.REGISTRATION_ENDED])
def test_to_what_is_over_nothing_is_attached(ending: Ending) -> None:
    when_attached(attach(), ending=ending).then_refused(ApplicationOver)


@pytest.mark.parametrize("ending", [Ending.REJECTED, Ending.REGISTERED])
def test_a_rejected_and_a_registered_household_still_bring_papers(ending: Ending) -> None:
    assert when_attached(attach(), ending=ending).decided


@pytest.mark.parametrize("step", [0, 8])
def test_there_is_no_such_step(step: int) -> None:
    when_attached(attach(step=step)).then_refused(NoSuchStep)


def test_it_was_not_taken_tomorrow_or_before_the_household_applied() -> None:
    when_attached(attach(), today=date(2015, 6, 11)).then_refused(DateInFuture)
    when_attached(attach(), filed_on=date(2015, 6, 13)).then_refused(BeforePreviousAct)
    assert when_attached(attach(), filed_on=date(2015, 6, 12)).decided


def test_entered_late_it_needs_a_reason_which_is_recorded() -> None:
    late: dict[str, Any] = {"today": date(2015, 6, 23)}

    when_attached(attach(), **late).then_refused(LateEntryNeedsReason)
    (event,) = when_attached(attach(late_reason=LateEntryReason.PAPER_BATCH), **late).decided
    assert dict(event)["late_reason"] is LateEntryReason.PAPER_BATCH


def test_the_catalogue_has_37_kinds_each_with_two_labels() -> None:
    assert len(EvidenceKind) == 37
    assert len({kind.zh for kind in EvidenceKind}) == len({kind.en for kind in EvidenceKind}) == 37
