"""What can be asked of a piece of evidence."""

from casework.dates import Dated
from casework.eligibility import Digest

from identification.cases.application.findings import SealedRef
from identification.cases.evidence.findings import EvidenceKind, SupersessionReason
from identification.files.types import MediaType


class AttachEvidence(Dated):
    """Attach a file, already kept, to a step; ``on`` is the day it was taken or handed in."""

    evidence_id: str
    application_id: str
    step: int
    kind: EvidenceKind
    media_type: MediaType
    size: int
    digest: Digest
    has_thumbnail: bool
    position: SealedRef | None


class SupersedeEvidence(Dated):
    """Say that a piece of evidence counts no longer, and which one took its place, if any did."""

    reason: SupersessionReason
    superseded_by: str | None


EvidenceCommand = AttachEvidence | SupersedeEvidence
