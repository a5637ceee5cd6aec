"""A household is proposed for relocation: who may be, what it is offered, and on which day."""

from datetime import date
from typing import Any

import pytest
from casework.dates import BeforePreviousAct, DateInFuture
from casework.four_eyes import OwnHousehold
from casework.registration import BeforeRegistration, Standing
from chronicle.decider import Claim
from chronicle.policy import Policy
from chronicle.testing import SOMEBODY, Case
from relocation.cases.relocation.commands import ProposeRelocation
from relocation.cases.relocation.decider import (
    HOUSEHOLD_RELOCATION,
    AlreadyProposed,
    KnownOfProposal,
    SecondRelocation,
    floor_area_limit,
    own_contribution,
)
from relocation.cases.relocation.events import RelocationProposed
from relocation.cases.relocation.findings import Mode, Place, Placement
from relocation.cases.relocation.gather import relocation_decider
from running_service import ROOT
from running_track import GROUP, VILLAGE
from standings import not_registered

REGISTERED_ON, ON, TODAY = date(2015, 5, 4), date(2015, 5, 20), date(2015, 6, 1)
MEMBERS = ("head", "wife", "son", "mother", "daughter", "aunt")

relocation = Case(relocation_decider)
proposing = ProposeRelocation(
    relocation_id="relocation",
    household_id="household",
    mode=Mode.HOUSEHOLD,
    placement=Placement.CONCENTRATED,
    place=Place.COUNTY_TOWN,
    on=ON,
)


def known(persons: int = 4, **changed: Any) -> KnownOfProposal:
    """A registered household of so many persons."""
    fields: dict[str, Any] = {
        "actor": SOMEBODY,
        "today": TODAY,
        "area": VILLAGE,
        "group_code": GROUP,
        "standing": Standing.REGISTERED,
        "member_ids": MEMBERS[:persons],
        "registered_on": REGISTERED_ON,
        "late_entry_days": 90,
        "has_relocation": False,
        "over_on": None,
        "floor_area_per_person": "25",
        "own_contribution_per_person": "2500.00",
        "own_contribution_maximum": "10000.00",
    }
    return KnownOfProposal(**fields | changed)


def proposed(persons: int, floor_area_limit_m2: str, own_contribution: str) -> RelocationProposed:
    """A household of so many persons was proposed."""
    codes: dict[str, Any] = proposing.model_dump(exclude={"on"})
    offered: dict[str, Any] = {
        "persons": persons,
        "floor_area_limit_m2": floor_area_limit_m2,
        "own_contribution": own_contribution,
    }
    return RelocationProposed(group_code=GROUP, **codes, **offered)


@pytest.mark.parametrize(
    ("persons", "floor_area", "contribution"),
    [
        (1, "25.00", "2500.00"),
        (3, "75.00", "7500.00"),
        (4, "100.00", "10000.00"),
        (5, "125.00", "10000.00"),
        (6, "150.00", "10000.00"),
    ],
)
def test_floor_area_grows_with_every_person_and_the_contribution_up_to_10_000_yuan(
    persons: int, floor_area: str, contribution: str
) -> None:
    relocation.when(proposing, known(persons)).then(proposed(persons, floor_area, contribution))


def test_an_area_with_smaller_homes_says_so_in_its_policy() -> None:
    assert floor_area_limit(4, "20") == 80
    relocation.when(proposing, known(4, floor_area_per_person="20")).then(proposed(4, "80.00", "10000.00"))


def test_the_country_knows_what_to_offer_on_any_day_from_2014_on() -> None:
    policy = Policy.load(ROOT / "policy" / "relocation")
    for on in (date(2014, 1, 1), date(2015, 12, 31), date(2016, 1, 1), date(2020, 12, 31)):
        value = {name: policy.value(name, GROUP, on).value for name in KnownOfProposal.model_fields if "person" in name}
        assert floor_area_limit(4, value["floor_area_per_person"]) == 100
        maximum = policy.value("own_contribution_maximum", GROUP, on).value
        assert own_contribution(5, value["own_contribution_per_person"], maximum) == 10_000


@not_registered
def test_only_a_household_known_to_be_registered_is_proposed(standing: Standing | None, refusal: Any) -> None:
    relocation.when(proposing, known(standing=standing)).then_refused(refusal)


def test_nobody_proposes_the_own_household() -> None:
    mine = known(member_ids=("head", SOMEBODY.person))

    relocation.when(proposing, mine).then_refused(OwnHousehold)


def test_a_proposal_is_not_of_tomorrow() -> None:
    relocation.when(proposing, known(today=ON)).then(proposed(4, "100.00", "10000.00"))
    relocation.when(proposing, known(today=date(2015, 5, 19))).then_refused(DateInFuture, on=ON)


def test_a_proposal_is_not_before_the_registration() -> None:
    relocation.when(proposing, known(registered_on=ON)).then(proposed(4, "100.00", "10000.00"))
    relocation.when(proposing, known(registered_on=date(2015, 5, 21))).then_refused(
        BeforeRegistration, on=ON, registered_on=date(2015, 5, 21)
    )


def test_a_relocation_is_proposed_once() -> None:
    begun = relocation.when(proposing, known()).then(proposed(4, "100.00", "10000.00"))

    begun.when(proposing, known()).then_refused(AlreadyProposed)


def test_a_later_relocation_is_not_dated_before_the_earlier_one_came_to_nothing() -> None:
    relocation.when(proposing, known(over_on=date(2015, 5, 21))).then_refused(
        BeforePreviousAct, on=ON, previous=date(2015, 5, 21)
    )
    relocation.when(proposing, known(over_on=ON)).then(proposed(4, "100.00", "10000.00"))


def test_a_household_has_one_relocation_at_a_time() -> None:
    relocation.when(proposing, known(has_relocation=True)).then_refused(SecondRelocation)
    claims = relocation_decider.claims(proposed(4, "100.00", "10000.00"), None)

    assert claims == (Claim(HOUSEHOLD_RELOCATION, "household", SecondRelocation),)
