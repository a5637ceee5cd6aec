"""What is found before a re-check is opened or concluded: how the household stands, and who had a part in that."""

from collections.abc import Sequence
from typing import Any

from casework.dates import KnownOfDate, require_order
from casework.steps import StepKind
from chronicle.decider import Decider, Reading
from chronicle.store.tables import claim
from sqlalchemy import select

from identification.cases.application.decisions.objections import body_above, said_of_application
from identification.cases.application.decisions.reconsideration import REQUEST_DAYS, last_day_to_ask
from identification.cases.application.decisions.rows import NotInThisArea
from identification.cases.application.decisions.state import Application, Ending
from identification.cases.application.gather import application_decider
from identification.cases.backfill_run.gather import found_of_date
from identification.cases.household.gather import living_in
from identification.cases.recheck.commands import ConcludeRecheck, OpenRecheck, RecheckCommand
from identification.cases.recheck.decider import (
    COMPLAINT,
    KnownOfConclusion,
    KnownOfHousehold,
    Recheck,
    RecheckUnknown,
    about,
    claims,
    decide,
    evolve,
)
from identification.cases.recheck.events import TYPES
from identification.histories import folded


def gather(parts: Sequence[tuple[RecheckCommand, Recheck | None]], reading: Reading) -> list[KnownOfDate]:
    """Find what each decision needs."""
    return [_found(command, recheck, reading) for command, recheck in parts]


def _found(command: RecheckCommand, recheck: Recheck | None, reading: Reading) -> KnownOfDate:
    require_order(command.on, reading.asked.today)
    match command:
        case OpenRecheck(application_id=application_id):
            return _found_of_household(command, _application(application_id, reading), reading)
        case ConcludeRecheck():
            if recheck is None:
                raise RecheckUnknown
            application = _application(recheck.opened.application_id, reading)
            concluding = {*command.performed_by, reading.asked.actor.person}
            own = application.stakeholders | living_in([application.filed.household_id], reading)
            return KnownOfConclusion(
                **_usual(command, application, reading),
                is_open=application.ending is None,
                may_reopen=_may_reopen(application, reading),
                took_part=tuple(sorted(concluding & application.participants)),
                have_stake=tuple(sorted(concluding & own)),
            )


def _found_of_household(command: OpenRecheck, application: Application, reading: Reading) -> KnownOfHousehold:
    filed = application.filed
    reviews = [step for step in application.chain.steps if step.kind is StepKind.REVIEW]
    return KnownOfHousehold(
        **_usual(command, application, reading),
        household_id=filed.household_id,
        group_code=filed.group_code,
        ending=application.ending,
        is_posted=application.posting is not None,
        filed_on=application.filed_on,
        duty=body_above(reviews[-1].level),
        recheck_days=reading.value("recheck_days", filed.group_code, command.on),
        repeats=_same_complaint(command.application_id, command.matter, reading)
        or application.dismissed.get(command.matter or ""),
    )


def _same_complaint(application_id: str, matter: str | None, reading: Reading) -> str | None:
    if matter is None:
        return None
    same = (claim.c.kind == COMPLAINT, claim.c.key == said_of_application(application_id, matter))
    held: str | None = reading.connection.execute(select(claim.c.stream).where(*same)).scalar()
    return held and held.partition("/")[2]


def _may_reopen(application: Application, reading: Reading) -> bool:
    rejection = application.rejection
    if application.ending is not Ending.REJECTED or rejection is None or application.is_reconsidered:
        return False
    days = reading.value(REQUEST_DAYS, application.filed.group_code, rejection.on)
    return bool(application.reconsideration_on) or reading.asked.today <= last_day_to_ask(rejection, days)


def _usual(command: RecheckCommand, application: Application, reading: Reading) -> dict[str, Any]:
    return found_of_date(reading, application.filed.group_code, command.on)


def _application(application_id: str, reading: Reading) -> Application:
    found: Application | None = folded(application_decider, [application_id], reading).get(application_id)
    if found is None:
        raise NotInThisArea
    return found


recheck_decider: Decider[RecheckCommand, Recheck | None, KnownOfDate] = Decider(
    name="recheck",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    claims=claims,
    gather=gather,
    rules=("casework",),
)
