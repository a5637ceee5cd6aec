"""What is found before evidence is attached or superseded: how its application stands, and what takes its place."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from casework.dates import KnownOfDate, require_order
from chronicle.decider import Decider, Reading

from identification.cases.application.decisions.rows import NotInThisArea
from identification.cases.application.gather import application_decider
from identification.cases.backfill_run.gather import found_of_date
from identification.cases.evidence.commands import AttachEvidence, EvidenceCommand, SupersedeEvidence
from identification.cases.evidence.decider import (
    Evidence,
    EvidenceUnknown,
    KnownOfAttaching,
    KnownOfSuperseding,
    about,
    claims,
    decide,
    evolve,
)
from identification.cases.evidence.events import TYPES
from identification.histories import folded

if TYPE_CHECKING:
    from identification.cases.application.decisions.state import Application


def gather(parts: Sequence[tuple[EvidenceCommand, Evidence | None]], reading: Reading) -> list[KnownOfDate]:
    """Find what each decision needs."""
    return [_found(command, evidence, reading) for command, evidence in parts]


def _found(command: EvidenceCommand, evidence: Evidence | None, reading: Reading) -> KnownOfDate:
    require_order(command.on, reading.asked.today)
    match command:
        case AttachEvidence():
            return _found_of_attaching(command, reading)
        case SupersedeEvidence():
            if evidence is None:
                raise EvidenceUnknown
            usual = _usual(command, evidence.attached.group_code, reading)
            return KnownOfSuperseding(**usual, successor_of=_application_of(command.superseded_by, reading))


def _found_of_attaching(command: AttachEvidence, reading: Reading) -> KnownOfAttaching:
    one = command.application_id
    application: Application | None = folded(application_decider, [one], reading).get(one)
    if application is None:
        raise NotInThisArea
    filed = application.filed
    return KnownOfAttaching(
        **_usual(command, filed.group_code, reading),
        household_id=filed.household_id,
        group_code=filed.group_code,
        filed_on=application.filed_on,
        steps=len(application.chain.steps),
        ending=application.ending,
    )


def _application_of(evidence_id: str | None, reading: Reading) -> str | None:
    found: Evidence | None = folded(evidence_decider, [evidence_id], reading).get(evidence_id) if evidence_id else None
    return found.attached.application_id if found and not found.superseded else None


def _usual(command: EvidenceCommand, area: str, reading: Reading) -> dict[str, Any]:
    return found_of_date(reading, area, command.on)


evidence_decider: Decider[EvidenceCommand, Evidence | None, KnownOfDate] = Decider(
    name="evidence",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    claims=claims,
    rules=("casework",),
)
