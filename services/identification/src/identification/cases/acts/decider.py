"""The rules every organised act obeys: a fit list, in an area valid on the day, done by somebody."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.areas import AreaNotValid
from casework.dates import require_date
from casework.lists import require_rows
from casework.reasons import LateEntryReason
from chronicle.decider import About
from chronicle.refusals import Invalid

from identification.cases.acts.commands import ActCommand
from identification.cases.application.decisions.rows import KnownOfApplication


class PerformerMissing(Invalid, code="performer-missing", zh="请填写实际办理人。"):
    """Name at least one person who did it."""


class KnownOfAct(KnownOfApplication):
    """What is found before any act is recorded."""

    area_is_valid: bool
    rows_maximum: int


def require_act(
    command: ActCommand, rows: Sequence[str], known: KnownOfAct, previous: date | None = None
) -> LateEntryReason | None:
    """Refuse an act in an area not valid then, over an unfit list, or on a day that cannot be.

    Gives the reason to record, which only a late entry has.
    """
    if not known.area_is_valid:
        raise AreaNotValid(area=command.area_code, on=command.on)
    require_rows(rows, known.rows_maximum)
    return require_date(command, known, previous)


def require_performers(performers: Sequence[str]) -> None:
    """Refuse an act that nobody is said to have done."""
    if not performers:
        raise PerformerMissing


def about(command: ActCommand, _act: Any, _known: KnownOfAct) -> About:
    """An act is about the area it is held in; that of a villager group lies in its village."""
    return about_act(command, None)


def about_act(command: ActCommand, began_in: str | None) -> About:
    """The same of an act that goes on: all of it is about the area as it was called when the act began."""
    return About(f"area/{began_in or command.area_code}", command.area_code[:12], command.on)
