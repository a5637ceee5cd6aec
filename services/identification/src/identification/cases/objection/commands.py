"""What can be asked of an objection."""

from casework.dates import Dated
from casework.eligibility import Digest
from casework.reasons import ObjectionGround

from identification.cases.application.commands import DecideObjection, RaiseObjection
from identification.cases.application.findings import ObjectionDecision, SealedRef
from identification.cases.objection.findings import Against, Resolution


class ReceiveObjection(Dated):
    """Receive an objection while a notice hangs; ``rows`` are the households that it is to hold."""

    objection_id: str
    notice_id: str
    area_code: str
    against: Against
    application_id: str | None
    ground: ObjectionGround
    facts: SealedRef | None
    matter: Digest | None
    objector: SealedRef | None
    receipt_index: Digest
    rows: tuple[str, ...]

    def row_commands(self) -> dict[str, RaiseObjection]:
        """What it asks of each application."""
        raised = RaiseObjection(
            on=self.on,
            late_reason=self.late_reason,
            objection_id=self.objection_id,
            ground=self.ground,
            matter=self.matter,
        )
        return dict.fromkeys(self.rows, raised)


class ResolveObjection(Dated):
    """Resolve an objection; ``rows`` are the households that it still holds."""

    objection_id: str
    resolution: Resolution
    return_to: int | None
    rows: tuple[str, ...]
    findings: SealedRef
    performed_by: tuple[str, ...]

    def row_commands(self) -> dict[str, DecideObjection]:
        """What it asks of each application; an invitation to apply asks nothing of any."""
        if self.resolution is Resolution.UPHELD_INVITED:
            return {}
        decided = DecideObjection(
            on=self.on,
            late_reason=self.late_reason,
            objection_id=self.objection_id,
            decision=ObjectionDecision(self.resolution.value),
            return_to=self.return_to,
            findings=self.findings,
            performed_by=self.performed_by,
        )
        return dict.fromkeys(self.rows, decided)


ObjectionCommand = ReceiveObjection | ResolveObjection
