"""One installation of one service: what its api, its worker and the embedded edition are made of."""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, SecretsSettingsSource, SettingsConfigDict
from sqlalchemy import Connection, Table, make_url, select

from chronicle.area_codes import as_recorded
from chronicle.clock import Clock, SystemClock
from chronicle.feed import Feed, nothing
from chronicle.feed.opening import open_feed
from chronicle.following import Follower, Following, HeardAreaCodes, Loops, Passing, Projection, Reacting, Reaction
from chronicle.following.loops import TOLD
from chronicle.handling import Handler
from chronicle.migrating import upgrade
from chronicle.policy import Policy
from chronicle.principal import NotYourSubstitution, Principal, Verifier
from chronicle.relay import Relay
from chronicle.sealing import keyed_digest
from chronicle.store import OF_AN_API, Database, EventStore, Limits, open_store
from chronicle.store.tables import partition_head
from chronicle.web import Edge, ServiceApp, service_app
from chronicle.web.logs import log_as_json
from chronicle.web.workers import serve_health

SECRETS = Path("/run/secrets")
_THOUGHT_OF = ("change", "example", "insert", "password", "placeholder", "postgres", "secret", "0123456789")
_SHORTEST = 16
RELAYING, FOLLOWING = 0.02, 0.1  # seconds between looks for what the API recorded
NOTING = 0.25  # seconds after which a relay notes how far it sent
_FEWEST_DISTINCT, _FEWEST_DISTINCT_DIGITS = 12, 8
_DIGITS = re.compile("[0-9a-fA-F-]{32,}")

Substitute = Callable[[Connection, Principal, str, date], Principal]


class ServiceSettings(BaseSettings):
    """Where things are and whom to trust, said by the environment or by files in ``/run/secrets`` named alike.

    ``feed_url`` is where the shared history is, a Kafka topic or a database; ``health_port`` where a worker tells how
    it is. A secret that looks like a placeholder is refused, and no refusal shows one.
    """

    model_config = SettingsConfigDict(secrets_dir=SECRETS if SECRETS.is_dir() else None, hide_input_in_errors=True)

    database_url: str = Field(repr=False)
    feed_url: str | None = Field(default=None, repr=False)
    policy_folder: Path
    issuer: str
    audience: str = "yihu"
    jwks_file: Path
    service_credential: SecretStr = Field(min_length=32)
    health_port: int | None = None

    @classmethod
    def are_said(cls) -> bool:
        """Tell whether the environment or a file says where the database is."""
        return any("database_url" in source() for source in (EnvSettingsSource(cls), SecretsSettingsSource(cls)))

    @field_validator("database_url", "service_credential")
    @classmethod
    def _is_drawn_at_random(cls, given: str | SecretStr) -> str | SecretStr:
        url = None if isinstance(given, SecretStr) else make_url(given)
        secret = given.get_secret_value() if isinstance(given, SecretStr) else url and url.password
        if secret is not None and (is_placeholder(str(secret)) or (url and url.username == secret)):
            raise ValueError("this secret was not drawn at random; `yihu init` draws one")
        return given


