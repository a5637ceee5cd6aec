"""The allowances as they stand."""

from operator import attrgetter
from typing import Any

from chronicle.following import one_row_each
from chronicle.messages import Recorded
from sqlalchemy import Column, Date, Index, Integer, Text

from safety_net.cases.allowance.decider import stage_after
from safety_net.cases.allowance.events import (
    AllowanceApprovedByCounty,
    AllowanceApprovedByTownship,
    AllowanceAssessed,
    AllowanceEnded,
    AllowanceRejected,
)

_AMOUNTS = ("standard", "per_capita_income", "monthly_amount")


def _moved(recorded: Recorded[Any]) -> dict[str, Any]:
    return {"stage": stage_after(recorded.event).value, "since": recorded.valid_on}


def _assessed(recorded: Recorded[AllowanceAssessed]) -> dict[str, Any]:
    event, assessment = recorded.event, recorded.event.assessment
    return {
        **_moved(recorded),
        "household_id": event.household_id,
        "area": recorded.area,
        "assessed_on": recorded.valid_on,
        "protected_persons": assessment.protected_persons,
        **{name: str(getattr(assessment, name)) for name in _AMOUNTS},
    }


allowances = one_row_each(
    "allowance",
    2,
    lambda: (
        Column("household_id", Text, index=True),
        Column("area", Text),
        Column("stage", Text),
        # When its stage was reached.
        Column("since", Date),
        Column("assessed_on", Date),
        Column("protected_persons", Integer),
        # Yuan with two places.
        *(Column(name, Text) for name in _AMOUNTS),
        Index(None, "area", "stage"),
    ),
    {
        AllowanceAssessed: _assessed,
        AllowanceApprovedByTownship: _moved,
        AllowanceApprovedByCounty: _moved,
        AllowanceRejected: _moved,
        AllowanceEnded: _moved,
    },
    key=attrgetter("event.allowance_id"),
)
