"""The timeline of a household: who, when, what and how it was decided, as it was known at any moment."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest
from chronicle.messages import OPEN, Actor, Event, canonical, new_id, partition_of
from chronicle.principal import Duty
from chronicle.store.tables import access_log
from chronicle.store.values import Position
from erasing import erase_who_never_applied
from identification.cases.household.events import HouseholdMembersChanged, HouseholdRecorded
from person_ids import person_id
from running_gateway import COUNTY, GROUP, OTHER_VILLAGE, TOWNSHIP, VILLAGE, RunningGateway, person, running, told
from running_service import JUNE
from sqlalchemy import select

OFFICER = Duty("village_officer", VILLAGE)
NEIGHBOUR = Duty("village_officer", OTHER_VILLAGE)


class HouseAllotted(Event, type="relocation.house-allotted.v1"):
    """A household was allotted a house."""

    rooms: Annotated[int, OPEN]


class HeadNamed(Event, type="relocation.head-named.v1"):
    """Somebody became head of the household, at a meeting."""

    head_id: Annotated[str, OPEN]
    meeting_id: Annotated[str, OPEN]


class SentBack(Event, type="identification.application-verified.v1"):
    """The household goes back to an earlier step, and results that stood stand no longer."""

    voids: Annotated[tuple[str, ...], OPEN]


class Household:
    """One household whose history is told, an event a minute."""

    def __init__(self, gateway: RunningGateway) -> None:
        self.id = new_id()
        self.path = f"/api/gateway/v1/households/{self.id}/timeline"
        self._gateway = gateway

    def told(self, event: Event | None = None, on: date = date(2015, 6, 1), **envelope: Any) -> str:
        """Something was recorded about it; the event's id."""
        self._gateway.clock.advance(timedelta(minutes=1))
        event = event or HouseholdMembersChanged(household_id=self.id, group_code=GROUP, members=())
        stored = told(event, f"household/{self.id}", on, **envelope)
        self._gateway.record(stored)
        return stored.event_id

    def corrected(self, event_id: str, how: str) -> str:
        """An earlier event was corrected; the correction's id."""
        return self.told(corrects=canonical({"event_id": event_id, "how": how}))

    def read(self, *duties: Duty, **asked: str) -> Any:
        """The timeline as somebody with these duties reads it."""
        answer = self._gateway.client(*(duties or [OFFICER])).get(self.path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def entries(self, **asked: str) -> list[str]:
        """The events on it."""
        return [entry["event_id"] for entry in self.read(**asked)["entries"]]

    def corrections(self, **asked: str) -> dict[str, tuple[str, str]]:
        """Which events were corrected, how, and by which."""
        entries = self.read(**asked)["entries"]
        found = {entry["event_id"]: entry["corrected_by"] for entry in entries if entry["corrected_by"]}
        return {event_id: (by["how"], by["event_id"]) for event_id, by in found.items()}

    def refused(self, *duties: Duty, **asked: str) -> tuple[int, Any]:
        """Why somebody may not read it."""
        answer = self._gateway.client(*duties).get(self.path, params=asked)
        return answer.status_code, answer.json()["code"]


@pytest.fixture
def household(gateway: RunningGateway) -> Household:
    """A household of the village."""
    return Household(gateway)


def after(minutes: float) -> str:
    return (JUNE + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def test_an_entry_says_who_when_what_and_how_it_was_decided(gateway_on_each: RunningGateway) -> None:
    household = Household(gateway_on_each)
    recorded = HouseholdRecorded(household_id=household.id, group_code=GROUP, members=())
    receipt = {"rule": "identification.household", "known": {"today": "2015-06-01"}}
    stream = f"household/{household.id}"
    event_id = household.told(recorded, date(2015, 5, 30), stream=stream, receipt=canonical(receipt))

    assert household.read() == {
        "household_id": household.id,
        "names": None,
        "entries": [
            {
                "event_id": event_id,
                "type": "identification.household-recorded.v1",
                "title": {"zh": "登记农户", "en": "Household recorded"},
                "valid_on": "2015-05-30",
                "recorded_at": after(1),
                "actor": {
                    "person": "officer",
                    "organisation": "an-organisation",
                    "role": "village_officer",
                    "role_name": {"zh": "村级经办人", "en": "village officer"},
                },
                "area": VILLAGE,
                "source": "identification",
                "stream": stream,
                "version": 1,
                "data": {"group_code": GROUP, "household_id": household.id, "members": []},
                "receipt": receipt,
                "corrects": None,
                "corrected_by": None,
            }
        ],
    }


def test_things_stand_in_the_order_in_which_they_were_true(household: Household) -> None:
    second = household.told(on=date(2015, 5, 30))
    third = household.told(on=date(2015, 6, 1))
    fourth = household.told(on=date(2015, 6, 1))
    first = household.told(on=date(2015, 5, 29))

    assert household.entries() == [first, second, third, fourth]


def test_what_other_services_tell_stands_among_the_rest(household: Household) -> None:
    before = household.told()
    theirs = household.told(HouseAllotted(rooms=3), date(2015, 6, 2))
    afterwards = household.told(on=date(2015, 6, 3))
    entry = household.read()["entries"][1]

    assert household.entries() == [before, theirs, afterwards]
    assert (entry["source"], entry["data"]) == ("relocation", {"rooms": 3})
    assert entry["title"] == {"zh": "relocation.house-allotted.v1", "en": "relocation.house-allotted.v1"}


def test_a_timeline_is_of_one_household(gateway: RunningGateway, household: Household) -> None:
    household.told()
    Household(gateway).told()

    assert len(household.entries()) == 1


def test_the_timeline_as_it_was_known_at_a_moment(gateway_on_each: RunningGateway) -> None:
    household = Household(gateway_on_each)
    first = household.told(on=date(2015, 6, 1))
    second = household.told(on=date(2015, 5, 1))

    assert household.entries(known_at=after(0.9)) == []
    assert household.entries(known_at=after(1)) == [first]
    assert household.entries(known_at="2015-06-01T10:01:30+08:00") == [first]
    assert household.entries(known_at=after(2)) == [second, first]
    assert household.entries(known_at="2999-01-01T00:00:00Z") == [second, first]


def test_the_timeline_of_what_was_true_by_a_day(household: Household) -> None:
    first, second = household.told(on=date(2015, 6, 1)), household.told(on=date(2015, 6, 2))

    assert household.entries(as_of="2015-05-31") == []
    assert household.entries(as_of="2015-06-01") == [first]
    assert household.entries(as_of="2015-06-02") == [first, second]


@pytest.mark.parametrize(
    "asked",
    [
        {"known_at": "2015-06-01T10:00:00"},
        {"known_at": "2015-06-01"},
        {"known_at": "20150601"},
        {"known_at": "1433116800"},
        {"as_of": "20150601"},
        {"known": "2015-06-01T10:00:00Z"},
    ],
)
def test_a_moment_that_is_not_one_is_refused(household: Household, asked: dict[str, str]) -> None:
    household.told()

    assert household.refused(OFFICER, **asked)[0] == 422


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("2015-06-01", "A time is written 2015-06-01T08:00:00+08:00."),
        ("2015-06-01T10:00:00", "A time needs its offset, such as +08:00."),
    ],
)
def test_how_a_moment_is_written_is_said(
    gateway: RunningGateway, household: Household, asked: str, sentence: str
) -> None:
    answer = gateway.client(OFFICER).get(household.path, params={"known_at": asked})

    assert [error["detail"] for error in answer.json()["errors"]] == [sentence]


