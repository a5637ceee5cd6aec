"""The rules of a village verification round."""

from dataclasses import dataclass, replace
from typing import Any

from casework.areas import Level, level_of
from chronicle.decider import About
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, Refusal

from identification.cases.acts import KnownOfAct, require_act
from identification.cases.village_verification.commands import HoldVillageVerification
from identification.cases.village_verification.events import VillageVerificationHeld


class VerificationAlreadyHeld(
    Refusal, code="verification-already-held", zh="这轮审核已经登记过。"
):
    """This round was already recorded."""


class NotAVillage(Invalid, code="not-a-village", zh="村级审核应选择行政村。"):
    """A verification round is held by a village."""


class NoVerifier(Invalid, code="no-verifier", zh="请填写审核人。"):
    """Somebody must have visited the households."""


@dataclass(frozen=True, slots=True)
class VillageVerification:
    """What later decisions need to know of a round."""

    is_held: bool = False


def decide(
    command: HoldVillageVerification,
    verification: VillageVerification,
    known: KnownOfAct,
) -> list[Event]:
    """Record a round, or refuse it."""
    if verification.is_held:
        raise VerificationAlreadyHeld
    if level_of(command.village_code) is not Level.VILLAGE:
        raise NotAVillage
    if not command.verifiers:
        raise NoVerifier
    rows = tuple(visit.application_id for visit in command.visits)
    require_act(command, command.village_code, rows, known)
    return [
        VillageVerificationHeld(
            round_id=command.round_id,
            village_code=command.village_code,
            verifiers=command.verifiers,
            rows=rows,
            late_reason=command.late_reason,
        )
    ]


def evolve(
    verification: VillageVerification, recorded: Recorded[Any]
) -> VillageVerification:
    """Remember that the round was held."""
    match recorded.event:
        case VillageVerificationHeld():
            return replace(verification, is_held=True)
    return verification


def about(
    command: HoldVillageVerification,
    _verification: VillageVerification,
    _known: KnownOfAct,
) -> About:
    """A round is about its village, on the day it ended."""
    return About(f"area/{command.village_code}", command.village_code, command.on)
