"""What can be asked of a re-check."""

from casework.dates import Dated
from casework.eligibility import Digest
from casework.reasons import ObjectionGround

from identification.cases.application.commands import RecheckApplication
from identification.cases.application.findings import (
    DataMatchKind,
    RecheckCause,
    RecheckDecision,
    RecheckReason,
    SealedRef,
)


class OpenRecheck(Dated):
    """Have a household looked at again, for a data match, which ``raised_by`` entered, or a complaint.

    ``matter`` is the keyed digest of a complaint's ground and facts, ``receipt_index`` that of the code on its receipt.
    """

    recheck_id: str
    application_id: str
    cause: RecheckCause
    facts: SealedRef
    person_id: str | None = None
    kind: DataMatchKind | None = None
    raised_by: str | None = None
    ground: ObjectionGround | None = None
    objector: SealedRef | None = None
    matter: Digest | None = None
    receipt_index: Digest | None = None


class ConcludeRecheck(Dated):
    """Say what was found, and by whom; ``decision`` is what that means for an application that is still open."""

    recheck_id: str
    application_id: str
    reason: RecheckReason
    decision: RecheckDecision | None
    return_to: int | None
    findings: SealedRef
    performed_by: tuple[str, ...]

    def row_commands(self) -> dict[str, RecheckApplication]:
        """What it asks of the application."""
        if self.decision is None:
            return {}
        rechecked = RecheckApplication(
            on=self.on,
            late_reason=self.late_reason,
            recheck_id=self.recheck_id,
            decision=self.decision,
            reason=self.reason,
            return_to=self.return_to,
            findings=self.findings,
            performed_by=self.performed_by,
        )
        return {self.application_id: rechecked}


RecheckCommand = OpenRecheck | ConcludeRecheck