@pytest.mark.parametrize("how", ["replace", "void"])
def test_what_was_corrected_is_marked_once_the_correction_is_known(household: Household, how: str) -> None:
    wrong = household.told()
    correction = household.corrected(wrong, how)

    assert household.entries() == [wrong, correction]
    assert household.corrections() == {wrong: (how, correction)}
    assert household.corrections(known_at=after(1)) == {}
    assert household.read()["entries"][1]["corrects"] == {"event_id": wrong, "how": how}


def test_of_several_corrections_the_newest_counts(household: Household) -> None:
    wrong = household.told()
    first = household.corrected(wrong, "replace")
    second = household.corrected(wrong, "void")

    assert household.corrections() == {wrong: ("void", second)}
    assert household.corrections(known_at=after(2)) == {wrong: ("replace", first)}


def test_a_voided_correction_corrects_nothing(household: Household) -> None:
    right = household.told()
    mistaken = household.corrected(right, "replace")
    voiding = household.corrected(mistaken, "void")

    assert household.corrections() == {mistaken: ("void", voiding)}
    assert household.corrections(known_at=after(2)) == {right: ("replace", mistaken)}


def test_a_replaced_correction_still_corrects(household: Household) -> None:
    wrong = household.told()
    first = household.corrected(wrong, "void")
    second = household.corrected(first, "replace")

    assert household.corrections() == {wrong: ("void", first), first: ("replace", second)}


def test_results_a_return_voids_are_marked_once_the_return_is_known(household: Household) -> None:
    stands, first, second = household.told(), household.told(), household.told()
    sent_back = household.told(SentBack(voids=(first, second)))

    assert household.entries() == [stands, first, second, sent_back]
    assert household.corrections() == {first: ("void", sent_back), second: ("void", sent_back)}
    assert household.corrections(known_at=after(3)) == {}


def test_what_a_return_voided_stays_void_when_that_return_is_voided_by_another(household: Household) -> None:
    result = household.told()
    first = household.told(SentBack(voids=(result,)))
    second = household.told(SentBack(voids=(result, first)))

    assert household.corrections() == {result: ("void", first), first: ("void", second)}


def test_a_return_entered_by_mistake_voids_nothing(household: Household) -> None:
    result = household.told()
    mistaken = household.told(SentBack(voids=(result,)))
    correction = household.corrected(mistaken, "void")

    assert household.corrections() == {mistaken: ("void", correction)}
    assert household.corrections(known_at=after(2)) == {result: ("void", mistaken)}


