"""What can happen to a substitution."""

from datetime import date
from typing import Annotated, get_args

from casework.roles import Role
from chronicle.messages import INTERNAL, Event, EventTypes

from identification.cases.substitution.findings import AbsenceReason, SubstitutionEndReason

SubstitutionId = Annotated[str, INTERNAL]
PersonId = Annotated[str, INTERNAL]


class SubstitutionProposed(Event, type="identification.substitution-proposed.v1"):
    """Somebody of the county proposed who is to act in an officer's place; another has to confirm it."""

    substitution_id: SubstitutionId
    substitute: PersonId
    absent: PersonId
    role: Annotated[Role, INTERNAL]
    area_code: Annotated[str, INTERNAL]
    first_day: Annotated[date, INTERNAL]
    last_day: Annotated[date, INTERNAL]
    reason: Annotated[AbsenceReason, INTERNAL]


class SubstitutionConfirmed(Event, type="identification.substitution-confirmed.v1"):
    """The county named somebody to act in an officer's place, in a role and area, from a first day to a last."""

    substitution_id: SubstitutionId
    substitute: PersonId
    absent: PersonId
    role: Annotated[Role, INTERNAL]
    area_code: Annotated[str, INTERNAL]
    first_day: Annotated[date, INTERNAL]
    last_day: Annotated[date, INTERNAL]
    reason: Annotated[AbsenceReason, INTERNAL]
    proposed_by: PersonId


class SubstitutionEnded(Event, type="identification.substitution-ended.v1"):
    """The county ended a substitution: the substitute acts in nobody's place any longer."""

    substitution_id: SubstitutionId
    substitute: PersonId
    absent: PersonId
    reason: Annotated[SubstitutionEndReason, INTERNAL]


SubstitutionEvent = SubstitutionProposed | SubstitutionConfirmed | SubstitutionEnded

TYPES = EventTypes(*get_args(SubstitutionEvent))
