"""Reading evidence: what an application has and lacks, and one piece from its beginning; no file is in it."""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from casework.codes import PovertyCause
from chronicle.messages import Recorded
from chronicle.policy import Policy
from chronicle.store import Database
from chronicle.web import Fact, Listing
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import select

from identification.cases.application.decisions.state import Application
from identification.cases.evidence.events import EvidenceEvent
from identification.cases.evidence.findings import EvidenceKind, EvidenceRequirement, SupersessionReason
from identification.cases.evidence.projections import evidence
from identification.files.types import MediaType


class EvidenceListed(BaseModel):
    """One piece of evidence in a list; one that was superseded counts no longer."""

    evidence_id: str
    application_id: str
    step: int
    kind: EvidenceKind
    media_type: MediaType
    size: int
    digest: str
    has_thumbnail: bool
    has_position: bool
    attached_on: date
    superseded_on: date | None
    reason: SupersessionReason | None
    superseded_by: str | None


class EvidenceShown(BaseModel):
    """A piece of evidence from its beginning to now."""

    evidence_id: str
    version: int
    history: list[Fact[EvidenceEvent]]


class EvidenceMissing(BaseModel):
    """What an application still lacks: one of these kinds, by a step; ``is_due`` once the step has come."""

    step: int
    step_zh: str
    step_en: str
    any_of: tuple[EvidenceKind, ...]
    cause: PovertyCause | None
    is_due: bool


class MissingEvidence(BaseModel):
    """What an application still lacks by the list in force on the day it was filed, which may be to be confirmed."""

    application_id: str
    needs_confirmation: bool
    missing: list[EvidenceMissing]


_REQUIREMENTS = TypeAdapter(tuple[EvidenceRequirement, ...])


def missing(application: Application, policy: Policy, database: Database) -> MissingEvidence:
    """Tell what an application still lacks, whatever step it was attached to; refused as PolicyMissing."""
    filed, table = application.filed, evidence.tables
    entry = policy.value("evidence_required", filed.group_code, application.filed_on)
    counting = (table.c.application_id == filed.application_id, table.c.superseded_on.is_(None))
    with database.reading() as connection:
        there = set(connection.scalars(select(table.c.kind).where(*counting)))
    steps = {step.name: step for step in application.chain.steps}
    lacking = [
        EvidenceMissing(
            step=steps[each.step].ordinal,
            step_zh=steps[each.step].zh,
            step_en=steps[each.step].en,
            any_of=each.any_of,
            cause=each.cause,
            is_due=steps[each.step].ordinal <= application.step.ordinal,
        )
        for each in _REQUIREMENTS.validate_python(entry.value)
        # A list may be of more procedures than one.
        if each.step in steps and each.cause in {None, *filed.causes} and there.isdisjoint(each.any_of)
    ]
    return MissingEvidence(
        application_id=filed.application_id,
        needs_confirmation=entry.needs_confirmation,
        missing=sorted(lacking, key=attrgetter("step")),
    )


def listing(application_id: str) -> Listing[EvidenceListed]:
    """The evidence of an application by step, what was attached first before the rest."""
    table = evidence.tables
    query = select(table).where(table.c.application_id == application_id)
    return Listing(query, table.c.group_code, [table.c.step, table.c.evidence_id], EvidenceListed.model_validate)


def shown(history: Sequence[Recorded[Any]]) -> EvidenceShown:
    """Show what happened to a piece of evidence."""
    facts: list[Fact[EvidenceEvent]] = [Fact.of(recorded) for recorded in history]
    return EvidenceShown(evidence_id=history[0].event.evidence_id, version=len(history), history=facts)
