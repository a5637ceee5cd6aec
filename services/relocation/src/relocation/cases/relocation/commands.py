"""What can be asked of a relocation."""

from casework.dates import Dated

from relocation.cases.relocation.findings import DeclineReason, Mode, Place, Placement, WithdrawalReason


class ProposeRelocation(Dated):
    """Propose that a household moves."""

    relocation_id: str
    household_id: str
    mode: Mode
    placement: Placement
    place: Place


class AcceptRelocation(Dated):
    """Enter that the household accepts, by the word of one member."""

    answered_by: str


class DeclineRelocation(Dated):
    """Enter that the household declines, by the word of one member, and why."""

    answered_by: str
    reason: DeclineReason


class WithdrawRelocation(Dated):
    """Withdraw what was proposed, or accepted, and say why; a household that does not want to move declines."""

    reason: WithdrawalReason


Answering = AcceptRelocation | DeclineRelocation
RelocationCommand = ProposeRelocation | Answering | WithdrawRelocation
