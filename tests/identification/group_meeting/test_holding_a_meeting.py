"""Step 2, the meeting itself: who must be there, and which list it may have."""

from datetime import date
from typing import Any

import pytest
from acts import GROUP, HUANG, RAO, TOWNSHIP, VILLAGE, ZHOU, hold_meeting, item, meeting, session
from casework.areas import AreaNotValid
from casework.dates import DateInFuture
from casework.deliberation import MorePresentThanEntitled, QuorumMissed
from casework.lists import ListEmpty, ListTooLong, RowTwice
from identification.cases.application.decisions.deliberation import RecorderIsConvener
from identification.cases.application.findings import Recusal, RecusalGround
from identification.cases.group_meeting.decider import (
    MeetingAlreadyHeld,
    NotAGroup,
    SessionsUnclear,
)
from identification.cases.group_meeting.events import GroupMeetingHeld
from pydantic import ValidationError


def test_a_meeting_over_three_households_is_one_act() -> None:
    held = hold_meeting(agenda=(item(HUANG), item(ZHOU), item(RAO)))

    meeting.when(held).then(GroupMeetingHeld, meeting_id="meeting", group_code=GROUP, agenda=(HUANG, ZHOU, RAO))


def test_every_household_is_deliberated_in_its_own_session_on_its_own_day() -> None:
    grounds = (Recusal(person_id="kin", ground=RecusalGround.KIN),)
    held = hold_meeting(
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
    meeting.when(hold_meeting(sessions=(session(entitled=entitled, present=present),))).then(GroupMeetingHeld)


def test_fewer_than_two_thirds_of_those_entitled_are_too_few() -> None:
    few = hold_meeting(sessions=(session(entitled=31, present=20),))

    meeting.when(few).then_refused(QuorumMissed, present=20, entitled=31, quorum=21)


def test_every_session_needs_its_quorum() -> None:
    thin = hold_meeting(sessions=(session(1, 3), session(2, 5, present=19)), on=date(2015, 6, 5))

    meeting.when(thin).then_refused(QuorumMissed, present=19, entitled=30, quorum=20)


def test_more_cannot_be_present_than_are_entitled() -> None:
    crowded = hold_meeting(sessions=(session(entitled=20, present=22),))

    meeting.when(crowded).then_refused(MorePresentThanEntitled, present=22, entitled=20)


def test_somebody_must_be_entitled() -> None:
    with pytest.raises(ValidationError, match="greater than 0"):
        session(entitled=0, present=0)


def test_the_convener_does_not_keep_the_record() -> None:
    meeting.when(hold_meeting(recorder="convener")).then_refused(RecorderIsConvener)


@pytest.mark.parametrize("area", [VILLAGE, TOWNSHIP])
def test_only_a_villager_group_meets(area: str) -> None:
    meeting.when(hold_meeting(area_code=area)).then_refused(NotAGroup)


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
    meeting.when(hold_meeting(**changed), today=date(2015, 6, 5)).then_refused(SessionsUnclear)


def test_a_session_is_not_in_the_future() -> None:
    ahead = hold_meeting(sessions=(session(1, 3), session(2, 5)), on=date(2015, 6, 3))

    meeting.when(ahead).then_refused(DateInFuture, on=date(2015, 6, 5))


def test_the_group_must_exist_on_the_day() -> None:
    unknown = meeting.knowing(area_is_valid=False)

    unknown.when(hold_meeting()).then_refused(AreaNotValid, area=GROUP, on=date(2015, 6, 3))


def test_an_agenda_is_not_empty() -> None:
    meeting.when(hold_meeting(agenda=())).then_refused(ListEmpty)


def test_an_agenda_has_no_household_twice() -> None:
    meeting.when(hold_meeting(agenda=(item(), item(ZHOU), item()))).then_refused(RowTwice, count=1)


def test_an_agenda_has_at_most_as_many_households_as_the_policy_says() -> None:
    three = hold_meeting(agenda=(item(HUANG), item(ZHOU), item(RAO)))

    meeting.knowing(rows_maximum=3).when(three).then(GroupMeetingHeld)
    meeting.knowing(rows_maximum=2).when(three).then_refused(ListTooLong, count=3, maximum=2)


def test_a_meeting_is_recorded_once() -> None:
    meeting.given(hold_meeting()).when(hold_meeting()).then_refused(MeetingAlreadyHeld)
