"""How an application goes, step by step: which rule answers a command, and what each event changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from casework.areas import Level, village_of
from casework.roles import Role
from chronicle.decider import About, Claim
from chronicle.messages import Event, Recorded

from identification.cases.application.commands import (
    AmendApplication,
    AnnulPosting,
    ApplicationCommand,
    CorrectApplication,
    DecideDataMatch,
    DecideObjection,
    DecideReconsideration,
    DeliberateApplication,
    DrawForReview,
    EndRegistration,
    FileApplication,
    PassNotice,
    PostApplication,
    RaiseDataMatch,
    RaiseObjection,
    RecheckApplication,
    RequestReconsideration,
    ReviewApplication,
    VerifyApplication,
    WithdrawApplication,
)
from identification.cases.application.decisions import data_matches, objections
from identification.cases.application.decisions.amending import KnownOfAmending, amend, correct
from identification.cases.application.decisions.course import ending_of, step_after
from identification.cases.application.decisions.deliberation import KnownOfDeliberation, deliberate
from identification.cases.application.decisions.eligibility import KnownOfJudging
from identification.cases.application.decisions.ending import withdraw_or_end
from identification.cases.application.decisions.filing import KnownOfFiling, SecondOpenApplication, file
from identification.cases.application.decisions.notices import KnownOfPassing, KnownOfPosting, annul, pass_notice, post
from identification.cases.application.decisions.rechecks import recheck
from identification.cases.application.decisions.reconsideration import (
    KnownOfDeciding,
    KnownOfReconsideration,
    decide_reconsideration,
    request_reconsideration,
)
from identification.cases.application.decisions.review import KnownOfReviewing, draw, review
from identification.cases.application.decisions.rows import KnownOfApplication, KnownOfLiving, NotInThisArea
from identification.cases.application.decisions.state import (
    Application,
    Draw,
    Ending,
    Posting,
    Rejection,
    Reviewed,
    participation,
)
from identification.cases.application.decisions.verification import verify
from identification.cases.application.events import (
    ApplicationDeliberated,
    ApplicationDrawnForReview,
    ApplicationEvent,
    ApplicationFiled,
    ApplicationNoticeAnnulled,
    ApplicationNoticePassed,
    ApplicationPosted,
    ApplicationReviewed,
    ApplicationWithdrawn,
    HouseholdRegistered,
    ObjectionDecided,
    ObjectionRaised,
    ReconsiderationDecided,
    ReconsiderationRequested,
    RegistrationEnded,
)
from identification.cases.application.events.amending import Restated
from identification.cases.application.events.data_matches import DataMatchDecided, DataMatchRaised
from identification.cases.application.events.rechecks import ApplicationRechecked
from identification.cases.application.findings import ObjectionDecision
from identification.people.persons import HOUSEHOLD_CASE, HOUSEHOLD_CASE_ENDED, REGISTERED_HOUSEHOLD

OPEN_APPLICATION = "open-application"
HOUSEHOLD_NUMBER = "household-number"


def decide(  # noqa: C901, PLR0911, PLR0912 - one line for each command
    command: ApplicationCommand, application: Application | None, known: KnownOfApplication
) -> list[Event]:
    """Let the rule of the command's stage answer it."""
    match command, known:
        case FileApplication() as filing, KnownOfFiling() as found:
            return file(filing, application, found)
        case AmendApplication() as amendment, KnownOfAmending() as found:
            return amend(amendment, application, found)
        case CorrectApplication() as correction, KnownOfAmending() as found:
            return correct(correction, application, found)
        case DeliberateApplication() as item, KnownOfDeliberation() as found:
            return deliberate(item, application, found)
        case PostApplication() as row, KnownOfPosting() as found:
            return post(row, application, found)
        case PassNotice() as row, KnownOfPassing() as found:
            return pass_notice(row, application, found)
        case AnnulPosting() as row, _:
            return annul(row, application, known)
        case VerifyApplication() as row, KnownOfJudging() as found:
            return verify(row, application, found)
        case DrawForReview() as row, _:
            return draw(row, application, known)
        case ReviewApplication() as row, KnownOfReviewing() as found:
            return review(row, application, found)
        case WithdrawApplication() | EndRegistration() as ending, _:
            return withdraw_or_end(ending, application, known)
        case RaiseObjection() | DecideObjection() as objection, objections.KnownOfObjecting() as found:
            return objections.raise_or_decide(objection, application, found)
        case RequestReconsideration() as request, KnownOfReconsideration() as found:
            return request_reconsideration(request, application, found)
        case DecideReconsideration() as decision, KnownOfDeciding() as found:
            return decide_reconsideration(decision, application, found)
        case RaiseDataMatch() | DecideDataMatch() as match, _:
            return data_matches.raise_or_decide(match, application, known)
        case RecheckApplication() as upheld, KnownOfLiving() as found:
            return recheck(upheld, application, found)
        case _:
            raise TypeError(f"{type(known).__name__} is not what {type(command).__name__} needs to know")


