"""Restoring a backup: everything is looked at before anything is touched, and nothing is ever overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from chronicle.feed.embedded import renew
from chronicle.installation import Installation
from chronicle.sealing import MasterKeyUnfit, SealBroken
from chronicle.store import Database
from chronicle.store.restored import hold
from chronicle.verification import verify
from gateway.service import Service as Gateway
from identification.files.storage import NoStorage, Storage
from identification.service import Service as Identification
from sqlalchemy import insert

from yihu.backup import postgres, sqlite
from yihu.backup.making import How, Services, database_in, evidence_in, in_order
from yihu.backup.manifest import REVISION, Backed, Manifest, described
from yihu.backup.refused import BackupRefused
from yihu.backup.whole import require_as_made

ALL_THE_SAME = "--without-key restores all the same"


def restore(services: Services, folder: Path, how: How, *, with_key: bool = True) -> Manifest:
    """Bring services back from a backup into empty databases; those that record are held until they have adopted.

    ``with_key`` refuses a backup of which the master key said opens nothing.
    """
    manifest = Manifest.read(folder)
    if others := sorted(services.keys() - manifest.services.keys()):
        raise BackupRefused(f"{folder} holds no backup of {others[0]}; it is of {', '.join(sorted(manifest.services))}")
    every = [_One(services, name, manifest.services[name], folder, how) for name in in_order(services)]
    for one in every:
        one.require_fit()
    require_as_made(folder, manifest, *services)
    for one in every:
        one.require_room()
        if with_key:
            one.require_key()
        _ = one.programs
    for one in every:
        one.restore()
    return manifest


@dataclass(frozen=True)
class _One:
    services: Services
    name: str
    backed: Backed
    folder: Path
    how: How

    @property
    def service(self) -> Gateway | Installation:
        """The one of these services."""
        return self.services[self.name]

    def require_fit(self) -> None:
        source = self.service.source if isinstance(self.service, Installation) else None
        if self.backed.source != source:
            raise BackupRefused(f"this is no backup of {self.name}: its events are of {self.backed.source}")
        if (self.backed.database == "sqlite") is not self._database.is_sqlite:
            raise BackupRefused(f"{self.name} was backed up from {self.backed.database}, and is on another here")
        try:
            ScriptDirectory.from_config(Config(self.service.alembic_ini)).get_revision(self.backed.revision)
        except CommandError:
            raise BackupRefused(
                f"{self.name} was backed up by a later release: its database is of revision {self.backed.revision}"
            ) from None

    def require_room(self) -> None:
        if not self._is_empty():
            raise BackupRefused(f"the database of {self.name} is not empty, and restoring overwrites nothing")
        if self._files and isinstance(self._storage, NoStorage):
            raise BackupRefused("there are evidence files in the backup, and no place for them is said")
        there = self._there if self._files else set()
        others = [each for each in self._files if each in there and self._storage.get(each) != self._content(each)]
        if others:
            raise BackupRefused(f"evidence files that are there, and are others than those backed up: {len(others)}")

    def require_key(self) -> None:
        if self.backed.key_sample is None or not isinstance(self.service, Identification):
            return
        try:
            self.service.sealer.seal(self.backed.key_sample.key, "sample", "")
        except (MasterKeyUnfit, OSError):
            said = "no master key is said, and without the one it was sealed under no name opens"
            raise BackupRefused(f"{said}; {ALL_THE_SAME}") from None
        except SealBroken:
            said = "the master key is not the one it was sealed under, and no name opens with it"
            raise BackupRefused(f"{said}; {ALL_THE_SAME}") from None

    @cached_property
    def programs(self) -> Path:
        """Where those of PostgreSQL are that will do."""
        if self._database.is_sqlite:
            return Path()
        with self._database.reading() as connection:
            server = postgres.server_of(connection)
        if server < (self.backed.server or 0):
            raise BackupRefused(f"the backup is of PostgreSQL {self.backed.server}, and the server is older: {server}")
        return postgres.programs_for(max(server, self.backed.programs or 0), self.how.programs)[1]

    def restore(self) -> None:
        there = self._there if self._files else set()
        for each in self._files:
            if each not in there:
                self._storage.put(each, self._content(each))
        place = database_in(self.folder, self.name, on_sqlite=self._database.is_sqlite)
        if self._database.is_sqlite:
            with sqlite.restoring(self._database, place) as restored:
                self._take_into_use(restored)
            return
        postgres.load(self._database, place, self.how.jobs, self.programs)
        self._take_into_use(self._database)

    def _take_into_use(self, restored: Database) -> None:
        records = isinstance(self.service, Installation)
        if records and (findings := verify(restored)):
            raise BackupRefused(f"what was restored of {self.name} is not what was recorded: {findings[0]}")
        with restored.writing() as connection:
            found = described(connection, None)
            if found["rows"] != self.backed.rows or found["ends"] != self.backed.ends:
                raise BackupRefused(f"what was restored of {self.name} is not what was backed up")
            if records and self.service.settings.feed_url:
                hold(connection)
        if not records:
            # Whoever read this history further than it reaches now reads it again; not those of this very backup, nor
            # those of a topic: their positions are of that.
            renew(restored, [each.database for each in self.services.values() if each is not self.service])
        if not restored.is_sqlite:
            # Last: without it nobody takes into use what was broken off.
            with restored.writing() as connection:
                connection.execute(insert(REVISION).values(version_num=self.backed.revision))
                connection.exec_driver_sql("ANALYZE")

    def _is_empty(self) -> bool:
        if self._database.is_sqlite:
            return sqlite.is_empty(self._database)
        with self._database.reading() as connection:
            return postgres.is_empty(connection)

    @property
    def _database(self) -> Database:
        return self.service.database

    @cached_property
    def _files(self) -> Mapping[str, Path]:
        below = evidence_in(self.folder, self.name)
        return {path.relative_to(below).as_posix(): path for path in below.rglob("*") if path.is_file()}

    @property
    def _storage(self) -> Storage:
        if not isinstance(self.service, Identification):
            raise BackupRefused(f"{self.name} keeps no files")
        return self.service.storage

    @property
    def _there(self) -> set[str]:
        return {kept.name for kept in self._storage.kept()}

    def _content(self, name: str) -> bytes:
        return self._files[name].read_bytes()
