"""The tables every service has, alike on PostgreSQL and SQLite. Times are microseconds since 1970 (UTC)."""

from importlib.resources import files

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    insert,
)

from chronicle.messages import PARTITIONS

metadata = MetaData()
Id = Uuid(as_uuid=False).with_variant(String(36), "sqlite")

event = Table(
    "event",
    metadata,
    Column("partition", SmallInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("event_id", Id, nullable=False),
    Column("type", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("valid_on", Date, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("command_id", Id, nullable=False),
    Column("correlation_id", Id, nullable=False),
    Column("causation_id", Id),
    Column("traceparent", Text),
    Column("corrects", Text),
    Column("receipt", Text),
    Column("data", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("partition", "sequence"),
    # First, so that an append that comes twice is a version conflict.
    UniqueConstraint("stream", "version", name="event_stream_version"),
    UniqueConstraint("event_id", name="event_event_id"),
)

partition_head = Table(
    "partition_head",
    metadata,
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

handled_command = Table(
    "handled_command",
    metadata,
    Column("client", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("location", Text),
    Column("etag", Integer, nullable=False),
    Column("positions", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

claim = Table(
    "claim",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("stream", Text, nullable=False),
    sqlite_with_rowid=False,
)

follower_position = Table(
    "follower_position",
    metadata,
    Column("follower", Text, primary_key=True),
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    Column("source", Text, primary_key=True),
    Column("generation", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    comment="source '' counts feed offsets of a generation; a named source counts that service's own sequence",
)

follower_alarm = Table(
    "follower_alarm",
    metadata,
    Column("follower", Text, primary_key=True),
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    Column("source", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("event_id", Id),
    Column("reason", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
)

blocked_subject = Table(
    "blocked_subject",
    metadata,
    Column("follower", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("event_id", Id, nullable=False),
    Column("type", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("asked", Text),
    Column("why", Text),
    comment="subjects a follower leaves alone since one of their events failed; what an operator asked of it",
)

parked_event = Table(
    "parked_event",
    metadata,
    Column("follower", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Id, nullable=False),
    Column("event", Text, nullable=False),
    Column("left_out", Text),
    comment="what waits for a blocked subject, in order; or, with the operator's words, what was left out for good",
)

# What is kept of every follower, by its name.
OF_FOLLOWERS = (follower_position, follower_alarm, blocked_subject, parked_event)

lease = Table(
    "lease",
    metadata,
    Column("reader", Text, primary_key=True),
    Column("worker", Text, primary_key=True),
    Column("partitions", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    comment="which partitions each living worker has to itself, by the database's clock",
)

refused_reaction = Table(
    "refused_reaction",
    metadata,
    Column("reaction", Text, primary_key=True),
    Column("event_id", Id, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Index("refused_reaction_owner", "owner", "area"),
)

sealed_text = Table(
    "sealed_text",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Index("sealed_text_owner", "owner", "field"),
)

person_key = Table(
    "person_key",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("wrapped", LargeBinary),
    Column("state", Text, nullable=False),
)

access_log = Table(
    "access_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("text_id", Id),
    Index("access_log_owner", "owner", "at"),
)


def install(connection: Connection) -> None:
    """Create the tables, the partition heads, what keeps stored events as they are, and the append function."""
    metadata.create_all(connection)
    heads = [{"partition": p, "sequence": 0, "hash": bytes(32), "recorded_at": 0} for p in range(PARTITIONS)]
    connection.execute(insert(partition_head), heads)
    folder, dialect = files("chronicle.store"), connection.dialect.name
    for statement in folder.joinpath(f"{dialect}.sql").read_text("utf-8").split("\n\n"):
        connection.exec_driver_sql(statement)
    if dialect == "postgresql":
        connection.exec_driver_sql(folder.joinpath("append_events.sql").read_text("utf-8"))
