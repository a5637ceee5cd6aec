"""Other services' events as relocation reads them: only the fields it uses."""

from chronicle.messages import Event


class HouseholdRecorded(Event, type="identification.household-recorded.v1"):
    """A household was recorded for the first time."""

    group_code: str


class HouseholdRegistered(Event, type="identification.household-registered.v1"):
    """The household is registered as poor."""

    household_no: str
    group_code: str
    member_ids: tuple[str, ...]


class RegistrationEnded(Event, type="identification.registration-ended.v1"):
    """The household is no longer registered as poor."""
