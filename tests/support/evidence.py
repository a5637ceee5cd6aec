"""Evidence for tests: what is attached and superseded, and what is usually found before."""

from datetime import date
from typing import Any

from chronicle.messages import Actor
from chronicle.testing import Case, Outcome
from identification.cases.evidence.commands import AttachEvidence, SupersedeEvidence
from identification.cases.evidence.decider import KnownOfAttaching, KnownOfSuperseding
from identification.cases.evidence.findings import EvidenceKind, SupersessionReason
from identification.cases.evidence.gather import evidence_decider
from identification.files.types import MediaType

GROUP = "36042410621601"
ATTACHED_ON = date(2015, 6, 12)


def attach(**changed: Any) -> AttachEvidence:
    """A photo of the home visit is attached to step 4 on 12 June 2015."""
    fields: dict[str, Any] = {
        "evidence_id": "evidence",
        "application_id": "application",
        "step": 4,
        "kind": EvidenceKind.HOME_VISIT_LOG,
        "media_type": MediaType.JPEG,
        "size": 2_000_000,
        "digest": "e" * 64,
        "has_thumbnail": True,
        "position": None,
        "on": ATTACHED_ON,
    }
    return AttachEvidence(**fields | changed)


def supersede(on: date = date(2015, 6, 13), **changed: Any) -> SupersedeEvidence:
    """It was the wrong file, as is seen the day after."""
    return SupersedeEvidence(**{"reason": SupersessionReason.WRONG_FILE, "superseded_by": None, "on": on, **changed})


def when_attached(command: AttachEvidence, case: Case | None = None, **found: Any) -> Outcome:
    """Attach it to the application of a household that applied on 1 June."""
    usual = {
        **_usual(command.on),
        "household_id": "household",
        "group_code": GROUP,
        "filed_on": date(2015, 6, 1),
        "steps": 7,
        "ending": None,
    }
    return (case or Case(evidence_decider)).when(command, KnownOfAttaching(**usual | found))


def attached(**changed: Any) -> Case:
    """The case once that was attached."""
    outcome = when_attached(attach(**changed))
    return outcome.then(*outcome.decided)


def when_superseded(command: SupersedeEvidence, case: Case | None = None, **found: Any) -> Outcome:
    """Supersede it; nothing takes its place unless told otherwise."""
    known = KnownOfSuperseding(**{**_usual(command.on), "successor_of": None, **found})
    return (case or attached()).when(command, known)


def _usual(on: date) -> dict[str, Any]:
    return {"actor": Actor("officer", "office", "village_officer"), "today": on, "late_entry_days": 10}
