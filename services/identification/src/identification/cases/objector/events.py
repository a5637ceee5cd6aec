"""What can happen to what is kept of whoever objected or complained. None of it is in a feed, as re-checks are not."""

from typing import Annotated, get_args

from chronicle.messages import INTERNAL, WITHHELD, Event, EventTypes

from identification.cases.application.findings import SealedRef
from identification.cases.person.findings import ErasureReason, ErasureWithdrawalReason

# The objection or re-check under whose key it is, such as objection/018f….
Owner = Annotated[str, INTERNAL]


class ObjectorErasureProposed(Event, type="identification.objector-erasure-proposed.v1"):
    """Somebody of the county proposed to erase what is kept of an objector; another has to do it."""

    model_config = WITHHELD

    owner: Owner
    reason: Annotated[ErasureReason, INTERNAL]
    reference: Annotated[SealedRef | None, INTERNAL]


class ObjectorErasureProposalWithdrawn(Event, type="identification.objector-erasure-proposal-withdrawn.v1"):
    """What is kept of an objector stays: the proposal to erase it was withdrawn."""

    model_config = WITHHELD

    owner: Owner
    reason: Annotated[ErasureWithdrawalReason, INTERNAL]


class ObjectorErased(Event, type="identification.objector-erased.v1"):
    """What was kept of an objector was erased: who that was, and what was said of no household."""

    model_config = WITHHELD

    owner: Owner
    reason: Annotated[ErasureReason, INTERNAL]
    proposed_by: Annotated[str, INTERNAL]

    @property
    def owners(self) -> tuple[str, ...]:
        """Whose key was destroyed."""
        return (self.owner,)


ObjectorEvent = ObjectorErasureProposed | ObjectorErasureProposalWithdrawn | ObjectorErased

TYPES = EventTypes(*get_args(ObjectorEvent))
