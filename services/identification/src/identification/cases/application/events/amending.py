"""What can happen to what an application states: amended before it is judged, corrected later."""

from typing import Annotated

from casework.codes import PovertyCause
from casework.income import Income
from casework.reasons import LateEntryReason
from chronicle.messages import INTERNAL, SENSITIVE, Event

from identification.cases.application.findings import Applicant, CorrectionReason, FormField, Living, SealedRef

# What the application states from then on, whole, whatever of it is new.
HouseholdId = Annotated[str, INTERNAL]
GroupCode = Annotated[str, INTERNAL]
HeadId = Annotated[str, INTERNAL]
MemberIds = Annotated[tuple[str, ...], INTERNAL]
Applying = Annotated[Applicant, INTERNAL]
Kin = Annotated[tuple[str, ...], SENSITIVE]
Account = Annotated[Income, SENSITIVE]
Home = Annotated[Living, SENSITIVE]
Causes = Annotated[tuple[PovertyCause, ...], SENSITIVE]
Changed = Annotated[tuple[FormField, ...], INTERNAL]


class ApplicationAmended(Event, type="identification.application-amended.v1"):
    """Before it was deliberated on, the household changed what it applies with."""

    application_id: Annotated[str, INTERNAL]
    household_id: HouseholdId
    group_code: GroupCode
    head_id: HeadId
    member_ids: MemberIds
    applicant: Applying
    kin_of_cadres: Kin
    income: Account
    living: Home
    causes: Causes
    changed: Changed
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


class ApplicationCorrected(Event, type="identification.application-corrected.v1"):
    """What was stated wrongly was corrected; the household goes back if a notice or a decision said otherwise."""

    application_id: Annotated[str, INTERNAL]
    household_id: HouseholdId
    group_code: GroupCode
    head_id: HeadId
    member_ids: MemberIds
    applicant: Applying
    kin_of_cadres: Kin
    income: Account
    living: Home
    causes: Causes
    changed: Changed
    reason: Annotated[CorrectionReason, INTERNAL]
    remarks: Annotated[SealedRef, INTERNAL]
    alters_outcome: Annotated[bool, SENSITIVE]
    # The notice that it comes off.
    notice_id: Annotated[str | None, INTERNAL]
    # It tells that the outcome is another.
    return_to: Annotated[int | None, SENSITIVE]
    voids: Annotated[tuple[str, ...], INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


Restated = ApplicationAmended | ApplicationCorrected
STATED = ("head_id", "member_ids", "applicant", "kin_of_cadres", "income", "living", "causes")
