"""A village that is backed up and restored into another database, and where the databases and programs for that are."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from canaries import Canaries
from chronicle.feed.embedded import EmbeddedFeed, install_history
from chronicle.relay import Relay
from chronicle.store import Database
from erasing import Couple, couple
from huangxi import Huangxi, accepted, huangxi
from identification.service import Service
from papers import attach, photo
from private_postgres import Cluster, installations
from serving import typed
from yihu.backup.making import How, Services, back_up
from yihu.backup.manifest import Manifest
from yihu.backup.restoring import restore


@dataclass
class Databases:
    """Empty databases of one kind, by number; of PostgreSQL, with the programs of its version."""

    url: Callable[[], str]
    how: How


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Databases]:
    """Files of SQLite."""
    names = iter(range(100))
    yield Databases(lambda: f"sqlite:///{folder / f'database-{next(names)}.db'}", How(jobs=1))


@contextmanager
def on_postgres(server: Cluster) -> Iterator[Databases]:
    """Databases of one server."""
    given = []

    def url() -> str:
        given.append(server.database())
        return given[-1].__enter__()

    try:
        yield Databases(url, How(jobs=2, programs=installations()[server.major] / "bin"))
    finally:
        for each in given:
            each.__exit__(None, None, None)


@dataclass
class BackedUp:
    """A village with a couple that applied and brought a photo, and what it shares its events in."""

    village: Huangxi
    couple: Couple
    folder: Path
    history: str
    databases: Databases

    @property
    def services(self) -> Services:
        """The one service, as commands know it."""
        return {"identification": self.village.service}

    @property
    def place(self) -> Path:
        """Where its backup is."""
        return self.folder / "backups" / "monday"

    def back_up(self) -> Manifest:
        """Make a backup of it."""
        return back_up(self.services, self.place, self.databases.how)

    def share(self) -> None:
        """Send what was recorded to the shared history."""
        with closing(Database(self.history)) as database:
            relay = Relay(self.village.service.store, self.village.service.database, EmbeddedFeed(database))
            while relay.step():
                pass

    def empty(self, **settings: Any) -> Service:
        """The same service on an empty database and folder."""
        said = {"database_url": self.databases.url(), "evidence_url": f"file://{self.folder}/restored/evidence"}
        here = self.village.service
        return replace(here, settings=here.settings.model_copy(update=said | settings))

    def restore(self, service: Service, **how: Any) -> Manifest:
        """Restore it there."""
        with closing(service.database):
            return restore({"identification": service}, self.place, self.databases.how, **how)

    def adopt(self, service: Service) -> str:
        """What an operator types; what is said."""
        where = ("--database", service.settings.database_url, "--feed", self.history)
        code, said = typed("store", "adopt", "identification", *where)
        assert code == 0, said
        return said

    @contextmanager
    def serving(self, service: Service) -> Iterator[Huangxi]:
        """Run what was restored."""
        folder = self.folder / "restored"
        folder.mkdir(exist_ok=True)
        names = ("feed_url", "master_key_file", "evidence_url")
        settings = {name: getattr(service.settings, name) for name in names}
        with huangxi(service.settings.database_url, folder, is_new=False, **settings) as village:
            village.catch_up()
            yield village


@contextmanager
def backed_up(databases: Databases, folder: Path) -> Iterator[BackedUp]:
    """Run a village that can be backed up; all it recorded is shared."""
    history = f"sqlite:///{folder / 'history.db'}"
    with closing(Database(history)) as database, database.writing() as connection:
        install_history(connection)
    first = folder / "first"
    first.mkdir()
    with huangxi(databases.url(), first, feed_url=history) as village:
        two = couple(village, Canaries())
        accepted(attach(village, two.application_id, photo()))
        two.withdraw()
        village.catch_up()
        made = BackedUp(village, two, folder, history, databases)
        made.share()
        yield made


def leave(database: Database) -> None:
    """Remove a database of SQLite and what lies beside it."""
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{database.url.database}{end}").unlink()
