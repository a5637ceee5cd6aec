"""What the api, the worker and the embedded edition of this service are made of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from chronicle import migrating
from chronicle.clock import Clock, SystemClock
from chronicle.handling import Handler
from chronicle.policy import Policy
from chronicle.sealing import MasterKey, Sealer
from chronicle.store import Database, open_store
from sqlalchemy import Connection

from identification.people.reading import PeopleReader
from identification.people.vault import Vault
from identification.settings import MASTER_KEY, Settings

SOURCE = "identification"
ALEMBIC_INI = Path(__file__).parents[2] / "alembic.ini"


@dataclass(frozen=True, slots=True)
class Service:
    """One running service, whichever process it is in."""

    settings: Settings
    clock: Clock
    database: Database
    handler: Handler
    sealer: Sealer
    vault: Vault
    reader: PeopleReader

    def migrate(self) -> None:
        """Bring the database up to date."""
        migrating.upgrade(self.database, ALEMBIC_INI)


def compose(settings: Settings, clock: Clock | None = None) -> Service:
    """Put the service together as the settings say; opens connections only when they are used."""
    clock = clock or SystemClock()
    database = Database(settings.database_url)
    store = open_store(database, SOURCE)
    sealer = Sealer(_master_key(settings))
    return Service(
        settings=settings,
        clock=clock,
        database=database,
        handler=Handler(store, database, Policy.load(settings.policy_folder)),
        sealer=sealer,
        vault=Vault(database, store, sealer, invented_people=settings.invented_people),
        reader=PeopleReader(database, sealer, _areas_of, clock),
    )


def _master_key(settings: Settings) -> MasterKey:
    if settings.master_key_file:
        return MasterKey.from_file(settings.master_key_file, demo=settings.invented_people)
    return MasterKey.from_environment(MASTER_KEY, demo=settings.invented_people)


def _areas_of(_connection: Connection, _person_ids: Collection[str]) -> Mapping[str, Collection[str]]:
    return {}
