"""Group meetings over HTTP."""

from typing import Annotated

from casework.areas import Level
from casework.deliberation import Votes
from casework.reasons import LateEntryReason
from casework.roles import seen_in_groups_by
from casework.steps import Ordinal, StepKind
from chronicle.messages import new_id
from chronicle.principal import PersonId
from chronicle.store.values import Delivery
from chronicle.web import AreaCode, Body, Caller, Handling, Id, InArea, Page, Paged, Reading, resource
from pydantic import Field
from starlette.responses import PlainTextResponse, Response

from identification.cases.acts import api as acts
from identification.cases.acts.queries import ActListed, ActShown, history_of, listing, shown
from identification.cases.application.api import BASE, Entering, Opening, Sealing
from identification.cases.application.findings import Recusal
from identification.cases.group_meeting.commands import AgendaItem, HoldGroupMeeting
from identification.cases.group_meeting.events import GroupMeetingHeld, Session
from identification.cases.group_meeting.gather import group_meeting_decider
from identification.cases.group_meeting.projections import group_meetings
from identification.people.persons import Purpose

PATH = f"{BASE}/group-meetings"

router = resource(PATH, "group meetings")


class Recused(Recusal):
    """A person who was present and did not vote on an item."""

    person_id: PersonId


class Item(Body):
    """One household on the agenda."""

    application_id: Id
    session: Ordinal
    substitute: PersonId | None = None
    recused: Annotated[tuple[Recused, ...], Field(max_length=200)] = ()
    votes: Votes


class Meeting(Body):
    """A meeting as its record has it."""

    group_code: AreaCode
    convener: PersonId
    recorder: PersonId
    sessions: Annotated[tuple[Session, ...], Field(min_length=1, max_length=20)]
    agenda: Annotated[tuple[Item, ...], Field(max_length=acts.MOST_ROWS)]
    minutes: Annotated[str, Field(min_length=1, max_length=20_000, repr=False)]
    late_reason: LateEntryReason | None = None


@router.post("", status_code=201)
def hold_group_meeting(meeting: Meeting, writing: Entering, handler: Handling, vault: Sealing) -> Response:
    """Record that a villager group met and deliberated on a list of households."""
    area, on = meeting.group_code, max(session.held_on for session in meeting.sessions)
    chains = acts.procedures(handler, (item.application_id for item in meeting.agenda), area, on)
    steps = [acts.steps_of(chain, StepKind.DELIBERATION, Level.GROUP) for chain in chains]
    writing = acts.on_duty(writing, area, steps)
    act_id = new_id()
    texts = acts.Texts.of_act(vault, f"{group_meeting_decider.name}/{act_id}", {"minutes": meeting.minutes})
    command = HoldGroupMeeting(
        act_id=act_id,
        area_code=area,
        on=on,
        late_reason=meeting.late_reason,
        convener=meeting.convener,
        recorder=meeting.recorder,
        sessions=meeting.sessions,
        agenda=tuple(AgendaItem(**dict(item)) for item in meeting.agenda),
        minutes=texts.kept["minutes"],
    )
    parts = acts.parts_of(group_meeting_decider, command, command.row_commands())
    return writing.record(parts, Delivery(sealed=texts.sealed, location=f"{PATH}/{act_id}"))


@router.get("")
def list_group_meetings(caller: Caller, paged: Paged, database: Reading, area: InArea = None) -> Page[ActListed]:
    """The meetings in one's areas, by the day they ended."""
    return listing(group_meetings, ActListed).page(database, paged, seen_in_groups_by(caller, area))


@router.get("/{act_id}")
def show_group_meeting(act_id: Id, caller: Caller, handler: Handling, response: Response) -> ActShown[GroupMeetingHeld]:
    """One meeting."""
    return shown(history_of(handler, group_meeting_decider, act_id, seen_in_groups_by(caller)), response)


@router.get("/{act_id}/texts/{text_id}", response_class=PlainTextResponse)
def read_text(act_id: Id, text_id: Id, purpose: Purpose, caller: Caller, handler: Handling, reader: Opening) -> str:
    """The minutes of a meeting, opened for a purpose that is written down first."""
    history = history_of(handler, group_meeting_decider, act_id, purpose.scope_of(caller))
    return acts.opened(reader, caller, purpose, (each.event for each in history), text_id)
