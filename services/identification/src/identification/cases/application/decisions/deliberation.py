"""Step 2: the villager group deliberates and votes (组级评议)."""

from fractions import Fraction

from casework.deliberation import is_accepted, require_all_votes
from casework.steps import StepKind
from chronicle.messages import Event
from chronicle.refusals import Refusal

from identification.cases.application.commands import DeliberateApplication
from identification.cases.application.decisions.rows import KnownOfApplication, require_date, require_step
from identification.cases.application.decisions.state import Application
from identification.cases.application.events import ApplicationDeliberated


class ConvenerHasStake(
    Refusal, code="convener-has-stake", zh="召集人与该户有利害关系，此项须由无利害关系的人代为主持。"
):
    """The convener has a stake in this household; somebody without one must chair this item."""


class KnownOfDeliberation(KnownOfApplication):
    """What is found before a deliberation: the share that those in favour must exceed."""

    majority_share: str


def deliberate(
    command: DeliberateApplication, application: Application | None, known: KnownOfDeliberation
) -> list[Event]:
    """Record how the group voted; without a majority the application ends."""
    application = require_step(application, StepKind.DELIBERATION, command.area)
    late_reason = require_date(command, known, application.previous_on)
    recused = {recusal.person_id for recusal in command.recused}
    chair = command.substitute or command.convener
    if chair in recused | application.stakeholders:
        raise ConvenerHasStake
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
            performed_by=(chair, command.recorder),
            recused=command.recused,
            votes=command.votes,
            accepted=is_accepted(command.votes, Fraction(known.majority_share)),
            late_reason=late_reason,
        )
    ]
