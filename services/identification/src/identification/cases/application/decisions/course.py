"""How an event moves an application: on, back, or to its end."""

from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import (
    ApplicationDeliberated,
    ApplicationEvent,
    ApplicationFiled,
    ApplicationNoticePassed,
    ApplicationReviewed,
    ApplicationVerified,
    ApplicationWithdrawn,
    HouseholdRegistered,
    ObjectionDecided,
    ReconsiderationDecided,
    RegistrationEnded,
)
from identification.cases.application.events.amending import ApplicationCorrected
from identification.cases.application.events.rechecks import ApplicationRechecked
from identification.cases.application.findings import (
    ObjectionDecision,
    Outcome,
    RecheckDecision,
    ReconsiderationDecision,
    Verdict,
)


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
            | ApplicationRechecked(decision=RecheckDecision.REJECTED)
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
            | ApplicationRechecked(return_to=int(step))
            | ApplicationCorrected(return_to=int(step))
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
