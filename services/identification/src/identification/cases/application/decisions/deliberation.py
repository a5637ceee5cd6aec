"""Step 2: the villager group deliberates and votes (组级评议)."""

from fractions import Fraction

from casework.dates import require_date
from casework.deliberation import is_accepted, require_all_votes
from casework.steps import StepKind
from chronicle.messages import Event
from chronicle.refusals import Invalid, Refusal

from identification.cases.application.commands import DeliberateApplication
from identification.cases.application.decisions.rows import KnownOfApplication, require_step
from identification.cases.application.decisions.state import Application
from identification.cases.application.events import ApplicationDeliberated


class ConvenerHasStake(
    Refusal, code="convener-has-stake", zh="召集人与该户有利害关系，此项须由无利害关系的人代为主持。"
):
    """The convener has a stake in this household; somebody without one must chair this item."""


class RecorderHasStake(Refusal, code="recorder-has-stake", zh="记录人与该户有利害关系，此项须由无利害关系的人记录。"):
    """The recorder has a stake in this household; somebody without one must record this item."""


class RecorderIsConvener(
    Invalid, code="recorder-is-convener", zh="主持人（召集人或代为主持的人）和记录人不能是同一人。"
):
    """Whoever chairs, the convener or the substitute, cannot also be the recorder."""


class ConvenerNotRecused(
    Refusal, code="convener-not-recused", zh="召集人与该户有利害关系，应列入回避人员，不参加此项表决。"
):
    """The convener has a stake in this household and must be among those recused, who do not vote on it."""


class KnownOfDeliberation(KnownOfApplication):
    """What is found before a deliberation: the share that those in favour must exceed."""

    majority_share: str


def deliberate(
    command: DeliberateApplication, application: Application | None, known: KnownOfDeliberation
) -> list[Event]:
    """Record how the group voted; without a majority the application ends."""
    application = require_step(application, StepKind.DELIBERATION, command.area, known)
    late_reason = require_date(command, known, application.previous_on)
    recused = frozenset(recusal.person_id for recusal in command.recused)
    _require_impartial(command, application.stakeholders | recused, recused)
    require_all_votes(command.votes, command.present, len(recused))
    return [
        ApplicationDeliberated(
            application_id=application.filed.application_id,
            household_id=application.filed.household_id,
            meeting_id=command.meeting_id,
            session=command.session,
            step=application.step.ordinal,
            present=command.present,
            convener=command.convener,
            substitute=command.substitute,
            performed_by=(_chair(command), command.recorder),
            recused=command.recused,
            votes=command.votes,
            accepted=is_accepted(command.votes, Fraction(known.majority_share)),
            late_reason=late_reason,
        )
    ]


def _chair(command: DeliberateApplication) -> str:
    return command.substitute or command.convener


def _require_impartial(command: DeliberateApplication, partial: frozenset[str], recused: frozenset[str]) -> None:
    if _chair(command) in partial:
        raise ConvenerHasStake
    if command.recorder in partial:
        raise RecorderHasStake
    if command.recorder == _chair(command):
        raise RecorderIsConvener
    if command.convener in partial - recused:
        raise ConvenerNotRecused
