"""Who is returned, rejected or withdrawn while posted hangs on the board no longer, and the others still do."""

from itertools import permutations
from typing import Any

import pytest
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.following import rebuild
from chronicle.messages import Event, StoredEvent, new_id
from gateway.heard import ApplicationWithdrawn, ObjectionDecided
from gateway.notice_board.projections import notice_board
from identification.cases.public_notice.events import NoticePosted, NoticeRow
from running_gateway import GROUP, VILLAGE, RunningGateway, person, posted, row, told


class Two:
    """Two households posted on one notice."""

    def __init__(self, gateway: RunningGateway) -> None:
        self.people = gateway.enrol(person("张三丰"), person("李四"))
        self.rows = [row(one.person_id) for one in self.people.people]
        self.notice = posted(self.rows)
        gateway.record(told(self.notice, f"area/{GROUP}"), people=self.people)


def of(household: NoticeRow, event: Event) -> StoredEvent:
    return told(event, f"household/{household.household_id}")


def withdrawn(household: NoticeRow) -> StoredEvent:
    return of(household, ApplicationWithdrawn(application_id=household.application_id))


def decided(household: NoticeRow, notice: NoticePosted, decision: str) -> StoredEvent:
    application, notice_id = household.application_id, notice.notice_id
    return of(household, ObjectionDecided(application_id=application, notice_id=notice_id, decision=decision))


def shown(gateway: RunningGateway) -> dict[str, list[Any]]:
    notices = gateway.client().get(f"/api/gateway/v1/notice-board/{VILLAGE}").json()["notices"]
    return {notice["notice_id"]: [one["head"] for one in notice["households"]] for notice in notices}


def rows_that_differ(gateway: RunningGateway) -> set[int]:
    database = gateway.service.database
    return set(rebuild(notice_board, database, EmbeddedFeed(database)).differing.values())


def test_who_withdraws_comes_off_at_once(gateway_on_each: RunningGateway) -> None:
    two = Two(gateway_on_each)
    assert shown(gateway_on_each) == {two.notice.notice_id: ["张**", "李*"]}

    gateway_on_each.record(withdrawn(two.rows[0]))

    assert shown(gateway_on_each) == {two.notice.notice_id: ["李*"]}
    page = gateway_on_each.client().get(f"/notice-board/{VILLAGE}").text
    assert "张**" not in page
    assert "李*" in page


@pytest.mark.parametrize(
    ("decision", "left"),
    [("dismissed", ["张**", "李*"]), ("upheld_returned", ["李*"]), ("upheld_rejected", ["李*"])],
)
def test_whom_an_objection_is_upheld_against_comes_off_at_once(
    gateway: RunningGateway, decision: str, left: list[str]
) -> None:
    two = Two(gateway)
    gateway.record(decided(two.rows[0], two.notice, decision))

    assert shown(gateway) == {two.notice.notice_id: left}


def test_a_notice_nobody_is_left_on_hangs_no_longer(gateway: RunningGateway) -> None:
    two = Two(gateway)
    gateway.record(withdrawn(two.rows[0]))
    gateway.record(decided(two.rows[1], two.notice, "upheld_rejected"))

    assert shown(gateway) == {}


def test_who_was_returned_and_is_posted_anew_hangs_again(gateway: RunningGateway) -> None:
    two = Two(gateway)
    gateway.record(decided(two.rows[0], two.notice, "upheld_returned"))
    anew = posted(two.rows[:1])
    gateway.record(told(anew, f"area/{GROUP}"))

    assert shown(gateway) == {two.notice.notice_id: ["李*"], anew.notice_id: ["张**"]}


def test_in_whatever_order_the_subjects_are_heard_the_board_is_the_same(gateway: RunningGateway) -> None:
    people = gateway.enrol(*map(person, ("张三丰", "李四", "王五")))
    gateway.record(told(posted([]), f"area/{GROUP}"), people=people)
    notices = {}
    for order in permutations(range(3)):
        rows = [row(one.person_id) for one in people.people]
        notice = posted(rows)
        events = [
            told(notice, f"area/{GROUP}{new_id()}"),
            withdrawn(rows[0]),
            decided(rows[1], notice, "upheld_returned"),
        ]
        for place in order:
            gateway.record(events[place])
        notices[notice.notice_id] = ["王*"]

    assert shown(gateway) == notices
    assert rows_that_differ(gateway) == {0}
    assert shown(gateway) == notices
