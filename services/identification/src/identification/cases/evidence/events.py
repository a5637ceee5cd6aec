"""What can happen to a piece of evidence."""

from typing import Annotated, get_args

from casework.eligibility import Digest
from casework.reasons import LateEntryReason
from chronicle.messages import INTERNAL, OPEN, SENSITIVE, Event, EventTypes

from identification.cases.application.findings import SealedRef
from identification.cases.evidence.findings import EvidenceKind, SupersessionReason
from identification.files.types import MediaType


class EvidenceAttached(Event, type="identification.evidence-attached.v1"):
    """A photo or paper of the household was attached to a step of its application."""

    evidence_id: Annotated[str, INTERNAL]
    application_id: Annotated[str, INTERNAL]
    household_id: Annotated[str, INTERNAL]
    group_code: Annotated[str, INTERNAL]
    step: Annotated[int, OPEN]
    # What it is says of whom it is: a disability, an illness.
    kind: Annotated[EvidenceKind, SENSITIVE]
    media_type: Annotated[MediaType, OPEN]
    size: Annotated[int, OPEN]
    # Of the file as it is kept, keyed by the household's key: whoever guesses a paper cannot try it.
    digest: Annotated[Digest, INTERNAL]
    has_thumbnail: Annotated[bool, OPEN]
    # Where the photo says that it was taken.
    position: Annotated[SealedRef | None, INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


class EvidenceSuperseded(Event, type="identification.evidence-superseded.v1"):
    """A piece of evidence counts no longer: it was wrong, or another one took its place."""

    evidence_id: Annotated[str, INTERNAL]
    application_id: Annotated[str, INTERNAL]
    household_id: Annotated[str, INTERNAL]
    reason: Annotated[SupersessionReason, INTERNAL]
    superseded_by: Annotated[str | None, INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


EvidenceEvent = EvidenceAttached | EvidenceSuperseded

TYPES = EventTypes(*get_args(EvidenceEvent))
