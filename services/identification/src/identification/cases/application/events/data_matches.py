"""What can be found of a household in a department's register, and how that is decided."""

from typing import Annotated

from casework.reasons import LateEntryReason
from chronicle.messages import INTERNAL, SENSITIVE, WITHHELD, Event

from identification.cases.application.findings import DataMatchDecision, DataMatchKind, DataMatchReason, SealedRef


class DataMatchRaised(Event, type="identification.data-match-raised.v1"):
    """A member of the household was found in a department's register; it is looked into before the review, or after."""

    model_config = WITHHELD

    application_id: Annotated[str, INTERNAL]
    household_id: Annotated[str, INTERNAL]
    data_match_id: Annotated[str, INTERNAL]
    person_id: Annotated[str, INTERNAL]
    kind: Annotated[DataMatchKind, SENSITIVE]
    facts: Annotated[SealedRef, INTERNAL]
    # Then it is looked into in a re-check, and holds up nothing.
    after_review: Annotated[bool, INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]
    # Who entered it against an earlier application of the household, and does not decide it.
    raised_by: Annotated[str | None, INTERNAL] = None


class DataMatchDecided(Event, type="identification.data-match-decided.v1"):
    """A data match was looked into and cleared or upheld; by itself that ends nothing."""

    model_config = WITHHELD

    application_id: Annotated[str, INTERNAL]
    household_id: Annotated[str, INTERNAL]
    data_match_id: Annotated[str, INTERNAL]
    decision: Annotated[DataMatchDecision, SENSITIVE]
    reason: Annotated[DataMatchReason, SENSITIVE]
    findings: Annotated[SealedRef, INTERNAL]
    performed_by: Annotated[tuple[str, ...], INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]
