"""A restored store records nothing before it has taken back what it recorded after its backup: else two histories."""

from sqlalchemy import Connection

from chronicle.refusals import Unavailable

NOT_ADOPTED = "restored, and has not adopted yet what it recorded since"
_HELD = ("event", "handled_command")
# Of the class that means "away": whoever asks is told to come again, and so is a reaction.
_REFUSE = f"""CREATE OR REPLACE FUNCTION restored_records_nothing() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE '{NOT_ADOPTED}' USING ERRCODE = 'object_not_in_prerequisite_state'; END $$"""


def hold(connection: Connection) -> None:
    """Have the store answer whatever it is to record as Unavailable, until it is released."""
    on_sqlite = connection.dialect.name == "sqlite"
    release(connection)
    if not on_sqlite:
        connection.exec_driver_sql(_REFUSE)
    does = (
        f"BEGIN SELECT RAISE(ABORT, '{NOT_ADOPTED}'); END"
        if on_sqlite
        else "EXECUTE FUNCTION restored_records_nothing()"
    )
    for table in _HELD:
        connection.exec_driver_sql(f"CREATE TRIGGER {table}_restored BEFORE INSERT ON {table} {does}")


def require_released(connection: Connection) -> None:
    """Refuse as Unavailable while it is held: whoever only looks something up is not refused by itself."""
    on_sqlite = connection.dialect.name == "sqlite"
    held = "sqlite_master WHERE name" if on_sqlite else "pg_trigger WHERE tgname"
    if connection.exec_driver_sql(f"SELECT 1 FROM {held} = '{_HELD[0]}_restored'").first():
        raise Unavailable


def release(connection: Connection) -> None:
    """Let it record again; nothing where it was not held."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS restored_records_nothing CASCADE")
        return
    for table in _HELD:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_restored")
