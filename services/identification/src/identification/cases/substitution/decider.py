"""Who may act in whose place: proposed by one of the county, confirmed by another, for so many days."""

from dataclasses import dataclass, replace

from casework.areas import AreaNotValid, level_of
from casework.roles import SUBSTITUTED
from chronicle.decider import About, Known
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from identification.cases.substitution.commands import (
    ConfirmSubstitution,
    EndSubstitution,
    ProposeSubstitution,
    SubstitutionCommand,
)
from identification.cases.substitution.events import (
    SubstitutionConfirmed,
    SubstitutionEnded,
    SubstitutionEvent,
    SubstitutionProposed,
)


class RoleWithoutSubstitutes(Invalid, code="role-without-substitutes", zh="这一职责不能由他人代理。"):
    """Nobody can take the place of somebody with this duty."""


class AreaUnfitForRole(Invalid, code="area-unfit-for-role", zh="所选区划的级别与该职责不符。"):
    """An area of this level has no such duty."""


class SubstitutesOneself(Invalid, code="substitutes-oneself", zh="代理人不能是被代理人本人。"):
    """Nobody is their own substitute."""


class SubstitutionDaysReversed(Invalid, code="substitution-days-reversed", zh="代理的最后一天早于第一天。"):
    """The last day of the substitution is before its first."""


class SubstitutionOver(Refusal, code="substitution-over", zh="代理期限到{last_day}为止，已经过了。"):
    """The substitution was until {last_day}, which is over."""


class SubstitutionBackdated(Refusal, code="substitution-backdated", zh="代理不能从{first_day}补起，最早从今天开始。"):
    """A substitution cannot begin on {first_day}, in the past; today is the first day it can."""


class SubstitutionTooLong(Refusal, code="substitution-too-long", zh="一次代理最多{most}天，现为{days}天。"):
    """One substitution is for {most} days at most; this is for {days}."""


class NamesOneself(Refusal, code="names-oneself", zh="您是代理人，须由别人指派。"):
    """You are to be the substitute; somebody else has to name you."""


class ConfirmsOwnAbsence(Refusal, code="confirms-own-absence", zh="代理的是您本人的职责，须由另一人确认。"):
    """It is your own duty that somebody is to stand in for; somebody else has to confirm it."""


class ConfirmsOwnProposal(Refusal, code="confirms-own-proposal", zh="代理由您提出，须由另一人确认。"):
    """You proposed this substitution; somebody else has to confirm it."""


class NamedBySubstitute(Refusal, code="named-by-substitute", zh="代理他人职责时不能再指派代理。"):
    """Whoever acts in another's place names no substitutes."""


class SubstitutionUnknown(NotFound, code="substitution-unknown", zh="没有找到这项代理。"):
    """There is no such substitution."""


class SubstitutionEndedAlready(Refusal, code="substitution-ended", zh="这项代理已经终止。"):
    """This substitution was ended."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """What was proposed and by whom, whether it was confirmed, whether it was ended."""

    proposed: SubstitutionProposed
    proposed_by: str
    is_confirmed: bool = False
    is_ended: bool = False


class KnownOfSubstitution(Known):
    """What is found: whether the area is there today, and for how many days somebody may be named."""

    area_is_valid: bool
    most_days: int


def decide(command: SubstitutionCommand, substitution: Substitution | None, known: KnownOfSubstitution) -> list[Event]:
    """Propose, confirm or end a substitution, or refuse it."""
    if known.actor.on_behalf_of is not None:
        raise NamedBySubstitute
    if isinstance(command, ProposeSubstitution):
        return _propose(command, substitution, known)
    if substitution is None:
        raise SubstitutionUnknown
    if known.actor.person == substitution.proposed.substitute and isinstance(command, ConfirmSubstitution):
        raise NamesOneself
    match command:
        case ConfirmSubstitution():
            return _confirm(substitution, known)
        case EndSubstitution(reason=reason):
            proposed = substitution.proposed
            who = {"substitute": proposed.substitute, "absent": proposed.absent}
            ended = SubstitutionEnded(substitution_id=proposed.substitution_id, reason=reason, **who)
            return [] if substitution.is_ended else [ended]


def _propose(
    command: ProposeSubstitution, substitution: Substitution | None, known: KnownOfSubstitution
) -> list[Event]:
    proposed = SubstitutionProposed(**dict(command))
    if substitution and substitution.proposed == proposed:
        return []
    if command.role not in SUBSTITUTED:
        raise RoleWithoutSubstitutes
    if level_of(command.area_code) is not command.role.level:
        raise AreaUnfitForRole
    if not known.area_is_valid:
        raise AreaNotValid(area=command.area_code, on=known.today)
    if command.substitute == command.absent:
        raise SubstitutesOneself
    if known.actor.person == command.substitute:
        raise NamesOneself
    _require_days(command, known)
    return [proposed]


def _require_days(command: ProposeSubstitution, known: KnownOfSubstitution) -> None:
    days = (command.last_day - command.first_day).days + 1
    if days < 1:
        raise SubstitutionDaysReversed
    if command.first_day < known.today:
        raise SubstitutionBackdated(first_day=command.first_day)
    if days > known.most_days:
        raise SubstitutionTooLong(most=known.most_days, days=days)


def _confirm(substitution: Substitution, known: KnownOfSubstitution) -> list[Event]:
    proposed = substitution.proposed
    if substitution.is_ended:
        raise SubstitutionEndedAlready
    if substitution.is_confirmed:
        return []
    if known.actor.person == substitution.proposed_by:
        raise ConfirmsOwnProposal
    if known.actor.person == proposed.absent:
        raise ConfirmsOwnAbsence
    if proposed.last_day < known.today:
        raise SubstitutionOver(last_day=proposed.last_day)
    return [SubstitutionConfirmed(**dict(proposed), proposed_by=substitution.proposed_by)]


def evolve(substitution: Substitution | None, recorded: Recorded[SubstitutionEvent]) -> Substitution:
    """Keep what was proposed and by whom, and how far it went."""
    match recorded.event:
        case SubstitutionProposed():
            return Substitution(recorded.event, recorded.actor.person)
        case SubstitutionConfirmed():
            return replace(_there(substitution), is_confirmed=True)
        case SubstitutionEnded():
            return replace(_there(substitution), is_ended=True)


def about(command: SubstitutionCommand, substitution: Substitution | None, known: KnownOfSubstitution) -> About:
    """It is about itself, where the officer is missing, today."""
    first = command if isinstance(command, ProposeSubstitution) else _there(substitution).proposed
    return About(f"substitution/{first.substitution_id}", first.area_code[:12], known.today)


def _there(substitution: Substitution | None) -> Substitution:
    if substitution is None:
        raise SubstitutionUnknown
    return substitution
