"""What a whole list asks of the database: what is the same for its rows is read once, what is folded is not again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from huangxi import Huangxi, accepted, closing, huangxi
from identification.cases.area.projections import areas
from identification.cases.registration.projections import registered_households
from sqlalchemy import Connection, event


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("asked")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


@contextmanager
def asked(village: Huangxi) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile, each with its values."""
    statements: list[str] = []

    def heard(_connection: Connection, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        statements.append(f"{statement} {values}")

    readers = village.service.database.readers
    event.listen(readers, "before_cursor_execute", heard)
    try:
        yield statements
    finally:
        event.remove(readers, "before_cursor_execute", heard)


def test_a_notice_is_closed_without_folding_again_the_households_it_passes(village: Huangxi) -> None:
    ids = village.bring(village.file(3), to=3)
    notice = village.hold(3, ids)
    village.on("06-11")

    with asked(village) as statements:
        accepted(village.send("convener", f"{notice}/closing", closing(3)))

    assert statements
    assert not [each for each in statements if any(f"application/{one}" in each for one in ids)]


def test_a_list_of_households_looks_its_place_up_once(village: Huangxi) -> None:
    def looked_up(households: int) -> int:
        with asked(village) as statements:
            village.file(households)
        return sum(areas.tables.name in each for each in statements)

    assert looked_up(5) == looked_up(1)


def test_the_registers_counts_are_read_from_an_index_without_its_rows(village: Huangxi) -> None:
    with asked(village) as statements:
        village.ask("county", "/api/identification/v1/registered-households/totals", area="360424000000")
    [counted] = [each for each in statements if f"FROM {registered_households.tables.name}" in each]
    written, _, values = counted.rpartition(" (")

    with village.service.database.reading() as connection:
        given = tuple(value.strip("', ") for value in values.rstrip(")").split(", "))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {written}", given).all()

    assert "USING COVERING INDEX" in str(plan[0])
