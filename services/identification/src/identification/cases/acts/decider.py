"""The rules every organised act obeys: a fit list, in an area valid on the day, done by somebody."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.areas import AreaNotValid
from casework.dates import require_late_reason, require_order
from casework.lists import require_rows
from chronicle.decider import About, Known
from chronicle.refusals import Invalid

from identification.cases.acts.commands import ActCommand


class PerformerMissing(Invalid, code="performer-missing", zh="请填写实际办理人。"):
    """Name at least one person who did it."""


class KnownOfAct(Known):
    """What is found before any act is recorded."""

    area_is_valid: bool
    late_entry_days: int
    rows_maximum: int


def require_act(command: ActCommand, rows: Sequence[str], known: KnownOfAct, previous: date | None = None) -> None:
    """Refuse an act in an area not valid then, over an unfit list, or on a day that cannot be."""
    if not known.area_is_valid:
        raise AreaNotValid(area=command.area_code, on=command.on)
    require_rows(rows, known.rows_maximum)
    require_order(command.on, known.today, previous)
    require_late_reason(command.on, known.today, known.late_entry_days, command.late_reason)


def require_performers(performers: Sequence[str]) -> None:
    """Refuse an act that nobody is said to have done."""
    if not performers:
        raise PerformerMissing


def about(command: ActCommand, _act: Any, _known: KnownOfAct) -> About:
    """An act is about the area it is held in; that of a villager group lies in its village."""
    return About(f"area/{command.area_code}", command.area_code[:12], command.on)
