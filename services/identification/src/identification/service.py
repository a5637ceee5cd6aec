"""What the api, the worker and the embedded edition of this service are made of."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from chronicle.clock import Clock, SystemClock
from chronicle.following import Following, Projection
from chronicle.handling import Handler
from chronicle.migrating import upgrade
from chronicle.policy import Policy
from chronicle.principal import Verifier
from chronicle.sealing import MasterKey, Sealer
from chronicle.store import Database, EventStore, open_store

from identification.cases.application.projections import applications, late_entries, registered_households
from identification.cases.area.projections import areas
from identification.cases.group_meeting.projections import group_meetings
from identification.cases.public_notice.projections import public_notices
from identification.cases.review_round.projections import review_rounds
from identification.cases.village_verification.projections import village_verifications
from identification.people.reading import VaultReader
from identification.people.vault import Vault
from identification.settings import MASTER_KEY, Settings

SOURCE = "identification"
ALEMBIC_INI = Path(__file__).parents[2] / "alembic.ini"
PROJECTIONS: tuple[Projection[Any], ...] = (
    areas,
    applications,
    registered_households,
    late_entries,
    group_meetings,
    public_notices,
    village_verifications,
    review_rounds,
)


@dataclass(frozen=True)
class Service:
    """One installation of the service, put together as its settings say; each part is made when first asked for."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)

    @cached_property
    def database(self) -> Database:
        """Where everything of this service is kept."""
        return Database(self.settings.database_url)

    @cached_property
    def store(self) -> EventStore:
        """Its events."""
        return open_store(self.database, SOURCE)

    @cached_property
    def handler(self) -> Handler:
        """The only way anything changes."""
        return Handler(self.store, self.database, Policy.load(self.settings.policy_folder))

    @cached_property
    def sealer(self) -> Sealer:
        """Seals and opens under the master key."""
        file, demo = self.settings.master_key_file, self.settings.invented_people
        if file:
            return Sealer(MasterKey.from_file(file, demo=demo))
        return Sealer(MasterKey.from_environment(MASTER_KEY, demo=demo))

    @cached_property
    def vault(self) -> Vault:
        """Where people are recorded."""
        return Vault(self.database, self.store, self.sealer, invented_people=self.settings.invented_people)

    @cached_property
    def reader(self) -> VaultReader:
        """Where people are read about."""
        return VaultReader(self.database, self.sealer, self.clock)

    @cached_property
    def following(self) -> Following:
        """Its projections; all of them follow its own store."""
        return Following(self.database, PROJECTIONS, self.store, None)

    @cached_property
    def verifier(self) -> Verifier:
        """Whose tokens it trusts."""
        jwks = json.loads(self.settings.jwks_file.read_bytes())
        return Verifier(jwks, self.settings.issuer, self.settings.audience, self.clock)

    def migrate(self) -> None:
        """Bring the database up to date."""
        upgrade(self.database, ALEMBIC_INI)
