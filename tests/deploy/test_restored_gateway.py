"""A gateway restored beside a Kafka: whoever read its history further is told, and nobody else is disturbed."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.positions import FEED, Positions
from chronicle.messages import new_id
from chronicle.principal import AreaScope
from chronicle.store import Database
from gateway.feeds.classes import DataClass
from gateway.feeds.reading import HistoryMadeAnew, View
from gateway.service import Service
from identification.cases.household.events import HouseholdMembersChanged
from running_gateway import GROUP, RunningGateway, running, told
from yihu.backup.making import How, Services, back_up
from yihu.backup.restoring import restore

HOW, VIEW = How(jobs=1), View((), AreaScope(("36",)), DataClass.OPEN)
IN_THE_TOPIC = (Positions("recorder", FEED, "case-history#an-id"), Positions("a follower", FEED, "case-history#an-id"))


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[RunningGateway]:
    """One whose feed is a topic; what is in its history it has from there."""
    with running(f"sqlite:///{tmp_path}/gateway.db", tmp_path, feed_url="kafka://nowhere:9092/case-history") as made:
        for database, position in zip(databases(made), IN_THE_TOPIC, strict=True):
            with database.writing() as connection:
                position.open(connection)
        yield made


def databases(it: RunningGateway) -> tuple[Database, Database]:
    return it.service.database, it.identification.service.database


def record(it: RunningGateway, number: int) -> None:
    for household in (new_id() for _ in range(number)):
        changed = HouseholdMembersChanged(household_id=household, group_code=GROUP, members=())
        it.record(told(changed, f"household/{household}"))


def moved(service: Any, database: Path) -> Any:
    """The same service on another database."""
    return replace(service, settings=service.settings.model_copy(update={"database_url": f"sqlite:///{database}"}))


def cursor_at_the_end(service: Service) -> str:
    history = service.history
    return history.cursor(history.read(history.place(None, VIEW), VIEW, 1_000).place, VIEW)


def generations(database: Database, reader: str) -> set[str]:
    with database.reading() as connection:
        asked = "SELECT DISTINCT generation FROM follower_position WHERE follower = ? AND source = ''"
        return {*connection.exec_driver_sql(asked, (reader,)).scalars()}


def test_whoever_read_further_than_the_backup_begins_again_and_services_go_on_from_where_they_were(
    gateway: RunningGateway, tmp_path: Path
) -> None:
    record(gateway, 3)
    services: Services = {"gateway": gateway.service, "identification": gateway.identification.service}
    back_up(services, tmp_path / "backup", HOW)
    record(gateway, 2)
    cursor = cursor_at_the_end(gateway.service)

    back = {name: moved(service, tmp_path / f"{name}-back.db") for name, service in services.items()}
    restore(back, tmp_path / "backup", HOW, with_key=False)

    restored = back["gateway"]
    with closing(restored.database), closing(back["identification"].database):
        with pytest.raises(HistoryMadeAnew):
            restored.history.place(cursor, VIEW)
        assert restored.history.place(cursor_at_the_end(restored), VIEW).delivered == 3
        for follower in restored.following.followers.values():
            follower.open()
            assert sum(follower.behind().values()) == 0
        for database, position in zip((restored.database, back["identification"].database), IN_THE_TOPIC, strict=True):
            assert generations(database, position.reader) == {position.generation}
        assert EmbeddedFeed(restored.database).generation != EmbeddedFeed(gateway.service.database).generation
