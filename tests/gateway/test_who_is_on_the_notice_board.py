"""Who is returned, rejected or withdrawn comes off the board, who is objected to stays longer, the others as posted."""

from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.following import rebuild
from chronicle.messages import Event, StoredEvent, new_id
from gateway.heard import (
    ApplicationCorrected,
    ApplicationRechecked,
    ApplicationWithdrawn,
    NoticeAnnulled,
    ObjectionDecided,
    ObjectionRaised,
)
from gateway.notice_board.projections import notice_board
from identification.cases.public_notice.events import NoticePosted, NoticeRow
from running_gateway import FIRST_DAY, GROUP, VILLAGE, RunningGateway, person, posted, row, told


class Two:
    """Two households posted on one notice."""

    def __init__(self, gateway: RunningGateway, first_day: date = FIRST_DAY) -> None:
        self.people = gateway.enrol(person("张三丰"), person("李四"))
        self.rows = [row(one.person_id) for one in self.people.people]
        self.notice = posted(self.rows, GROUP, first_day)
        gateway.record(told(self.notice, f"area/{GROUP}", on=first_day), people=self.people)


def of(household: NoticeRow, event: Event, day: int = 1) -> StoredEvent:
    return told(event, f"household/{household.household_id}", on=date(2015, 6, day))


def withdrawn(household: NoticeRow) -> StoredEvent:
    return of(household, ApplicationWithdrawn(application_id=household.application_id))


def raised(household: NoticeRow, notice: NoticePosted, day: int, objection_id: str = "objection") -> StoredEvent:
    which = {"application_id": household.application_id, "notice_id": notice.notice_id, "objection_id": objection_id}
    return of(household, ObjectionRaised(**which), day)


def decided(
    household: NoticeRow, notice: NoticePosted, decision: str, day: int = 1, objection_id: str = "objection"
) -> StoredEvent:
    which = {"application_id": household.application_id, "notice_id": notice.notice_id, "objection_id": objection_id}
    return of(household, ObjectionDecided(**which, decision=decision), day)


def until(gateway: RunningGateway, day: int) -> dict[str, str | None]:
    """Who hangs on a day of June, and each until when."""
    gateway.clock.set(datetime(2015, 6, day, 4, tzinfo=UTC))
    notices = gateway.client().get(f"/api/gateway/v1/notice-board/{VILLAGE}").json()["notices"]
    return {one["head"]: one["last_day"] for notice in notices for one in notice["households"]}


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


def test_an_annulled_notice_hangs_no_longer_and_the_one_posted_anew_does(gateway: RunningGateway) -> None:
    two = Two(gateway)
    rows = tuple(each.application_id for each in two.rows)
    gateway.record(told(NoticeAnnulled(notice_id=two.notice.notice_id, rows=rows), f"area/{GROUP}"))
    assert shown(gateway) == {}
    anew = posted(two.rows)
    gateway.record(told(anew, f"area/{GROUP}"))

    assert shown(gateway) == {anew.notice_id: ["张**", "李*"]}


def test_who_was_shown_wrongly_comes_off_that_notice_and_no_other(gateway: RunningGateway) -> None:
    two = Two(gateway)
    first, second = two.rows
    ids = [each.application_id for each in two.rows]
    gateway.record(of(first, ApplicationCorrected(application_id=ids[0], notice_id=two.notice.notice_id)))
    gateway.record(of(second, ApplicationCorrected(application_id=ids[1], notice_id=None)))
    assert shown(gateway) == {two.notice.notice_id: ["李*"]}
    anew = posted([first])
    gateway.record(told(anew, f"area/{GROUP}"))

    assert shown(gateway) == {two.notice.notice_id: ["李*"], anew.notice_id: ["张**"]}


