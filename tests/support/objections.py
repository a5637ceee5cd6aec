"""Objections for tests: what is received and resolved, and what is usually found before."""

from datetime import date
from typing import Any

from casework.reasons import ObjectionGround
from casework.roles import Role
from chronicle.messages import Actor
from chronicle.testing import Case, Outcome
from identification.cases.application.findings import SealedRef
from identification.cases.objection.commands import ReceiveObjection, ResolveObjection
from identification.cases.objection.decider import KnownOfObjection, KnownOfResolution
from identification.cases.objection.findings import Against, Resolution
from identification.cases.objection.gather import objection_decider

VILLAGE, GROUP = "360424106216", "36042410621601"
FACTS, OBJECTOR, FOUND = (SealedRef(text_id=name, digest="d" * 64) for name in ("facts", "objector", "findings"))
MATTER, RECEIPT = "a" * 64, "b" * 64
ROW = "application-huang"
RECEIVED_ON, DUE_ON = date(2015, 6, 15), date(2015, 6, 23)


def receive(**changed: Any) -> ReceiveObjection:
    """Somebody who gives no name objects on 15 June 2015 to a household on the village's notice of the 13th."""
    fields: dict[str, Any] = {
        "objection_id": "objection",
        "notice_id": "notice",
        "area_code": GROUP,
        "against": Against.ROW,
        "application_id": ROW,
        "ground": ObjectionGround.NOT_POOR,
        "facts": FACTS,
        "matter": MATTER,
        "objector": None,
        "receipt_index": RECEIPT,
        "rows": (ROW,),
        "on": RECEIVED_ON,
    }
    return ReceiveObjection(**fields | changed)


def receive_of_act(*rows: str, **changed: Any) -> ReceiveObjection:
    """The same, to the notice itself, which holds all its rows."""
    act = {"against": Against.ACT, "application_id": None, "ground": ObjectionGround.PLACE}
    return receive(**{**act, "rows": rows, "area_code": VILLAGE, **changed})


def receive_of_omission(**changed: Any) -> ReceiveObjection:
    """The same, because somebody is not on the notice."""
    return receive_of_act(**{"against": Against.OMISSION, "ground": ObjectionGround.LEFT_OUT, **changed})


def resolve(on: date = date(2015, 6, 17), **changed: Any) -> ResolveObjection:
    """The township dismisses it two days later."""
    fields: dict[str, Any] = {
        "objection_id": "objection",
        "resolution": Resolution.DISMISSED,
        "return_to": None,
        "rows": (ROW,),
        "findings": FOUND,
        "performed_by": ("arbiter",),
        "on": on,
    }
    return ResolveObjection(**fields | changed)


def when_received(command: ReceiveObjection, case: Case | None = None, **found: Any) -> Outcome:
    """Receive it, knowing that the township resolves it within five working days."""
    usual: dict[str, Any] = {
        **_usual(command.on, Role.VILLAGE_OFFICER),
        "step": 5,
        "first_day": date(2015, 6, 13),
        "judge": Role.TOWNSHIP_REVIEWER,
        "still_on": 3,
        "off_notice": 0,
        "settled": {},
        "omission_dismissed": None,
        "working_days": 5,
    }
    return (case or Case(objection_decider)).when(command, KnownOfObjection(**usual | found))


def received(command: ReceiveObjection | None = None, **found: Any) -> Case:
    """The case once that was received."""
    outcome = when_received(command or receive(), **found)
    return outcome.then(*outcome.decided)


def when_resolved(case: Case, command: ResolveObjection, duty: Role = Role.TOWNSHIP_REVIEWER, **found: Any) -> Outcome:
    """Resolve it, by somebody who had no part in anything unless told otherwise."""
    usual = {**_usual(command.on, duty, "judge"), "is_moot": False, "took_part": ()}
    return case.when(command, KnownOfResolution(**usual | found))


def _usual(on: date, duty: Role, person: str = "officer") -> dict[str, Any]:
    return {"actor": Actor(person, "office", duty.value), "today": on, "late_entry_days": 10}
