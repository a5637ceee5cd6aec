"""What can happen to a village verification round."""

from typing import Annotated

from casework.reasons import LateEntryReason
from chronicle.messages import INTERNAL, OPEN, Event


class VillageVerificationHeld(Event, type="identification.village-verification-held.v1"):
    """A village visited the households of a list and gave its verdict on each."""

    round_id: Annotated[str, INTERNAL]
    village_code: Annotated[str, OPEN]
    verifiers: Annotated[tuple[str, ...], INTERNAL]
    rows: Annotated[tuple[str, ...], INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]