def evolve(application: Application | None, recorded: Recorded[Any]) -> Application | None:
    """Move an application on, back or to its end."""
    event: ApplicationEvent = recorded.event
    if isinstance(event, ApplicationFiled):
        return Application(
            filed=event,
            filed_on=recorded.valid_on,
            stated_in=recorded.event_id,
            stated_by=recorded.actor.person,
            step=event.chain.steps[1],
            previous_on=recorded.valid_on,
            performed=participation(1, [event.applicant.person_id]),
            entered=participation(1, [recorded.actor.person]),
        )
    if application is None:
        return None
    if isinstance(event, DataMatchRaised | DataMatchDecided):
        return data_matches.matched(application, event, recorded)
    noted = _noted(application, recorded)
    if isinstance(event, ObjectionRaised | ObjectionDecided):
        noted = noted.objected_to(event.objection_id, recorded.valid_on)
    if ending := ending_of(event):
        rejection = _rejection(noted, recorded) if ending is Ending.REJECTED else None
        return replace(noted.off_notice(), ending=ending, rejection=rejection)
    return _moved(noted, event, recorded.valid_on)


def about(command: ApplicationCommand, application: Application | None, _known: KnownOfApplication) -> About:
    """Everything on an application is about its household, in its village."""
    filed = command if isinstance(command, FileApplication) else application and application.filed
    if not filed:
        raise NotInThisArea
    corrects = command.corrects if isinstance(command, CorrectApplication) else None
    return About(f"household/{filed.household_id}", village_of(filed.group_code), command.on, corrects)


def claims(event: ApplicationEvent, application: Application | None) -> tuple[Claim, ...]:
    """Hold the household and its members while the application is open, it while registered, its number for ever."""
    if isinstance(event, ApplicationFiled):
        return _opened(event)
    if application is None:
        return ()
    if isinstance(event, DataMatchDecided):
        return data_matches.cleared_in(event)
    if isinstance(event, Restated):
        return _restated(application.filed.member_ids, event.member_ids)
    if application.ending and step_after(event):
        return _opened(application.filed)
    return _ended(event, application.filed) if ending_of(event) else ()


def _ended(event: ApplicationEvent, filed: ApplicationFiled) -> tuple[Claim, ...]:
    ended = (
        Claim(HOUSEHOLD_CASE, event.household_id, held=False),
        Claim(HOUSEHOLD_CASE_ENDED, f"{event.household_id}/{filed.application_id}"),
    )
    if isinstance(event, RegistrationEnded):
        return (*ended, Claim(REGISTERED_HOUSEHOLD, event.household_id, held=False))
    released = tuple(Claim(OPEN_APPLICATION, person, held=False) for person in filed.member_ids)
    if isinstance(event, HouseholdRegistered):
        registered = Claim(REGISTERED_HOUSEHOLD, event.household_id)
        return (*released, registered, Claim(HOUSEHOLD_NUMBER, event.household_no))
    return (*released, *ended)


def _opened(filed: ApplicationFiled) -> tuple[Claim, ...]:
    members = (Claim(OPEN_APPLICATION, person, SecondOpenApplication) for person in filed.member_ids)
    return (Claim(HOUSEHOLD_CASE, filed.household_id, SecondOpenApplication), *members)


