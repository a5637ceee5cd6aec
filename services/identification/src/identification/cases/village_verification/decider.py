"""The rules of a village verification round."""

from dataclasses import dataclass

from casework.areas import Level, level_of
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, Refusal

from identification.cases.acts.decider import KnownOfAct, require_act, require_performers
from identification.cases.village_verification.commands import HoldVillageVerification
from identification.cases.village_verification.events import VillageVerificationHeld


class VerificationAlreadyHeld(Refusal, code="verification-already-held", zh="这轮审核已经登记过。"):
    """This round was already recorded."""


class NotAVillage(Invalid, code="not-a-village", zh="村级审核应选择行政村。"):
    """A verification round is held by a village."""


@dataclass(frozen=True, slots=True)
class VillageVerification:
    """What later decisions need to know of a round."""

    is_held: bool = False


def decide(command: HoldVillageVerification, verification: VillageVerification, known: KnownOfAct) -> list[Event]:
    """Record a round, or refuse it."""
    if verification.is_held:
        raise VerificationAlreadyHeld
    if level_of(command.area_code) is not Level.VILLAGE:
        raise NotAVillage
    require_performers(command.verifiers)
    rows = tuple(visit.application_id for visit in command.visits)
    late_reason = require_act(command, rows, known)
    return [
        VillageVerificationHeld(
            round_id=command.act_id,
            village_code=command.area_code,
            verifiers=command.verifiers,
            rows=rows,
            late_reason=late_reason,
        )
    ]


def evolve(_verification: VillageVerification, _held: Recorded[VillageVerificationHeld]) -> VillageVerification:
    """Remember that the round was held."""
    return VillageVerification(is_held=True)
