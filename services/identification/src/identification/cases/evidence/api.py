"""Evidence over HTTP: a file is the body of its request, and is opened for a purpose that is written down first."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from operator import attrgetter
from typing import Annotated, Any

from casework.reasons import LateEntryReason
from casework.roles import seen_in_groups_by
from casework.steps import Ordinal
from chronicle.handling import Handler
from chronicle.messages import Recorded, new_id
from chronicle.principal import AreaScope
from chronicle.recording import Part
from chronicle.refusals import NotFound
from chronicle.store.values import Delivery
from chronicle.web import (
    Caller,
    Day,
    Handling,
    Id,
    Page,
    Paged,
    Reading,
    SentFile,
    Upload,
    etag,
    given,
    history_for,
    resource,
    state_for,
)
from fastapi import Depends
from starlette.responses import PlainTextResponse, Response

from identification.cases.acts.api import opened
from identification.cases.application.api import BASE, PATH, DatedBody, Entering, Opening, application_for
from identification.cases.application.decisions.state import Application
from identification.cases.application.findings import SealedRef
from identification.cases.application.gather import application_decider
from identification.cases.evidence.commands import AttachEvidence, SupersedeEvidence
from identification.cases.evidence.events import EvidenceAttached
from identification.cases.evidence.findings import EvidenceKind, SupersessionReason
from identification.cases.evidence.gather import evidence_decider
from identification.cases.evidence.queries import (
    EvidenceListed,
    EvidenceShown,
    MissingEvidence,
    listing,
    missing,
    shown,
)
from identification.files.evidence_files import EvidenceFiles, KeptFile
from identification.files.types import MEDIA_TYPES, MEGABYTES, MediaType
from identification.people.persons import Purpose

EVIDENCE = f"{BASE}/evidence"

of_application = resource(PATH, "evidence")
router = resource(EVIDENCE, "evidence")
routers = (of_application, router)

Files = Annotated[EvidenceFiles, given(EvidenceFiles)]
Sent = Annotated[SentFile, Depends(Upload(MEDIA_TYPES, MEGABYTES))]


def _binary(*media_types: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {one: {"schema": {"type": "string", "format": "binary"}} for one in media_types}}}


class NoThumbnail(NotFound, code="no-thumbnail", zh="这份材料没有缩略图，请打开原件。"):
    """This piece of evidence has no thumbnail; open the file itself."""


class Supersession(DatedBody):
    """Why a piece of evidence counts no longer, and which one took its place."""

    reason: SupersessionReason
    superseded_by: Id | None = None


@dataclass(frozen=True, slots=True)
class Attaching:
    """What is said of a file in its address: to which step, what it is, its day, and why it is entered late, if so."""

    step: Ordinal
    kind: EvidenceKind
    on: Day
    late_reason: LateEntryReason | None = None


@of_application.post("/{application_id}/evidence", status_code=201)
def attach_evidence(
    application_id: Id,
    attaching: Annotated[Attaching, Depends()],
    writing: Entering,
    handler: Handling,
    files: Files,
    sent: Sent,
) -> Response:
    """Attach a photo or a PDF of at most 10 MB to a step; the file is the body, without a name."""
    application = application_for(handler, application_id, writing)
    duties = application.chain.step(attaching.step).duties
    writing = replace(writing, roles=duties).at(application.filed.group_code)
    if earlier := writing.earlier():
        return earlier
    evidence_id, media_type = new_id(), MediaType(sent.media_type)
    # The file first, then the event that names it: whatever comes between leaves a file nobody knows, which is swept.
    kept = files.keep(application.filed.household_id, evidence_id, media_type, sent.content)
    command = AttachEvidence(
        **asdict(attaching),
        evidence_id=evidence_id,
        application_id=application_id,
        media_type=media_type,
        size=kept.size,
        digest=kept.digest,
        has_thumbnail=kept.has_thumbnail,
        position=_position(kept),
    )
    delivery = Delivery(sealed=kept.sealed, location=f"{EVIDENCE}/{evidence_id}")
    return writing.record([Part(evidence_decider, evidence_id, command)], delivery)


@of_application.get("/{application_id}/evidence")
def list_evidence(
    application_id: Id, caller: Caller, paged: Paged, handler: Handling, database: Reading
) -> Page[EvidenceListed]:
    """The evidence of one application by step, what was superseded with it."""
    scope = seen_in_groups_by(caller)
    _application(handler, application_id, scope)
    return listing(application_id).page(database, paged, scope)


@of_application.get("/{application_id}/missing-evidence")
def list_missing_evidence(application_id: Id, caller: Caller, handler: Handling, database: Reading) -> MissingEvidence:
    """What one application still lacks, step by step; it goes on without."""
    return missing(_application(handler, application_id, seen_in_groups_by(caller)), handler.policy, database)


@router.get("/{evidence_id}")
def show_evidence(evidence_id: Id, caller: Caller, handler: Handling, response: Response) -> EvidenceShown:
    """One piece of evidence, without its file."""
    history = _history(handler, evidence_id, seen_in_groups_by(caller))
    response.headers["ETag"] = etag(len(history))
    return shown(history)


@router.post("/{evidence_id}/supersession", status_code=201)
def supersede_evidence(evidence_id: Id, supersession: Supersession, writing: Entering, handler: Handling) -> Response:
    """Say that a piece of evidence counts no longer; it stays, and can still be opened."""
    attached = _attached(handler, evidence_id, writing.scope)
    application = application_for(handler, attached.application_id, writing)
    writing = replace(writing, roles=application.chain.step(attached.step).duties).at(attached.group_code)
    command = SupersedeEvidence(**dict(supersession))
    part = Part(evidence_decider, evidence_id, command)
    return writing.record([part], Delivery(location=f"{EVIDENCE}/{evidence_id}"))


@router.get("/{evidence_id}/file", response_class=Response, responses=_binary(*MEDIA_TYPES))
def read_file(evidence_id: Id, purpose: Purpose, caller: Caller, handler: Handling, files: Files) -> Response:
    """The file of a piece of evidence, opened for a purpose that is written down first."""
    it = _attached(handler, evidence_id, purpose.scope_of(caller))
    content = files.file(caller, purpose, it.household_id, evidence_id, it.digest)
    return _file(content, it.media_type, evidence_id)


@router.get("/{evidence_id}/thumbnail", response_class=Response, responses=_binary(MediaType.JPEG.value))
def read_thumbnail(evidence_id: Id, purpose: Purpose, caller: Caller, handler: Handling, files: Files) -> Response:
    """A small picture of a photo, opened for a purpose that is written down first."""
    it = _attached(handler, evidence_id, purpose.scope_of(caller))
    if not it.has_thumbnail:
        raise NoThumbnail
    return _file(files.thumbnail(caller, purpose, it.household_id, evidence_id), MediaType.JPEG, evidence_id)


@router.get("/{evidence_id}/texts/{text_id}", response_class=PlainTextResponse)
def read_text(
    evidence_id: Id, text_id: Id, purpose: Purpose, caller: Caller, handler: Handling, reader: Opening
) -> str:
    """Where a photo was taken, as it said itself, opened for a purpose that is written down first."""
    return opened(reader, caller, purpose, [_attached(handler, evidence_id, purpose.scope_of(caller))], text_id)


def _application(handler: Handler, application_id: str, scope: AreaScope) -> Application:
    place = attrgetter("filed.group_code")
    application: Application = state_for(handler, application_decider, application_id, scope, place).state
    return application


def _history(handler: Handler, evidence_id: str, scope: AreaScope) -> Sequence[Recorded[Any]]:
    return history_for(handler, evidence_decider, evidence_id, scope, attrgetter("event.group_code"))


def _attached(handler: Handler, evidence_id: str, scope: AreaScope) -> EvidenceAttached:
    attached: EvidenceAttached = _history(handler, evidence_id, scope)[0].event
    return attached


def _position(kept: KeptFile) -> SealedRef | None:
    return next((SealedRef(text_id=text.id, digest=text.digest.hex()) for text in kept.sealed.texts), None)


def _file(content: bytes, media_type: MediaType, evidence_id: str) -> Response:
    # Never shown in place of a page: a browser saves it, under a name that says nothing.
    named = f'attachment; filename="{evidence_id}.{media_type.ending}"'
    return Response(content, media_type=media_type.value, headers={"Content-Disposition": named})
