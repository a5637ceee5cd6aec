"""What can happen to what is kept of a person."""

from typing import Annotated, get_args

from chronicle.messages import INTERNAL, SENSITIVE, Event, EventTypes

from identification.cases.application.findings import SealedRef
from identification.cases.person.findings import (
    ErasureReason,
    ErasureWithdrawalReason,
    LegalHoldGround,
    LegalHoldReleaseReason,
)

PersonId = Annotated[str, INTERNAL]
# The household that the person lives in, if any.
HouseholdId = Annotated[str | None, INTERNAL]


class ErasureProposed(Event, type="identification.erasure-proposed.v1"):
    """Somebody of the county proposed to erase what is kept of a person; another has to do it."""

    person_id: PersonId
    household_id: HouseholdId
    reason: Annotated[ErasureReason, INTERNAL]
    reference: Annotated[SealedRef | None, INTERNAL]


class ErasureProposalWithdrawn(Event, type="identification.erasure-proposal-withdrawn.v1"):
    """What is kept of a person stays: the proposal to erase it was withdrawn."""

    person_id: PersonId
    household_id: HouseholdId
    reason: Annotated[ErasureWithdrawalReason, INTERNAL]


class PersonErased(Event, type="identification.person-erased.v1"):
    """What was kept of a person was erased; ``of_household`` and of ``dissolved`` ones with what was typed about it."""

    person_id: PersonId
    household_id: HouseholdId
    reason: Annotated[ErasureReason, INTERNAL]
    proposed_by: Annotated[str, INTERNAL]
    of_household: Annotated[bool, INTERNAL]
    # The owners under whose keys were what departments had sent of them.
    data_matches: Annotated[tuple[str, ...], SENSITIVE]
    # Households they had lived in, and nobody lives in any more.
    dissolved: Annotated[tuple[str, ...], INTERNAL] = ()

    @property
    def owners(self) -> tuple[str, ...]:
        """Whose keys were destroyed."""
        household = self.household_id if self.of_household else None
        return (self.person_id, *([household] if household else []), *self.dissolved, *self.data_matches)


class LegalHoldPlaced(Event, type="identification.legal-hold-placed.v1"):
    """An authority needs what is kept of a person: it is not erased until the hold is released."""

    person_id: PersonId
    household_id: HouseholdId
    hold_id: Annotated[str, INTERNAL]
    ground: Annotated[LegalHoldGround, INTERNAL]
    reference: Annotated[SealedRef, INTERNAL]


class LegalHoldReleased(Event, type="identification.legal-hold-released.v1"):
    """A legal hold was released."""

    person_id: PersonId
    household_id: HouseholdId
    hold_id: Annotated[str, INTERNAL]
    reason: Annotated[LegalHoldReleaseReason, INTERNAL]


PersonEvent = ErasureProposed | ErasureProposalWithdrawn | PersonErased | LegalHoldPlaced | LegalHoldReleased

TYPES = EventTypes(*get_args(PersonEvent))
