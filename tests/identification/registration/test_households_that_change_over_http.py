"""Who lives where, over HTTP: households that grow and shrink, join others, move away, and are counted once."""

from typing import Any

import pytest
from canaries import Canaries
from chronicle.following import rebuild
from chronicle.messages import new_id
from chronicle.recording import Part
from chronicle.store.values import Delivery
from erasing import PEOPLE, couple
from forms import form, typed
from huangxi import API, AREAS, COUNTY, FIRST, MEETINGS, Huangxi, accepted, meeting, refused
from identification.cases.area.commands import OpenVillagerGroup
from identification.cases.area.gather import area_decider
from identification.cases.person.projections import applicants
from identification.imports.areas import import_areas
from living_together import (
    APPLICATIONS,
    BABY,
    BORN,
    BRIDE,
    FATHER,
    HOUSEHOLDS,
    OLD,
    SON,
    YOUNG,
    change,
    dissolve,
    end,
    filed,
    living,
    registered,
    withdraw,
)

NEXT_GROUP = "36042410621701"


def found(village: Huangxi, id_number: str) -> list[str]:
    wanted = {"purpose": "identity_check", "by": "id_number", "value": id_number}
    items = village.send("officer", f"{HOUSEHOLDS}/search", wanted).json()["items"]
    return [f"{HOUSEHOLDS}/{item['household_id']}" for item in items]


def test_a_birth_is_entered_and_the_register_stays_as_it_was(everywhere: Huangxi) -> None:
    _, household = registered(everywhere, YOUNG)
    answer = change(everywhere, household, YOUNG, BORN)
    assert accepted(answer) == household

    (_, baby) = living(everywhere, household)
    (told,) = [each for each in everywhere.events() if each.type.endswith("household-members-changed.v1")]
    assert f'"changes":[{{"kind":"newborn","person_id":"{baby}"}}]' in told.data
    assert "甘小满" not in told.data + answer.text
    (row,) = everywhere.ask("county", f"{API}/registered-households").json()["items"]
    assert (row["household_size"], row["standing"]) == (1, "registered")
    assert found(everywhere, BABY) == [household]
    assert change(everywhere, household, YOUNG, BORN | {"came": None}).status_code == 200


def test_a_name_that_alone_was_typed_otherwise_is_kept(village: Huangxi) -> None:
    _, household = registered(village, YOUNG)
    (person,) = living(village, household)
    renamed = YOUNG | {"name": "甘常生"}

    accepted(change(village, household, renamed))
    told = village.send("officer", f"{API}/people/{person}/disclosure", {"purpose": "own_request"}).json()
    assert told["texts"]["name"] == "甘常生"
    assert change(village, household, renamed).status_code == 200


