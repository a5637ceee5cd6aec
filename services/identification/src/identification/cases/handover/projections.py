"""The handovers of an area, as they are listed."""

from collections.abc import Mapping
from typing import Any

from chronicle.following import one_row_each
from chronicle.messages import Recorded
from sqlalchemy import Column, Date, Integer, Text

from identification.cases.handover.events import WorkHandedOver


def _columns() -> tuple[Column[Any], ...]:
    said = ("leaver", "successor", "area_code", "reason", "handed_over_by")
    counts = (Column(name, Integer) for name in ("pairings", "substitutions"))
    return (*(Column(name, Text) for name in said), *counts, Column("handed_over_on", Date))


def _row(recorded: Recorded[WorkHandedOver]) -> Mapping[str, Any]:
    facts = recorded.event.model_dump(mode="json", exclude={"handover_id"})
    return {**facts, "handed_over_by": recorded.actor.person, "handed_over_on": recorded.valid_on}


handovers = one_row_each("handover", 1, _columns, {WorkHandedOver: _row})
