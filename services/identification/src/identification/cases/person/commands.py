"""What can be asked of what is kept of a person."""

from datetime import date

from chronicle.messages import Command

from identification.cases.application.findings import SealedRef
from identification.cases.person.findings import (
    ErasureReason,
    ErasureWithdrawalReason,
    LegalHoldGround,
    LegalHoldReleaseReason,
)


class OfPerson(Command):
    """A command with the person's village, the household they live in, if any, and the day, which is today."""

    person_id: str
    household_id: str | None
    area: str
    on: date


class ProposeErasure(OfPerson):
    """Propose to erase what is kept of a person; ``reference`` is the order of a court or authority."""

    reason: ErasureReason
    reference: SealedRef | None


class WithdrawErasureProposal(OfPerson):
    """Keep what was proposed to be erased."""

    reason: ErasureWithdrawalReason


class ErasePerson(OfPerson):
    """Erase what is kept of a person, as proposed; ``of_household`` when nobody else of the household is left.

    ``dissolved`` are households they had lived in, which were dissolved, and of which nobody else is left either.
    """

    of_household: bool
    dissolved: tuple[str, ...] = ()
    data_matches: tuple[str, ...]


class PlaceLegalHold(OfPerson):
    """Keep what is kept of a person for an authority."""

    hold_id: str
    ground: LegalHoldGround
    reference: SealedRef


class ReleaseLegalHold(OfPerson):
    """Release a legal hold."""

    hold_id: str
    reason: LegalHoldReleaseReason


PersonCommand = ProposeErasure | WithdrawErasureProposal | ErasePerson | PlaceLegalHold | ReleaseLegalHold
