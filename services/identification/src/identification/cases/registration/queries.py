"""Reading the register, and how one household stands."""

from collections.abc import Collection
from datetime import date

from casework.areas import parent_of, prefix_of
from casework.codes import IdentificationStandard
from chronicle.area_codes import AreaCodes
from chronicle.principal import AreaScope
from chronicle.store import Database
from chronicle.web import Listing
from pydantic import BaseModel
from sqlalchemy import Connection, case, exists, func, select, tuple_

from identification.cases.application.findings import RegistrationEndReason
from identification.cases.application.projections import applications
from identification.cases.application.queries import named
from identification.cases.area.projections import name_on, place_on
from identification.cases.registration.projections import Standing, registered_households


class RegisteredHousehold(BaseModel):
    """One household in the register: the standard and line it was registered by, and until when, if that ended.

    Its group and ``place_name``, county, township and village, are called as on the day of its registration.
    """

    household_no: str
    household_id: str
    application_id: str
    group_code: str
    group_name: str | None
    place_name: str
    head_id: str
    household_size: int
    registered_on: date
    standard: IdentificationStandard
    poverty_line: str
    reference_year: int
    standing: Standing
    ended_on: date | None
    end_reason: RegistrationEndReason | None


class HouseholdFound(BaseModel):
    """A household that applied at least once: where it lives, how it stands, who is its head; no names.

    Its group is called as on the day of its last application.
    """

    household_id: str
    household_no: str | None
    group_code: str
    group_name: str | None
    standing: Standing
    head_id: str


class HouseholdStanding(BaseModel):
    """How a household stands, its last number if it has one, and its applications, the first first."""

    standing: Standing
    household_no: str | None
    applications: list[str]


class PartTotal(BaseModel):
    """How many households, with how many persons, were registered in one area on a day; its code and name then."""

    area_code: str
    area_name: str | None
    households: int
    persons: int


class RegisterTotals(PartTotal):
    """The same of an area and of those directly below it, as they were divided on that day."""

    on: date
    parts: list[PartTotal]


def totals(database: Database, area: str, on: date, known: AreaCodes) -> RegisterTotals:
    """Count the households registered on a day; what was counted once stays so, wherever its parts went since."""
    codes = known.on(on)
    row = registered_households.tables.c
    there = row.registered_on <= on, row.ended_on.is_(None) | (row.ended_on > on)
    then = AreaScope((prefix_of(area),), codes).where(row.group_code)
    counted = select(row.group_code, func.count(), func.sum(row.household_size))
    query = counted.where(*there, then).group_by(row.group_code)
    parts: dict[str, tuple[int, int]] = {}
    with database.reading() as connection:
        for group, households, persons in connection.execute(query):
            part = _below(area, codes.now(group))
            before = parts.get(part, (0, 0))
            parts[part] = (before[0] + households, before[1] + int(persons))
        names = {code: connection.scalar(select(name_on(code, on))) for code in (area, *parts)}
    listed = [
        PartTotal(area_code=code, area_name=names[code], households=households, persons=persons)
        for code, (households, persons) in sorted(parts.items())
    ]
    return RegisterTotals(
        area_code=area,
        area_name=names[area],
        households=sum(part.households for part in listed),
        persons=sum(part.persons for part in listed),
        on=on,
        parts=listed,
    )


def _below(area: str, code: str) -> str:
    while (above := parent_of(code)) and area not in {above, code}:
        code = above
    return code


def register() -> Listing[RegisteredHousehold]:
    """The register of poor households, by number."""
    table = registered_households.tables
    place = place_on(table.c.village_code, table.c.registered_on).label("place_name")
    query = named(table, table.c.registered_on).add_columns(place)
    return Listing(query, table.c.group_code, [table.c.household_no], RegisteredHousehold.model_validate)


def households(*, number: str | None = None, ids: Collection[str] | None = None) -> Listing[HouseholdFound]:
    """The households that applied, with their last number; one number's only, or those of some ids."""
    table, registered = applications.tables.application, registered_households.tables
    other, numbered = table.alias(), registered.alias()
    of_household = other.c.household_id == table.c.household_id
    later = tuple_(other.c.filed_on, other.c.application_id) > tuple_(table.c.filed_on, table.c.application_id)
    last = select(func.max(numbered.c.household_no)).where(numbered.c.household_id == table.c.household_id)
    applying = exists().where(of_household, other.c.ending.is_(None))
    standing = case(
        (applying, Standing.APPLYING.value), else_=func.coalesce(registered.c.standing, Standing.NONE.value)
    )
    query = (
        named(table, table.c.filed_on)
        .select_from(table.outerjoin(registered, registered.c.household_no == last.scalar_subquery()))
        .where(~exists().where(of_household, later))
        .add_columns(registered.c.household_no, standing.label("standing"))
    )
    if number is not None:
        with_number = select(numbered.c.household_id).where(numbered.c.household_no == number)
        query = query.where(table.c.household_id.in_(with_number))
    if ids is not None:
        query = query.where(table.c.household_id.in_(ids))
    return Listing(query, table.c.group_code, [table.c.household_id], HouseholdFound.model_validate)


def numbers_of(connection: Connection, household_ids: Collection[str]) -> dict[str, str]:
    """Give the last number of each of these households that has one."""
    table = registered_households.tables
    given = select(table.c.household_id, table.c.household_no).where(table.c.household_id.in_(household_ids))
    return {row.household_id: row.household_no for row in connection.execute(given.order_by(table.c.household_no))}


def standing_of(database: Database, household_id: str) -> HouseholdStanding:
    """Tell how a household stands."""
    table, registered = applications.tables.application, registered_households.tables
    numbers = select(registered.c.household_no, registered.c.standing).where(registered.c.household_id == household_id)
    filed = select(table.c.application_id, table.c.ending).where(table.c.household_id == household_id)
    with database.reading() as connection:
        given = connection.execute(numbers.order_by(registered.c.household_no.desc())).first()
        found = connection.execute(filed.order_by(table.c.filed_on, table.c.application_id)).all()
    household_no, standing = given or (None, Standing.NONE)
    applying = any(ending is None for _, ending in found)
    return HouseholdStanding(
        standing=Standing.APPLYING if applying else standing,
        household_no=household_no,
        applications=[application_id for application_id, _ in found],
    )
