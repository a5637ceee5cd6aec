"""What can be asked of an allowance."""

from casework.dates import Dated

from safety_net.cases.allowance.findings import EndingReason, JudgingLevel, RejectionReason


class AssessAllowance(Dated):
    """Assess what a registered household is due; ``protected_persons`` of its members are covered."""

    allowance_id: str
    household_id: str
    protected_persons: int


class ApproveAllowance(Dated):
    """Approve an allowance at a level."""

    level: JudgingLevel


class RejectAllowance(Dated):
    """Do not approve an allowance at a level."""

    level: JudgingLevel
    reason: RejectionReason


class EndAllowance(Dated):
    """Let a granted allowance end."""

    reason: EndingReason


AllowanceCommand = AssessAllowance | ApproveAllowance | RejectAllowance | EndAllowance
