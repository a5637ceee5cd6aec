"""A survey tells what still waits for somebody after a fault, and nothing where all is well."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chronicle.feed.alarms import AHEAD, Alarm, sound
from chronicle.refusals import Unavailable
from chronicle.store import Database
from chronicle.store.tables import parked_event, refused_reaction
from sqlalchemy import insert
from tallies import opened
from tests.trust import survey
from tests.trust.checker import Held
from tests.trust.survey import drained_and_held, standing


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with opened(f"sqlite:///{tmp_path}/own.db") as (database, _):
        yield database


def test_where_all_is_well_nothing_stands(database: Database) -> None:
    assert list(standing(database, records=True)) == []


@pytest.mark.parametrize("reason", ["it contradicts the history known so far", AHEAD])
def test_an_alarm_stands_from_its_first_moment(database: Database, reason: str) -> None:
    with database.writing() as connection:
        sound(connection, Alarm("register_v1", 3, "identification", 7, None, reason, datetime.now(UTC)))

    assert list(standing(database, records=False)) == [f"register_v1 stands in partition 3: {reason}"]


def test_what_could_not_be_followed_or_reacted_to_stands(database: Database) -> None:
    row = dict.fromkeys(("subject", "area", "event", "code", "facts", "zh", "en", "owner"), "x") | {"since": 1}
    with database.writing() as connection:
        parked = {"follower": "register_v1", "subject": "household/1", "event": "{}", "number": 1, "event_id": "1"}
        connection.execute(insert(parked_event).values(parked))
        connection.execute(insert(refused_reaction).values(reaction="noting", event_id="1", **row))

    assert list(standing(database, records=True)) == ["1 of parked_event", "1 of refused_reaction"]


def test_a_survey_that_gets_no_answer_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    held, answers = Held([], [], []), iter([Unavailable(), Unavailable()])

    class Busy:
        def drained(self, _seconds: float) -> list[str]:
            return []

        def held(self) -> Held:
            if error := next(answers, None):
                raise error
            return held

    monkeypatch.setattr(survey, "Survey", Busy)

    assert drained_and_held() == ([], held)