def _restated(before: Sequence[str], now: Sequence[str]) -> tuple[Claim, ...]:
    new, left = sorted({*now} - {*before}), sorted({*before} - {*now})
    return (
        *(Claim(OPEN_APPLICATION, person, SecondOpenApplication) for person in new),
        *(Claim(OPEN_APPLICATION, person, held=False) for person in left),
    )


def _rejection(application: Application, recorded: Recorded[Any]) -> Rejection:
    event, acting = recorded.event, recorded.actor.role
    level = application.chain.step(event.step).level
    if isinstance(event, ObjectionDecided | ApplicationRechecked):
        # Whichever body did: overdue, an objection is for higher ones as well.
        level = next((role.level for role in Role if role == acting and role.level), Level.COUNTY)
    # Sent back since what is objected to was posted, it has the steps from there to do again.
    step = min(event.step, application.step.ordinal)
    return Rejection(step, recorded.event_id, recorded.valid_on, objections.body_above(level))


def _noted(application: Application, recorded: Recorded[Any]) -> Application:
    # Objections are entered in any order; what comes after them is after the latest.
    latest = max(application.previous_on, recorded.valid_on)
    event, noted = recorded.event, replace(application, previous_on=latest)
    match event:
        case ObjectionRaised(matter=str() as matter):
            return replace(noted, matters={**noted.matters, event.objection_id: matter})
        case ReconsiderationRequested():
            return replace(noted, reconsideration_on=recorded.valid_on)
        case ApplicationWithdrawn() | ObjectionRaised() | RegistrationEnded():
            return noted
        case _:
            pass
    standing = tuple(stood for stood in noted.standing if stood[1] not in getattr(event, "voids", ()))
    if isinstance(event, Restated):
        return replace(noted, standing=standing).restated(event, recorded.event_id, recorded.actor.person)
    if isinstance(event, ObjectionDecided | ReconsiderationDecided | ApplicationRechecked):
        arbiters = participation(event.step, [*event.performed_by, recorded.actor.person])
        return _arbitrated(replace(noted, standing=standing, arbitrated=noted.arbitrated | arbiters), event)
    if isinstance(event, ApplicationDeliberated):
        noted = replace(noted, recused=noted.recused.union(one.person_id for one in event.recused))
    performers = () if isinstance(event, ApplicationDrawnForReview) else event.performed_by
    passed = {event.notice_id} if isinstance(event, ApplicationNoticePassed | HouseholdRegistered) else set()
    done = (event.step, recorded.event_id)
    return replace(
        noted,
        reviewed=_reviewed(event, recorded.valid_on) or noted.reviewed,
        passed=noted.passed | passed,
        standing=standing if isinstance(event, ApplicationNoticeAnnulled) else (*standing, done),
        performed=noted.performed | participation(event.step, performers),
        entered=noted.entered | participation(event.step, [recorded.actor.person]),
    )


def _reviewed(event: ApplicationEvent, on: date) -> Reviewed | None:
    return Reviewed(event.step, on, event.eligibility) if isinstance(event, ApplicationReviewed) else None


def _arbitrated(
    application: Application, event: ObjectionDecided | ReconsiderationDecided | ApplicationRechecked
) -> Application:
    match event:
        case ReconsiderationDecided():
            return replace(application, is_reconsidered=True)
        case ObjectionDecided(decision=ObjectionDecision.DISMISSED) if matter := application.matters.get(
            event.objection_id
        ):
            return replace(application, dismissed={**application.dismissed, matter: event.objection_id})
        case _:
            return application


def _moved(application: Application, event: ApplicationEvent, on: date) -> Application:
    if (step := step_after(event)) is not None:
        return application.at(step, restated=isinstance(event, Restated))
    match event:
        case ApplicationPosted():
            posting = Posting(event.notice_id, event.step, event.first_day, event.days)
            return replace(application, posting=posting, came_off=None)
        case ApplicationNoticeAnnulled():
            return replace(application, posting=None, came_off=application.posting)
        case ApplicationDrawnForReview():
            return replace(application, draw=Draw(event.round_id, event.sampled, on))
        case _:
            return application
