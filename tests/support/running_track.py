"""An assistance track as tests run it: real stores, a feed it hears other services from, tokens of an issuer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from importlib import import_module
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chronicle.clock import FixedClock
from chronicle.decider import Asked
from chronicle.feed.embedded import EmbeddedFeed, install_history
from chronicle.feed.positions import FEED
from chronicle.following import Follower
from chronicle.messages import Event, StoredEvent, new_id
from chronicle.principal import Duty, Issuer, Principal
from chronicle.relay import Relay
from chronicle.store import Database, EventStore, install, open_store, tables
from chronicle.store.values import Answer, Append
from migrated import migrate
from person_ids import person_id
from pydantic import SecretStr
from running_gateway import told
from running_identification import CREDENTIAL, JUNE, ROOT, principal_in
from sqlalchemy import update
from starlette.testclient import TestClient

if TYPE_CHECKING:
    from chronicle.installation import Installation

VILLAGE, GROUP = "360424106216", "36042410621601"
MAY = date(2015, 5, 1)


class RunningTrack:
    """One track, named by its package, with an empty, migrated database, a feed of its own, its clock at 1 June 2015.

    Other services record beside it; ``hear`` tells it what they did.
    """

    def __init__(self, track: str, url: str, folder: Path, **settings: Any) -> None:
        self._main = import_module(f"{track}.main")
        self.clock = FixedClock(JUNE)
        self.issuer = Issuer("issuer", "yihu", self.clock)
        jwks = folder / "jwks.json"
        jwks.write_text(json.dumps(self.issuer.jwks()))
        self._shared = Database(f"sqlite:///{folder / 'feed.db'}")
        self._others = Database(f"sqlite:///{folder / 'others.db'}")
        with self._shared.writing() as connection:
            install_history(connection)
        self._feed = EmbeddedFeed(self._shared)
        with self._others.writing() as connection:
            install(connection)
        fields = {
            "database_url": url,
            "feed_url": f"sqlite:///{folder / 'feed.db'}",
            "policy_folder": ROOT / "policy" / track.replace("_", "-"),
            "issuer": "issuer",
            "jwks_file": jwks,
            "service_credential": SecretStr(CREDENTIAL),
        }
        service = import_module(f"{track}.service")
        made = import_module(f"{track}.settings").Settings.model_validate(fields | settings)
        self.installed: Installation = service.service(made, self.clock)
        migrate(self.installed.database, self.installed.alembic_ini)
        self.installed.following.open()

    def asked(self, role: str = "village_officer", area: str = VILLAGE, person: str = "officer") -> Asked:
        """A person in one role asks for something now."""
        principal = principal_in(role, area, person)
        now, today = self.clock.now(), self.clock.today()
        return Asked(principal, principal.actor(role), now, today, new_id(), new_id())

    def client(self, *duties: Duty, person: str = "officer") -> TestClient:
        """A client whose token carries these duties."""
        token = self.issuer.token(Principal(person_id(person), "an-organisation", f"account-of-{person}", duties))
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        return TestClient(self._main.create_app(self.installed), headers=headers)

    def hear(self, *events: Event, subject: str, area: str = VILLAGE, on: date = MAY) -> tuple[StoredEvent, ...]:
        """Record events in the service that their type names, all about one subject, and settle; as they are stored."""
        stored = tuple(told(event, subject, on, area) for event in events)
        self.hear_told(*stored)
        return stored

    def hear_told(self, *stored: StoredEvent) -> None:
        """Record in the services what these events tell, at most 500 in a row of one service, and settle."""
        for source, events in groupby(stored, attrgetter("source")):
            store = open_store(self._others, source)
            store.append(Append(list(events), self.clock.now(), Answer(201, None, 1)))
            self._relay(store, self._others)
        self.settle()

    def hear_again(self) -> None:
        """Have the feed deliver everything once more, as it may after any failure."""
        reached = tables.follower_position
        with self.installed.database.writing() as connection:
            connection.execute(update(reached).where(reached.c.source == FEED).values(sequence=0))
        for follower in self._followers:
            follower.open()
        self.settle()

    def settle(self) -> None:
        """Send what the track recorded to the feed, and follow until projections and reactions have everything."""
        self._relay(self.installed.store, self.installed.database)
        for follower in self._followers:
            while follower.step():
                pass
            assert not any(follower.behind().values())

    def close(self) -> None:
        """Close the databases."""
        for database in (self.installed.database, self._shared, self._others):
            database.close()

    @cached_property
    def _followers(self) -> list[Follower]:
        reactions = [Follower(each, self.installed.database, self._feed) for each in self.installed.reacting]
        return [*self.installed.following.followers.values(), *reactions]

    def _relay(self, store: EventStore, database: Database) -> None:
        relay = Relay(store, database, self._feed)
        while relay.step():
            pass


@contextmanager
def running(track: str, url: str, folder: Path, **settings: Any) -> Iterator[RunningTrack]:
    """Run one for a while."""
    service = RunningTrack(track, url, folder, **settings)
    try:
        yield service
    finally:
        service.close()