def test_what_was_replaced_and_then_voided_is_void(household: Household) -> None:
    wrong = household.told()
    replaced = household.corrected(wrong, "replace")
    sent_back = household.told(SentBack(voids=(wrong,)))

    assert household.corrections() == {wrong: ("void", sent_back)}
    assert household.corrections(known_at=after(2)) == {wrong: ("replace", replaced)}


@pytest.mark.parametrize(
    "duty",
    [
        OFFICER,
        Duty("township_reviewer", TOWNSHIP[:9]),
        Duty("county_officer", COUNTY[:6]),
        Duty("auditor", "36"),
    ],
    ids=lambda duty: duty.role,
)
def test_those_responsible_for_the_area_read_it(household: Household, duty: Duty) -> None:
    household.told()

    assert len(household.read(duty)["entries"]) == 1


def test_outside_the_area_it_is_as_if_there_were_none(gateway: RunningGateway, household: Household) -> None:
    absent = Household(gateway).refused(NEIGHBOUR)
    household.told()

    assert household.refused(NEIGHBOUR) == absent == (404, "not-found")
    assert household.refused(NEIGHBOUR, known_at=after(0)) == absent


def test_a_household_that_moved_is_read_where_it_lives_now(household: Household) -> None:
    before = household.told()
    household.told(area=OTHER_VILLAGE)

    assert household.refused(OFFICER) == (404, "not-found")
    assert household.read(NEIGHBOUR)["entries"][0]["event_id"] == before


@pytest.mark.parametrize("role", ["group_convener", "department_officer", "payment_clerk", "operator", "public"])
def test_other_duties_do_not_include_it(household: Household, role: str) -> None:
    household.told()

    assert household.refused(Duty(role, "36")) == (403, "not-your-duty")


def test_nobody_reads_it_without_signing_in(household: Household) -> None:
    household.told()

    assert household.refused() == (401, "unauthenticated")


def test_what_was_just_recorded_can_be_waited_for(gateway: RunningGateway, household: Household) -> None:
    household.told()
    position = Position("identification", partition_of(f"household/{household.id}"), 1)

    answer = gateway.client(OFFICER).get(household.path, headers={"Yihu-After": str(position)})
    assert (answer.status_code, len(answer.json()["entries"])) == (200, 1)


def test_names_are_given_when_asked_for(gateway: RunningGateway, household: Household) -> None:
    head, convener = enrolled(gateway, "张三丰", "李四")
    household.told(HeadNamed(head_id=head, meeting_id=new_id()), actor=Actor(convener, "huangxi", "group_convener"))

    assert household.read()["names"] is None
    assert household.read(names="true")["names"] == {head: "张三丰", convener: "李四"}


def test_only_persons_are_asked_for_and_that_is_written_down(gateway: RunningGateway, household: Household) -> None:
    (head,) = enrolled(gateway, "张三丰")
    household.told(HeadNamed(head_id=head, meeting_id=new_id()))
    household.read()
    household.read(names="true")

    with gateway.identification.service.database.reading() as connection:
        asked = connection.execute(select(access_log.c.person, access_log.c.purpose, access_log.c.owner)).all()
    assert [tuple(one) for one in asked] == [(person_id("officer"), "case_work", head)]


def test_whom_identification_does_not_tell_of_stays_an_id(gateway: RunningGateway, household: Household) -> None:
    (head,) = enrolled(gateway, "张三丰", area=OTHER_VILLAGE)
    household.told(HeadNamed(head_id=head, meeting_id=new_id()))

    assert household.read(names="true")["names"] == {}
    assert household.read(Duty("county_officer", COUNTY[:6]), names="true")["names"] == {head: "张三丰"}


def test_somebody_erased_has_no_name(gateway: RunningGateway, household: Household) -> None:
    (head,) = enrolled(gateway, "张三丰")
    household.told(HeadNamed(head_id=head, meeting_id=new_id()))
    erase_who_never_applied(gateway.identification, head)

    assert household.read(names="true")["names"] == {head: None}


def test_who_may_not_ask_for_names_still_reads_the_timeline(gateway: RunningGateway, household: Household) -> None:
    (head,) = enrolled(gateway, "张三丰")
    household.told(HeadNamed(head_id=head, meeting_id=new_id()))
    read = household.read(Duty("auditor", "36"), names="true")

    assert (len(read["entries"]), read["names"]) == (1, None)


def test_without_identification_the_timeline_is_read_without_names(tmp_path: Path) -> None:
    nobody_there = "http://127.0.0.1:9"
    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path, identification_url=nobody_there) as gateway:
        household = Household(gateway)
        household.told(HeadNamed(head_id=new_id(), meeting_id=new_id()))
        read = household.read(names="true")

    assert (len(read["entries"]), read["names"]) == (1, None)


def enrolled(gateway: RunningGateway, *names: str, area: str = VILLAGE) -> list[str]:
    people = gateway.enrol(*map(person, names), area=area)
    gateway.record(told(HouseAllotted(rooms=1), "area/1", source="identification"), people=people)
    return [one.person_id for one in people.people]
