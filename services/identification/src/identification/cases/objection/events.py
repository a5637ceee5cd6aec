"""What can happen to an objection."""

from datetime import date
from typing import Annotated

from casework.eligibility import Digest
from casework.reasons import LateEntryReason, ObjectionGround
from chronicle.messages import INTERNAL, OPEN, SENSITIVE, Event

from identification.cases.application.findings import SealedRef
from identification.cases.objection.findings import Against, Body, Resolution


class ObjectionReceived(Event, type="identification.objection-received.v1"):
    """Somebody objected while a notice hung; the households named are held on it until that is resolved."""

    objection_id: Annotated[str, INTERNAL]
    notice_id: Annotated[str, OPEN]
    area_code: Annotated[str, OPEN]
    step: Annotated[int, OPEN]
    against: Annotated[Against, INTERNAL]
    application_id: Annotated[str | None, INTERNAL]
    ground: Annotated[ObjectionGround, SENSITIVE]
    facts: Annotated[SealedRef | None, INTERNAL]
    # The keyed digest of ground and facts; none when no facts were told.
    matter: Annotated[Digest | None, SENSITIVE]
    # None of an anonymous one.
    objector: Annotated[SealedRef | None, INTERNAL]
    receipt_index: Annotated[Digest, SENSITIVE]
    held: Annotated[tuple[str, ...], INTERNAL]
    repeats: Annotated[str | None, INTERNAL]
    due_on: Annotated[date, OPEN]
    bodies: Annotated[tuple[Body, ...], OPEN]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


class ObjectionResolved(Event, type="identification.objection-resolved.v1"):
    """An objection was resolved, for all households that it still held."""

    objection_id: Annotated[str, INTERNAL]
    notice_id: Annotated[str, OPEN]
    area_code: Annotated[str, OPEN]
    step: Annotated[int, OPEN]
    resolution: Annotated[Resolution, SENSITIVE]
    # It tells the resolution.
    return_to: Annotated[int | None, SENSITIVE]
    rows: Annotated[tuple[str, ...], INTERNAL]
    findings: Annotated[SealedRef, INTERNAL]
    performed_by: Annotated[tuple[str, ...], INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


ObjectionEvent = ObjectionReceived | ObjectionResolved
