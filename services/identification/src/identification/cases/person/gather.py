"""What is found before anything is decided on a person: what goes on, and how long its files are kept."""

from collections.abc import Sequence
from datetime import date

from casework.dates import years_after
from chronicle.decider import Decider, Reading
from chronicle.store.held import is_held
from sqlalchemy import Connection, RowMapping, or_, select

from identification.cases.application.decider import OPEN_APPLICATION
from identification.cases.application.decisions.state import Ending
from identification.cases.household.gather import is_registered, living_in
from identification.cases.person.commands import PersonCommand
from identification.cases.person.decider import KnownOfPerson, Person, about, claims, decide, evolve
from identification.cases.person.events import TYPES
from identification.cases.person.projections import applicants
from identification.people.awaited import IDS, under
from identification.people.persons import HOUSEHOLD_LEFT


def gather(parts: Sequence[tuple[PersonCommand, Person | None]], reading: Reading) -> list[KnownOfPerson]:
    """Look for the applications somebody was ever in, and for what is open now."""
    return [_found(command, reading) for command, _ in parts]


def households_left(connection: Connection, person_id: str) -> list[str]:
    """Tell in which households somebody lived and lives no more."""
    return under(connection, HOUSEHOLD_LEFT, person_id, IDS)


def _found(command: PersonCommand, reading: Reading) -> KnownOfPerson:
    # Claims first: they are never behind, as the list of those who applied may be.
    is_applying = is_held(reading.connection, OPEN_APPLICATION, command.person_id)
    registered = bool(command.household_id) and is_registered(str(command.household_id), reading)
    subject = f"household/{command.household_id}"
    read_at = applicants.read_at(reading.connection, [subject])[subject] if command.household_id else ()
    table = applicants.tables
    lived_in = (
        [command.household_id] if command.household_id else households_left(reading.connection, command.person_id)
    )
    # Whoever came into a registered household is in no application, and its files tell of them all the same.
    of_them = or_(table.c.person_id == command.person_id, table.c.household_id.in_(lived_in))
    mine = select(table.c.application_id).where(of_them)
    rows = reading.connection.execute(select(table).where(table.c.application_id.in_(mine))).mappings().all()
    own = {row["application_id"]: row for row in rows}.values()
    together = {row["person_id"] for row in rows} | living_in(lived_in, reading)
    return KnownOfPerson(
        actor=reading.asked.actor,
        today=reading.asked.today,
        read_at=read_at,
        applications=len(own),
        together_with=tuple(sorted(together - {command.person_id})),
        is_applying=is_applying or any(row["ending"] is None for row in own),
        is_registered=registered or any(row["ending"] == Ending.REGISTERED for row in own),
        kept_until=max((_kept_until(row, reading) for row in own if row["ended_on"]), default=None),
    )


def _kept_until(row: RowMapping, reading: Reading) -> date:
    of = "registration" if row["ending"] == Ending.REGISTRATION_ENDED else "application"
    years = reading.value(f"retention_years_after_{of}_end", row["group_code"], reading.asked.today)
    return years_after(row["ended_on"], years)


person_decider: Decider[PersonCommand, Person | None, KnownOfPerson] = Decider(
    name="person",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    claims=claims,
    rules=("casework",),
)
