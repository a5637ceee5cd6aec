"""What can happen to a re-check. None of it is in a feed: it would tell a department that somebody is known."""

from datetime import date
from typing import Annotated, get_args

from casework.eligibility import Digest
from casework.reasons import LateEntryReason, ObjectionGround
from casework.roles import Role
from chronicle.messages import INTERNAL, SENSITIVE, WITHHELD, Event, EventTypes

from identification.cases.application.findings import (
    RECHECK_CONCLUDED,
    DataMatchKind,
    RecheckCause,
    RecheckDecision,
    RecheckOutcome,
    RecheckReason,
    SealedRef,
)


class RecheckOpened(Event, type="identification.recheck-opened.v1"):
    """A household past its review is to be looked at again, by those one level above who reviewed it."""

    model_config = WITHHELD

    recheck_id: Annotated[str, INTERNAL]
    application_id: Annotated[str, INTERNAL]
    household_id: Annotated[str, INTERNAL]
    group_code: Annotated[str, INTERNAL]
    cause: Annotated[RecheckCause, INTERNAL]
    # Of a data match, whom it means and in which register.
    person_id: Annotated[str | None, INTERNAL]
    kind: Annotated[DataMatchKind | None, SENSITIVE]
    # Of a complaint.
    ground: Annotated[ObjectionGround | None, SENSITIVE]
    # Who entered the data match; of what a department sent by itself, the service. None before it was kept.
    raised_by: Annotated[str | None, INTERNAL] = None
    facts: Annotated[SealedRef, INTERNAL]
    objector: Annotated[SealedRef | None, INTERNAL]
    # The keyed digest of ground and facts, the re-check or objection of the same, and what finds it by its receipt.
    matter: Annotated[Digest | None, SENSITIVE] = None
    repeats: Annotated[str | None, INTERNAL] = None
    receipt_index: Annotated[Digest | None, SENSITIVE] = None
    duty: Annotated[Role, INTERNAL]
    due_on: Annotated[date, INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


class RecheckConcluded(Event, type=RECHECK_CONCLUDED):
    """A household was looked at again; what follows for one that is registered is decided where that is decided."""

    model_config = WITHHELD

    recheck_id: Annotated[str, INTERNAL]
    application_id: Annotated[str, INTERNAL]
    household_id: Annotated[str, INTERNAL]
    cause: Annotated[RecheckCause, INTERNAL]
    outcome: Annotated[RecheckOutcome, SENSITIVE]
    reason: Annotated[RecheckReason, SENSITIVE]
    # Of an application that was still open. None before it was kept.
    decision: Annotated[RecheckDecision | None, SENSITIVE] = None
    findings: Annotated[SealedRef, INTERNAL]
    performed_by: Annotated[tuple[str, ...], INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


RecheckEvent = RecheckOpened | RecheckConcluded

TYPES = EventTypes(*get_args(RecheckEvent))
