"""What relocation hears of a household, and what it does not change."""

from datetime import date
from typing import Any

from huangxi import accepted, refused
from relocation.heard import HouseholdRegistered, RegistrationEnded
from relocation.registered_households import registered_households
from relocations import ADULT, CHILD, HEAD, RELOCATIONS, SON, WIFE, Village, acceptance, decline, proposal
from running_track import GROUP, VILLAGE
from sqlalchemy import select

EIGHTEEN = date(2015, 6, 2)


def rows(village: Village) -> list[dict[str, Any]]:
    """Every household as the rules read it."""
    with village.track.service.database.reading() as connection:
        table = registered_households.tables
        return [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]


def offered(village: Village, where: str) -> tuple[int, str, str]:
    """What was offered to a household."""
    facts = village.ask("officer", where).json()["history"][0]["facts"]
    return facts["persons"], facts["floor_area_limit_m2"], facts["own_contribution"]


def test_a_household_is_what_was_heard_of_it(everywhere: Village) -> None:
    household_id = everywhere.registered(2)

    (row,) = rows(everywhere)
    assert row == {
        "id": household_id,
        "area": VILLAGE,
        "group_code": GROUP,
        "household_no": f"{VILLAGE}00001",
        "standing": "registered",
        "registered_on": date(2015, 5, 4),
        "member_ids": f"{HEAD} {WIFE}",
        "persons": 2,
        "birth_dates": f"{ADULT} {ADULT}",
    }


def test_what_is_heard_again_changes_nothing(everywhere: Village) -> None:
    household_id = everywhere.registered(4)
    everywhere.changed(household_id, 5)
    everywhere.ended()
    before = rows(everywhere)
    everywhere.track.hear_again()

    assert len(before) == 2
    assert rows(everywhere) == before


def test_who_lives_there_when_it_is_proposed_counts(village: Village) -> None:
    household_id = village.registered(3)
    village.changed(household_id, 4)

    assert offered(village, village.proposed(household_id)) == (4, "100.00", "10000.00")


def test_a_change_heard_later_leaves_what_was_offered(village: Village) -> None:
    household_id = village.registered(3)
    where = village.proposed(household_id)
    village.changed(household_id, 5)

    assert offered(village, where) == (3, "75.00", "7500.00")
    accepted(village.send("officer", f"{where}/acceptance", acceptance()))
    assert offered(village, where) == (3, "75.00", "7500.00")


def test_who_has_moved_in_since_may_answer_and_who_has_left_may_not(village: Village) -> None:
    household_id = village.registered(1)
    where = village.proposed(household_id)

    refused(village.send("officer", f"{where}/acceptance", acceptance(answered_by=WIFE)), 422, "answered-by-no-member")
    village.changed(household_id, 2)
    accepted(village.send("officer", f"{where}/acceptance", acceptance(answered_by=WIFE)))


def test_a_member_answers_from_the_eighteenth_birthday_on(village: Village) -> None:
    where = village.proposed(village.registered(3))
    day_before = acceptance(answered_by=SON, on="2015-06-01")

    assert CHILD.replace(year=EIGHTEEN.year) == EIGHTEEN
    refused(village.send("officer", f"{where}/acceptance", day_before), 422, "answer-not-by-adult")
    village.today_is(EIGHTEEN)
    accepted(village.send("officer", f"{where}/acceptance", {**day_before, "on": str(EIGHTEEN)}))


def test_a_registration_that_ends_before_the_answer_leaves_only_a_decline(village: Village) -> None:
    household_id = village.registered()
    where = village.proposed(household_id)
    village.hear(household_id, RegistrationEnded())

    refused(village.send("officer", f"{where}/acceptance", acceptance()), 409, "household-registration-ended")
    accepted(village.send("officer", f"{where}/decline", decline()))


def test_a_registration_that_ends_after_the_answer_leaves_it(village: Village) -> None:
    household_id = village.registered()
    where = village.proposed(household_id)
    accepted(village.send("officer", f"{where}/acceptance", acceptance(answered_by=HEAD)))
    village.hear(household_id, RegistrationEnded())

    assert village.ask("officer", where).json()["stage"] == "accepted"


def test_a_household_is_proposed_as_soon_as_its_registration_is_heard(village: Village) -> None:
    household_id = village.recorded()
    refused(village.send("officer", RELOCATIONS, proposal(household_id)), 409, "household-not-registered")
    village.hear(household_id, HouseholdRegistered(household_no=f"{VILLAGE}00009"))

    accepted(village.send("officer", RELOCATIONS, proposal(household_id)))