def test_sent_again_under_its_key_it_is_stated_once(village: Huangxi) -> None:
    _, household = registered(village, YOUNG)
    key = new_id()
    first, again = (change(village, household, YOUNG, BORN, key=key) for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert len([each for each in village.events() if each.type.endswith("household-members-changed.v1")]) == 1


def test_a_father_whose_registration_ended_joins_the_household_of_his_son(everywhere: Huangxi) -> None:
    alone, fathers = registered(everywhere, OLD)
    _, sons = registered(everywhere, YOUNG)
    (father,) = living(everywhere, fathers)
    joining = OLD | {"relation_to_head": "father", "came": "other_in"}
    refused(change(everywhere, sons, YOUNG, joining), 409, "person-in-two-households")
    refused(dissolve(everywhere, fathers), 409, "registration-not-ended")
    end(everywhere, alone, "household_dissolved")
    refused(change(everywhere, sons, YOUNG, joining), 409, "person-in-two-households")

    accepted(dissolve(everywhere, fathers))

    assert dissolve(everywhere, fathers).status_code == 200
    shown = everywhere.ask("county", fathers).json()
    assert (shown["members"], shown["dissolved_on"]) == ([], "2015-07-04")
    assert found(everywhere, FATHER) == []
    accepted(change(everywhere, sons, YOUNG, joining))
    assert father in living(everywhere, sons)
    assert found(everywhere, FATHER) == [sons]
    history = everywhere.ask("county", f"{fathers}/standing").json()
    assert (history["standing"], len(history["applications"])) == ("ended", 1)


def test_a_household_that_moved_is_another_one_in_its_new_village(village: Huangxi) -> None:
    there, before = registered(village, YOUNG)
    (person,) = living(village, before)
    handler, asked = village.service.handler, village.asked("county_officer", COUNTY)
    import_areas(handler, (AREAS + "360424106217,石溪村委会,village,360424106000,provisional\n").encode(), FIRST, asked)
    group = OpenVillagerGroup(code=NEXT_GROUP, name="一组", valid_from=FIRST)
    handler.handle(asked, [Part(area_decider, NEXT_GROUP, group)], Delivery())
    village.catch_up()
    end(village, there, "moved_away")
    arriving = form(members=[YOUNG], on="2015-07-04", group_code=NEXT_GROUP)
    village.on("07-04")
    refused(village.send("neighbour", APPLICATIONS, arriving), 409, "person-in-two-households")
    accepted(dissolve(village, before, reason="moved_away"))

    location = accepted(village.send("neighbour", APPLICATIONS, arriving))

    after = f"{HOUSEHOLDS}/{village.ask('neighbour', location).json()['household_id']}"
    assert (after == before, living(village, after)) == (False, [person])
    old = form(members=[YOUNG], on="2015-07-04", household_id=before[-36:])
    refused(village.send("officer", APPLICATIONS, old), 409, "person-in-two-households")


def test_a_dissolved_household_that_applies_in_its_village_is_one_again(everywhere: Huangxi) -> None:
    location, household = filed(everywhere, YOUNG)
    refused(dissolve(everywhere, household), 409, "household-applying")
    withdraw(everywhere, location)
    accepted(dissolve(everywhere, household))
    people = filed(everywhere, YOUNG, on="2015-07-05", household_id=household[-36:])

    assert people[1] == household
    assert everywhere.ask("county", household).json()["dissolved_on"] is None
    assert found(everywhere, SON) == [household]
    refused(dissolve(everywhere, household), 409, "household-applying")


def test_while_it_applies_a_household_is_amended(village: Huangxi) -> None:
    _, household = filed(village, YOUNG)
    refused(change(village, household, YOUNG, BORN, on="2015-07-04"), 409, "household-applying")


def test_a_household_that_is_not_registered_applies(village: Huangxi) -> None:
    location, household = filed(village, YOUNG)
    withdraw(village, location)
    refused(change(village, household, YOUNG, BORN), 409, "household-not-registered")


def test_whoever_came_or_left_has_a_reason(village: Huangxi) -> None:
    _, household = registered(village, YOUNG, typed("石翠", BRIDE, "spouse"))
    _, wife = living(village, household)
    refused(change(village, household, YOUNG), 422, "changes-misstated")
    accepted(change(village, household, YOUNG, left=[{"person_id": wife, "kind": "married_out"}]))
    assert found(village, BRIDE) == []


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [
        ("neighbour", 404, "not-found"),
        ("other_county", 404, "not-found"),
        ("convener", 403, "not-your-duty"),
        ("county", 403, "not-your-duty"),
        ("auditor", 403, "not-your-duty"),
    ],
)
def test_both_are_entered_by_whoever_enters_applications_there(
    village: Huangxi, who: str, status: int, code: str
) -> None:
    location, household = registered(village, YOUNG)
    refused(change(village, household, YOUNG, BORN, who=who), status, code)
    end(village, location, "moved_away")
    refused(dissolve(village, household, who=who), status, code)


