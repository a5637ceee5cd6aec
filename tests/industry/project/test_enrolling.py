"""参加项目: a registered household of the area gets a share of what is left, once, and may give it back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from casework.dates import BeforePreviousAct, DateInFuture
from casework.four_eyes import OwnHousehold
from casework.registration import BeforeRegistration, HouseholdNotKnown, Standing
from chronicle.refusals import NotFound, Refusal
from industry.cases.project.decider import (
    AlreadyEnrolled,
    CapacityExceeded,
    HouseholdElsewhere,
    NotEnrolled,
    QuantityNotPositive,
    QuantityNotWhole,
)
from industry.cases.project.findings import EndingReason, Pattern, Unit
from industry.cases.project.gather import project_decider
from ponds import (
    KNOWN,
    REGISTERED_ON,
    TODAY,
    ended,
    ending,
    enrolled,
    enrolment,
    known,
    nothing,
    opened,
    opened_in,
    ponds,
)
from running_track import NEXT_TOWNSHIP, NEXT_VILLAGE, TOWNSHIP, VILLAGE
from standings import not_registered

taking_part = ponds.given(enrolled())
MAY_19 = date(2015, 5, 19)


def test_a_registered_household_of_the_village_gets_its_share() -> None:
    ponds.when(enrolment(quantity=2), KNOWN).then(enrolled(quantity=2).event)


def test_enrolling_is_about_the_household_in_its_village() -> None:
    about = project_decider.about(enrolment(), opened_in(TOWNSHIP).state, KNOWN)
    assert (about.subject, about.area, about.valid_on) == ("household/ann", VILLAGE, TODAY)


def test_a_townships_project_takes_households_of_all_its_villages() -> None:
    opened_in(TOWNSHIP).when(enrolment(), known(area=NEXT_VILLAGE)).then(enrolled().event)


@pytest.mark.parametrize(
    ("project", "household"),
    [(VILLAGE, NEXT_VILLAGE), (TOWNSHIP, NEXT_TOWNSHIP)],
)
def test_a_household_that_lives_elsewhere_is_not_enrolled(project: str, household: str) -> None:
    opened_in(project).when(enrolment(), known(area=household)).then_refused(HouseholdElsewhere)


@pytest.mark.parametrize("quantity", [1, 2])
def test_what_a_household_takes_part_in_is_not_told_where_it_is_not_known(quantity: int) -> None:
    taking_part.when(enrolment(quantity=quantity), known(standing=None)).then_refused(HouseholdNotKnown)


@not_registered
def test_a_household_that_is_not_registered_is_not_enrolled(standing: Standing | None, refusal: type[Refusal]) -> None:
    ponds.when(enrolment(), known(standing=standing)).then_refused(refusal)


def test_an_officer_does_not_enrol_their_own_household() -> None:
    ponds.when(enrolment(), known(member_ids=("head", "officer"))).then_refused(OwnHousehold)


def test_an_officer_does_not_end_the_enrolment_of_their_own_household() -> None:
    taking_part.when(ending(), known(member_ids=("officer",))).then_refused(OwnHousehold)


@pytest.mark.parametrize(
    ("on", "refusal", "facts"),
    [
        ("2015-06-02", DateInFuture, {}),
        ("2015-05-09", BeforePreviousAct, {"previous": date(2015, 5, 10)}),
    ],
)
def test_a_household_is_not_enrolled_on_a_day_that_cannot_be(on: str, refusal: type[Refusal], facts: Any) -> None:
    ponds.when(enrolment(on=on), known(registered_on=date(2015, 5, 1))).then_refused(refusal, **facts)


def test_a_household_is_not_enrolled_before_it_was_registered() -> None:
    ponds.when(enrolment(on="2015-05-15"), KNOWN).then_refused(BeforeRegistration, registered_on=REGISTERED_ON)


@pytest.mark.parametrize(
    ("quantity", "refusal"), [("0", QuantityNotPositive), ("1.50", QuantityNotWhole), ("4", CapacityExceeded)]
)
def test_a_quantity_that_cannot_be_is_not_given(quantity: str, refusal: type[Refusal]) -> None:
    ponds.when(enrolment(quantity=quantity), KNOWN).then_refused(refusal)


def test_a_part_of_a_mu_is_given() -> None:
    orchard = nothing.given(opened(pattern=Pattern.FRUIT_MU, unit=Unit.MU, capacity=Decimal("2.5")))
    given: dict[str, Any] = {"quantity": "2.25", "pattern": Pattern.FRUIT_MU, "unit": Unit.MU}
    then = orchard.when(enrolment(quantity="2.25"), KNOWN).then(enrolled(**given).event)
    then.when(enrolment("bob", quantity="0.3"), KNOWN).then_refused(CapacityExceeded, left="0.25", quantity="0.3")


def test_whoever_wants_more_than_is_left_is_told_how_much_that_is() -> None:
    ponds.given(enrolled(quantity=2)).when(enrolment("bob", quantity=2), KNOWN).then_refused(
        CapacityExceeded, left="1", quantity="2"
    )


def test_the_last_share_is_given() -> None:
    ponds.given(enrolled(quantity=2)).when(enrolment("bob"), KNOWN).then(enrolled("bob").event)


def test_a_household_takes_part_once() -> None:
    taking_part.when(enrolment(quantity=2), KNOWN).then_refused(AlreadyEnrolled, quantity="1", since=TODAY)
    taking_part.when(enrolment(on="2015-05-25"), KNOWN).then_refused(AlreadyEnrolled)


def test_enrolling_again_just_so_changes_nothing() -> None:
    taking_part.when(enrolment(enrolment_id="another"), known(standing=Standing.ENDED)).then_nothing()


def test_a_share_is_given_back() -> None:
    taking_part.when(ending(reason="own_wish"), KNOWN).then(ended(reason=EndingReason.OWN_WISH).event)


def test_what_was_given_back_is_free_for_others() -> None:
    full = ponds.given(enrolled(quantity=3))
    full.when(enrolment("bob"), KNOWN).then_refused(CapacityExceeded, left="0")
    full.given(ended(quantity=3)).when(enrolment("bob", quantity=3), KNOWN).then(enrolled("bob", quantity=3).event)


def test_what_is_entered_late_gets_no_more_than_was_free_then_and_ever_since() -> None:
    used = ponds.given(enrolled(quantity=3, on=MAY_19), ended(quantity=3, on=date(2015, 5, 28)))

    used.when(enrolment("bob", on="2015-05-20"), KNOWN).then_refused(CapacityExceeded, on=date(2015, 5, 20), left="0")
    used.when(enrolment("bob", on="2015-05-18"), KNOWN).then_refused(CapacityExceeded, left="0")
    used.when(enrolment("bob", quantity=3, on="2015-05-28"), KNOWN).then(enrolled("bob", quantity=3).event)


def test_on_the_day_on_which_a_share_is_given_back_it_is_free_and_the_day_before_it_is_not() -> None:
    used = ponds.given(enrolled(quantity=3, on=MAY_19), ended(quantity=3, on=date(2015, 5, 28)))

    used.when(enrolment("bob", on="2015-05-27"), KNOWN).then_refused(CapacityExceeded)
    used.when(enrolment("bob", on="2015-05-28"), KNOWN).then(enrolled("bob").event)


def test_whoever_begins_later_counts_for_whoever_is_entered_after_them_with_an_earlier_day() -> None:
    later = ponds.given(enrolled(quantity=2, on=date(2015, 5, 25)), ended(quantity=2, on=date(2015, 5, 30)))

    later.when(enrolment("bob", quantity=2, on="2015-05-19"), KNOWN).then_refused(CapacityExceeded, left="1")
    later.when(enrolment("bob", quantity=1, on="2015-05-19"), KNOWN).then(enrolled("bob").event)


def test_those_who_had_their_shares_one_after_the_other_are_not_added_up() -> None:
    used = ponds.given(enrolled(quantity=2, on=MAY_19), ended(quantity=2, on=date(2015, 5, 22)))
    used = used.given(enrolled("bob", quantity=2, on=date(2015, 5, 22)), ended("bob", quantity=2))

    used.when(enrolment("cy", on="2015-05-19"), KNOWN).then(enrolled("cy").event)
    used.when(enrolment("cy", quantity=2, on="2015-05-19"), KNOWN).then_refused(CapacityExceeded, left="1")


def test_every_share_a_household_ever_had_counts() -> None:
    again = ponds.given(enrolled(quantity=3, on=MAY_19), ended(quantity=3, on=date(2015, 5, 22)))
    again = again.given(enrolled(quantity=1, on=date(2015, 5, 25)), ended(quantity=1))

    again.when(enrolment("bob", on="2015-05-20"), KNOWN).then_refused(CapacityExceeded, left="0")
    again.when(enrolment("bob", quantity=2, on="2015-05-22"), KNOWN).then(enrolled("bob", quantity=2).event)


def test_whoever_left_may_come_back() -> None:
    left = ponds.given(enrolled(on=MAY_19), ended(on=MAY_19))
    left.when(enrolment(enrolment_id="second"), KNOWN).then(enrolled(enrolment_id="second").event)


def test_nobody_comes_back_before_leaving() -> None:
    left = ponds.given(enrolled(on=MAY_19), ended(on=TODAY))
    left.when(enrolment(on="2015-05-31"), KNOWN).then_refused(BeforePreviousAct, previous=TODAY)


def test_ending_again_changes_nothing() -> None:
    taking_part.given(ended()).when(ending(), KNOWN).then_nothing()


def test_the_enrolment_of_a_household_that_is_no_longer_registered_or_known_is_ended() -> None:
    for standing in (Standing.ENDED, None):
        taking_part.when(ending(), known(standing=standing)).then(ended().event)


def test_the_end_of_an_enrolment_lies_where_the_household_lived_when_it_began() -> None:
    about = project_decider.about(ending(), taking_part.state, known(area=""))
    assert (about.subject, about.area) == ("household/ann", taking_part.state.enrolments["ann"][-1].area)


@pytest.mark.parametrize(("on", "refusal"), [("2015-06-02", DateInFuture), ("2015-05-18", BeforePreviousAct)])
def test_an_enrolment_does_not_end_on_a_day_that_cannot_be(on: str, refusal: type[Refusal]) -> None:
    ponds.given(enrolled(on=MAY_19)).when(ending(on=on), KNOWN).then_refused(refusal)


def test_the_enrolment_of_a_household_elsewhere_is_not_ended() -> None:
    taking_part.when(ending(), known(enrolled_here=False)).then_refused(NotEnrolled)


def test_the_enrolment_of_a_household_that_takes_no_part_is_not_ended() -> None:
    ponds.when(ending(), KNOWN).then_refused(NotEnrolled)
    nothing.when(ending(), KNOWN).then_refused(NotFound)
