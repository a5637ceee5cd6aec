"""What is found before anything is decided on whoever objected: how that ended, and how long its files are kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from casework.dates import years_after
from chronicle.decider import Decider, Reading

from identification.cases.application.decisions.state import Application
from identification.cases.application.gather import application_decider
from identification.cases.household.gather import living_in
from identification.cases.objection.decider import Objection
from identification.cases.objection.gather import objection_decider
from identification.cases.objector.commands import ObjectorCommand
from identification.cases.objector.decider import KnownOfObjector, Objector, about, decide, evolve
from identification.cases.objector.events import TYPES
from identification.cases.person.gather import person_decider
from identification.cases.recheck.decider import Recheck
from identification.cases.recheck.gather import recheck_decider
from identification.histories import folded
from identification.people.vault import keys_of

_DECIDERS = {decider.name: decider for decider in (objection_decider, recheck_decider)}


def gather(parts: Sequence[tuple[ObjectorCommand, Objector | None]], reading: Reading) -> list[KnownOfObjector]:
    """Find what each decision needs."""
    return [_found(command, reading) for command, _ in parts]


def _found(command: ObjectorCommand, reading: Reading) -> KnownOfObjector:
    kind, _, case_id = command.owner.partition("/")
    case: Objection | Recheck = folded(_DECIDERS[kind], [case_id], reading)[case_id]
    rows = folded(application_decider, _rows(case), reading)
    ended_on = _ended_on(case, rows)
    living = living_in({row.filed.household_id for row in rows.values()}, reading)
    return KnownOfObjector(
        actor=reading.asked.actor,
        today=reading.asked.today,
        is_kept=command.owner in keys_of(reading.connection, [command.owner]),
        kept_until=_kept_until(ended_on, command.area, reading) if ended_on else None,
        holds=_holds(living.union(*(row.filed.member_ids for row in rows.values())), reading),
        stakeholders=tuple(sorted(living.union(*(row.stakeholders for row in rows.values())))),
    )


def _holds(members: Iterable[str], reading: Reading) -> int:
    """Count the legal holds on members of the households that were objected to or complained of."""
    return sum(len(person.holds) for person in folded(person_decider, members, reading).values() if person)


def _rows(case: Objection | Recheck) -> set[str]:
    if isinstance(case, Recheck):
        return {case.opened.application_id}
    return {*case.received.held} | ({case.received.application_id} if case.received.application_id else set())


def _ended_on(case: Objection | Recheck, rows: Mapping[str, Application]) -> date | None:
    if isinstance(case, Recheck):
        return case.concluded_on or (case.opened_on if case.opened.repeats else None)
    held = [rows[one] for one in case.received.held]
    holds = case.holds(held)
    if case.resolved_on is None and holds is False:
        return max(application.previous_on for application in held)
    if holds:
        return None
    # What was answered before is not answered again.
    return case.resolved_on or (case.received_on if case.received.repeats else None)


def _kept_until(ended_on: date, area: str, reading: Reading) -> date:
    years = reading.value("retention_years_after_objection_end", area, reading.asked.today)
    return years_after(ended_on, years)


objector_decider: Decider[ObjectorCommand, Objector | None, KnownOfObjector] = Decider(
    name="objector",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    rules=("casework",),
)
