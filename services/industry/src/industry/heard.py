"""Other services' events as industry reads them: only the fields it uses."""

from chronicle.messages import Event
from pydantic import BaseModel, ConfigDict


class Member(BaseModel):
    """Somebody who lives in the household."""

    model_config = ConfigDict(frozen=True)

    person_id: str


class HouseholdRecorded(Event, type="identification.household-recorded.v1"):
    """A household was recorded for the first time."""

    members: tuple[Member, ...]


class HouseholdMembersChanged(Event, type="identification.household-members-changed.v1"):
    """The members of a household were stated anew."""

    members: tuple[Member, ...]


class HouseholdRegistered(Event, type="identification.household-registered.v1"):
    """The household is registered as poor."""

    household_no: str


class RegistrationEnded(Event, type="identification.registration-ended.v1"):
    """The household is no longer registered as poor."""
