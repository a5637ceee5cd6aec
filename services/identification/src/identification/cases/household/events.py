"""What can happen to a household."""

from datetime import date
from typing import Annotated, get_args

from casework.codes import HealthStatus, LabourSkill, RelationToHead, SchoolStatus, Sex
from casework.dates import LateReason
from chronicle.messages import INTERNAL, SENSITIVE, Event, EventTypes
from pydantic import BaseModel, ConfigDict

from identification.cases.household.findings import (
    AssistanceKind,
    DismissalReason,
    DissolutionReason,
    MemberChange,
    Track,
)


class Member(BaseModel):
    """One member: the person's id in the vault, and what rules and statistics read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person_id: str
    relation_to_head: RelationToHead
    sex: Sex
    birth_date: date
    health_status: HealthStatus
    labour_skill: LabourSkill
    school_status: SchoolStatus


class Change(BaseModel):
    """Why one person came into the household or left it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person_id: str
    kind: MemberChange


class HouseholdRecorded(Event, type="identification.household-recorded.v1"):
    """A household was recorded for the first time, with everybody who lives in it."""

    household_id: Annotated[str, INTERNAL]
    group_code: Annotated[str, INTERNAL]
    members: Annotated[tuple[Member, ...], SENSITIVE]


class HouseholdMembersChanged(Event, type="identification.household-members-changed.v1"):
    """The members of a household were stated anew; of a registered one with why each who came or left did."""

    household_id: Annotated[str, INTERNAL]
    group_code: Annotated[str, INTERNAL]
    members: Annotated[tuple[Member, ...], SENSITIVE]
    changes: Annotated[tuple[Change, ...], SENSITIVE] = ()
    late_reason: LateReason = None


class HouseholdDissolved(Event, type="identification.household-dissolved.v1"):
    """A household that is neither registered nor applying is no more here; whoever lived in it may live elsewhere."""

    household_id: Annotated[str, INTERNAL]
    reason: Annotated[DissolutionReason, INTERNAL]
    late_reason: LateReason


class AssistanceNoted(Event, type="identification.assistance-noted.v1"):
    """A track decided to assist the household; ``reference`` is its own case."""

    household_id: Annotated[str, INTERNAL]
    track: Annotated[Track, INTERNAL]
    kind: Annotated[AssistanceKind, INTERNAL]
    reference: Annotated[str, INTERNAL]
    since: Annotated[date, INTERNAL]


class AssistanceEnded(Event, type="identification.assistance-ended.v1"):
    """A track assists the household in this case no longer."""

    household_id: Annotated[str, INTERNAL]
    track: Annotated[Track, INTERNAL]
    kind: Annotated[AssistanceKind, INTERNAL]
    reference: Annotated[str, INTERNAL]
    since: Annotated[date, INTERNAL]


class AssistanceDismissed(Event, type="identification.assistance-dismissed.v1"):
    """What a track decided in a case, ``reference``, could not be noted of the household, and is not going to be."""

    household_id: Annotated[str, INTERNAL]
    track: Annotated[Track, INTERNAL]
    reference: Annotated[str, INTERNAL]
    refusal: Annotated[str, INTERNAL]
    reason: Annotated[DismissalReason, INTERNAL]


OfAssistance = AssistanceNoted | AssistanceEnded | AssistanceDismissed
HouseholdEvent = HouseholdRecorded | HouseholdMembersChanged | HouseholdDissolved | OfAssistance

TYPES = EventTypes(*get_args(HouseholdEvent))
