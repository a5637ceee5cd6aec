"""What is found before anything is decided on applications: policy in force, areas, claims, the next free numbers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from typing import Any, NamedTuple

from casework.areas import village_of
from casework.dates import require_order
from casework.steps import Chain
from chronicle.decider import Decider, Reading
from chronicle.rules import Rule
from chronicle.store.held import is_held, last_day
from chronicle.store.tables import claim, event
from sqlalchemy import func, select

from identification.cases.application.commands import (
    AmendApplication,
    ApplicationCommand,
    CorrectApplication,
    DecideObjection,
    DecideReconsideration,
    DeliberateApplication,
    EndRegistration,
    FileApplication,
    PassNotice,
    PostApplication,
    RaiseObjection,
    RecheckApplication,
    RequestReconsideration,
    ReviewApplication,
    VerifyApplication,
)
from identification.cases.application.decider import (
    HOUSEHOLD_NUMBER,
    about,
    claims,
    decide,
    evolve,
)
from identification.cases.application.decisions.amending import KnownOfAmending
from identification.cases.application.decisions.deliberation import KnownOfDeliberation
from identification.cases.application.decisions.eligibility import ATTACHED_FILE, KnownOfJudging, file_of
from identification.cases.application.decisions.execution import ELIGIBILITY_RULE
from identification.cases.application.decisions.filing import KnownOfFiling, year_of
from identification.cases.application.decisions.notices import KnownOfPassing, KnownOfPosting
from identification.cases.application.decisions.objections import (
    COMPLAINT_CLEARED,
    KnownOfObjecting,
    said_of_application,
)
from identification.cases.application.decisions.reconsideration import (
    RECHECK_UPHELD,
    REQUEST_DAYS,
    KnownOfDeciding,
    KnownOfReconsideration,
)
from identification.cases.application.decisions.review import KnownOfReviewing
from identification.cases.application.decisions.rows import KnownOfApplication, KnownOfLiving
from identification.cases.application.decisions.state import Application
from identification.cases.application.events import TYPES
from identification.cases.application.findings import RECHECK_CONCLUDED
from identification.cases.area.projections import found_of_area
from identification.cases.backfill_run.gather import found_of_date
from identification.cases.household.gather import is_registered, living_in

ROOM = 100_000


def gather(
    parts: Sequence[tuple[ApplicationCommand, Application | None]], reading: Reading
) -> list[KnownOfApplication]:
    """Find what each decision needs, once for those filed in one place; those a list registers are numbered in turn."""
    passing = ((state, command.on) for command, state in parts if isinstance(command, PassNotice) and state)
    listed = _Listed(_numbers(passing, reading), cache(partial(_found_of_place, reading)))
    return [_found(command, application, listed, reading) for command, application in parts]


class _Listed(NamedTuple):
    """What is found for a whole list: the numbers of those it registers, and what holds where and when it is filed."""

    numbers: dict[str, str]
    of_place: Callable[[str, date], dict[str, Any]]


def _found(  # noqa: C901, PLR0911 - one line for each command
    command: ApplicationCommand, application: Application | None, listed: _Listed, reading: Reading
) -> KnownOfApplication:
    area, on = _area(command, application), command.on
    # Policy of a year to come would be missing, which says nothing to somebody who mistyped the date.
    require_order(on, reading.asked.today)
    usual: dict[str, Any] = {
        **found_of_date(reading, area, on),
        "place": place if application and (place := _place(application, on, reading)) != area else None,
    }
    match command:
        case FileApplication():
            found = listed.of_place(area, on)
            return KnownOfFiling(**usual, **found, is_registered=is_registered(command.household_id, reading))
        case AmendApplication() | CorrectApplication():
            rule = _rule_of_review(application, area, reading)
            return KnownOfAmending(**usual, adult_age=reading.value("adult_age", area, on), rule=rule)
        case DeliberateApplication():
            return KnownOfDeliberation(**usual, majority_share=reading.value("majority_share", area, on))
        case PostApplication():
            # As for the notice itself: by the area it is posted in.
            return KnownOfPosting(**usual, notice_days=reading.value("notice_days", command.area, on))
        case PassNotice():
            household_no = listed.numbers.get(application.filed.application_id, "") if application else ""
            return KnownOfPassing(**usual, household_no=household_no)
        case RequestReconsideration():
            # By the day of the rejection, as its letter says.
            rejection = application.rejection if application else None
            days = reading.value(REQUEST_DAYS, area, rejection.on if rejection else on)
            return KnownOfReconsideration(**usual, reconsideration_request_days=days)
        case DecideReconsideration():
            return _found_of_deciding(application, reading, usual)
        case RaiseObjection() | DecideObjection():
            return KnownOfObjecting(**usual, is_cleared=_is_cleared(command, application, reading))
        case VerifyApplication() | ReviewApplication():
            return _found_of_judging(command, application, reading, usual)
        case EndRegistration() | RecheckApplication():
            return KnownOfLiving(**usual, living=_living(application, reading))
        case _:
            return KnownOfApplication(**usual)


def _found_of_judging(
    command: VerifyApplication | ReviewApplication,
    application: Application | None,
    reading: Reading,
    usual: dict[str, Any],
) -> KnownOfJudging:
    # By the day of the act, whatever was in force when the household applied.
    usual["rule"] = reading.rule(ELIGIBILITY_RULE, _area(command, application), command.on)
    usual["stated_in"] = application.stated_in if application else ""
    usual["attached"] = _attached(command, application, reading) if application else ()
    if isinstance(command, ReviewApplication):
        return KnownOfReviewing(**usual, concluded=_concluded(application, reading))
    return KnownOfJudging(**usual)


def _attached(
    command: VerifyApplication | ReviewApplication, application: Application, reading: Reading
) -> tuple[str, ...]:
    named = {
        file_of(application.filed.application_id, digest): digest
        for statement in command.stated
        for digest in statement.evidence
    }
    if not named:
        return ()
    held = select(claim.c.key).where(claim.c.kind == ATTACHED_FILE, claim.c.key.in_(named))
    return tuple(sorted(named[key] for key in reading.connection.execute(held).scalars()))


def _concluded(application: Application | None, reading: Reading) -> dict[str, date]:
    # The re-check of a data match is called like it.
    streams = {f"recheck/{one}": one for one in application.rechecked} if application else {}
    if not streams:
        return {}
    concluded = select(event.c.stream, event.c.valid_on).where(
        event.c.stream.in_(streams), event.c.type == RECHECK_CONCLUDED
    )
    return {streams[row.stream]: row.valid_on for row in reading.connection.execute(concluded)}


def _found_of_deciding(application: Application | None, reading: Reading, usual: dict[str, Any]) -> KnownOfDeciding:
    return KnownOfDeciding(**usual, is_upheld=_is_upheld(application, reading), left=_left(application, reading))


def _is_upheld(application: Application | None, reading: Reading) -> bool:
    upheld = application and last_day(reading.connection, RECHECK_UPHELD, application.filed.application_id)
    return upheld is not None


def _living(application: Application | None, reading: Reading) -> tuple[str, ...]:
    return tuple(sorted(living_in([application.filed.household_id], reading))) if application else ()


def _left(application: Application | None, reading: Reading) -> int:
    filed = application.filed if application else None
    return len({*filed.member_ids} - living_in([filed.household_id], reading)) if filed else 0


def _is_cleared(command: RaiseObjection | DecideObjection, application: Application | None, reading: Reading) -> bool:
    if application is None or isinstance(command, DecideObjection) or command.matter is None:
        return False
    said = said_of_application(application.filed.application_id, command.matter)
    return is_held(reading.connection, COMPLAINT_CLEARED, said)


def _rule_of_review(application: Application | None, area: str, reading: Reading) -> Rule | None:
    reviewed = application.reviewed if application else None
    return reading.rule(ELIGIBILITY_RULE, area, reviewed.on) if reviewed else None


def _area(command: ApplicationCommand, application: Application | None) -> str:
    if isinstance(command, FileApplication):
        return command.group_code
    # An application nobody filed is refused whatever policy says; the country's is there for any area.
    return application.filed.group_code if application else ""


def _found_of_place(reading: Reading, area: str, on: date) -> dict[str, Any]:
    year = year_of(reading.value("reference_period", area, on), on)
    return {
        **found_of_area(reading, area, on),
        "adult_age": reading.value("adult_age", area, on),
        "chain": Chain.model_validate(reading.value("identification_chain", area, on)),
        "standard": reading.value("identification_standard", area, on),
        "reference_year": year,
        "poverty_line": reading.value("poverty_line", area, date(year, 12, 31)),
    }


def _place(application: Application, on: date, reading: Reading) -> str:
    """Where a household lives, by the code its villager group has on a day."""
    return reading.codes.on(on).now(application.filed.group_code)


def _numbers(applications: Iterable[tuple[Application, date]], reading: Reading) -> dict[str, str]:
    free: dict[str, Iterator[str]] = {}
    numbers = {}
    for application, on in applications:
        if application.chain.is_last(application.step.ordinal):
            village = village_of(_place(application, on, reading))
            if village not in free:
                free[village] = _free(village, reading)
            numbers[application.filed.application_id] = next(free[village], "")
    return numbers


def _free(village: str, reading: Reading) -> Iterator[str]:
    first = int(village) * ROOM
    given = select(func.max(claim.c.key)).where(
        claim.c.kind == HOUSEHOLD_NUMBER, claim.c.key.between(str(first), str(first + ROOM - 1))
    )
    last = int(reading.connection.execute(given).scalar() or first)
    return map(str, range(last + 1, first + ROOM))


application_decider: Decider[ApplicationCommand, Application | None, KnownOfApplication] = Decider(
    name="application",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    claims=claims,
    rules=("casework",),
)
