"""Whoever came into a household or left it: what they may not decide, what is kept of them, and on which days."""

from typing import Any

import pytest
from applications import member
from casework.codes import RelationToHead
from chronicle.recording import Part
from chronicle.store.values import Delivery
from departments import complaining
from erasing import ORDER, PEOPLE
from forms import typed
from huangxi import GROUP, VILLAGE, Huangxi, accepted, refused
from identification.cases.household.commands import ChangeMembers
from identification.cases.household.events import Change
from identification.cases.household.findings import MemberChange
from identification.cases.household.gather import household_decider
from living_together import BORN, BRIDE, YOUNG, change, dissolve, end, filed, living, registered, withdraw
from person_ids import person_id

WHO = {"name": "卢清明", "phone": "13900000001"}
FOUND = {"on": "2015-07-04", "reason": "unfounded", "findings": "经查不属实"}


def complained(village: Huangxi, application: str) -> str:
    """Let somebody complain of a registered household; where the re-check is."""
    village.on("07-03")
    said = complaining("2015-07-03", objector=WHO)
    return accepted(village.send("officer", f"{application}/complaints", said))


def come_into(village: Huangxi, household: str, who: str) -> None:
    """Have an officer marry into a registered household of one, past HTTP: what they are called is nowhere."""
    village.on("07-04")
    (head,) = living(village, household)
    members = [member(head), member(person_id(who), RelationToHead.SPOUSE, "1992-01-01")]
    changes = [Change(person_id=person_id(who), kind=MemberChange.MARRIED_IN)]
    of = {"household_id": household[-36:], "group_code": GROUP, "on": "2015-07-04"}
    command = ChangeMembers.model_validate({**of, "members": members, "changes": changes})
    part = Part(household_decider, command.household_id, command)
    village.service.handler.handle(village.asked("village_officer", VILLAGE), [part], Delivery())


@pytest.mark.parametrize(
    ("act", "body", "code"),
    [
        ("{application}/registration-ending", {"on": "2015-07-04", "reason": "moved_away"}, "has-stake"),
        ("{recheck}/conclusion", FOUND, "has-stake"),
        ("{recheck}/erasure-proposal", ORDER, "own-household"),
        (PEOPLE + "/{head}/legal-holds", {"ground": "court", "reference": "7"}, "own-household"),
    ],
    ids=["ending its registration", "concluding a re-check", "erasing who complained", "holding who lives there"],
)
def test_whoever_came_into_a_household_does_nothing_for_it_as_an_officer(
    everywhere: Huangxi, act: str, body: dict[str, Any], code: str
) -> None:
    application, household = registered(everywhere, YOUNG)
    recheck = complained(everywhere, application)
    come_into(everywhere, household, "county")
    (head, _) = living(everywhere, household)
    path = act.format(application=application, recheck=recheck, head=head)
    refused(everywhere.send("county", path, body), 409, code)


def test_a_legal_hold_on_whoever_came_later_holds_who_complained_of_the_household(village: Huangxi) -> None:
    location, household = registered(village, YOUNG)
    recheck = complained(village, location)
    accepted(change(village, household, YOUNG, BORN))
    accepted(village.send("county", f"{recheck}/conclusion", FOUND))
    (_, baby) = living(village, household)
    accepted(village.send("county", f"{PEOPLE}/{baby}/legal-holds", {"ground": "court", "reference": "7"}))
    refused(village.send("county", f"{recheck}/erasure-proposal", ORDER), 409, "under-legal-hold")


def leave(village: Huangxi, household: str) -> str:
    """Let the bride come into a registered household and leave it again; her id."""
    accepted(change(village, household, YOUNG, typed("石翠", BRIDE, "spouse", came="married_in")))
    (_, bride) = living(village, household)
    accepted(change(village, household, YOUNG, left=[{"person_id": bride, "kind": "other_out"}]))
    return bride


def test_whoever_left_a_registered_household_is_kept_as_long_as_its_files_wherever_they_live_now(
    everywhere: Huangxi,
) -> None:
    village, (location, household) = everywhere, registered(everywhere, YOUNG)
    bride = leave(village, household)
    alone = typed("石翠", BRIDE, "household_head")
    own, _ = filed(village, alone, on="2015-07-04")
    withdraw(village, own, "2015-07-04")
    village.catch_up()
    proposal = f"{PEOPLE}/{bride}/erasure-proposal"
    refused(village.send("county", proposal, {"reason": "own_request"}), 409, "still-registered")

    accepted(village.send("county", f"{location}/registration-ending", {"on": "2015-07-04", "reason": "moved_away"}))

    village.catch_up()
    told = refused(village.send("county", proposal, {"reason": "own_request"}), 409, "retention-not-over")
    assert "2045-07-04" in told["detail"]


def test_what_a_household_does_after_somebody_left_it_is_not_theirs(village: Huangxi) -> None:
    location, household = registered(village, YOUNG)
    bride = leave(village, household)
    village.on("07-04")
    accepted(village.send("county", f"{location}/registration-ending", {"on": "2015-07-04", "reason": "moved_away"}))
    again, _ = filed(village, YOUNG, on="2016-07-05", household_id=household[-36:])
    village.catch_up()
    proposal = f"{PEOPLE}/{bride}/erasure-proposal"
    told = refused(village.send("county", proposal, {"reason": "own_request"}), 409, "retention-not-over")
    assert "2045-07-04" in told["detail"]

    accepted(village.send("officer", f"{again}/withdrawal", {"on": "2016-07-05", "reason": "own_wish"}))

    village.catch_up()
    told = refused(village.send("county", proposal, {"reason": "own_request"}), 409, "retention-not-over")
    assert "2045-07-04" in told["detail"]


def test_what_is_entered_late_is_not_dated_before_what_it_follows(everywhere: Huangxi) -> None:
    village, (location, household) = everywhere, registered(everywhere, YOUNG)
    late = {"on": "2015-06-20", "late_reason": "paper_batch"}
    bride = typed("石翠", BRIDE, "spouse", came="married_in")
    told = refused(change(village, household, YOUNG, bride, **late), 409, "before-previous-act")
    assert "2015-07-02" in told["detail"]
    end(village, location, "moved_away")
    told = refused(dissolve(village, household, on="2015-07-02"), 409, "before-previous-act")
    assert "2015-07-03" in told["detail"]
    accepted(dissolve(village, household, on="2015-07-03"))


def test_a_household_is_dissolved_after_it_withdrew(village: Huangxi) -> None:
    location, household = filed(village, YOUNG)
    withdraw(village, location, "2015-06-10")
    told = refused(dissolve(village, household, on="2015-06-09"), 409, "before-previous-act")
    assert "2015-06-10" in told["detail"]
    accepted(dissolve(village, household, on="2015-06-10"))