def test_whoever_a_recheck_sent_back_or_rejected_comes_off_the_notice_they_hung_on(gateway: RunningGateway) -> None:
    two = Two(gateway)
    first, second = two.rows
    ids = [each.application_id for each in two.rows]
    gateway.record(of(first, ApplicationRechecked(application_id=ids[0], notice_id=two.notice.notice_id)))
    gateway.record(of(second, ApplicationRechecked(application_id=ids[1], notice_id=None)))

    assert shown(gateway) == {two.notice.notice_id: ["李*"]}


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


def test_who_is_objected_to_stays_until_the_days_of_their_own_are_full(gateway_on_each: RunningGateway) -> None:
    two = Two(gateway_on_each)
    gateway_on_each.record(raised(two.rows[0], two.notice, 3))
    assert until(gateway_on_each, 5) == {"张**": None, "李*": "2015-06-07"}
    gateway_on_each.record(decided(two.rows[0], two.notice, "dismissed", 6))

    # Open at the end of 3, 4 and 5 June: three days more.
    assert until(gateway_on_each, 7) == {"张**": "2015-06-10", "李*": "2015-06-07"}
    assert until(gateway_on_each, 8) == until(gateway_on_each, 10) == {"张**": "2015-06-10"}
    assert until(gateway_on_each, 11) == {}


def test_the_page_says_until_when_who_was_objected_to_stays(gateway: RunningGateway) -> None:
    two = Two(gateway)
    gateway.record(raised(two.rows[0], two.notice, 3), decided(two.rows[0], two.notice, "dismissed", 6))
    gateway.clock.set(datetime(2015, 6, 9, 4, tzinfo=UTC))

    page = gateway.client().get(f"/notice-board/{VILLAGE}").text
    assert "张**<small>因异议顺延至2015年6月10日</small>" in page
    assert "李*" not in page


def test_who_is_objected_to_stays_as_long_as_one_objection_is_undecided(gateway: RunningGateway) -> None:
    two = Two(gateway)
    gateway.record(raised(two.rows[0], two.notice, 7, "later"), raised(two.rows[0], two.notice, 5, "earlier"))
    gateway.record(decided(two.rows[0], two.notice, "dismissed", 8, "later"))

    assert until(gateway, 30) == {"张**": None}


def test_an_objection_to_the_act_keeps_every_household_until_it_is_decided_for_it(gateway: RunningGateway) -> None:
    two = Two(gateway)
    gateway.record(*(raised(household, two.notice, 3) for household in two.rows))
    assert until(gateway, 30) == {"张**": None, "李*": None}

    gateway.record(decided(two.rows[0], two.notice, "dismissed", 6))
    assert until(gateway, 10) == {"张**": "2015-06-10", "李*": None}
    assert until(gateway, 30) == {"李*": None}


def test_an_objection_to_one_notice_keeps_nobody_on_another(gateway: RunningGateway) -> None:
    earlier, later = Two(gateway, date(2015, 5, 20)), Two(gateway)
    gateway.record(raised(later.rows[0], earlier.notice, 3))

    assert until(gateway, 5) == {"张**": "2015-06-07", "李*": "2015-06-07"}


def test_in_whatever_order_the_subjects_are_heard_the_board_is_the_same(gateway: RunningGateway) -> None:
    people = gateway.enrol(*map(person, ("张三丰", "李四", "王五", "赵六")))
    gateway.record(told(posted([]), f"area/{GROUP}"), people=people)
    notices = {}
    for order in permutations(range(4)):
        rows = [row(one.person_id) for one in people.people]
        notice = posted(rows)
        events = [
            told(notice, f"area/{GROUP}{new_id()}"),
            withdrawn(rows[0]),
            decided(rows[1], notice, "upheld_returned"),
            raised(rows[2], notice, 3, new_id()),
        ]
        for place in order:
            gateway.record(events[place])
        notices[notice.notice_id] = ["王*", "赵*"]

    assert shown(gateway) == notices
    assert until(gateway, 8) == {"王*": None}
    assert rows_that_differ(gateway) == {0}
    assert until(gateway, 8) == {"王*": None}
