"""What follows for an application from a re-check that was upheld before it ended."""

from typing import Annotated

from casework.reasons import LateEntryReason
from chronicle.messages import INTERNAL, OPEN, SENSITIVE, Event

from identification.cases.application.findings import RecheckDecision, RecheckReason, SealedRef


class ApplicationRechecked(Event, type="identification.application-rechecked.v1"):
    """What opened a re-check was upheld while the application was still open: it goes back, or it ends."""

    application_id: Annotated[str, INTERNAL]
    household_id: Annotated[str, INTERNAL]
    recheck_id: Annotated[str, INTERNAL]
    # The one it hung on, and comes off.
    notice_id: Annotated[str | None, INTERNAL]
    step: Annotated[int, OPEN]
    decision: Annotated[RecheckDecision, SENSITIVE]
    reason: Annotated[RecheckReason, SENSITIVE]
    # It tells the decision.
    return_to: Annotated[int | None, SENSITIVE]
    voids: Annotated[tuple[str, ...], INTERNAL]
    findings: Annotated[SealedRef, INTERNAL]
    performed_by: Annotated[tuple[str, ...], INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]
