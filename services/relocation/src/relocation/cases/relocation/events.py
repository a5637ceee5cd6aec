"""What can happen to a relocation."""

from typing import Annotated

from casework.dates import LateReason
from casework.money import Hundredths, NonNegativeYuan
from chronicle.messages import INTERNAL, OPEN, Event, EventTypes
from pydantic import Field, WithJsonSchema

from relocation.cases.relocation.findings import DeclineReason, Mode, Place, Placement, WithdrawalReason

RelocationId = Annotated[str, INTERNAL]
HouseholdId = Annotated[str, INTERNAL]
SquareMetres = Annotated[
    Hundredths,
    Field(ge=0, lt=10**6),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,6}([.][0-9]{1,2})?$", "examples": ["100.00"]}),
]


class RelocationProposed(Event, type="relocation.relocation-proposed.v1"):
    """A household was proposed for relocation, with the most floor area and its own contribution."""

    relocation_id: RelocationId
    household_id: HouseholdId
    group_code: Annotated[str, INTERNAL]
    mode: Annotated[Mode, OPEN]
    placement: Annotated[Placement, OPEN]
    place: Annotated[Place, OPEN]
    persons: Annotated[int, INTERNAL]
    floor_area_limit_m2: Annotated[SquareMetres, INTERNAL]
    own_contribution: Annotated[NonNegativeYuan, INTERNAL]
    late_reason: LateReason


class RelocationAccepted(Event, type="relocation.relocation-accepted.v1"):
    """The household accepted the relocation that was proposed to it."""

    relocation_id: RelocationId
    household_id: HouseholdId
    answered_by: Annotated[str, INTERNAL]
    late_reason: LateReason


class RelocationDeclined(Event, type="relocation.relocation-declined.v1"):
    """The household declined the relocation that was proposed to it, and said why."""

    relocation_id: RelocationId
    household_id: HouseholdId
    answered_by: Annotated[str, INTERNAL]
    reason: Annotated[DeclineReason, INTERNAL]
    late_reason: LateReason


class RelocationWithdrawn(Event, type="relocation.relocation-withdrawn.v1"):
    """An officer withdrew a relocation, which the household had accepted or not answered yet, and said why."""

    relocation_id: RelocationId
    household_id: HouseholdId
    accepted: Annotated[bool, INTERNAL]
    reason: Annotated[WithdrawalReason, INTERNAL]
    late_reason: LateReason


RelocationEvent = RelocationProposed | RelocationAccepted | RelocationDeclined | RelocationWithdrawn

TYPES = EventTypes(RelocationProposed, RelocationAccepted, RelocationDeclined, RelocationWithdrawn)
