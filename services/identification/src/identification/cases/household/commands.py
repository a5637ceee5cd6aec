"""What can be asked of a household."""

from datetime import date

from chronicle.messages import Command

from identification.cases.household.events import Member


class RecordHousehold(Command):
    """State who lives together; a known household's members are stated anew."""

    household_id: str
    group_code: str
    members: tuple[Member, ...]
    on: date
