"""Allowances for tests: a household of four that lacks 90 yuan each, its course, and what is usually asked of it."""

from datetime import date
from decimal import Decimal
from typing import Any

from casework.registration import KnownOfHousehold, Standing
from chronicle.messages import Actor
from chronicle.testing import Case, by
from safety_net.cases.allowance.commands import ApproveAllowance, AssessAllowance, EndAllowance, RejectAllowance
from safety_net.cases.allowance.decider import KnownOfAssessment
from safety_net.cases.allowance.events import (
    AllowanceApprovedByCounty,
    AllowanceApprovedByTownship,
    AllowanceAssessed,
    AllowanceEnded,
    AllowanceRejected,
)
from safety_net.cases.allowance.findings import Assessment, EndingReason, JudgingLevel, RejectionReason
from safety_net.cases.allowance.gather import allowance_decider

VILLAGE = "360424106216"
MEMBERS = ("head", "wife", "son", "mother")
TODAY = date(2015, 6, 30)
IDS: dict[str, Any] = {"allowance_id": "allowance-gan", "household_id": "household-gan"}
IN_TIME: dict[str, Any] = {**IDS, "late_reason": None}
nothing = Case(allowance_decider)


def entering(person: str) -> Actor:
    """Somebody who enters something."""
    return Actor(person, "an-organisation", "a-role")


def june(day: int) -> date:
    """A day of June 2015."""
    return date(2015, 6, day)


def known(person: str = "officer", **found: Any) -> KnownOfAssessment:
    """What is usually known on 30 June 2015, with something else found."""
    usual: dict[str, Any] = {
        "actor": entering(person),
        "today": TODAY,
        "standing": Standing.REGISTERED,
        "member_ids": MEMBERS,
        "area": VILLAGE,
        "registered_on": date(2015, 5, 1),
        "late_entry_days": 90,
        "reference_year": 2014,
        "per_capita_income": "1800.00",
        "standard": "240.00",
        "has_allowance": False,
        "over_on": None,
    }
    return KnownOfAssessment(**usual | found)


def unregistered(standing: Standing | None, person: str = "officer") -> KnownOfHousehold:
    """What is known of a household that is not registered."""
    return KnownOfHousehold(actor=entering(person), today=TODAY, late_entry_days=90, standing=standing)


def assess(on: date | None = None, protected_persons: int = 4) -> AssessAllowance:
    """Assess the household, on 1 June unless told otherwise."""
    return AssessAllowance(**IDS, protected_persons=protected_persons, on=on or june(1))


def assessed_as(per_capita_income: str = "1800.00", standard: str = "240.00", persons: int = 4) -> AllowanceAssessed:
    """The event of an assessment with these numbers."""
    assessment = Assessment.of(2014, Decimal(per_capita_income), Decimal(standard), persons)
    return AllowanceAssessed(**IN_TIME, assessment=assessment, outcome=assessment.outcome)


def approve(level: JudgingLevel, on: date | None = None) -> ApproveAllowance:
    """Approve at a level, on 10 June unless told otherwise."""
    return ApproveAllowance(level=level, on=on or june(10))


def reject(level: JudgingLevel, on: date | None = None) -> RejectAllowance:
    """Reject at a level for property nobody declared, on 10 June unless told otherwise."""
    return RejectAllowance(level=level, reason=RejectionReason.PROPERTY_UNDECLARED, on=on or june(10))


def end(on: date | None = None) -> EndAllowance:
    """End it because the household moved away, on 20 June unless told otherwise."""
    return EndAllowance(reason=EndingReason.MOVED_AWAY, on=on or june(20))


by_township = AllowanceApprovedByTownship(**IN_TIME)
by_county = AllowanceApprovedByCounty(**IN_TIME, monthly_amount=Decimal("360.00"))
ended = AllowanceEnded(**IN_TIME, reason=EndingReason.MOVED_AWAY)


def rejected(level: JudgingLevel) -> AllowanceRejected:
    """The event of a rejection at a level."""
    return AllowanceRejected(**IN_TIME, level=level, reason=RejectionReason.PROPERTY_UNDECLARED)


assessed = nothing.given(by(assessed_as(), entering("officer"), june(1)))
half_approved = assessed.given(by(by_township, entering("reviewer"), june(3)))
granted = half_approved.given(by(by_county, entering("county"), june(5)))
not_eligible = nothing.given(by(assessed_as("2880.00"), entering("officer"), june(1)))
