"""What a department sent: received once, attached once, given up when its days are over."""

from datetime import date
from typing import Any

import pytest
from applications import FINDINGS
from chronicle.area_codes import AS_RECORDED, AreaCodes, Replacement
from chronicle.decider import Known
from chronicle.messages import Actor
from chronicle.testing import Case
from identification.cases.application.findings import DataMatchKind
from identification.cases.data_match.commands import AttachDataMatch, ExpireDataMatch, ReceiveDataMatch
from identification.cases.data_match.decider import (
    DataMatchNotReceived,
    DataMatchStillWaits,
    KnownOfDataMatch,
    ListInFuture,
)
from identification.cases.data_match.events import DataMatchAttached, DataMatchExpired, DataMatchReceived
from identification.cases.data_match.gather import data_match_decider, lies_within

TODAY, LAST_DAY, AFTER = date(2015, 6, 1), date(2015, 11, 28), date(2015, 11, 29)
COUNTY = "360424000000"
ACTOR = Actor("register", "traffic", "department_system")
EVE, MERGED = date(2016, 12, 31), date(2017, 1, 1)
ELSEWHERE = "360425000000"


def receive(**changed: Any) -> ReceiveDataMatch:
    usual = {"data_match_id": "match", "area": COUNTY, "kind": DataMatchKind.VEHICLE, "facts": FINDINGS, "on": TODAY}
    return ReceiveDataMatch.model_validate({**usual, "listed_on": date(2015, 5, 31), **changed})


def attach(on: date = TODAY) -> AttachDataMatch:
    return AttachDataMatch(application_id="application", household_id="household", person_id="zhou", on=on)


def expire(on: date = AFTER) -> ExpireDataMatch:
    return ExpireDataMatch(owner="data_match/match", on=on)


def known(today: date = TODAY) -> Known:
    return Known(actor=ACTOR, today=today)


RECEIVED = (receive(), KnownOfDataMatch(actor=ACTOR, today=TODAY, waiting_days=180))
match = Case(data_match_decider)
received = match.given(*match.when(*RECEIVED).decided)
attached = received.given(*received.when(attach(), known()).decided)
expired = received.given(*received.when(expire(), known()).decided)


def test_it_waits_for_as_many_days_as_policy_says() -> None:
    (event,) = match.when(*RECEIVED).decided
    assert isinstance(event, DataMatchReceived)
    assert (event.waits_until, event.facts) == (LAST_DAY, FINDINGS)


def test_received_again_it_is_there_once() -> None:
    received.when(*RECEIVED).then_nothing()


def test_a_list_is_not_of_a_day_to_come() -> None:
    match.when(receive(listed_on=date(2015, 6, 2)), RECEIVED[1]).then_refused(ListInFuture)


@pytest.mark.parametrize("on", [TODAY, LAST_DAY])
def test_until_its_last_day_it_is_attached(on: date) -> None:
    (event,) = received.when(attach(on), known()).decided
    assert isinstance(event, DataMatchAttached)
    assert (event.person_id, event.application_id, event.facts) == ("zhou", "application", FINDINGS)


def test_it_is_attached_once_and_not_after_its_last_day() -> None:
    attached.when(attach(), known()).then_nothing()
    received.when(attach(AFTER), known()).then_nothing()


def test_it_expires_after_its_last_day_and_just_once() -> None:
    received.when(expire(LAST_DAY), known()).then_refused(DataMatchStillWaits)
    (event,) = received.when(expire(), known()).decided
    assert isinstance(event, DataMatchExpired)
    assert event.owners == ("data_match/match",)
    expired.when(expire(), known()).then_nothing()


def test_what_was_attached_does_not_expire() -> None:
    attached.when(expire(), known()).then_nothing()


def test_what_nobody_sent_is_neither_attached_nor_expires() -> None:
    match.when(attach(), known()).then_refused(DataMatchNotReceived)
    match.when(expire(), known()).then_refused(DataMatchNotReceived)


@pytest.mark.parametrize(("area", "within"), [(COUNTY, True), ("360000000000", True), ("360425000000", False)])
def test_a_department_is_heard_of_people_in_its_area(area: str, within: object) -> None:
    assert lies_within("360424106216", area, AS_RECORDED) is within


@pytest.mark.parametrize(
    ("day", "area", "within"),
    [
        (MERGED, "360483000000", True),
        (EVE, "360483000000", False),
        (MERGED, COUNTY, True),
        (MERGED, "360425000000", False),
    ],
)
def test_a_department_is_heard_of_people_in_what_its_area_took_over(day: date, area: str, within: object) -> None:
    codes = AreaCodes((Replacement("360424", "360483", MERGED),)).on(day)

    assert lies_within("360424106216", area, codes) is within
