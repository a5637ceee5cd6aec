"""What is named as evidence of a clause is attached to that very application, and still counts on the day."""

from typing import Any

from huangxi import (
    API,
    VERIFICATIONS,
    Huangxi,
    accepted,
    refused_rows,
    reviewed_in_2017,
    stating,
    verified_in_2017,
)
from papers import APPLICATIONS, EVIDENCE, photo, proof
from person_ids import person_id

SUPERSEDED = {"on": "2017-03-01", "reason": "unreadable"}


def supersede(village: Huangxi, application_id: str, digest: str) -> None:
    listed = village.ask("officer", f"{APPLICATIONS}/{application_id}/evidence").json()["items"]
    [one] = [each["evidence_id"] for each in listed if (each["digest"], each["superseded_on"]) == (digest, None)]
    accepted(village.send("officer", f"{EVIDENCE}/{one}/supersession", SUPERSEDED))
    village.catch_up()


def attached(village: Huangxi, application_id: str, content: bytes | None = None) -> str:
    digest = proof(village, application_id, content)
    village.catch_up()
    return digest


def test_nobody_at_home_is_answered_only_by_a_paper_attached_to_the_application_that_still_counts(
    everywhere: Huangxi,
) -> None:
    one, other = everywhere.bring(everywhere.file(2), to=6)
    act = everywhere.hold(6, [one, other])
    everywhere.on("2017-03-01")
    content = photo()
    mine, theirs = attached(everywhere, one, content), attached(everywhere, other)

    def review(*evidence: str) -> Any:
        held = reviewed_in_2017([one, other])
        named = {"evidence": evidence, "confirmed_by": person_id("checker")}
        held["reviews"][0]["stated"] = stating("answered", "empty_household", **named)
        return everywhere.send("reviewer", f"{act}/conclusion", held)

    supersede(everywhere, one, mine)
    for evidence in (["a" * 64], [theirs], [mine]):
        assert refused_rows(review(*evidence)) == {one: "evidence-not-attached"}
    again = attached(everywhere, one, content)
    assert refused_rows(review(again, theirs)) == {one: "evidence-not-attached"}
    accepted(review(again))

    # What came of it stands, and comes out the same, when a better photo takes the place of this one.
    history = everywhere.ask("county", f"{APPLICATIONS}/{one}").json()["history"]
    decision = f"{API}/decisions/{history[-1]['event_id']}"
    supersede(everywhere, one, again)
    assert everywhere.send("county", f"{decision}/verify", None).json()["agreement"] == "agrees"


def test_the_village_rejects_nobody_on_a_paper_that_is_not_attached_to_the_application(everywhere: Huangxi) -> None:
    one, other = everywhere.bring(everywhere.file(2), to=4)
    everywhere.on("2017-03-01")
    mine, theirs = attached(everywhere, one), attached(everywhere, other)

    def verify(evidence: str) -> Any:
        named = {"evidence": [evidence], "confirmed_by": person_id("verifier")}
        stated = stating("holds", "vehicle_or_machine", **named)
        return everywhere.send("officer", VERIFICATIONS, verified_in_2017([one], "vehicle_or_machine", stated))

    for evidence in ("a" * 64, theirs):
        assert refused_rows(verify(evidence)) == {one: "evidence-not-attached"}
    accepted(verify(mine))
