"""What is found before anything is decided on a person: what goes on, and how long its files are kept."""

from collections.abc import Mapping, Sequence
from datetime import date

from casework.dates import years_after
from chronicle.decider import Decider, Reading
from chronicle.store.held import is_held
from chronicle.store.tables import event
from sqlalchemy import Connection, RowMapping, or_, select

from identification.cases.application.decider import OPEN_APPLICATION
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import HouseholdRegistered
from identification.cases.application.gather import application_decider
from identification.cases.household.gather import household_decider, is_registered, living_in
from identification.cases.person.commands import PersonCommand
from identification.cases.person.decider import KnownOfPerson, Person, about, claims, decide, evolve
from identification.cases.person.events import TYPES
from identification.cases.person.projections import applicants
from identification.histories import recorded
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
    home = [command.household_id] if command.household_id else []
    registered = any(is_registered(one, reading) for one in home)
    left = _left_on(command.person_id, reading)
    lived_in = [*home, *left]
    positions = applicants.read_at(reading.connection, [f"{household_decider.name}/{one}" for one in lived_in])
    rows = _applicants(command.person_id, home, left, reading)
    own = {row["application_id"]: row for row in rows}.values()
    together = {row["person_id"] for row in rows} | living_in(lived_in, reading)
    return KnownOfPerson(
        actor=reading.asked.actor,
        today=reading.asked.today,
        read_at=tuple(sorted({at for reached in positions.values() for at in reached})),
        applications=len(own),
        together_with=tuple(sorted(together - {command.person_id})),
        is_applying=is_applying or any(row["ending"] is None for row in own),
        is_registered=registered or any(row["ending"] == Ending.REGISTERED for row in own),
        kept_until=max((_kept_until(row, reading) for row in own if row["ended_on"]), default=None),
    )


def _applicants(
    person_id: str, home: Sequence[str], left: Mapping[str, date], reading: Reading
) -> Sequence[RowMapping]:
    """Read who was in each application whose files tell of somebody."""
    table = applicants.tables
    # Whoever came into a registered household is in no application, and its files tell of them all the same.
    of_them = or_(
        table.c.person_id == person_id,
        table.c.household_id.in_(home),
        table.c.application_id.in_(_registered_with(left, reading)),
    )
    mine = select(table.c.application_id).where(of_them)
    return reading.connection.execute(select(table).where(table.c.application_id.in_(mine))).mappings().all()


def _registered_with(left: Mapping[str, date], reading: Reading) -> list[str]:
    """Tell which applications of households had led to a registration when somebody left them; no later ones."""
    table = applicants.tables
    filed = select(table.c.application_id, table.c.household_id).where(table.c.household_id.in_(left)).distinct()
    streams = {f"{application_decider.name}/{row[0]}": row for row in reading.connection.execute(filed)}
    registered = select(event.c.stream, event.c.valid_on).where(
        event.c.stream.in_(streams), event.c.type == HouseholdRegistered.type
    )
    found = ((streams[stream], on) for stream, on in reading.connection.execute(registered))
    return [application for (application, household), on in found if on <= left[household]]


def _left_on(person_id: str, reading: Reading) -> dict[str, date]:
    """Tell on which day somebody left each household that they lived in and live in no more."""
    left: dict[str, date] = {}
    there = households_left(reading.connection, person_id)
    for household_id, history in recorded(household_decider, there, reading).items():
        household, lived = None, False
        for each in history:
            household = household_decider.evolve(household, each)
            lives = household is not None and any(one.person_id == person_id for one in household.living)
            if lived and not lives:
                left[household_id] = each.valid_on
            lived = lives
    return left


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
