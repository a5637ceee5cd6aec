"""A household withdraws its application (撤回), or is registered no longer (终止建档立卡)."""

from casework.dates import require_date
from casework.registration import HouseholdNotRegistered
from chronicle.messages import Event
from chronicle.refusals import Refusal

from identification.cases.application.commands import EndRegistration, WithdrawApplication
from identification.cases.application.decisions.rows import (
    KnownOfApplication,
    KnownOfLiving,
    NotInThisArea,
    require_no_stake,
    require_open,
)
from identification.cases.application.decisions.state import Application, Ending
from identification.cases.application.events import ApplicationWithdrawn, RegistrationEnded


class EndedOwnWork(Refusal, code="ended-own-work", zh="本人办理过该户的环节，不能终止它的建档立卡。"):
    """You took part in a step of this household and cannot end its registration."""


def withdraw_or_end(
    command: WithdrawApplication | EndRegistration, application: Application | None, known: KnownOfApplication
) -> list[Event]:
    """Withdraw an open application, or end the registration it led to."""
    match command, known:
        case WithdrawApplication() as withdrawal, _:
            return _withdraw(withdrawal, application, known)
        case EndRegistration() as ending, KnownOfLiving() as found:
            return _end_registration(ending, application, found)
        case _:
            raise TypeError(f"{type(known).__name__} is not what {type(command).__name__} needs to know")


def _withdraw(command: WithdrawApplication, application: Application | None, known: KnownOfApplication) -> list[Event]:
    if application and application.ending is Ending.WITHDRAWN:
        return []
    application = require_open(application)
    return [
        ApplicationWithdrawn(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            reason=command.reason,
            late_reason=require_date(command, known, application.previous_on),
        )
    ]


def _end_registration(command: EndRegistration, application: Application | None, known: KnownOfLiving) -> list[Event]:
    if application is None:
        raise NotInThisArea
    if application.ending is Ending.REGISTRATION_ENDED:
        return []
    if application.ending is not Ending.REGISTERED:
        raise HouseholdNotRegistered
    late_reason = require_date(command, known, application.previous_on)
    if known.actor.person in application.participants:
        raise EndedOwnWork
    require_no_stake([known.actor.person], application, known.living)
    return [
        RegistrationEnded(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            reason=command.reason,
            late_reason=late_reason,
        )
    ]
