"""A handover of more than goes over at once goes on by itself, at each pairing that went over, until none is left."""

from dataclasses import dataclass
from typing import Any

from casework.roles import Role
from chronicle.area_codes import CodesNow
from chronicle.clock import business_date
from chronicle.following import Issue, Reaction
from chronicle.messages import EventTypes, Recorded, from_microseconds
from chronicle.recording import Part
from chronicle.store.tables import event
from sqlalchemy import Connection, select

from identification.cases.handover.api import AT_ONCE
from identification.cases.handover.events import WorkHandedOver
from identification.cases.handover.gather import handover_decider
from identification.cases.pairing.commands import HandOverPairing
from identification.cases.pairing.events import PairingHandedOver
from identification.cases.pairing.gather import helped_by, pairing_decider


@dataclass(frozen=True)
class HandingOver:
    """Hands over what the leaver still had when their work was handed over; what they were given later stays theirs."""

    codes: CodesNow

    def go_on(self, cause: Recorded[Any], connection: Connection) -> Issue:
        """Hand over the next ones of the handover that a pairing was part of."""
        handover_id = cause.event.handover_id
        if handover_id is None:
            return Issue()
        stream = f"{handover_decider.name}/{handover_id}"
        first = select(event.c.data, event.c.recorded_at).where(event.c.stream == stream, event.c.version == 1)
        data, recorded_at = connection.execute(first).one()
        over = WorkHandedOver.read(data)
        codes = self.codes().on(business_date(cause.recorded_at))
        command = HandOverPairing(
            successor=over.successor,
            reason=over.reason,
            handover_id=handover_id,
            leaver=over.leaver,
            before=from_microseconds(recorded_at),
        )
        helped = helped_by(connection, over.leaver, over.area_code, codes)[:AT_ONCE]
        return Issue([Part(pairing_decider, household, command) for household in helped])


def handing_over_with(codes: CodesNow) -> Reaction:
    """The reaction; what is refused to it stays with the leaver, and the county hands it over by asking again."""
    return Reaction("handovers", EventTypes(PairingHandedOver), None, Role.OPERATOR, HandingOver(codes).go_on)