def is_placeholder(secret: str) -> bool:
    """Tell a secret that somebody thought of from one that was drawn, in hexadecimal digits or more characters."""
    fewest = _FEWEST_DISTINCT_DIGITS if _DIGITS.fullmatch(secret) else _FEWEST_DISTINCT
    thought_of = any(word in secret.lower() for word in _THOUGHT_OF)
    return len(secret) < _SHORTEST or len(set(secret)) < fewest or thought_of


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What every process stands on; each part is made when first asked for.

    ``substitute`` gives a caller as the substitute that a substitution makes them on a day, or refuses. ``limits``
    say what it may have of its database.
    """

    settings: ServiceSettings
    alembic_ini: Path
    clock: Clock = field(default_factory=SystemClock)
    substitute: Substitute | None = None
    limits: Limits = OF_AN_API

    def stand_in(self, caller: Principal, substitution: str) -> Principal:
        """The caller as the substitute that a substitution makes them today; refused as NotYourSubstitution."""
        if self.substitute is None:
            raise NotYourSubstitution
        with self.database.reading() as connection:
            return self.substitute(connection, caller, substitution, self.clock.today())

    @cached_property
    def database(self) -> Database:
        """Where everything of this service is kept."""
        return Database(self.settings.database_url, limits=self.limits)

    @cached_property
    def policy(self) -> Policy:
        """Its rules and numbers."""
        return Policy.load(self.settings.policy_folder)

    @cached_property
    def verifier(self) -> Verifier:
        """Whose tokens it trusts."""
        jwks = json.loads(self.settings.jwks_file.read_bytes())
        return Verifier(jwks, self.settings.issuer, self.settings.audience, self.clock)

    def fingerprint(self, content: bytes) -> bytes:
        """A keyed fingerprint."""
        secret = self.settings.service_credential.get_secret_value().encode()
        return keyed_digest(secret, b"fingerprint " + content)

    def migrate(self) -> None:
        """Bring the database up to date."""
        upgrade(self.database, self.alembic_ini)


def work(setup: Setup, loops: Loops, store: EventStore | None = None) -> None:
    """Be a worker: run the loops until told to stop, and tell at the health port how they are."""
    log_as_json()
    if setup.settings.health_port:
        serve_health(loops, setup.database, setup.settings.health_port, store)
    loops.run_until_stopped()


@dataclass(frozen=True, kw_only=True)
class Installation(Setup):
    """A service that records, as its settings say; ``replacements`` keep what it hears of area codes, if it does.

    ``takes_backfill`` says whether its deciders know backfill runs.
    """

    source: str
    projections: Sequence[Projection[Any]]
    replacements: Projection[Table] | None = None
    reactions: Sequence[Reaction] = ()
    takes_backfill: bool = False

    @cached_property
    def codes(self) -> HeardAreaCodes | None:
        """What it has heard of area codes."""
        return HeardAreaCodes(self.database, self.replacements) if self.replacements else None

    def migrate(self) -> None:
        """Bring the database up to date, with what nobody is let in without."""
        super().migrate()
        if self.codes:
            self.codes.open()

    @cached_property
    def store(self) -> EventStore:
        """Its events."""
        return open_store(self.database, self.source)

    @cached_property
    def handler(self) -> Handler:
        """The only way anything changes."""
        return Handler(self.store, self.database, self.policy, self.codes or as_recorded)

    @cached_property
    def following(self) -> Following:
        """Its projections."""
        projections = (*self.projections, self.replacements) if self.replacements else self.projections
        return Following(self.database, projections, self.store, self.feed)

    @cached_property
    def feed(self) -> Callable[[], Feed] | None:
        """How a loop opens the feed for itself."""
        url = self.settings.feed_url
        return (lambda: open_feed(url, self.limits)) if url else None

    @cached_property
    def reacting(self) -> Sequence[Reacting]:
        """Its reactions, at work."""
        return [Reacting(reaction, self.handler, self.clock) for reaction in self.reactions]

    @cached_property
    def acting(self) -> Sequence[Follower]:
        """What follows the feed for its reactions; nothing where there is no feed."""
        return [reacting.follower(self.feed()) for reacting in self.reacting] if self.feed else []

    @property
    def followers(self) -> Mapping[str, Follower]:
        """What follows its store or the feed, each called after it."""
        every = (*self.following.followers.values(), *self.acting)
        return {f"{self.source}/{follower.name}": follower for follower in every}

    @property
    def after_recording(self) -> Collection[str]:
        """The loops with work to do once something was recorded here."""
        own = [name for name, follower in self.followers.items() if follower.log is self.store]
        return [*own, f"{self.source}/relay"] if self.feed else own

    @property
    def after_sending(self) -> Collection[str]:
        """The loops with work to do once anybody's relay sent something."""
        return self.followers.keys() - {*self.after_recording}

    def behind(self) -> Mapping[str, int]:
        """How many events each follower, called after it, has still to take."""
        return {name: sum(follower.behind().values()) for name, follower in self.followers.items()}

    def lacks_events(self, meanwhile: Callable[[], object] = nothing) -> bool:
        """Tell whether the feed holds events of this service that its store lacks: restored, and not adopted yet."""
        if self.feed is None:
            return False
        with closing(self.feed()) as feed:
            return Relay(self.store, self.database, feed).lacks_events(meanwhile)

    def app(self, routers: Sequence[APIRouter], *given: object) -> ServiceApp:
        """Put its API together from the routers of its resources and what they work with."""
        edge = Edge(
            verifier=self.verifier,
            clock=self.clock,
            fingerprint=self.fingerprint,
            ready=self._read_something,
            wait_for=lambda positions, seconds: self.following.wait_for(positions, seconds=seconds),
            handler=self.handler,
            codes=self.codes,
            given=(self.database, self.handler, *given),
            stand_in=self.stand_in,
            takes_backfill=self.takes_backfill,
        )
        edge.metrics.registry.register(self.store.appending)
        return service_app(self.source, routers, edge, prefix=f"/api/{self.source}/v1")

    def add_loops(self, loops: Loops, wakes: Collection[str] = ()) -> None:
        """Add its loops, each called after it; what is recorded here wakes some, its relay those named."""
        followers, passing = self.followers, f"{self.source}/passing"
        for name, follower in followers.items():
            loops.follow(name, follower, [passing])
        loops.add(passing, Passing(self.database, followers.values()).step, every=TOLD)
        if self.feed:
            loops.follow(f"{self.source}/relay", Relay(self.store, self.database, self.feed(), NOTING), wakes)
        self.store.tell(partial(loops.hint, *self.after_recording))

    def close(self) -> None:
        """Close its database and the feeds its followers opened."""
        self.following.close()
        for follower in self.acting:
            follower.close()
        self.database.close()

    def run_worker(self) -> None:
        """Follow, react and relay until told to stop; every loop opens what it needs, none waits for another's."""
        loops = Loops()
        self.add_loops(loops)
        relay, own = f"{self.source}/relay", {*self.after_recording}
        loops.look_for(own & {relay}, f"{self.source}/news", self.store.heads, RELAYING)
        # As many as they are they would hold up the relay: what comes within a moment they take at once.
        loops.look_for(own - {relay}, f"{self.source}/own-news", self.store.heads, FOLLOWING)
        work(self, loops, self.store)

    def _read_something(self) -> None:
        with self.database.reading() as connection:
            connection.execute(select(partition_head.c.sequence)).first()
