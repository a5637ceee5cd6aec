"""What can happen to an allowance."""

from typing import Annotated

from casework.dates import LateReason
from casework.money import NonNegativeYuan
from chronicle.messages import INTERNAL, SENSITIVE, Event, EventTypes

from safety_net.cases.allowance.findings import (
    Assessment,
    AssessmentOutcome,
    EndingReason,
    JudgingLevel,
    RejectionReason,
)

AllowanceId = Annotated[str, INTERNAL]
HouseholdId = Annotated[str, INTERNAL]


class AllowanceAssessed(Event, type="safety-net.allowance-assessed.v1"):
    """An officer assessed what allowance a household is due each month, if any."""

    allowance_id: AllowanceId
    household_id: HouseholdId
    assessment: Annotated[Assessment, SENSITIVE]
    outcome: Annotated[AssessmentOutcome, INTERNAL]
    late_reason: LateReason


class AllowanceApprovedByTownship(Event, type="safety-net.allowance-approved-by-township.v1"):
    """The township approved the allowance; the county decides next."""

    allowance_id: AllowanceId
    household_id: HouseholdId
    late_reason: LateReason


class AllowanceApprovedByCounty(Event, type="safety-net.allowance-approved-by-county.v1"):
    """The county approved the allowance: it is granted."""

    allowance_id: AllowanceId
    household_id: HouseholdId
    monthly_amount: Annotated[NonNegativeYuan, SENSITIVE]
    late_reason: LateReason


class AllowanceRejected(Event, type="safety-net.allowance-rejected.v1"):
    """The township or the county did not approve the allowance."""

    allowance_id: AllowanceId
    household_id: HouseholdId
    level: Annotated[JudgingLevel, INTERNAL]
    reason: Annotated[RejectionReason, INTERNAL]
    late_reason: LateReason


class AllowanceEnded(Event, type="safety-net.allowance-ended.v1"):
    """A granted allowance is paid no longer."""

    allowance_id: AllowanceId
    household_id: HouseholdId
    reason: Annotated[EndingReason, INTERNAL]
    late_reason: LateReason


AllowanceEvent = (
    AllowanceAssessed | AllowanceApprovedByTownship | AllowanceApprovedByCounty | AllowanceRejected | AllowanceEnded
)
TYPES = EventTypes(
    AllowanceAssessed, AllowanceApprovedByTownship, AllowanceApprovedByCounty, AllowanceRejected, AllowanceEnded
)
