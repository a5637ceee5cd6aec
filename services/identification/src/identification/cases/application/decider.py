"""How an application goes, step by step: which rule answers a command, and what each event changes."""

from dataclasses import replace
from datetime import date
from typing import Any

from casework.areas import Level, village_of
from casework.roles import Role
from chronicle.decider import About, Claim
from chronicle.messages import Event, Recorded

from identification.cases.application.commands import (
    AnnulPosting,
    ApplicationCommand,
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
    RequestReconsideration,
    ReviewApplication,
    VerifyApplication,
    WithdrawApplication,
)
from identification.cases.application.decisions.data_matches import decide_data_match, matched, raise_data_match
from identification.cases.application.decisions.deliberation import KnownOfDeliberation, deliberate
from identification.cases.application.decisions.ending import end_registration, withdraw
from identification.cases.application.decisions.filing import KnownOfFiling, SecondOpenApplication, file
from identification.cases.application.decisions.notices import KnownOfPassing, KnownOfPosting, annul, pass_notice, post
from identification.cases.application.decisions.objections import body_above, decide_objection, raise_objection
from identification.cases.application.decisions.reconsideration import (
    KnownOfReconsideration,
    decide_reconsideration,
    request_reconsideration,
)
from identification.cases.application.decisions.review import KnownOfReview, draw, review
from identification.cases.application.decisions.rows import KnownOfApplication, NotInThisArea
from identification.cases.application.decisions.state import (
    Application,
    Draw,
    Ending,
    Posting,
    Rejection,
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
    ApplicationVerified,
    ApplicationWithdrawn,
    DataMatchDecided,
    DataMatchRaised,
    HouseholdRegistered,
    ObjectionDecided,
    ObjectionRaised,
    ReconsiderationDecided,
    ReconsiderationRequested,
    RegistrationEnded,
)
from identification.cases.application.findings import ObjectionDecision, Outcome, ReconsiderationDecision, Verdict
from identification.cases.household.decider import REGISTERED_HOUSEHOLD

OPEN_APPLICATION = "open-application"
HOUSEHOLD_CASE = "household-case"
HOUSEHOLD_NUMBER = "household-number"


def decide(  # noqa: C901, PLR0911, PLR0912 - one line for each command
    command: ApplicationCommand, application: Application | None, known: KnownOfApplication
) -> list[Event]:
    """Let the rule of the command's stage answer it."""
    match command, known:
        case FileApplication() as filing, KnownOfFiling() as found:
            return file(filing, application, found)
        case DeliberateApplication() as item, KnownOfDeliberation() as found:
            return deliberate(item, application, found)
        case PostApplication() as row, KnownOfPosting() as found:
            return post(row, application, found)
        case PassNotice() as row, KnownOfPassing() as found:
            return pass_notice(row, application, found)
        case AnnulPosting() as row, _:
            return annul(row, application, known)
        case VerifyApplication() as row, _:
            return verify(row, application, known)
        case DrawForReview() as row, _:
            return draw(row, application, known)
        case ReviewApplication() as row, KnownOfReview() as found:
            return review(row, application, found)
        case WithdrawApplication() as withdrawal, _:
            return withdraw(withdrawal, application, known)
        case EndRegistration() as ending, _:
            return end_registration(ending, application, known)
        case RaiseObjection() as objection, _:
            return raise_objection(objection, application, known)
        case DecideObjection() as decision, _:
            return decide_objection(decision, application, known)
        case RequestReconsideration() as request, KnownOfReconsideration() as found:
            return request_reconsideration(request, application, found)
        case DecideReconsideration() as decision, _:
            return decide_reconsideration(decision, application, known)
        case RaiseDataMatch() as match, _:
            return raise_data_match(match, application, known)
        case DecideDataMatch() as decision, _:
            return decide_data_match(decision, application, known)
        case _:
            raise TypeError(f"{type(known).__name__} is not what {type(command).__name__} needs to know")


def evolve(application: Application | None, recorded: Recorded[Any]) -> Application | None:
    """Move an application on, back or to its end."""
    event: ApplicationEvent = recorded.event
    if isinstance(event, ApplicationFiled):
        return Application(
            filed=event,
            filed_on=recorded.valid_on,
            step=event.chain.steps[1],
            previous_on=recorded.valid_on,
            performed=participation(1, [event.applicant.person_id]),
            entered=participation(1, [recorded.actor.person]),
        )
    if application is None:
        return None
    if isinstance(event, DataMatchRaised | DataMatchDecided):
        return matched(application, event, recorded)
    noted = _noted(application, recorded)
    if ending := ending_of(event):
        rejection = _rejection(noted, recorded) if ending is Ending.REJECTED else None
        return replace(noted, ending=ending, posting=None, annulled=None, draw=None, rejection=rejection)
    return _moved(noted, event, recorded.valid_on)


def ending_of(event: ApplicationEvent) -> Ending | None:
    """Tell how an event ends the application; None while it stays open."""
    match event:
        case HouseholdRegistered():
            return Ending.REGISTERED
        case RegistrationEnded():
            return Ending.REGISTRATION_ENDED
        case ApplicationWithdrawn():
            return Ending.WITHDRAWN
        case (
            ApplicationDeliberated(accepted=False)
            | ApplicationVerified(outcome=Outcome(verdict=Verdict.REJECT))
            | ApplicationReviewed(outcome=Outcome(verdict=Verdict.REJECT))
            | ObjectionDecided(decision=ObjectionDecision.UPHELD_REJECTED)
        ):
            return Ending.REJECTED
        case _:
            return None


