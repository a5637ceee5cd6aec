"""The register's totals: kept by day, they are what counting every household of the register gives."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from casework.areas import parent_of, prefix_of
from casework.codes import IdentificationStandard
from chronicle.area_codes import AreaCodes, Replacement
from chronicle.messages import Event, Recorded, new_id
from chronicle.store import Database
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identification.cases.application.events import HouseholdRegistered, RegistrationEnded
from identification.cases.application.findings import RegistrationEndReason
from identification.cases.area.projections import area_names, replacements
from identification.cases.registration.projections import registered_households
from identification.cases.registration.queries import totals
from running_gateway import told
from sqlalchemy import delete, select
from statements import sent

FIRST = date(2015, 6, 1)
# Of a prefecture without counties, too.
GROUPS = (
    "36042410621601",
    "36042410621602",
    "36042410620001",
    "36042710520101",
    "36048310520101",
    "36052110320101",
    "44190000320101",
    "44190000420101",
)
AREAS = sorted({above[:length].ljust(12, "0") for above in GROUPS for length in (2, 4, 6, 9, 12)} - {"441900000000"})
ASKED = [*AREAS, "441900000000", "360483000000", "360483106000", "360484000000", *GROUPS]
CHANGES = (
    Replacement("360424", "360483", FIRST + timedelta(3)),
    Replacement("360424106", "360427106", FIRST + timedelta(2)),
    Replacement("360427105", "360484105", FIRST + timedelta(2)),
    Replacement("360483105201", "360521103201", FIRST + timedelta(4)),
    Replacement("36042410621601", "36042410620001", FIRST + timedelta(1)),
    Replacement("441900003", "441900004", FIRST + timedelta(3)),
    Replacement("3605", "3604", FIRST + timedelta(5)),
)
days = st.integers(0, 6).map(lambda number: FIRST + timedelta(number))
courses = st.tuples(st.sampled_from(GROUPS), st.integers(1, 4), days, st.none() | st.integers(0, 3))


@contextmanager
def register(url: str) -> Iterator[Database]:
    database = Database(url)
    with database.writing() as connection:
        for each in (registered_households, area_names, replacements):
            each.open(connection)
    try:
        yield database
    finally:
        database.close()


def history(group: str, persons: int, on: date, stayed: int | None) -> list[Recorded[Any]]:
    application_id, household_id = new_id(), new_id()
    registered = HouseholdRegistered(
        application_id=application_id,
        household_id=household_id,
        notice_id=new_id(),
        step=7,
        household_no=new_id(),
        group_code=group,
        head_id=new_id(),
        member_ids=tuple(new_id() for _ in range(persons)),
        standard=IdentificationStandard.NATIONAL,
        poverty_line=Decimal("2800.00"),
        reference_year=2014,
        per_capita_income=Decimal("2000.00"),
        performed_by=(new_id(),),
        late_reason=None,
    )
    reason = RegistrationEndReason.MOVED_AWAY
    ended = RegistrationEnded(application_id=application_id, household_id=household_id, reason=reason, late_reason=None)
    events: list[tuple[Event, date]] = [(registered, on)]
    if stayed is not None:
        events.append((ended, on + timedelta(stayed)))
    return [Recorded(each, told(each, f"household/{household_id}", day, group[:12])) for each, day in events]


def take(database: Database, batches: Sequence[Sequence[Recorded[Any]]]) -> None:
    for batch in batches:
        with database.writing() as connection:
            registered_households.take(batch)(connection)


def counted(database: Database, area: str, on: date, codes: AreaCodes) -> dict[str, tuple[int, int]]:
    table = registered_households.tables.household
    households, persons = Counter[str](), Counter[str]()
    with database.reading() as connection:
        for row in connection.execute(select(table)):
            code, there = codes.now(row.group_code), row.ended_on is None or row.ended_on > on
            if row.registered_on <= on and there and code.startswith(prefix_of(area)):
                while (above := parent_of(code)) and area not in {above, code}:
                    code = above
                households[code] += 1
                persons[code] += row.household_size
    return {code: (number, persons[code]) for code, number in households.items()}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.lists(courses, max_size=12), st.sets(st.sampled_from(CHANGES)))
def test_totals_are_what_the_register_says_in_whatever_order_it_was_heard(
    tmp_path: Path, data: st.DataObject, told_of: list[Any], changes: set[Replacement]
) -> None:
    codes = AreaCodes.without_circles(sorted(changes))
    left = [history(*each) for each in told_of]
    with register(f"sqlite:///{tmp_path}/register.db") as database:
        with database.writing() as connection:
            for table in registered_households.metadata.sorted_tables:
                connection.execute(delete(table))
        while left:
            size, batch = data.draw(st.integers(1, 5)), list[Recorded[Any]]()
            while left and len(batch) < size:
                one = data.draw(st.integers(0, len(left) - 1))
                batch.append(left[one].pop(0))
                left = [each for each in left if each]
            take(database, [batch])
        for area, on in data.draw(st.lists(st.tuples(st.sampled_from(ASKED), days), max_size=6)):
            found = totals(database, area, on, codes)
            parts = {part.area_code: (part.households, part.persons) for part in found.parts}
            assert parts == counted(database, area, on, codes.on(on))
            assert (found.households, found.persons) == tuple(
                sum(part[which] for part in parts.values()) for which in (0, 1)
            )


def test_the_totals_of_a_province_are_read_from_its_prefectures_and_no_household(store_url: str) -> None:
    with register(store_url) as database:
        take(database, [[each for group in GROUPS for each in history(group, 3, FIRST, None)]])
        with sent(database) as statements:
            found = totals(database, "360000000000", FIRST, AreaCodes())

    assert (found.households, found.persons) == (6, 18)
    assert not [each for each in statements if f"FROM {registered_households.tables.household.name} " in each.statement]
    assert sum(registered_households.tables.change.name in each.statement for each in statements) == 2


def test_a_township_is_counted_in_the_county_it_went_to_though_nobody_was_registered_there(tmp_path: Path) -> None:
    went = Replacement("360424106", "360427106", FIRST + timedelta(2))
    with register(f"sqlite:///{tmp_path}/register.db") as database:
        take(database, [history(GROUPS[0], 3, FIRST, None)])
        before, after = (totals(database, "360400000000", FIRST + timedelta(day), AreaCodes((went,))) for day in (1, 2))

    assert [(part.area_code, part.households, part.persons) for part in before.parts] == [("360424000000", 1, 3)]
    assert [(part.area_code, part.households, part.persons) for part in after.parts] == [("360427000000", 1, 3)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_same_rows_are_kept_whichever_batch_they_came_in(store_url: str, order: tuple[int, int]) -> None:
    first, second = (history(GROUPS[0], size, FIRST, 1) for size in (2, 5))
    with register(store_url) as database:
        both = first, second
        take(database, [both[each][:1] for each in order] + [first[1:] + second[1:]])
        change = registered_households.tables.change
        with database.reading() as connection:
            rows = connection.execute(select(change).where(change.c.area == "3604").order_by(change.c.on)).all()

    assert [tuple(row) for row in rows] == [("3604", FIRST, "36", 2, 7), ("3604", FIRST + timedelta(1), "36", -2, -7)]
