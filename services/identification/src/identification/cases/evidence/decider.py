"""The rules of evidence: to which step it is attached, and that it is never taken away, only superseded."""

from dataclasses import dataclass, replace
from datetime import date

from casework.dates import KnownOfDate, require_date
from casework.steps import NoSuchStep
from chronicle.decider import About, Claim
from chronicle.messages import Event, Recorded
from chronicle.refusals import Invalid, NotFound, Refusal

from identification.cases.application.decisions.eligibility import ATTACHED_FILE, file_of
from identification.cases.application.decisions.state import Ending
from identification.cases.evidence.commands import AttachEvidence, EvidenceCommand, SupersedeEvidence
from identification.cases.evidence.events import EvidenceAttached, EvidenceEvent, EvidenceSuperseded

# A rejected household may be looked at again; a registered one goes on being one.
OVER = (Ending.WITHDRAWN, Ending.REGISTRATION_ENDED)


class FileAlreadyAttached(Refusal, code="file-already-attached", zh="这份申请已有同一个文件。"):
    """The same file is attached to this application already."""


class ApplicationOver(Refusal, code="application-over", zh="申请已撤回或建档立卡已终止，不再接收材料。"):
    """The application was withdrawn or its registration ended; no more evidence is attached."""


class EvidenceUnknown(NotFound, code="evidence-unknown", zh="没有找到这份材料。"):
    """There is no such piece of evidence."""


class EvidenceReplaced(Refusal, code="evidence-replaced", zh="这份材料已经作废，原因不同。"):
    """This piece of evidence was superseded already, for another reason or by another one."""


class NotItsSuccessor(Invalid, code="not-its-successor", zh="替代的材料须是同一份申请的另一份有效材料。"):
    """What takes its place is another piece of evidence of the same application that still counts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was attached and when, and how it was superseded."""

    attached: EvidenceAttached
    attached_on: date
    superseded: EvidenceSuperseded | None = None


class KnownOfAttaching(KnownOfDate):
    """What is found before evidence is attached: whose it is, and how the application stands."""

    household_id: str
    group_code: str
    filed_on: date
    steps: int
    ending: Ending | None


class KnownOfSuperseding(KnownOfDate):
    """What is found before evidence is superseded: of which application its successor is, if that still counts."""

    successor_of: str | None


def decide(command: EvidenceCommand, evidence: Evidence | None, known: KnownOfDate) -> list[Event]:
    """Attach or supersede evidence, or refuse it."""
    match command, known:
        case AttachEvidence() as attach, KnownOfAttaching() as found:
            return _attach(attach, evidence, found)
        case SupersedeEvidence() as supersede, KnownOfSuperseding() as found:
            return _supersede(supersede, evidence, found)
        case _:
            raise TypeError(f"{type(command).__name__} is decided on something else")


def _attach(command: AttachEvidence, evidence: Evidence | None, known: KnownOfAttaching) -> list[Event]:
    if evidence is not None:
        raise FileAlreadyAttached
    if known.ending in OVER:
        raise ApplicationOver
    if not 1 <= command.step <= known.steps:
        raise NoSuchStep(step=command.step)
    late_reason = require_date(command, known, known.filed_on)
    return [
        EvidenceAttached(
            evidence_id=command.evidence_id,
            application_id=command.application_id,
            household_id=known.household_id,
            group_code=known.group_code,
            step=command.step,
            kind=command.kind,
            media_type=command.media_type,
            size=command.size,
            digest=command.digest,
            has_thumbnail=command.has_thumbnail,
            position=command.position,
            late_reason=late_reason,
        )
    ]


def _supersede(command: SupersedeEvidence, evidence: Evidence | None, known: KnownOfSuperseding) -> list[Event]:
    if evidence is None:
        raise EvidenceUnknown
    attached = evidence.attached
    if evidence.superseded:
        said = (evidence.superseded.reason, evidence.superseded.superseded_by)
        if said == (command.reason, command.superseded_by):
            return []
        raise EvidenceReplaced
    late_reason = require_date(command, known, evidence.attached_on)
    if command.superseded_by is not None and (
        command.superseded_by == attached.evidence_id or known.successor_of != attached.application_id
    ):
        raise NotItsSuccessor
    return [
        EvidenceSuperseded(
            evidence_id=attached.evidence_id,
            application_id=attached.application_id,
            household_id=attached.household_id,
            reason=command.reason,
            superseded_by=command.superseded_by,
            late_reason=late_reason,
        )
    ]


def evolve(evidence: Evidence | None, recorded: Recorded[EvidenceEvent]) -> Evidence | None:
    """Remember what was attached, and that it was superseded."""
    match recorded.event:
        case EvidenceAttached() as attached:
            return Evidence(attached, recorded.valid_on)
        case EvidenceSuperseded() as superseded:
            return evidence and replace(evidence, superseded=superseded)


def about(command: EvidenceCommand, evidence: Evidence | None, known: KnownOfDate) -> About:
    """Evidence is about the household it is of, in its village."""
    if isinstance(known, KnownOfAttaching):
        return About(f"household/{known.household_id}", known.group_code[:12], command.on)
    if evidence is None:
        raise EvidenceUnknown
    return About(f"household/{evidence.attached.household_id}", evidence.attached.group_code[:12], command.on)


def claims(event: EvidenceEvent, evidence: Evidence | None) -> tuple[Claim, ...]:
    """Hold a file for an application, so that it is attached once; superseded, it may come again as what it is."""
    match event:
        case EvidenceAttached():
            return (Claim(ATTACHED_FILE, _file(event), FileAlreadyAttached),)
        case EvidenceSuperseded():
            return (Claim(ATTACHED_FILE, _file(evidence.attached), held=False),) if evidence else ()


def _file(attached: EvidenceAttached) -> str:
    return file_of(attached.application_id, attached.digest)
