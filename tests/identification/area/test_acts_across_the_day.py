"""What was begun under one code is ended under another: notices, review rounds and objections across the day."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from chronicle.principal import Duty
from httpx2 import Response
from huangxi import (
    GROUP,
    VILLAGE,
    Huangxi,
    accepted,
    closing,
    conclusion,
    objecting,
    refused,
    resolving,
)
from moving import NEW_VILLAGE, holding, open_new_county, replace_county
from person_ids import person_id
from running_identification import running

BEFORE, SINCE = "2015-06-23", "2015-06-24"
OFFICER = holding("officer", Duty("village_officer", NEW_VILLAGE))
ARBITER = holding("arbiter", Duty("village_officer", NEW_VILLAGE))
REVIEWER = holding("reviewer", Duty("township_reviewer", NEW_VILLAGE[:9]))
OUTGOING = holding("officer", Duty("village_officer", VILLAGE))


@dataclass
class Begun:
    """What was begun in the village before the day, and is worked on from that day on."""

    village: Huangxi
    to_close: str
    to_close_late: str
    to_annul: str
    drawn: str
    reviewed: list[str]
    objected: str

    def ended(self, who: Any, act: str, how: str, body: dict[str, Any]) -> Response:
        return self.village.send_as(who, f"{act}/{how}", body)

    def told(self, act: str) -> list[tuple[str, str, str]]:
        """What happened to an act: subject and area of each event."""
        stream = f"/{act.rpartition('/')[2]}"
        events = [each for each in self.village.events() if each.stream.endswith(stream)]
        return [(each.type.split(".")[1], each.subject, each.area) for each in events]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    folder = tmp_path_factory.mktemp("begun")
    with running(f"sqlite:///{folder / 'areas.db'}", folder) as service:
        village = Huangxi(service)
        one, other, third, fourth, reviewed = (village.file() for _ in range(5))
        for each in (one, other, third, fourth):
            village.bring(each, 3)
        to_close, to_close_late, to_annul, objected_to = (village.hold(3, each) for each in (one, other, third, fourth))
        village.on("06-05")
        objected = accepted(village.send("officer", f"{objected_to}/objections", objecting(fourth[0], "2015-06-05")))
        village.bring(reviewed, 6)
        drawn = village.hold(6, reviewed)
        open_new_county(service)
        village.on("06-24")
        replace_county(service, SINCE)
        yield Begun(village, to_close, to_close_late, to_annul, drawn, reviewed, objected)


def torn(on: str) -> dict[str, Any]:
    return {"on": on, "reason": "torn", "performed_by": [person_id("officer")]}


def test_a_notice_is_closed_by_whoever_is_responsible_now(begun: Begun) -> None:
    body = closing(3, on=SINCE)

    refused(begun.ended(OUTGOING, begun.to_close, "closing", body), 403, "not-your-duty")
    accepted(begun.ended(OFFICER, begun.to_close, "closing", body))
    assert begun.told(begun.to_close) == [
        ("notice-posted", f"area/{GROUP}", VILLAGE),
        ("notice-closed", f"area/{GROUP}", NEW_VILLAGE),
    ]


def test_a_notice_that_was_closed_before_the_day_is_entered_after_it(begun: Begun) -> None:
    accepted(begun.ended(OFFICER, begun.to_close_late, "closing", closing(3, on=BEFORE)))

    assert begun.told(begun.to_close_late)[1] == ("notice-closed", f"area/{GROUP}", VILLAGE)


def test_a_notice_is_annulled_by_whoever_is_responsible_now(begun: Begun) -> None:
    accepted(begun.ended(OFFICER, begun.to_annul, "annulment", torn(SINCE)))

    assert begun.told(begun.to_annul)[1] == ("notice-annulled", f"area/{GROUP}", NEW_VILLAGE)


def test_a_round_is_concluded_by_whoever_is_responsible_now(begun: Begun) -> None:
    accepted(begun.ended(REVIEWER, begun.drawn, "conclusion", conclusion(begun.reviewed)))

    assert [area for _, _, area in begun.told(begun.drawn)] == ["360424106000", "360483106000"]
    assert len({subject for _, subject, _ in begun.told(begun.drawn)}) == 1


def test_an_objection_is_resolved_by_whoever_is_responsible_now(begun: Begun) -> None:
    accepted(begun.ended(ARBITER, begun.objected, "resolution", resolving(SINCE)))

    assert [area for _, _, area in begun.told(begun.objected)] == [VILLAGE, NEW_VILLAGE]
