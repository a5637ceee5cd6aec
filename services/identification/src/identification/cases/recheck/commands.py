"""What can be asked of a re-check."""

from casework.dates import Dated
from casework.eligibility import Digest
from casework.reasons import ObjectionGround

from identification.cases.application.findings import DataMatchKind, SealedRef
from identification.cases.recheck.findings import RecheckCause, RecheckReason


class OpenRecheck(Dated):
    """Have a household looked at again, for a data match, which ``raised_by`` entered, or a complaint.

    ``matter`` is the keyed digest of a complaint's ground and facts, ``receipt_index`` that of the code on its receipt.
    """

    recheck_id: str
    application_id: str
    cause: RecheckCause
    facts: SealedRef
    person_id: str | None = None
    kind: DataMatchKind | None = None
    raised_by: str | None = None
    ground: ObjectionGround | None = None
    objector: SealedRef | None = None
    matter: Digest | None = None
    receipt_index: Digest | None = None


class ConcludeRecheck(Dated):
    """Say what was found, and by whom."""

    reason: RecheckReason
    findings: SealedRef
    performed_by: tuple[str, ...]


RecheckCommand = OpenRecheck | ConcludeRecheck
