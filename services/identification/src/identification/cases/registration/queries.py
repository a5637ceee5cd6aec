"""Reading the register, and how one household stands."""

from collections.abc import Collection
from datetime import date

from casework.codes import IdentificationStandard
from chronicle.store import Database
from chronicle.web import Listing
from pydantic import BaseModel
from sqlalchemy import Connection, select

from identification.cases.application.findings import RegistrationEndReason
from identification.cases.application.projections import applications
from identification.cases.application.queries import named
from identification.cases.registration.projections import Standing, registered_households


class RegisteredHousehold(BaseModel):
    """One household in the register: the standard and line it was registered by, and until when, if that ended."""

    household_no: str
    household_id: str
    application_id: str
    group_code: str
    group_name: str | None
    head_id: str
    household_size: int
    registered_on: date
    standard: IdentificationStandard
    poverty_line: str
    reference_year: int
    standing: Standing
    ended_on: date | None
    end_reason: RegistrationEndReason | None


class HouseholdStanding(BaseModel):
    """How a household stands, its last number if it has one, and its applications, the first first."""

    standing: Standing
    household_no: str | None
    applications: list[str]


def register() -> Listing[RegisteredHousehold]:
    """The register of poor households, by number."""
    table = registered_households.tables
    return Listing(named(table), table.c.group_code, [table.c.household_no], RegisteredHousehold.model_validate)


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
