"""Relocations over HTTP: proposing, answering, and the lists, each in one's own areas."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from chronicle.following import rebuild
from chronicle.messages import new_id
from huangxi import DUTIES, SECOND_GROUP, accepted, refused
from person_ids import person_id
from relocation.cases.relocation.projections import relocations
from relocation.heard import RegistrationEnded
from relocation.registered_households import registered_households
from relocations import (
    ANSWERED_ON,
    CANDIDATES,
    HEAD,
    RELOCATIONS,
    WIFE,
    Village,
    acceptance,
    decline,
    proposal,
    withdrawal,
)
from running_track import GROUP, LATE, VILLAGE

UNEXPLAINED = "late-entry-needs-reason"
NOWHERE = f"{RELOCATIONS}/01a20a19-526a-7bdf-a3f5-7f4e8455946b"


def test_a_household_of_four_is_offered_100_square_metres_and_pays_10_000_yuan(everywhere: Village) -> None:
    household_id = everywhere.registered(4)
    where = everywhere.proposed(household_id)

    shown = everywhere.ask("officer", where)
    told = shown.json()
    assert (shown.headers["ETag"], told["stage"], told["household_id"]) == ('"1"', "proposed", household_id)
    offered = told["history"][0]["facts"]
    assert (offered["persons"], offered["floor_area_limit_m2"], offered["own_contribution"]) == (
        4,
        "100.00",
        "10000.00",
    )


def test_what_was_offered_names_the_policy_it_was_computed_by(village: Village) -> None:
    accepted(village.send("officer", RELOCATIONS, proposal(village.registered())))
    (event,) = (event for p in range(16) for event in village.track.service.store.read(p, 0, 10))

    assert event.receipt is not None
    for used in ("floor_area_per_person", "own_contribution_per_person", "own_contribution_maximum"):
        assert f'"name":"{used}"' in event.receipt
    assert (event.area, event.source, event.type) == (VILLAGE, "relocation", "relocation.relocation-proposed.v1")
    assert '"rule":"relocation.relocation"' in event.receipt


def test_the_household_accepts(everywhere: Village) -> None:
    where = everywhere.proposed(everywhere.registered())

    accepted(everywhere.send("officer", f"{where}/acceptance", acceptance()))
    told = everywhere.ask("officer", where).json()
    assert (told["stage"], told["version"], told["history"][1]["facts"]["answered_by"]) == ("accepted", 2, HEAD)
    assert [each["entered_by"] for each in told["history"]] == [person_id("officer")] * 2


def test_a_household_that_declined_may_be_proposed_again(everywhere: Village) -> None:
    household_id = everywhere.registered()
    where = everywhere.proposed(household_id)

    refused(everywhere.send("officer", RELOCATIONS, proposal(household_id)), 409, "second-relocation")
    accepted(everywhere.send("officer", f"{where}/decline", decline()))
    refused(everywhere.send("officer", RELOCATIONS, proposal(household_id)), 409, "before-previous-act")
    accepted(everywhere.send("officer", RELOCATIONS, proposal(household_id, on=str(ANSWERED_ON))))
    stages = [each["stage"] for each in everywhere.items("officer", RELOCATIONS)]
    assert sorted(stages) == ["declined", "proposed"]


def test_proposed_by_several_at_once_a_household_has_one_relocation(everywhere: Village) -> None:
    body = proposal(everywhere.registered())
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda _: everywhere.send("officer", RELOCATIONS, body).json().get("code"), range(4)))

    assert sorted(codes, key=str) == [None, *["second-relocation"] * 3]


def test_what_was_entered_by_mistake_is_withdrawn_and_entered_rightly_with_its_own_day(everywhere: Village) -> None:
    household_id = everywhere.registered()
    where = everywhere.proposed(household_id)

    accepted(everywhere.send("officer", f"{where}/withdrawal", withdrawal()))
    shown = everywhere.ask("county", where).json()
    assert (shown["stage"], shown["history"][1]["facts"]["reason"]) == ("withdrawn", "entered_by_mistake")
    assert [each["household_id"] for each in everywhere.items("officer", CANDIDATES)] == [household_id]
    (listed,) = everywhere.items("officer", RELOCATIONS, stage="withdrawn")
    assert (listed["reason"], listed["since"]) == ("entered_by_mistake", "2015-05-28")
    accepted(everywhere.send("officer", RELOCATIONS, proposal(household_id, place="township")))


def test_a_household_that_changed_its_mind_after_accepting_may_be_proposed_again_later(village: Village) -> None:
    household_id = village.registered()
    where = village.proposed(household_id)
    accepted(village.send("officer", f"{where}/acceptance", acceptance()))
    changed_mind = withdrawal(reason="changed_mind")

    accepted(village.send("officer", f"{where}/withdrawal", changed_mind))
    assert village.ask("officer", where).json()["history"][2]["facts"]["accepted"] is True
    assert village.send("officer", f"{where}/withdrawal", changed_mind).status_code == 200
    refused(village.send("officer", f"{where}/decline", decline()), 409, "relocation-over")
    refused(village.send("officer", RELOCATIONS, proposal(household_id)), 409, "before-previous-act")
    accepted(village.send("officer", RELOCATIONS, proposal(household_id, on="2015-05-28")))


def test_a_day_that_cannot_be_is_refused_before_any_policy_is_missing(village: Village) -> None:
    household_id, nobody = village.registered(), new_id()

    for one, on, status, code in (
        (nobody, "2013-05-20", 409, "household-not-known"),
        (village.recorded(), "2013-05-20", 409, "household-not-registered"),
        (household_id, "2013-05-20", 409, "before-registration"),
        (household_id, "2015-06-02", 422, "date-in-future"),
    ):
        refused(village.send("officer", RELOCATIONS, proposal(one, on=on)), status, code)
    where = village.proposed(household_id)
    refused(village.send("officer", f"{where}/acceptance", acceptance(on="2013-05-20")), 409, "before-previous-act")


def test_what_is_entered_late_says_why(village: Village) -> None:
    household_id = village.registered()
    timely = proposal(household_id, on="2015-05-22")

    refused(village.send("officer", RELOCATIONS, {**proposal(household_id), "late_reason": None}), 409, UNEXPLAINED)
    where = village.proposed(household_id)
    assert village.ask("officer", where).json()["history"][0]["facts"]["late_reason"] == "paper_batch"
    accepted(village.send("officer", f"{where}/withdrawal", withdrawal(on="2015-05-22", **LATE)))
    where = accepted(village.send("officer", RELOCATIONS, timely))
    assert village.ask("officer", where).json()["history"][0]["facts"]["late_reason"] is None
    village.today_is(date(2015, 6, 8))
    for act, body in (("acceptance", acceptance()), ("decline", decline()), ("withdrawal", withdrawal())):
        refused(village.send("officer", f"{where}/{act}", body), 409, UNEXPLAINED)
        assert village.send("officer", f"{where}/{act}", {**body, "late_reason": "other_reason"}).status_code == 422
    accepted(village.send("officer", f"{where}/acceptance", acceptance(**LATE)))


def test_lists_and_pages_name_the_household_and_its_villager_group(everywhere: Village) -> None:
    household_id = everywhere.registered()
    (candidate,) = everywhere.items("officer", CANDIDATES)
    where = everywhere.proposed(household_id)
    everywhere.hear(household_id, RegistrationEnded())
    (listed,), shown = everywhere.items("officer", RELOCATIONS), everywhere.ask("officer", where).json()

    assert (candidate["household_no"], candidate["group_name"]) == (f"{VILLAGE}00001", "一组")
    for row in (listed, shown):
        named = [row[name] for name in ("household_no", "standing", "group_code", "group_name")]
        assert named == [f"{VILLAGE}00001", "ended", GROUP, "一组"]


def test_a_household_that_accepted_is_not_proposed_again(village: Village) -> None:
    household_id = village.registered()
    accepted(village.send("officer", f"{village.proposed(household_id)}/acceptance", acceptance()))

    refused(village.send("officer", RELOCATIONS, proposal(household_id)), 409, "second-relocation")


def test_a_refusal_says_whether_a_household_is_unknown_not_registered_or_no_longer(village: Village) -> None:
    for household_id, code in (
        (new_id(), "household-not-known"),
        (village.recorded(), "household-not-registered"),
        (village.ended(), "household-registration-ended"),
    ):
        refused(village.send("officer", RELOCATIONS, proposal(household_id)), 409, code)


def test_a_household_elsewhere_is_as_unknown_as_one_nobody_heard_of(village: Village) -> None:
    household_id = village.registered()

    elsewhere = refused(village.send("neighbour", RELOCATIONS, proposal(household_id)), 409, "household-not-known")
    nowhere = refused(village.send("neighbour", RELOCATIONS, proposal(new_id())), 409, "household-not-known")
    assert {**elsewhere, "instance": None} == {**nowhere, "instance": None}


@pytest.mark.parametrize("act", ["acceptance", "decline", "withdrawal"])
def test_a_relocation_elsewhere_is_as_unknown_as_none(village: Village, act: str) -> None:
    where = village.proposed(village.registered())
    body = {"acceptance": acceptance, "decline": decline, "withdrawal": withdrawal}[act]()

    for place, who in ((where, "neighbour"), (NOWHERE, "officer")):
        refused(village.send(who, f"{place}/{act}", body), 404, "not-found")
        refused(village.ask(who, place), 404, "not-found")


@pytest.mark.parametrize("who", ["convener", "reviewer", "county", "auditor"])
def test_who_reads_does_not_decide(village: Village, who: str) -> None:
    household_id = village.registered()
    where = village.proposed(household_id)

    refused(village.send(who, RELOCATIONS, proposal(household_id)), 403, "not-your-duty")
    refused(village.send(who, f"{where}/acceptance", acceptance()), 403, "not-your-duty")
    refused(village.send(who, f"{where}/decline", decline()), 403, "not-your-duty")
    refused(village.send(who, f"{where}/withdrawal", withdrawal()), 403, "not-your-duty")
    assert village.ask(who, where).status_code == 200
    assert len(village.items(who, RELOCATIONS)) == 1


def test_an_officer_leaves_the_own_household_to_others(village: Village) -> None:
    household_id = village.registered()

    refused(village.send("wife", RELOCATIONS, proposal(household_id)), 409, "own-household")
    where = village.proposed(household_id)
    refused(village.send("wife", f"{where}/acceptance", acceptance(answered_by=WIFE)), 409, "own-household")
    refused(village.send("wife", f"{where}/decline", decline(answered_by=WIFE)), 409, "own-household")
    refused(village.send("wife", f"{where}/withdrawal", withdrawal()), 409, "own-household")


def test_sent_again_with_its_key_nothing_happens_twice(everywhere: Village) -> None:
    body, key = proposal(everywhere.registered()), new_id()
    first, again = (everywhere.send("officer", RELOCATIONS, body, key=key) for _ in range(2))

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    refused(
        everywhere.send("officer", RELOCATIONS, {**body, "place": "township"}, key=key), 422, "idempotency-key-reused"
    )
    assert len(everywhere.items("officer", RELOCATIONS)) == 1


def test_the_same_answer_twice_is_one_and_the_other_one_is_refused(village: Village) -> None:
    where = village.proposed(village.registered())
    first = village.send("officer", f"{where}/acceptance", acceptance())
    again = village.send("officer", f"{where}/acceptance", acceptance())

    assert (first.status_code, again.status_code, again.headers["ETag"]) == (201, 200, '"2"')
    refused(village.send("officer", f"{where}/decline", decline()), 409, "relocation-answered-otherwise")


def test_what_is_sent_is_read_strictly(village: Village) -> None:
    household_id = village.registered()

    for changed in ({"place": "the moon"}, {"on": "1433116800"}, {"floor_area_limit_m2": "200.00"}, {"mode": "01"}):
        assert village.send("officer", RELOCATIONS, proposal(household_id, **changed)).status_code == 422
    assert village.ask("officer", RELOCATIONS, colour="red").status_code in {400, 422}
    assert village.ask("officer", RELOCATIONS, stage="moved").status_code in {400, 422}


def test_relocations_are_listed_by_area_and_stage_page_by_page(everywhere: Village) -> None:
    households = [everywhere.registered(group=group) for group in (GROUP, GROUP, SECOND_GROUP)]
    places = [everywhere.proposed(household_id) for household_id in households]
    accepted(everywhere.send("officer", f"{places[1]}/acceptance", acceptance()))

    assert shown(everywhere, area=GROUP) == households[:2]
    assert shown(everywhere, area=VILLAGE, stage="accepted") == [households[1]]
    assert shown(everywhere, area="360424106217") == shown(everywhere, who="neighbour") == []
    first = everywhere.ask("officer", RELOCATIONS, limit=2).json()
    second = everywhere.ask("officer", RELOCATIONS, limit=2, cursor=first["next"]).json()
    listed = [each["household_id"] for each in first["items"] + second["items"]]
    assert (listed, second["next"]) == (households, None)


def test_a_list_shows_how_many_they_were_when_proposed_and_how_many_they_are(village: Village) -> None:
    household_id = village.registered(4)
    village.proposed(household_id)
    village.changed(household_id, 5)

    (listed,) = village.items("officer", RELOCATIONS)
    assert (listed["persons"], listed["persons_now"], listed["floor_area_limit_m2"]) == (4, 5, "100.00")


def test_who_may_be_proposed_is_registered_and_neither_asked_nor_moving(everywhere: Village) -> None:
    asked, moving, declined, never = (everywhere.registered() for _ in range(4))
    everywhere.recorded()
    everywhere.ended()
    everywhere.proposed(asked)
    accepted(everywhere.send("officer", f"{everywhere.proposed(moving)}/acceptance", acceptance()))
    accepted(everywhere.send("officer", f"{everywhere.proposed(declined)}/decline", decline()))

    assert [each["household_id"] for each in everywhere.items("officer", CANDIDATES, area=VILLAGE)] == [declined, never]
    assert everywhere.items("neighbour", CANDIDATES) == []
    first = everywhere.ask("officer", CANDIDATES, limit=1).json()
    second = everywhere.ask("officer", CANDIDATES, limit=1, cursor=first["next"]).json()
    assert (second["items"][0]["household_id"], second["next"]) == (never, None)


def test_a_query_after_a_command_has_what_it_recorded(village: Village) -> None:
    answer = village.send("officer", RELOCATIONS, proposal(village.registered()))
    village.track.settle()
    after = {"Yihu-After": answer.headers["Yihu-Position"]}

    listed = village.track.client(DUTIES["officer"]).get(RELOCATIONS, headers=after)
    assert len(listed.json()["items"]) == 1


def test_rebuilt_tables_are_those_that_serve(everywhere: Village) -> None:
    moving, declined = everywhere.registered(), everywhere.registered()
    everywhere.ended()
    accepted(everywhere.send("officer", f"{everywhere.proposed(moving)}/acceptance", acceptance()))
    accepted(everywhere.send("officer", f"{everywhere.proposed(declined)}/decline", decline()))
    everywhere.changed(moving, 5)
    everywhere.track.settle()

    following = everywhere.track.service.following
    for projection in (relocations, registered_households):
        rebuilt = rebuild(projection, everywhere.track.service.database, following.log(projection))
        assert rebuilt.events > 0
        assert set(rebuilt.differing.values()) == {0}


def shown(village: Village, who: str = "officer", **wanted: Any) -> list[str]:
    """The households whose relocations a list shows."""
    return [each["household_id"] for each in village.items(who, RELOCATIONS, **wanted)]
