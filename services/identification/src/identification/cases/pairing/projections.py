"""Who is responsible for which household, as lists show it."""

from collections.abc import Mapping
from typing import Any

from chronicle.following import one_row_each
from chronicle.messages import Recorded
from chronicle.store.tables import Id
from sqlalchemy import Column, Date, Index, Text

from identification.cases.pairing.events import HouseholdPaired, PairingEnded, PairingHandedOver


def _columns() -> tuple[Column[Any] | Index, ...]:
    return (
        Column("household_id", Id),
        Column("group_code", Text),
        Column("helper", Text),
        Column("since", Date),
        Index(None, "helper", "group_code"),
    )


def _paired(recorded: Recorded[HouseholdPaired]) -> Mapping[str, Any]:
    return _helped_by(recorded.event.helper, recorded)


def _handed_over(recorded: Recorded[PairingHandedOver]) -> Mapping[str, Any]:
    return _helped_by(recorded.event.successor, recorded)


def _ended(recorded: Recorded[PairingEnded]) -> Mapping[str, Any]:
    return _helped_by(None, recorded)


def _helped_by(helper: str | None, recorded: Recorded[Any]) -> Mapping[str, Any]:
    where = {name: getattr(recorded.event, name) for name in ("household_id", "group_code")}
    return {**where, "helper": helper, "since": recorded.valid_on}


pairings = one_row_each(
    "pairing",
    1,
    _columns,
    {HouseholdPaired: _paired, PairingHandedOver: _handed_over, PairingEnded: _ended},
)
