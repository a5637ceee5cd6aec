"""What can happen to a handover."""

from typing import Annotated

from chronicle.messages import INTERNAL, Event, EventTypes

from identification.cases.pairing.findings import HandoverReason

PersonId = Annotated[str, INTERNAL]


class WorkHandedOver(Event, type="identification.work-handed-over.v1"):
    """The county handed somebody's open work in an area over to a successor: so many pairings and substitutions."""

    handover_id: Annotated[str, INTERNAL]
    leaver: PersonId
    successor: PersonId
    area_code: Annotated[str, INTERNAL]
    reason: Annotated[HandoverReason, INTERNAL]
    pairings: Annotated[int, INTERNAL]
    substitutions: Annotated[int, INTERNAL]


HandoverEvent = WorkHandedOver

TYPES = EventTypes(WorkHandedOver)
