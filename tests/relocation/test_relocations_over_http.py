"""Relocations over HTTP: proposing, answering, and the lists, each in one's own areas."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from chronicle.following import rebuild
from chronicle.messages import new_id
from huangxi import DUTIES, SECOND_GROUP, accepted, refused
from person_ids import person_id
from relocation.cases.relocation.projections import relocations
from relocation.registered_households import registered_households
from relocations import CANDIDATES, HEAD, RELOCATIONS, WIFE, Village, acceptance, decline, proposal
from running_track import GROUP, VILLAGE

NOWHERE = f"{RELOCATIONS}/01a20a19-526a-7bdf-a3f5-7f4e8455946b"


def test_a_household_of_four_is_offered_100_square_metres_and_pays_10_000_yuan(everywhere: Village) -> None:
    household_id = everywhere.registered(4)
    where = everywhere.proposed(household_id)

    shown = everywhere.ask(where)
    told = shown.json()
    assert (shown.headers["ETag"], told["stage"], told["household_id"]) == ('"1"', "proposed", household_id)
    offered = told["history"][0]["facts"]
    assert (offered["persons"], offered["floor_area_limit_m2"], offered["own_contribution"]) == (
        4,
        "100.00",
        "10000.00",
    )


def test_what_was_offered_names_the_policy_it_was_computed_by(village: Village) -> None:
    accepted(village.send(RELOCATIONS, proposal(village.registered())))
    (event,) = (event for p in range(16) for event in village.track.service.store.read(p, 0, 10))

    assert event.receipt is not None
    for used in ("floor_area_per_person", "own_contribution_per_person", "own_contribution_maximum"):
        assert f'"name":"{used}"' in event.receipt
    assert (event.area, event.source, event.type) == (VILLAGE, "relocation", "relocation.relocation-proposed.v1")
    assert '"rule":"relocation.relocation"' in event.receipt


def test_the_household_accepts(everywhere: Village) -> None:
    where = everywhere.proposed(everywhere.registered())

    accepted(everywhere.send(f"{where}/acceptance", acceptance()))
    told = everywhere.ask(where).json()
    assert (told["stage"], told["version"], told["history"][1]["facts"]["answered_by"]) == ("accepted", 2, HEAD)
    assert [each["entered_by"] for each in told["history"]] == [person_id("officer")] * 2


def test_a_household_that_declined_may_be_proposed_again(everywhere: Village) -> None:
    household_id = everywhere.registered()
    where = everywhere.proposed(household_id)

    refused(everywhere.send(RELOCATIONS, proposal(household_id)), 409, "second-relocation")
    accepted(everywhere.send(f"{where}/decline", decline()))
    accepted(everywhere.send(RELOCATIONS, proposal(household_id)))
    stages = [each["stage"] for each in everywhere.items(RELOCATIONS)]
    assert sorted(stages) == ["declined", "proposed"]


def test_proposed_by_several_at_once_a_household_has_one_relocation(everywhere: Village) -> None:
    body = proposal(everywhere.registered())
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda _: everywhere.send(RELOCATIONS, body).json().get("code"), range(4)))

    assert sorted(codes, key=str) == [None, *["second-relocation"] * 3]


def test_a_household_that_accepted_is_not_proposed_again(village: Village) -> None:
    household_id = village.registered()
    accepted(village.send(f"{village.proposed(household_id)}/acceptance", acceptance()))

    refused(village.send(RELOCATIONS, proposal(household_id)), 409, "second-relocation")


def test_a_refusal_says_whether_a_household_is_unknown_not_registered_or_no_longer(village: Village) -> None:
    for household_id, code in (
        (new_id(), "household-not-known"),
        (village.recorded(), "household-not-registered"),
        (village.ended(), "household-registration-ended"),
    ):
        refused(village.send(RELOCATIONS, proposal(household_id)), 409, code)


def test_a_household_elsewhere_is_as_unknown_as_one_nobody_heard_of(village: Village) -> None:
    household_id = village.registered()

    elsewhere = refused(village.send(RELOCATIONS, proposal(household_id), "neighbour"), 409, "household-not-known")
    nowhere = refused(village.send(RELOCATIONS, proposal(new_id()), "neighbour"), 409, "household-not-known")
    assert {**elsewhere, "instance": None} == {**nowhere, "instance": None}


@pytest.mark.parametrize("act", ["acceptance", "decline"])
def test_a_relocation_elsewhere_is_as_unknown_as_none(village: Village, act: str) -> None:
    where = village.proposed(village.registered())
    body = acceptance() if act == "acceptance" else decline()

    for place, who in ((where, "neighbour"), (NOWHERE, "officer")):
        refused(village.send(f"{place}/{act}", body, who), 404, "not-found")
        refused(village.ask(place, who), 404, "not-found")


@pytest.mark.parametrize("who", ["convener", "reviewer", "county", "auditor"])
def test_who_reads_does_not_decide(village: Village, who: str) -> None:
    household_id = village.registered()
    where = village.proposed(household_id)

    refused(village.send(RELOCATIONS, proposal(household_id), who), 403, "not-your-duty")
    refused(village.send(f"{where}/acceptance", acceptance(), who), 403, "not-your-duty")
    refused(village.send(f"{where}/decline", decline(), who), 403, "not-your-duty")
    assert village.ask(where, who).status_code == 200
    assert len(village.items(RELOCATIONS, who)) == 1


def test_an_officer_leaves_the_own_household_to_others(village: Village) -> None:
    household_id = village.registered()

    refused(village.send(RELOCATIONS, proposal(household_id), "wife"), 409, "own-household")
    where = village.proposed(household_id)
    refused(village.send(f"{where}/acceptance", acceptance(answered_by=WIFE), "wife"), 409, "own-household")
    refused(village.send(f"{where}/decline", decline(answered_by=WIFE), "wife"), 409, "own-household")


def test_sent_again_with_its_key_nothing_happens_twice(everywhere: Village) -> None:
    body, key = proposal(everywhere.registered()), new_id()
    first, again = (everywhere.send(RELOCATIONS, body, key=key) for _ in range(2))

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    refused(everywhere.send(RELOCATIONS, {**body, "place": "township"}, key=key), 422, "idempotency-key-reused")
    assert len(everywhere.items(RELOCATIONS)) == 1


def test_the_same_answer_twice_is_one_and_the_other_one_is_refused(village: Village) -> None:
    where = village.proposed(village.registered())
    first = village.send(f"{where}/acceptance", acceptance())
    again = village.send(f"{where}/acceptance", acceptance())

    assert (first.status_code, again.status_code, again.headers["ETag"]) == (201, 200, '"2"')
    refused(village.send(f"{where}/decline", decline()), 409, "relocation-answered-otherwise")


def test_what_is_sent_is_read_strictly(village: Village) -> None:
    household_id = village.registered()

    for changed in ({"place": "the moon"}, {"on": "1433116800"}, {"floor_area_limit_m2": "200.00"}, {"mode": "01"}):
        assert village.send(RELOCATIONS, proposal(household_id, **changed)).status_code == 422
    assert village.ask(RELOCATIONS, colour="red").status_code in {400, 422}
    assert village.ask(RELOCATIONS, stage="moved").status_code in {400, 422}


def test_relocations_are_listed_by_area_and_stage_page_by_page(everywhere: Village) -> None:
    households = [everywhere.registered(group=group) for group in (GROUP, GROUP, SECOND_GROUP)]
    places = [everywhere.proposed(household_id) for household_id in households]
    accepted(everywhere.send(f"{places[1]}/acceptance", acceptance()))

    assert shown(everywhere, area=GROUP) == households[:2]
    assert shown(everywhere, area=VILLAGE, stage="accepted") == [households[1]]
    assert shown(everywhere, area="360424106217") == shown(everywhere, who="neighbour") == []
    first = everywhere.ask(RELOCATIONS, limit=2).json()
    second = everywhere.ask(RELOCATIONS, limit=2, cursor=first["next"]).json()
    listed = [each["household_id"] for each in first["items"] + second["items"]]
    assert (listed, second["next"]) == (households, None)


def test_a_list_shows_how_many_they_were_when_proposed_and_how_many_they_are(village: Village) -> None:
    household_id = village.registered(4)
    village.proposed(household_id)
    village.changed(household_id, 5)

    (listed,) = village.items(RELOCATIONS)
    assert (listed["persons"], listed["persons_now"], listed["floor_area_limit_m2"]) == (4, 5, "100.00")


def test_who_may_be_proposed_is_registered_and_neither_asked_nor_moving(everywhere: Village) -> None:
    asked, moving, declined, never = (everywhere.registered() for _ in range(4))
    everywhere.recorded()
    everywhere.ended()
    everywhere.proposed(asked)
    accepted(everywhere.send(f"{everywhere.proposed(moving)}/acceptance", acceptance()))
    accepted(everywhere.send(f"{everywhere.proposed(declined)}/decline", decline()))

    assert [each["household_id"] for each in everywhere.items(CANDIDATES, area=VILLAGE)] == [declined, never]
    assert everywhere.items(CANDIDATES, "neighbour") == []
    first = everywhere.ask(CANDIDATES, limit=1).json()
    second = everywhere.ask(CANDIDATES, limit=1, cursor=first["next"]).json()
    assert (second["items"][0]["household_id"], second["next"]) == (never, None)


def test_a_query_after_a_command_has_what_it_recorded(village: Village) -> None:
    answer = village.send(RELOCATIONS, proposal(village.registered()))
    village.track.settle()
    after = {"Yihu-After": answer.headers["Yihu-Position"]}

    listed = village.track.client(DUTIES["officer"]).get(RELOCATIONS, headers=after)
    assert len(listed.json()["items"]) == 1


def test_rebuilt_tables_are_those_that_serve(everywhere: Village) -> None:
    moving, declined = everywhere.registered(), everywhere.registered()
    everywhere.ended()
    accepted(everywhere.send(f"{everywhere.proposed(moving)}/acceptance", acceptance()))
    accepted(everywhere.send(f"{everywhere.proposed(declined)}/decline", decline()))
    everywhere.changed(moving, 5)
    everywhere.track.settle()

    following = everywhere.track.service.following
    for projection in (relocations, registered_households):
        rebuilt = rebuild(projection, everywhere.track.service.database, following.log(projection))
        assert rebuilt.events > 0
        assert set(rebuilt.differing.values()) == {0}


def shown(village: Village, who: str = "officer", **wanted: Any) -> list[str]:
    """The households whose relocations a list shows."""
    return [each["household_id"] for each in village.items(RELOCATIONS, who, **wanted)]
