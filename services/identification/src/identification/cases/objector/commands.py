"""What can be asked of what is kept of whoever objected or complained."""

from datetime import date

from chronicle.messages import Command

from identification.cases.application.findings import SealedRef
from identification.cases.person.findings import ErasureReason, ErasureWithdrawalReason


class OfObjector(Command):
    """A command with the owner of what is kept, its village or the area above one, and the day, which is today."""

    owner: str
    area: str
    on: date


class ProposeObjectorErasure(OfObjector):
    """Propose to erase what is kept of an objector; ``reference`` is the order of a court or authority."""

    reason: ErasureReason
    reference: SealedRef | None


class WithdrawObjectorErasureProposal(OfObjector):
    """Keep what was proposed to be erased."""

    reason: ErasureWithdrawalReason


class EraseObjector(OfObjector):
    """Erase what is kept of an objector, as proposed."""


ObjectorCommand = ProposeObjectorErasure | WithdrawObjectorErasureProposal | EraseObjector
