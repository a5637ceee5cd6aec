"""The relocations as they stand."""

from operator import attrgetter
from typing import Any

from chronicle.following import one_row_each
from chronicle.messages import Recorded
from sqlalchemy import Column, Date, Index, Integer, Text

from relocation.cases.relocation.decider import stage_after
from relocation.cases.relocation.events import (
    RelocationAccepted,
    RelocationDeclined,
    RelocationProposed,
    RelocationWithdrawn,
)


def _changed(recorded: Recorded[Any]) -> dict[str, Any]:
    told = recorded.event.model_dump(mode="json", exclude={"relocation_id", "household_id", "accepted", "late_reason"})
    return {**told, "stage": stage_after(recorded.event).value, "since": recorded.valid_on}


def _proposed(recorded: Recorded[RelocationProposed]) -> dict[str, Any]:
    return {
        **_changed(recorded),
        "household_id": recorded.event.household_id,
        "proposed_on": recorded.valid_on,
    }


relocations = one_row_each(
    "relocation",
    2,
    lambda: (
        Column("household_id", Text, index=True),
        Column("group_code", Text),
        Column("stage", Text),
        Column("proposed_on", Date),
        # The day of its last act.
        Column("since", Date),
        Column("mode", Text),
        Column("placement", Text),
        Column("place", Text),
        Column("persons", Integer),
        Column("floor_area_limit_m2", Text),
        Column("own_contribution", Text),
        Column("answered_by", Text),
        Column("reason", Text),
        Index(None, "group_code", "proposed_on"),
    ),
    {
        RelocationProposed: _proposed,
        RelocationAccepted: _changed,
        RelocationDeclined: _changed,
        RelocationWithdrawn: _changed,
    },
    key=attrgetter("event.relocation_id"),
)
