"""Other services' events as relocation reads them: only the fields it uses."""

from datetime import date

from chronicle.messages import Event
from pydantic import BaseModel, ConfigDict


class Member(BaseModel):
    """Somebody who lives in the household, and since when they live at all."""

    model_config = ConfigDict(frozen=True)

    person_id: str
    birth_date: date


class HouseholdRecorded(Event, type="identification.household-recorded.v1"):
    """A household was recorded for the first time."""

    group_code: str
    members: tuple[Member, ...]


class HouseholdMembersChanged(Event, type="identification.household-members-changed.v1"):
    """The members of a household were stated anew."""

    group_code: str
    members: tuple[Member, ...]


class HouseholdRegistered(Event, type="identification.household-registered.v1"):
    """The household is registered as poor."""

    household_no: str


class RegistrationEnded(Event, type="identification.registration-ended.v1"):
    """The household is no longer registered as poor."""


class AreaOpened(Event, type="identification.area-opened.v1"):
    """An area exists under this name from a day on."""

    code: str
    name: str
    valid_from: date


class VillagerGroupOpened(Event, type="identification.villager-group-opened.v1"):
    """A villager group exists under this name from a day on."""

    code: str
    name: str
    valid_from: date


class AreaRenamed(Event, type="identification.area-renamed.v1"):
    """An area has another name from a day on."""

    code: str
    name: str
    valid_from: date


class AreaReplaced(Event, type="identification.area-replaced.v1"):
    """An area goes on under another code from a day on."""

    code: str
    successor_code: str
    valid_from: date


class SubstitutionConfirmed(Event, type="identification.substitution-confirmed.v1"):
    """Somebody acts in another's place, in a role and area, from a first day to a last."""

    substitute: str
    absent: str
    role: str
    area_code: str
    first_day: date
    last_day: date


class SubstitutionEnded(Event, type="identification.substitution-ended.v1"):
    """Somebody acts in another's place no longer."""


OF_AREAS = (AreaOpened, VillagerGroupOpened, AreaRenamed)
OF_HOUSEHOLDS = (HouseholdRecorded, HouseholdMembersChanged, HouseholdRegistered, RegistrationEnded)
