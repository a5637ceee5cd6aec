"""What can happen to what a department sent, before anybody is found whom it means.

None of it is in a feed: a department never learns whether somebody is known.
"""

from datetime import date
from typing import Annotated, get_args

from chronicle.messages import INTERNAL, SENSITIVE, WITHHELD, Event, EventTypes

from identification.cases.application.findings import DataMatchKind, SealedRef

DataMatchId = Annotated[str, INTERNAL]


class DataMatchReceived(Event, type="identification.data-match-received.v1"):
    """A department sent that its register has somebody; whom it means, and whether they are known, is not told."""

    model_config = WITHHELD

    data_match_id: DataMatchId
    kind: Annotated[DataMatchKind, SENSITIVE]
    listed_on: Annotated[date, INTERNAL]
    waits_until: Annotated[date, INTERNAL]
    facts: Annotated[SealedRef, INTERNAL]


class DataMatchAttached(Event, type="identification.data-match-attached.v1"):
    """Whom a department means lives in a household that applies, or is registered."""

    model_config = WITHHELD

    data_match_id: DataMatchId
    application_id: Annotated[str, INTERNAL]
    household_id: Annotated[str, INTERNAL]
    person_id: Annotated[str, INTERNAL]
    kind: Annotated[DataMatchKind, SENSITIVE]
    listed_on: Annotated[date, INTERNAL]
    facts: Annotated[SealedRef, INTERNAL]


class DataMatchExpired(Event, type="identification.data-match-expired.v1"):
    """Nobody whom a department meant appeared in time; what it sent was erased."""

    model_config = WITHHELD

    data_match_id: DataMatchId
    # Of the sealed text.
    owner: Annotated[str, INTERNAL]

    @property
    def owners(self) -> tuple[str, ...]:
        """Whose keys were destroyed."""
        return (self.owner,)


DataMatchEvent = DataMatchReceived | DataMatchAttached | DataMatchExpired

TYPES = EventTypes(*get_args(DataMatchEvent))