def rejected(village: Huangxi, *members: dict[str, Any]) -> tuple[str, str]:
    """A household that its group rejected, and that asks to be looked at again; where both are."""
    location, household = filed(village, *members)
    votes = {"votes": {"in_favour": 3, "against": 18, "abstained": 1}}
    village.on("06-03")
    item = {"application_id": location.rpartition("/")[2], "session": 1, **votes}
    accepted(village.send("convener", MEETINGS, meeting([], agenda=[item])))
    asking = {"on": "2015-06-03", "statement": "请再核实一次。"}
    accepted(village.send("officer", f"{location}/reconsideration-request", asking))
    return location, household


def reopen(village: Huangxi, location: str, decision: str = "reopened") -> Any:
    village.on("07-10")
    ruling = {"on": "2015-07-10", "decision": decision, "findings": "已核实。"}
    return village.send("arbiter", f"{location}/reconsideration-decision", ruling)


def test_a_rejected_application_is_not_reopened_once_somebody_it_was_filed_with_lives_elsewhere(
    everywhere: Huangxi,
) -> None:
    wife = typed("石翠", BRIDE, "spouse")
    first, household = rejected(everywhere, OLD, wife)
    again, _ = filed(everywhere, OLD, on="2015-06-04", household_id=household[-36:])
    withdraw(everywhere, again, "2015-06-04")
    refused(reopen(everywhere, first), 409, "filed-members-left")
    other, elsewhere = filed(everywhere, wife | {"relation_to_head": "household_head"}, on="2015-07-10")
    refused(reopen(everywhere, first), 409, "filed-members-left")
    withdraw(everywhere, other, "2015-07-10")
    accepted(dissolve(everywhere, elsewhere, on="2015-07-10"))
    back, _ = filed(everywhere, OLD, wife, on="2015-07-10", household_id=household[-36:])
    withdraw(everywhere, back, "2015-07-10")

    accepted(reopen(everywhere, first))


def test_an_application_of_a_dissolved_household_is_not_reopened_but_its_rejection_may_be_confirmed(
    village: Huangxi,
) -> None:
    location, household = rejected(village, OLD)
    accepted(dissolve(village, household))
    refused(reopen(village, location), 409, "filed-members-left")
    accepted(reopen(village, location, "confirmed"))


def test_what_was_typed_of_a_dissolved_household_goes_with_the_last_who_lived_in_it(village: Huangxi) -> None:
    one = couple(village, Canaries())
    one.withdraw()
    other = registered(village, YOUNG)
    accepted(dissolve(village, f"{HOUSEHOLDS}/{one.household_id}"))
    joining = one.typed[0] | {"relation_to_head": "father", "came": "other_in"}
    accepted(change(village, other[1], YOUNG, joining))
    end(village, other[0], "moved_away")
    one.erase(1)
    assert not village.service.vault.is_erased(one.household_id)

    one.erase(0)

    assert village.service.vault.is_erased(one.household_id)
    assert not village.service.vault.is_erased(other[1][-36:])
    (erased,) = [
        each
        for each in village.events()
        if each.type.endswith("person-erased.v1") and "/" + one.person_ids[0] in each.stream
    ]
    assert f'"dissolved":["{one.household_id}"]' in erased.data


def test_of_whoever_came_into_a_registered_household_its_files_are_kept_as_long(village: Huangxi) -> None:
    location, household = registered(village, YOUNG)
    accepted(change(village, household, YOUNG, BORN))
    (_, baby) = living(village, household)
    proposal = f"{PEOPLE}/{baby}/erasure-proposal"
    refused(village.send("county", proposal, {"reason": "own_request"}), 409, "still-registered")
    end(village, location, "moved_away")
    village.catch_up()
    assert (
        "2045-07-03"
        in refused(village.send("county", proposal, {"reason": "own_request"}), 409, "retention-not-over")["detail"]
    )
    service = village.service
    assert set(rebuild(applicants, service.database, service.store).differing.values()) == {0}
