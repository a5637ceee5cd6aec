"""What decisions on an application share: the area, the step and the date, who may judge, and how they may."""

from collections.abc import Iterable
from datetime import date

from casework.areas import Level, level_of, prefix_of
from casework.dates import KnownOfDate
from casework.four_eyes import overlap
from casework.steps import Chain, Step, StepKind
from chronicle.refusals import Invalid, NotFound, Refusal

from identification.cases.application.decisions.state import Application
from identification.cases.application.findings import Outcome, Verdict


class NotInThisArea(NotFound, code="not-in-this-area", zh="本区域内没有这份申请。"):
    """There is no such application in this area."""


class ApplicationEnded(Refusal, code="application-ended", zh="该申请已经办结：{ending.zh}。"):
    """The application has ended: {ending.en}."""


class WrongStep(Refusal, code="wrong-step", zh="该户现在应办理第{step}步。"):
    """Step {step} is to be done for this household now."""


class VisitAfterAct(Invalid, code="visit-after-act", zh="入户日期{visited_on}晚于办理日期。"):
    """The visit on {visited_on} is after the act it belongs to."""


class VisitTooEarly(Invalid, code="visit-too-early", zh="入户日期{visited_on}早于{earliest}（申请或抽取之日）。"):
    """The visit on {visited_on} is before {earliest}, when the household applied or was drawn."""


class OutcomeIncomplete(Invalid, code="outcome-incomplete", zh="结论不完整：退回须填环节和原因，不予通过须填原因。"):
    """A return needs its step and reason, a rejection its reason, and nothing else comes with them."""


class ReturnNotPossible(Refusal, code="return-not-possible", zh="不能退回第{step}步，只能退回之前的评议、审核或复核。"):
    """It cannot go back to step {step}, only to an earlier one at which it was judged."""


class HasStake(Refusal, code="has-stake", zh="有{count}人是该户成员或亲属，或在评议时回避过，不能办理。"):
    """Whoever belongs to the household, is kin of it or was recused on it cannot judge it; such persons: {count}."""


class KnownOfApplication(KnownOfDate):
    """What is found before anything is decided on an application.

    ``place`` is the code of its villager group on the day of the act, when that is no longer the one it was filed with.
    """

    place: str | None = None


class KnownOfLiving(KnownOfApplication):
    """What is found besides, of a household that may have changed since it applied: who lives in it now."""

    living: tuple[str, ...]


def require_open(application: Application | None) -> Application:
    """Refuse what was never filed, or has ended."""
    if application is None:
        raise NotInThisArea
    if application.ending:
        raise ApplicationEnded(ending=application.ending)
    return application


def require_step(application: Application | None, kind: StepKind, area: str, known: KnownOfApplication) -> Application:
    """Refuse a row of an act that is held elsewhere, or for another step than the one to be done now."""
    if application is None or not (known.place or application.filed.group_code).startswith(prefix_of(area)):
        raise NotInThisArea
    now = require_open(application).step
    if (now.kind, _level_of_act(now)) != (kind, level_of(area)):
        raise WrongStep(step=now.ordinal)
    return application


def require_no_stake(persons: Iterable[str], application: Application, living: Iterable[str] = ()) -> None:
    """Refuse people who would judge their own household, who came into it since it applied among them, or their kin."""
    if own := overlap(persons, application.stakeholders.union(living)):
        raise HasStake(count=len(own))


def require_visit(visited_on: date, earliest: date, on: date) -> None:
    """Refuse a visit dated after the act it belongs to, or before there was anything to visit for."""
    if visited_on > on:
        raise VisitAfterAct(visited_on=visited_on)
    if visited_on < earliest:
        raise VisitTooEarly(visited_on=visited_on, earliest=earliest)


def require_outcome(outcome: Outcome, application: Application) -> None:
    """Refuse a verdict without just what it needs, or a return to where nothing is judged."""
    if not outcome.is_complete():
        raise OutcomeIncomplete
    if outcome.verdict is Verdict.RETURN:
        require_return(outcome.return_to, application.step.ordinal, application.chain)


def require_return(return_to: int | None, step: int, chain: Chain) -> int:
    """Refuse a return from a step to anything but an earlier one that judges; where to."""
    if return_to is None:
        raise OutcomeIncomplete
    if not chain.may_return_to(step, return_to):
        raise ReturnNotPossible(step=return_to)
    return return_to


def _level_of_act(step: Step) -> Level:
    # What is decided above the village is still announced in every village.
    if step.kind is StepKind.NOTICE and step.level is not Level.GROUP:
        return Level.VILLAGE
    return step.level
