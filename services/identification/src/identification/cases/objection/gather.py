"""What is found before an objection is received or resolved: its notice, and how the households on it stand."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from casework.dates import KnownOfDate, require_order
from chronicle.decider import Decider, Reading
from chronicle.messages import EventTypes
from chronicle.store.tables import claim
from sqlalchemy import select

from identification.cases.application.decisions.objections import COMPLAINT_CLEARED, judge_of, said_of_application
from identification.cases.application.decisions.state import Application
from identification.cases.application.gather import application_decider
from identification.cases.backfill_run.gather import found_of_date
from identification.cases.objection.commands import ObjectionCommand, ReceiveObjection, ResolveObjection
from identification.cases.objection.decider import (
    KnownOfObjection,
    KnownOfResolution,
    Objection,
    ObjectionNotReceived,
    about,
    claims,
    decide,
    evolve,
)
from identification.cases.objection.events import ObjectionReceived, ObjectionResolved
from identification.cases.objection.findings import Against
from identification.cases.objection.projections import objections, omission_dismissed
from identification.cases.public_notice.decider import NoticeUnknown, NotOnTheNotice
from identification.cases.public_notice.events import NoticePosted
from identification.cases.public_notice.gather import public_notice_decider
from identification.histories import folded


def gather(parts: Sequence[tuple[ObjectionCommand, Objection | None]], reading: Reading) -> list[KnownOfDate]:
    """Find what each decision needs."""
    return [_found(command, objection, reading) for command, objection in parts]


def _found(command: ObjectionCommand, objection: Objection | None, reading: Reading) -> KnownOfDate:
    require_order(command.on, reading.asked.today)
    match command:
        case ReceiveObjection():
            return _found_of_receipt(command, reading)
        case ResolveObjection():
            return _found_of_resolution(command, objection, reading)


def _found_of_receipt(command: ReceiveObjection, reading: Reading) -> KnownOfObjection:
    posted = _posted(command.notice_id, reading)
    shown = _shown(posted, [command.application_id] if command.application_id else None, reading)
    if not shown:
        raise NotOnTheNotice(count=1)
    on_it = {one for one, state in shown.items() if state.posting and state.posting.notice_id == command.notice_id}
    settled = {one: shown[one].dismissed.get(command.matter or "", "") for one in command.rows if one in on_it}
    return KnownOfObjection(
        **_usual(command, command.area_code, reading),
        **_found_of_omission(command, reading),
        step=posted.step,
        first_day=posted.first_day,
        judge=judge_of(next(iter(shown.values())).chain, posted.step),
        still_on=len(on_it),
        off_notice=len(set(command.rows) - on_it),
        settled={one: earlier for one, earlier in settled.items() if earlier} | _cleared(command, reading),
        working_days=reading.value("objection_working_days", command.area_code, command.on),
    )


def _cleared(command: ReceiveObjection, reading: Reading) -> dict[str, str]:
    """Find the re-checks in which a complaint of the same was cleared, for the households that would be held."""
    if command.matter is None:
        return {}
    said = {said_of_application(one, command.matter): one for one in command.rows}
    same = (claim.c.kind == COMPLAINT_CLEARED, claim.c.key.in_(said))
    found = reading.connection.execute(select(claim.c.key, claim.c.stream).where(*same))
    return {said[key]: stream.partition("/")[2] for key, stream in found}


def _found_of_omission(command: ReceiveObjection, reading: Reading) -> dict[str, Any]:
    if command.against is not Against.OMISSION:
        return {"omission_dismissed": None}
    # A list may be behind: soon enough for what holds nobody.
    dismissed = omission_dismissed(reading.connection, command.notice_id, command.matter)
    subject = f"area/{command.area_code}"
    return {"omission_dismissed": dismissed, "read_at": objections.read_at(reading.connection, [subject])[subject]}


def _found_of_resolution(command: ResolveObjection, objection: Objection | None, reading: Reading) -> KnownOfResolution:
    if objection is None:
        raise ObjectionNotReceived
    received = objection.received
    posted = _posted(received.notice_id, reading)
    shown = _shown(posted, [received.application_id] if received.application_id else None, reading)
    resolving = {*command.performed_by, reading.asked.actor.person}
    took_part = {person for each in shown.values() for person in each.took_part_until(each.chain.step(posted.step))}
    held = folded(application_decider, received.held, reading)
    return KnownOfResolution(
        **_usual(command, received.area_code, reading),
        is_moot=objection.holds(held.values()) is False,
        took_part=tuple(sorted(resolving & took_part)),
    )


def _usual(command: ObjectionCommand, area: str, reading: Reading) -> dict[str, Any]:
    return found_of_date(reading, area, command.on)


def _posted(notice_id: str, reading: Reading) -> NoticePosted:
    notice = folded(public_notice_decider, [notice_id], reading).get(notice_id)
    if notice is None or notice.posted is None:
        raise NoticeUnknown
    posted: NoticePosted = notice.posted
    return posted


def _shown(posted: NoticePosted, wanted: Collection[str] | None, reading: Reading) -> Mapping[str, Application]:
    rows = [row.application_id for row in posted.rows if wanted is None or row.application_id in wanted]
    return folded(application_decider, rows, reading)


objection_decider: Decider[ObjectionCommand, Objection | None, KnownOfDate] = Decider(
    name="objection",
    types=EventTypes(ObjectionReceived, ObjectionResolved),
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    claims=claims,
    rules=("casework",),
)
