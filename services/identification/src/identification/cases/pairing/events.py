"""What can happen to the pairing of a household with a helper."""

from typing import Annotated, get_args

from casework.dates import LateReason
from chronicle.messages import INTERNAL, Event, EventTypes

from identification.cases.pairing.findings import HandoverReason, PairingEndReason

HouseholdId = Annotated[str, INTERNAL]
GroupCode = Annotated[str, INTERNAL]
PersonId = Annotated[str, INTERNAL]


class HouseholdPaired(Event, type="identification.household-paired.v1"):
    """Somebody of the staff became responsible for helping a registered household."""

    household_id: HouseholdId
    group_code: GroupCode
    helper: PersonId
    late_reason: LateReason


class PairingHandedOver(Event, type="identification.pairing-handed-over.v1"):
    """Somebody else became responsible for a household; ``handover_id`` is the handover of all work it was part of."""

    household_id: HouseholdId
    group_code: GroupCode
    helper: PersonId
    successor: PersonId
    reason: Annotated[HandoverReason, INTERNAL]
    handover_id: Annotated[str | None, INTERNAL]


class PairingEnded(Event, type="identification.pairing-ended.v1"):
    """Nobody is responsible for the household any longer."""

    household_id: HouseholdId
    group_code: GroupCode
    helper: PersonId
    reason: Annotated[PairingEndReason, INTERNAL]
    late_reason: LateReason


PairingEvent = HouseholdPaired | PairingHandedOver | PairingEnded

TYPES = EventTypes(*get_args(PairingEvent))
