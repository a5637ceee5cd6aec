"""Step 7, 村级公示: the final list is posted in the village; closing it registers the household (建档立卡)."""

from datetime import date
from decimal import Decimal

from applications import (
    GROUP,
    HEAD,
    HOUSEHOLD_NO,
    MEMBERS,
    NINE_STEPS,
    VILLAGE,
    filing,
    given,
    objection,
    passing,
    posting,
    steps,
)
from casework.codes import IdentificationStandard
from casework.notices import NoticeNotOver, ObjectionOpen
from identification.cases.application.decisions.notices import NoNumberLeft, NotPosted
from identification.cases.application.decisions.rows import ApplicationEnded, WrongStep
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import ApplicationNoticePassed, ApplicationPosted, HouseholdRegistered
from identification.cases.application.gather import application_decider

reviewed, posted = steps(1, 6), (*steps(1, 6), posting(7))


def test_a_reviewed_household_is_posted_in_the_village_for_the_last_time() -> None:
    given(*reviewed).when(posting(7)).then(ApplicationPosted, step=7, first_day=date(2015, 6, 25)).step_is(7)


def test_the_first_village_notice_is_not_posted_again_in_its_place() -> None:
    given(*reviewed).when(posting(5, on=date(2015, 6, 25))).then_refused(WrongStep, step=7)


def test_it_is_not_closed_early() -> None:
    given(*posted).when(passing(7, on=date(2015, 7, 1))).then_refused(NoticeNotOver, closable_from=date(2015, 7, 2))


def test_a_household_with_an_open_objection_is_not_registered() -> None:
    given(*posted, objection(date(2015, 7, 1))).when(passing(7)).then_refused(ObjectionOpen)


def test_the_first_village_notice_registers_nobody() -> None:
    given(*reviewed).when(passing(7, notice_id="another")).then_refused(NotPosted)


def test_closing_it_registers_the_household_under_its_number_with_standard_line_and_income() -> None:
    given(*posted).when(passing(7)).then(
        HouseholdRegistered,
        step=7,
        household_no=HOUSEHOLD_NO,
        group_code=GROUP,
        head_id=HEAD,
        member_ids=tuple(member.person_id for member in MEMBERS),
        standard=IdentificationStandard.NATIONAL,
        poverty_line=Decimal("2800.00"),
        reference_year=2014,
        per_capita_income=Decimal("2700.00"),
    ).ended(Ending.REGISTERED)


def test_the_number_is_the_villages_code_and_five_digits_and_never_given_to_another() -> None:
    held = given(*steps(1, 7)).claims()
    assert held["household-number", HOUSEHOLD_NO]
    assert (HOUSEHOLD_NO[:12], len(HOUSEHOLD_NO)) == (VILLAGE, 17)


def test_a_registered_household_stays_registered_and_is_not_registered_twice() -> None:
    (again,) = given().when(filing(application_id="another")).outcome.decided
    wanted = {(claim.kind, claim.key) for claim in application_decider.claims(again, None)}
    held = {key for key, still in given(*steps(1, 7)).claims().items() if still}
    assert wanted & held == {("household-case", "household")}
    assert {("registered-household", "household"), ("household-number", HOUSEHOLD_NO)} <= held


def test_registration_ends_the_application() -> None:
    given(*steps(1, 7)).when(posting(7, on=date(2015, 7, 3))).then_refused(ApplicationEnded, ending=Ending.REGISTERED)


def test_closing_the_final_notice_again_changes_nothing() -> None:
    given(*steps(1, 7)).when(passing(7)).then_nothing()


def test_where_the_county_decides_too_step_7_registers_nobody_yet() -> None:
    given(*posted, chain=NINE_STEPS).when(passing(7)).then(ApplicationNoticePassed, step=7).step_is(8)


def test_where_the_county_decides_too_the_announcement_in_the_village_registers_the_household() -> None:
    approved = given(*steps(1, 8), chain=NINE_STEPS).when(posting(9)).then(ApplicationPosted, step=9).accepted()
    approved.when(passing(9)).then(HouseholdRegistered, step=9).ended(Ending.REGISTERED)


def test_a_village_without_a_number_left_registers_nobody() -> None:
    given(*posted, household_no="").when(passing(7)).then_refused(NoNumberLeft)
