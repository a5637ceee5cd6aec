"""What can be asked of a substitution."""

from datetime import date

from casework.roles import Role
from chronicle.messages import Command

from identification.cases.substitution.findings import AbsenceReason, SubstitutionEndReason


class ProposeSubstitution(Command):
    """Propose who acts in an officer's place; days are business dates, both included."""

    substitution_id: str
    substitute: str
    absent: str
    role: Role
    area_code: str
    first_day: date
    last_day: date
    reason: AbsenceReason


class ConfirmSubstitution(Command):
    """Confirm a substitution that somebody else proposed."""


class EndSubstitution(Command):
    """End a substitution before its last day, or take back its proposal."""

    reason: SubstitutionEndReason


SubstitutionCommand = ProposeSubstitution | ConfirmSubstitution | EndSubstitution
