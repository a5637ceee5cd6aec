"""The tracks' events as identification reads them: only the fields it uses."""

from chronicle.messages import Event


class RelocationAccepted(Event, type="relocation.relocation-accepted.v1"):
    """The household is to move."""

    relocation_id: str
    household_id: str


class RelocationWithdrawn(Event, type="relocation.relocation-withdrawn.v1"):
    """The household is not to move after all, if it had accepted at all."""

    relocation_id: str
    household_id: str
    accepted: bool


class HouseholdEnrolled(Event, type="industry.household-enrolled.v1"):
    """The household takes part in a project."""

    enrolment_id: str
    household_id: str


class EnrolmentEnded(Event, type="industry.enrolment-ended.v1"):
    """The household takes part no longer."""

    enrolment_id: str
    household_id: str


class AllowanceApprovedByCounty(Event, type="safety-net.allowance-approved-by-county.v1"):
    """The household is granted an allowance."""

    allowance_id: str
    household_id: str


class AllowanceEnded(Event, type="safety-net.allowance-ended.v1"):
    """The allowance is paid no longer."""

    allowance_id: str
    household_id: str
