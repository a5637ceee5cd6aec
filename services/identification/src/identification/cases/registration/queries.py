"""Reading the register, and how one household stands."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from casework.areas import parent_of, prefix_of
from casework.codes import IdentificationStandard
from chronicle.area_codes import AreaCodes, Region
from chronicle.store import Database
from chronicle.web import Listing
from pydantic import BaseModel
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    FromClause,
    ScalarSelect,
    Text,
    bindparam,
    case,
    exists,
    func,
    select,
    tuple_,
)

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


# Made once: for each of an area's parts, making it would take longer than the database does.
_NAMED = select(name_on(bindparam("code", type_=Text), bindparam("on", type_=Date)))


def totals(database: Database, area: str, on: date, known: AreaCodes) -> RegisterTotals:
    """Count the households registered on a day; what was counted once stays so, wherever its parts went since."""
    with database.reading() as connection:
        parts = _parts(connection, area, on, known.on(on))
        names = {code: connection.scalar(_NAMED, {"code": code, "on": on}) for code in (area, *parts)}
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


def _parts(connection: Connection, area: str, on: date, codes: AreaCodes) -> dict[str, tuple[int, int]]:
    """Households and persons of each area directly below one, or of itself where there is none, if there are any."""
    change, own = registered_households.tables.change.c, prefix_of(area)
    recorded = [region.prefix for region in codes.regions((own,))]
    below = connection.scalars(select(change.area).where(change.above.in_(recorded)).distinct())
    met = {codes.now(one) for one in (*below, *recorded, *(each.successor for each in codes.replacements))}
    parts = {_below(area, code.ljust(12, "0")) for code in met if code.startswith(own)}
    regions = {part: codes.regions((prefix_of(part),)) for part in parts - {area} or {area}}
    read = {prefix for each in regions.values() for region in each for prefix in (region.prefix, *region.without)}
    sums = select(change.area, func.sum(change.households), func.sum(change.persons))
    query = sums.where(change.area.in_(read), change.on <= on).group_by(change.area)
    counted = {row[0]: (row[1], row[2]) for row in connection.execute(query)}
    found = {part: (_summed(each, counted, 0), _summed(each, counted, 1)) for part, each in regions.items()}
    return {part: both for part, both in found.items() if both[0]}


def _summed(regions: Iterable[Region], counted: Mapping[str, tuple[int, int]], which: int) -> int:
    def of(prefix: str) -> int:
        return counted.get(prefix, (0, 0))[which]

    return sum(of(region.prefix) - sum(map(of, region.without)) for region in regions)


def _below(area: str, code: str) -> str:
    while (above := parent_of(code)) and area not in {above, code}:
        code = above
    return code


def register() -> Listing[RegisteredHousehold]:
    """The register of poor households, by number."""
    table = registered_households.tables.household
    place = place_on(table.c.village_code, table.c.registered_on).label("place_name")
    query = named(table, table.c.registered_on).add_columns(place)
    return Listing(query, table.c.group_code, [table.c.household_no], RegisteredHousehold.model_validate)


def households(*, number: str | None = None, ids: Collection[str] | None = None) -> Listing[HouseholdFound]:
    """The households that applied, with their last number; one number's only, or those of some ids."""
    table, registered = applications.tables.application, registered_households.tables.household
    other, numbered = table.alias(), registered.alias()
    of_household = other.c.household_id == table.c.household_id
    later = tuple_(other.c.filed_on, other.c.application_id) > tuple_(table.c.filed_on, table.c.application_id)
    applying = exists().where(of_household, other.c.ending.is_(None))
    standing = case(
        (applying, Standing.APPLYING.value), else_=func.coalesce(registered.c.standing, Standing.NONE.value)
    )
    query = (
        named(table, table.c.filed_on)
        .select_from(table.outerjoin(registered, registered.c.household_no == last_number(table.c.household_id)))
        .where(~exists().where(of_household, later))
        .add_columns(registered.c.household_no, standing.label("standing"))
    )
    if number is not None:
        with_number = select(numbered.c.household_id).where(numbered.c.household_no == number)
        query = query.where(table.c.household_id.in_(with_number))
    if ids is not None:
        query = query.where(table.c.household_id.in_(ids))
    return Listing(query, table.c.group_code, [table.c.household_id], HouseholdFound.model_validate)


def last_number(household_id: ColumnElement[str]) -> ScalarSelect[str]:
    """Give the number that the household of a row was given last; None where it has none."""
    numbered = registered_households.tables.household.alias()
    given = select(numbered.c.household_no).where(numbered.c.household_id == household_id)
    return given.order_by(*(column.desc() for column in _in_turn(numbered))).limit(1).scalar_subquery()


def numbers_of(connection: Connection, household_ids: Collection[str]) -> dict[str, str]:
    """Give the last number of each of these households that has one."""
    table = registered_households.tables.household
    given = select(table.c.household_id, table.c.household_no).where(table.c.household_id.in_(household_ids))
    return {row.household_id: row.household_no for row in connection.execute(given.order_by(*_in_turn(table)))}


def standing_of(database: Database, household_id: str) -> HouseholdStanding:
    """Tell how a household stands."""
    table, registered = applications.tables.application, registered_households.tables.household
    numbers = select(registered.c.household_no, registered.c.standing).where(registered.c.household_id == household_id)
    filed = select(table.c.application_id, table.c.ending).where(table.c.household_id == household_id)
    with database.reading() as connection:
        given = connection.execute(numbers.order_by(*_in_turn(registered))).all()
        found = connection.execute(filed.order_by(table.c.filed_on, table.c.application_id)).all()
    household_no, standing = given[-1] if given else (None, Standing.NONE)
    applying = any(ending is None for _, ending in found)
    return HouseholdStanding(
        standing=Standing.APPLYING if applying else standing,
        household_no=household_no,
        applications=[application_id for application_id, _ in found],
    )


def _in_turn(registered: FromClause) -> tuple[ColumnElement[Any], ...]:
    # Not by number: what took an area's place may have a lower code.
    return registered.c.registered_on, registered.c.application_id
