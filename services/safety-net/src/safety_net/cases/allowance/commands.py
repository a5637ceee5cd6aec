"""What can be asked of an allowance."""

from datetime import date

from chronicle.messages import Command

from safety_net.cases.allowance.findings import EndingReason, JudgingLevel, RejectionReason


class AssessAllowance(Command):
    """Assess what a registered household is due; ``protected_persons`` of its members are covered."""

    allowance_id: str
    household_id: str
    protected_persons: int
    on: date


class ApproveAllowance(Command):
    """Approve an allowance at a level."""

    level: JudgingLevel
    on: date


class RejectAllowance(Command):
    """Do not approve an allowance at a level."""

    level: JudgingLevel
    reason: RejectionReason
    on: date


class EndAllowance(Command):
    """Let a granted allowance end."""

    reason: EndingReason
    on: date


AllowanceCommand = AssessAllowance | ApproveAllowance | RejectAllowance | EndAllowance
