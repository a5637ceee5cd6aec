"""Step 2, the meeting itself: who must be there, and which list it may have."""

from datetime import date
from typing import Any

import pytest
from acts import GROUP, HUANG, RAO, SEALED, TOWNSHIP, VILLAGE, ZHOU, Act, found
from casework.areas import AreaNotValid
from casework.dates import DateInFuture, LateEntryNeedsReason
from casework.deliberation import MorePresentThanEntitled, QuorumMissed, Votes
from casework.lists import ListEmpty, ListTooLong, RowTwice
from casework.reasons import LateEntryReason
from chronicle.testing import Case
from identification.cases.application.decisions.deliberation import RecorderIsConvener
from identification.cases.application.findings import Recusal, RecusalGround
from identification.cases.group_meeting.commands import AgendaItem, HoldGroupMeeting
from identification.cases.group_meeting.decider import (
    KnownOfMeeting,
    MeetingAlreadyHeld,
    NotAGroup,
    SessionsUnclear,
)
from identification.cases.group_meeting.events import GroupMeetingHeld, Session
from identification.cases.group_meeting.gather import group_meeting_decider
from pydantic import ValidationError

meeting = Act(Case(group_meeting_decider), KnownOfMeeting(**found(quorum_share="2/3")))


def session(number: int = 1, day: int = 3, *, entitled: int = 30, present: int = 22) -> Session:
    return Session(number=number, held_on=date(2015, 6, day), entitled=entitled, present=present)


def item(application_id: str = HUANG, session: int = 1, **changed: Any) -> AgendaItem:
    fields: dict[str, Any] = {
        "application_id": application_id,
        "session": session,
        "votes": Votes(in_favour=20, against=1, abstained=1),
    }
    return AgendaItem(**fields | changed)


def hold(**changed: Any) -> HoldGroupMeeting:
    fields: dict[str, Any] = {
        "act_id": "meeting",
        "area_code": GROUP,
        "convener": "convener",
        "recorder": "recorder",
        "sessions": (session(),),
        "agenda": (item(),),
        "minutes": SEALED,
        "on": date(2015, 6, 3),
    }
    return HoldGroupMeeting(**fields | changed)


def test_a_meeting_over_three_households_is_one_act() -> None:
    held = hold(agenda=(item(HUANG), item(ZHOU), item(RAO)))

    meeting.when(held).then(GroupMeetingHeld, meeting_id="meeting", group_code=GROUP, agenda=(HUANG, ZHOU, RAO))


def test_every_household_is_deliberated_in_its_own_session_on_its_own_day() -> None:
    grounds = (Recusal(person_id="kin", ground=RecusalGround.KIN),)
    held = hold(
        sessions=(session(1, 3), session(2, 5, present=25)),
        agenda=(item(HUANG, 1), item(ZHOU, 2, recused=grounds, substitute="deputy")),
        on=date(2015, 6, 5),
    )
    rows = held.row_commands()

    meeting.when(held).then(GroupMeetingHeld)
    assert (rows[HUANG].on, rows[HUANG].present, rows[HUANG].recused) == (date(2015, 6, 3), 22, ())
    assert (rows[ZHOU].on, rows[ZHOU].present, rows[ZHOU].recused) == (date(2015, 6, 5), 25, grounds)
    assert (rows[ZHOU].convener, rows[ZHOU].recorder, rows[ZHOU].substitute) == ("convener", "recorder", "deputy")


@pytest.mark.parametrize(("entitled", "present"), [(30, 20), (31, 21), (1, 1)])
def test_two_thirds_of_those_entitled_rounded_up_are_enough(entitled: int, present: int) -> None:
    meeting.when(hold(sessions=(session(entitled=entitled, present=present),))).then(GroupMeetingHeld)


def test_fewer_than_two_thirds_of_those_entitled_are_too_few() -> None:
    few = hold(sessions=(session(entitled=31, present=20),))

    meeting.when(few).then_refused(QuorumMissed, present=20, entitled=31, quorum=21)


def test_every_session_needs_its_quorum() -> None:
    thin = hold(sessions=(session(1, 3), session(2, 5, present=19)), on=date(2015, 6, 5))

    meeting.when(thin).then_refused(QuorumMissed, present=19, entitled=30, quorum=20)


def test_more_cannot_be_present_than_are_entitled() -> None:
    crowded = hold(sessions=(session(entitled=20, present=22),))

    meeting.when(crowded).then_refused(MorePresentThanEntitled, present=22, entitled=20)


def test_somebody_must_be_entitled() -> None:
    with pytest.raises(ValidationError, match="greater than 0"):
        session(entitled=0, present=0)


def test_the_convener_does_not_keep_the_record() -> None:
    meeting.when(hold(recorder="convener")).then_refused(RecorderIsConvener)


@pytest.mark.parametrize("area", [VILLAGE, TOWNSHIP])
def test_only_a_villager_group_meets(area: str) -> None:
    meeting.when(hold(area_code=area)).then_refused(NotAGroup)


@pytest.mark.parametrize(
    "changed",
    [
        {"sessions": ()},
        {"sessions": (session(2),), "agenda": (item(session=2),)},
        {"sessions": (session(1), session(1))},
        {"agenda": (item(session=2),)},
        {"on": date(2015, 6, 4)},
    ],
    ids=["none", "numbered from 2", "two of one number", "an item of another", "not ending on the day of the act"],
)
def test_sessions_must_be_clear(changed: dict[str, Any]) -> None:
    meeting.when(hold(**changed), today=date(2015, 6, 5)).then_refused(SessionsUnclear)


def test_a_session_is_not_in_the_future() -> None:
    ahead = hold(sessions=(session(1, 3), session(2, 5)), on=date(2015, 6, 3))

    meeting.when(ahead).then_refused(DateInFuture, on=date(2015, 6, 5))


def test_a_meeting_is_not_in_the_future() -> None:
    meeting.when(hold(), today=date(2015, 6, 2)).then_refused(DateInFuture, on=date(2015, 6, 3))


def test_a_meeting_entered_eleven_days_later_needs_a_reason() -> None:
    reason = LateEntryReason.NO_NETWORK

    meeting.when(hold(), today=date(2015, 6, 13)).then(GroupMeetingHeld, late_reason=None)
    meeting.when(hold(), today=date(2015, 6, 14)).then_refused(LateEntryNeedsReason, days=10)
    meeting.when(hold(late_reason=reason), today=date(2015, 6, 14)).then(GroupMeetingHeld, late_reason=reason)


def test_the_group_must_exist_on_the_day() -> None:
    unknown = meeting.knowing(area_is_valid=False)

    unknown.when(hold()).then_refused(AreaNotValid, area=GROUP, on=date(2015, 6, 3))


def test_an_agenda_is_not_empty() -> None:
    meeting.when(hold(agenda=())).then_refused(ListEmpty)


def test_an_agenda_has_no_household_twice() -> None:
    meeting.when(hold(agenda=(item(), item(ZHOU), item()))).then_refused(RowTwice, count=1)


def test_an_agenda_has_at_most_as_many_households_as_the_policy_says() -> None:
    three = hold(agenda=(item(HUANG), item(ZHOU), item(RAO)))

    meeting.knowing(rows_maximum=3).when(three).then(GroupMeetingHeld)
    meeting.knowing(rows_maximum=2).when(three).then_refused(ListTooLong, count=3, maximum=2)


def test_a_meeting_is_recorded_once() -> None:
    meeting.given(hold()).when(hold()).then_refused(MeetingAlreadyHeld)
