"""Review rounds over HTTP: the server draws, anybody draws again, and every row is judged."""

from collections.abc import Iterator
from datetime import date

import pytest
from huangxi import (
    REJECT,
    ROUNDS,
    VILLAGE,
    Huangxi,
    accepted,
    conclusion,
    drawing,
    huangxi,
    refused,
    refused_rows,
)
from identification.cases.review_round.commands import DrawReviewSample, SampleRule
from person_ids import person_id


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("rounds")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def test_anybody_can_draw_the_sample_again(village: Huangxi) -> None:
    ids = village.bring(village.file(30), to=6)
    [drawn] = village.facts(village.hold(6, ids))
    again = DrawReviewSample(
        act_id=drawn["round_id"],
        area_code=drawn["area_code"],
        on=date(2015, 6, 22),
        rows=drawn["rows"],
        seed=drawn["seed"],
        rule=SampleRule(share=drawn["share"], minimum=drawn["minimum"]),
    )

    assert drawn["rows"] == ids
    assert drawn["sample"] == list(again.sample())
    assert len(drawn["sample"]) == 2


def test_two_rounds_have_two_seeds(village: Huangxi) -> None:
    first, second = village.bring(village.file(2), to=6)
    seeds = [village.facts(village.hold(6, [one]))[0]["seed"] for one in (first, second)]

    assert len(set(seeds)) == 2


def test_a_row_is_in_one_round_at_a_time(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=6)
    village.hold(6, ids)

    assert refused_rows(village.send("reviewer", ROUNDS, drawing(ids))) == {ids[0]: "already-in-a-round"}


def test_a_round_is_concluded_for_some_rows_and_later_for_the_others(village: Huangxi) -> None:
    ids = village.bring(village.file(3), to=6)
    act = village.hold(6, ids)
    village.on("06-24")
    accepted(village.send("reviewer", f"{act}/conclusion", conclusion(ids[:1])))
    accepted(village.send("reviewer", f"{act}/conclusion", conclusion(ids[1:], REJECT)))

    _, first, second = village.facts(act)
    assert (first["rows"], first["remaining"]) == (ids[:1], sorted(ids[1:]))
    assert (second["rows"], second["remaining"], second["reviewers"]) == (ids[1:], [], [person_id("checker")])


def test_the_sampled_are_visited(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=6)
    act = village.hold(6, ids)
    village.on("06-24")
    unvisited = conclusion(ids)
    unvisited["reviews"][0]["visited_on"] = None

    assert refused_rows(village.send("reviewer", f"{act}/conclusion", unvisited)) == {ids[0]: "visit-missing"}


def test_nobody_reviews_their_own_work(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=6)
    act = village.hold(6, ids)
    village.on("06-24")
    own = conclusion(ids, reviewers=[person_id("verifier")])

    assert refused_rows(village.send("reviewer", f"{act}/conclusion", own)) == {ids[0]: "reviewed-own-work"}


def test_only_rows_of_the_round_are_judged(village: Huangxi) -> None:
    ids = village.bring(village.file(2), to=6)
    act = village.hold(6, ids[:1])
    village.on("06-24")

    refused(village.send("reviewer", f"{act}/conclusion", conclusion(ids)), 409, "not-in-the-round")


def test_a_round_nobody_began_is_nowhere(village: Huangxi) -> None:
    village.on("06-24")
    nowhere = f"{ROUNDS}/01a20a19-526a-7bdf-a3f5-7f4e8455946b"

    refused(village.send("reviewer", f"{nowhere}/conclusion", conclusion([])), 404, "not-found")
    refused(village.ask("reviewer", nowhere), 404, "not-found")


@pytest.mark.parametrize(("who", "code"), [("officer", "not-your-duty"), ("county", "not-your-duty")])
def test_only_the_townships_reviewer_begins_its_round(village: Huangxi, who: str, code: str) -> None:
    village.on("06-22")
    refused(village.send(who, ROUNDS, drawing([])), 403, code)


def test_whoever_does_not_see_a_round_cannot_conclude_it(village: Huangxi) -> None:
    act = village.hold(6, village.bring(village.file(1), to=6))
    village.on("06-24")

    refused(village.send("officer", f"{act}/conclusion", conclusion([])), 404, "not-found")
    refused(village.send("county", f"{act}/conclusion", conclusion([])), 403, "not-your-duty")


def test_a_village_does_not_review(village: Huangxi) -> None:
    village.on("06-22")
    refused(village.send("reviewer", ROUNDS, drawing([], area_code=VILLAGE)), 403, "not-your-duty")


def test_rounds_are_listed_with_what_is_still_to_be_judged(village: Huangxi) -> None:
    ids = village.bring(village.file(3), to=6)
    act = village.hold(6, ids)
    village.on("06-24")
    accepted(village.send("reviewer", f"{act}/conclusion", conclusion(ids[:1])))
    items = village.ask("county", ROUNDS, limit="200").json()["items"]
    [listed] = [item for item in items if act.endswith(item["act_id"])]

    assert (listed["rows"], listed["open_rows"], listed["sample"], listed["on"]) == (3, 2, 1, "2015-06-22")
    assert village.ask("officer", ROUNDS).json()["items"] == []
