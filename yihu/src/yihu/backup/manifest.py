"""What a backup says of itself: what it is of, how far it reaches, and the digest of every file in it."""

from base64 import b64decode, b64encode
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from chronicle.feed.embedded import HISTORY, history
from chronicle.feed.positions import FEED
from chronicle.sealing import PersonKey
from chronicle.store import tables
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError
from sqlalchemy import Column, Connection, MetaData, Table, Text, func, inspect, select, table

from yihu.backup.refused import BackupRefused

FORMAT = 1
NAME = "manifest.json"
# Alembic's own table: a restored database says last of which revision it is, and is of none before that.
REVISION = Table("alembic_version", MetaData(), Column("version_num", Text))

Base64 = Annotated[
    bytes,
    BeforeValidator(lambda given: b64decode(given) if isinstance(given, str) else given),
    PlainSerializer(lambda value: b64encode(value).decode()),
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class End(_Part):
    """The last sequence and hash of one partition."""

    sequence: int
    hash: str


class File(_Part):
    """One file of the backup."""

    bytes: int
    sha256: str


class KeySample(_Part):
    """One key as it is stored, wrapped: it tells whether a master key is the one that all was sealed under."""

    owner: str
    wrapped: Base64

    @property
    def key(self) -> PersonKey:
        """The key it is of."""
        return PersonKey(self.owner, self.wrapped)


class Backed(_Part):
    """One service at the moment of its backup; ``source`` is what its events name, nothing for the gateway.

    ``ends`` are those of its own events or, of the gateway, of the shared history. ``server`` and ``programs`` are
    major versions of PostgreSQL.
    """

    database: Literal["postgresql", "sqlite"]
    source: str | None
    revision: str
    rows: dict[str, int]
    ends: dict[int, End]
    key_sample: KeySample | None
    server: int | None = None
    programs: int | None = None
    evidence: Literal["here", "in a bucket", "none"] = "none"

    @property
    def events(self) -> int:
        """How many events it holds."""
        return sum(end.sequence for end in self.ends.values())


class Manifest(_Part):
    """All of one backup."""

    format: int = FORMAT
    made_at: datetime
    release: str
    services: dict[str, Backed]
    files: dict[str, File] = Field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read what a backup says; BackupRefused where it is none, or one of another format."""
        try:
            written = (folder / NAME).read_text("utf-8")
        except OSError:
            raise BackupRefused(f"there is no whole backup in {folder}: it has no {NAME}") from None
        try:
            found = _Format.model_validate_json(written).format
            if found != FORMAT:
                raise BackupRefused(f"{folder} is a backup of format {found}; this release reads format {FORMAT}")
            return cls.model_validate_json(written)
        except ValidationError:
            raise BackupRefused(f"{folder / NAME} is torn, or was changed") from None

    def write(self, folder: Path) -> None:
        """Write it."""
        (folder / NAME).write_text(f"{self.model_dump_json(indent=1)}\n", "utf-8")


class _Format(BaseModel):
    format: int


def described(connection: Connection, source: str | None) -> dict[str, Any]:
    """What a manifest says of one database, all of it as this connection's transaction sees it."""
    there = sorted(set(inspect(connection).get_table_names()) - {REVISION.name})
    if tables.follower_position.name not in there:
        raise BackupRefused("there is no database of a service: nothing was ever installed in it")
    counted = select(func.count())
    return {
        "database": connection.dialect.name,
        "source": source,
        "revision": connection.execute(select(REVISION.c.version_num)).scalar_one_or_none(),
        "rows": {name: connection.scalar(counted.select_from(table(name))) for name in there},
        "ends": ends(connection),
        "key_sample": _key_sample(connection) if tables.person_key.name in there else None,
    }


def ends(connection: Connection) -> dict[int, End]:
    """How far the events of a store, or the shared history, reach in each partition."""
    there = inspect(connection).get_table_names()
    if history.name in there:
        held = tables.follower_position.c
        query = select(held.partition, held.sequence, held.hash).where(held.follower == HISTORY, held.source == FEED)
    else:
        heads = tables.partition_head.c
        query = select(heads.partition, heads.sequence, heads.hash)
    return {row[0]: End(sequence=row[1], hash=row[2].hex()) for row in connection.execute(query)}


def _key_sample(connection: Connection) -> KeySample | None:
    keys = tables.person_key.c
    active = select(keys.owner, keys.wrapped).where(keys.state == "active", keys.wrapped.is_not(None)).limit(1)
    row = connection.execute(active).one_or_none()
    return KeySample(owner=row.owner, wrapped=row.wrapped) if row else None
