"""A household that was registered twice has the number it was given last, whatever became of its village's code."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from chronicle.store import Database
from identification.cases.application.projections import applications
from identification.cases.area.projections import area_names, replacements
from identification.cases.pairing.projections import pairings
from identification.cases.pairing.queries import listing
from identification.cases.registration import queries
from identification.cases.registration.projections import Standing, registered_households
from sqlalchemy import insert

# 九江县 became 柴桑区, whose code is lower.
OLD, NEW = "36042110020000001", "36040410020000001"
HOUSEHOLD = "0190a1f0-0000-7000-8000-000000000001"
FIRST, SECOND = "0190a1f0-0000-7000-8000-00000000000a", "0190a1f0-0000-7000-8000-00000000000b"


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    with closing(Database(store_url)) as database:
        with database.writing() as connection:
            for projection in (applications, registered_households, area_names, replacements, pairings):
                projection.open(connection)
            households, filed = registered_households.tables.household, applications.tables.application
            connection.execute(insert(households), [_registered(OLD, FIRST, 2017), _registered(NEW, SECOND, 2018)])
            connection.execute(insert(filed), [_filed(FIRST, 2017), _filed(SECOND, 2018)])
            helped = {"id": SECOND, "household_id": HOUSEHOLD, "group_code": "360404100200001", "helper": FIRST}
            connection.execute(insert(pairings.tables), {**helped, "since": date(2018, 7, 1)})
        yield database


def test_it_stands_by_its_last_registration(database: Database) -> None:
    standing = queries.standing_of(database, HOUSEHOLD)
    assert (standing.household_no, standing.standing) == (NEW, Standing.REGISTERED)
    with database.reading() as connection:
        assert queries.numbers_of(connection, [HOUSEHOLD]) == {HOUSEHOLD: NEW}
        (found,) = connection.execute(queries.households().query).mappings()
        (helped,) = connection.execute(listing().query).mappings()
    assert (found["household_no"], found["standing"], helped["household_no"]) == (NEW, "registered", NEW)


def _registered(household_no: str, application_id: str, year: int) -> dict[str, Any]:
    ended = year == 2017
    return {
        "household_no": household_no,
        "household_id": HOUSEHOLD,
        "application_id": application_id,
        "group_code": f"{household_no[:12]}001",
        "village_code": household_no[:12],
        "head_id": FIRST,
        "household_size": 3,
        "registered_on": date(year, 3, 1),
        "standard": "national",
        "poverty_line": "2952.00",
        "reference_year": year - 1,
        "standing": "ended" if ended else "registered",
        "ended_on": date(year, 9, 1) if ended else None,
        "end_reason": "moved_away" if ended else None,
    }


def _filed(application_id: str, year: int) -> dict[str, Any]:
    day = date(year, 1, 1)
    return {
        "application_id": application_id,
        "household_id": HOUSEHOLD,
        "group_code": "360404100200001",
        "head_id": FIRST,
        "household_size": 3,
        "chain": "jiujiang-seven-steps",
        "ordinal": 7,
        "step": "notice",
        "waiting": "to_do",
        "objections": 0,
        "data_matches": 0,
        "filed_on": day,
        "since": day,
        "first": day,
        "ending": "registration_ended" if year == 2017 else "registered",
    }
