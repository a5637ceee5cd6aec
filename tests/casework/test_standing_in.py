"""Who acts in another's place: under a substitution that was confirmed for them, not ended, and of today."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from casework.substitutions import stand_in, substitution_columns
from chronicle.messages import Actor
from chronicle.principal import Duty, NotYourSubstitution, Principal
from sqlalchemy import Column, Connection, MetaData, Table, Text, create_engine, insert

TODAY, VILLAGE = date(2016, 3, 1), "360424106216"
LI = Principal("li", "the-township", "account", (Duty("township_reviewer", "360424106"),), frozenset({"x"}), "health")
TABLE = Table("substitution", MetaData(), Column("id", Text, primary_key=True), *substitution_columns())
ROW: dict[str, Any] = {
    "id": "one",
    "substitute": "li",
    "absent": "wang",
    "role": "village_officer",
    "area_code": VILLAGE,
    "first_day": TODAY,
    "last_day": TODAY,
    "confirmed_on": date(2016, 2, 28),
    "ended_on": None,
}


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        TABLE.create(connection)
        yield connection
    engine.dispose()


def test_a_substitute_has_the_duty_of_the_substitution_and_nothing_of_their_own(connection: Connection) -> None:
    connection.execute(insert(TABLE), [ROW])
    substitute = stand_in(TABLE, connection, LI, "one", TODAY)

    assert [(duty.role, duty.area) for duty in substitute.duties] == [("village_officer", VILLAGE)]
    assert (substitute.scopes, substitute.department) == (frozenset(), None)
    assert substitute.require("village_officer", area=VILLAGE) == Actor("li", "the-township", "village_officer", "wang")


@pytest.mark.parametrize(
    "differing",
    [
        {"id": "another"},
        {"substitute": "zhao"},
        {"confirmed_on": None},
        {"ended_on": date(2016, 2, 29)},
        {"ended_on": TODAY},
        {"first_day": date(2016, 3, 2), "last_day": date(2016, 3, 2)},
        {"first_day": date(2016, 2, 1), "last_day": date(2016, 2, 29)},
    ],
    ids=["another", "another's", "proposed only", "ended", "ended today", "not begun", "over"],
)
def test_under_any_other_nobody_acts(connection: Connection, differing: dict[str, Any]) -> None:
    connection.execute(insert(TABLE), [ROW | differing])

    with pytest.raises(NotYourSubstitution):
        stand_in(TABLE, connection, LI, "one", TODAY)
