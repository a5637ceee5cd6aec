"""Making a backup: every service as it is at one moment, its files after it, and what all that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from chronicle.installation import Installation
from chronicle.store.tables import event
from gateway.service import Service as Gateway
from identification.files.storage import FolderStorage, NoStorage, StorageAway
from identification.service import Service as Identification
from sqlalchemy import select

from yihu.backup import postgres, sqlite
from yihu.backup.manifest import Backed, Manifest
from yihu.backup.refused import BackupRefused
from yihu.backup.whole import digests, whole

Services = Mapping[str, Gateway | Installation]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How PostgreSQL is dumped and restored: so many tables at once, by the programs in a folder if it is named."""

    jobs: int
    programs: Path | None = None


def back_up(services: Services, place: Path, how: How) -> Manifest:
    """Back services up into a new folder while they serve; the gateway last, so that its history lacks least."""
    with whole(place) as folder:
        backed = {name: _backed(name, services[name], folder, how) for name in in_order(services)}
        manifest = Manifest(made_at=datetime.now(UTC), release=version("yihu"), services=backed)
        manifest = manifest.model_copy(update={"files": digests(folder, *services)})
        manifest.write(folder)
    return manifest


def in_order(services: Services) -> list[str]:
    """Their names, the gateway's last."""
    return sorted(services, key=lambda name: (isinstance(services[name], Gateway), name))


def database_in(folder: Path, name: str, *, on_sqlite: bool) -> Path:
    """Where the database of a service is in a backup."""
    return folder / name / ("database.db" if on_sqlite else "database")


def evidence_in(folder: Path, name: str) -> Path:
    """Where its files are."""
    return folder / name / "evidence"


def _backed(name: str, service: Gateway | Installation, folder: Path, how: How) -> Backed:
    source = service.source if isinstance(service, Installation) else None
    database = service.database
    place = database_in(folder, name, on_sqlite=database.is_sqlite)
    place.parent.mkdir()
    said: dict[str, Any]
    if database.is_sqlite:
        said = sqlite.dump(database, source, place)
    else:
        said = postgres.dump(database, source, place, how.jobs, how.programs)
    # A file without its event is swept one day; an event without its file would be a loss.
    return Backed(**said, evidence=_files(service, evidence_in(folder, name)))


def _files(service: Gateway | Installation, place: Path) -> Any:
    if not isinstance(service, Identification) or isinstance(service.storage, NoStorage):
        return "none"
    if not isinstance(service.storage, FolderStorage):
        return "in a bucket"
    storage = service.storage
    if not storage.folder.is_dir() and _names_files(service):
        told = "mount it, or make it if its files are lost for good"
        raise BackupRefused(f"there is no folder {storage.folder}, and evidence was attached: {told}")
    try:
        swept = [kept.name for kept in storage.kept() if not _copied(storage, kept.name, place)]
        missing = {*swept} & {kept.name for kept in storage.kept()}
    except StorageAway:
        told = "make the backup as the user whose they are"
        raise BackupRefused(f"a folder in {storage.folder} cannot be read, and holds evidence files: {told}") from None
    if missing:
        raise BackupRefused(f"evidence files that are there and cannot be read: {len(missing)}")
    return "here"


def _names_files(service: Identification) -> bool:
    attached = select(event.c.event_id).where(event.c.stream.startswith("evidence/")).limit(1)
    with service.database.reading() as connection:
        return connection.execute(attached).first() is not None


def _copied(storage: FolderStorage, name: str, place: Path) -> bool:
    try:
        content = storage.get(name)
    except StorageAway:
        return False
    file = place / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return True