def returned_to(event: ApplicationEvent) -> int | None:
    """Tell the step to which an event sends the application back; None when it does not."""
    match event:
        case (
            ApplicationVerified(outcome=Outcome(return_to=int(step)))
            | ApplicationReviewed(outcome=Outcome(return_to=int(step)))
            | ObjectionDecided(return_to=int(step))
        ):
            return step
        case _:
            return None


def step_after(event: ApplicationEvent) -> int | None:
    """Tell the step that is to be done after an event; None where that is not for the event to change."""
    match event:
        case ApplicationFiled():
            return 2
        case ApplicationDeliberated() | ApplicationNoticePassed():
            return event.step + 1
        case ApplicationVerified() | ApplicationReviewed():
            return returned_to(event) or event.step + 1
        case ReconsiderationDecided(decision=ReconsiderationDecision.REOPENED):
            return event.step
        case _:
            return returned_to(event)


def about(command: ApplicationCommand, application: Application | None, _known: KnownOfApplication) -> About:
    """Everything on an application is about its household, in its village."""
    filed = command if isinstance(command, FileApplication) else application and application.filed
    if not filed:
        raise NotInThisArea
    return About(f"household/{filed.household_id}", village_of(filed.group_code), command.on)


def claims(event: ApplicationEvent, application: Application | None) -> tuple[Claim, ...]:
    """Hold the household and its members while the application is open, it while registered, its number for ever."""
    if isinstance(event, ApplicationFiled):
        return _opened(event)
    if application and application.ending and step_after(event):
        return _opened(application.filed)
    if application is None or not ending_of(event):
        return ()
    if isinstance(event, RegistrationEnded):
        return tuple(Claim(kind, event.household_id, held=False) for kind in (HOUSEHOLD_CASE, REGISTERED_HOUSEHOLD))
    released = tuple(Claim(OPEN_APPLICATION, person, held=False) for person in application.filed.member_ids)
    if isinstance(event, HouseholdRegistered):
        registered = Claim(REGISTERED_HOUSEHOLD, event.household_id)
        return (*released, registered, Claim(HOUSEHOLD_NUMBER, event.household_no))
    return (*released, Claim(HOUSEHOLD_CASE, event.household_id, held=False))


def _opened(filed: ApplicationFiled) -> tuple[Claim, ...]:
    members = (Claim(OPEN_APPLICATION, person, SecondOpenApplication) for person in filed.member_ids)
    return (Claim(HOUSEHOLD_CASE, filed.household_id, SecondOpenApplication), *members)


def _rejection(application: Application, recorded: Recorded[Any]) -> Rejection:
    event, acting = recorded.event, recorded.actor.role
    level = application.chain.step(event.step).level
    if isinstance(event, ObjectionDecided):
        # Whichever body did: overdue, an objection is for higher ones as well.
        level = next((role.level for role in Role if role == acting and role.level), Level.COUNTY)
    return Rejection(event.step, recorded.event_id, recorded.valid_on, body_above(level))


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
    if isinstance(event, ObjectionDecided | ReconsiderationDecided):
        arbiters = participation(event.step, [*event.performed_by, recorded.actor.person])
        return _arbitrated(replace(noted, standing=standing, arbitrated=noted.arbitrated | arbiters), event)
    if isinstance(event, ApplicationDeliberated):
        noted = replace(noted, recused=noted.recused.union(one.person_id for one in event.recused))
    performers = () if isinstance(event, ApplicationDrawnForReview) else event.performed_by
    passed = {event.notice_id} if isinstance(event, ApplicationNoticePassed | HouseholdRegistered) else set()
    done = (event.step, recorded.event_id)
    return replace(
        noted,
        passed=noted.passed | passed,
        standing=standing if isinstance(event, ApplicationNoticeAnnulled) else (*standing, done),
        performed=noted.performed | participation(event.step, performers),
        entered=noted.entered | participation(event.step, [recorded.actor.person]),
    )


def _arbitrated(application: Application, event: ObjectionDecided | ReconsiderationDecided) -> Application:
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
        # Whatever was posted or drawn belongs to the step that is left, forwards or backwards.
        # Sent back, or looked at anew, it is judged on what is stated then.
        upheld = application.upheld if step > application.step.ordinal else frozenset[str]()
        step_now = application.chain.step(step)
        return replace(application, step=step_now, ending=None, posting=None, annulled=None, draw=None, upheld=upheld)
    match event:
        case ApplicationPosted():
            posting = Posting(event.notice_id, event.first_day, event.days)
            return replace(application, posting=posting, annulled=None)
        case ApplicationNoticeAnnulled():
            return replace(application, posting=None, annulled=application.posting)
        case ApplicationDrawnForReview():
            return replace(application, draw=Draw(event.round_id, event.sampled, on))
        case ObjectionRaised() | ObjectionDecided():
            return application.objected_to(event.objection_id, on)
        case _:
            return application
