"""Two replacements confirmed at once, or one right after the other, never lead in a circle."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from chronicle.following import area_codes
from chronicle.following.area_codes import HeardAreaCodes
from chronicle.principal import Duty
from chronicle.store.eventstore import EventStore
from identification.cases.area.projections import replacements
from identification.imports.areas import import_areas
from moving import CITY, DOCUMENT, key
from running_identification import RunningIdentification, running
from sqlalchemy import Connection, insert
from structlog.testing import capture_logs

AREAS = "/api/identification/v1/areas"
ONE, OTHER = "360421000000", "360404000000"
LINES = """code,name,level,parent_code,code_source
360000000000,江西省,province,,official
360400000000,九江市,prefecture,360000000000,official
360421000000,九江县,county,360400000000,official
360404000000,柴桑区,county,360400000000,official
"""
DAYS = {ONE: "2015-01-01", OTHER: "2015-02-01"}


@pytest.fixture
def identification(store_url: str, tmp_path: Path) -> Iterator[RunningIdentification]:
    with running(store_url, tmp_path) as service:
        import_areas(service.service.handler, LINES.encode(), date(2014, 1, 1), service.asked())
        service.catch_up()
        yield service


def proposed(service: RunningIdentification, code: str, successor: str) -> str:
    """Propose that one goes on as the other; where it is confirmed."""
    change = {"successor_code": successor, "valid_from": DAYS[code], "document": DOCUMENT}
    answer = service.client(CITY).post(f"{AREAS}/{code}/changes", json=change, headers=key())
    assert answer.status_code == 201, answer.text
    (waiting,) = service.client(CITY).get(f"{AREAS}/{code}/changes").json()
    return f"{AREAS}/{code}/changes/{waiting['proposal_id']}/confirmation"


def confirm(service: RunningIdentification, path: str) -> tuple[int, str | None]:
    """Confirm it, while projections have heard of nothing new."""
    answer = service.client(Duty("county_officer", "3604"), person="somebody-else").post(path, headers=key())
    return answer.status_code, answer.json().get("code")


def test_what_was_confirmed_a_moment_ago_counts(identification: RunningIdentification) -> None:
    there, back = proposed(identification, ONE, OTHER), proposed(identification, OTHER, ONE)

    assert confirm(identification, there) == (201, None)
    assert confirm(identification, back) == (409, "successor-not-open")


def test_of_two_confirmed_at_once_one_is_made(
    identification: RunningIdentification, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, back = proposed(identification, ONE, OTHER), proposed(identification, OTHER, ONE)
    append = EventStore.append
    met: list[Any] = []

    def after_the_other(store: EventStore, appended: Any) -> Any:
        if not met:
            met.append(None)
            met.append(confirm(identification, back))
        return append(store, appended)

    monkeypatch.setattr(EventStore, "append", after_the_other)

    assert confirm(identification, there)[0] == 409
    assert met[1] == (201, None)


def test_a_circle_that_was_heard_stops_nobody_and_is_told(identification: RunningIdentification) -> None:
    database = identification.service.database
    rows = [(ONE, "360421", "360404", date(2015, 1, 1)), (OTHER, "360404", "360421", date(2015, 2, 1))]
    with database.writing() as connection:
        connection.execute(
            insert(replacements.tables),
            [dict(zip(("id", "prefix", "successor", "since"), row, strict=True)) for row in rows],
        )
    heard = HeardAreaCodes(database, replacements)

    with capture_logs() as logs:
        codes = heard()

    assert codes.on(date(2015, 6, 1)).now(ONE) == OTHER
    assert [(log["log_level"], log["prefix"]) for log in logs] == [("critical", "360404")]


def test_what_was_read_earlier_does_not_take_the_place_of_what_was_read_later(
    identification: RunningIdentification, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two requests that read at once the slow one ends last, with what was so before."""
    database = identification.service.database
    monkeypatch.setattr(area_codes, "READ_AGAIN_AFTER", 3600.0)

    class Slow:
        """A database that is written and read once more while the first reading ends."""

        is_read = False

        @contextmanager
        def reading(self) -> Iterator[Connection]:
            with database.reading() as connection:
                yield connection
            if not self.is_read:
                self.is_read = True
                row = {"id": ONE, "prefix": "360421", "successor": "360404", "since": date(2015, 1, 1)}
                with database.writing() as connection:
                    connection.execute(insert(replacements.tables), [row])
                heard.read()

    heard = HeardAreaCodes(Slow(), replacements)  # type: ignore[arg-type]
    heard.read()

    assert heard().on(date(2015, 6, 1)).now(ONE) == OTHER
