"""Several objections to one household over HTTP: each is answered, or its receipt says why it need not be."""

from typing import Any

from chronicle.following import rebuild
from httpx2 import Response
from huangxi import (
    API,
    NOTICES,
    OBJECTIONS,
    VERIFICATIONS,
    Huangxi,
    accepted,
    objecting,
    posting,
    refused,
    refused_rows,
    resolving,
    verification,
)
from identification.cases.application.projections import applications
from identification.cases.objection.projections import objections

APPLICATIONS = f"{API}/applications"
OTHER_FACTS = "他家在县城有门面出租。"


class Two:
    """A household on the village's notice of 13 June, and two objections to it."""

    def __init__(self, village: Huangxi, **second: Any) -> None:
        self.village = village
        (self.one,) = village.bring(village.file(), to=5)
        self.notice = village.hold(5, [self.one])
        village.on("06-15")
        bodies = [
            objecting(self.one, "2015-06-15"),
            objecting(self.one, "2015-06-15", facts=OTHER_FACTS) | second,
        ]
        answers = [village.send("officer", f"{self.notice}/objections", body) for body in bodies]
        self.first, self.second = map(accepted, answers)
        self.codes = [answer.json()["receipt_code"] for answer in answers]

    def resolve(self, objection: str, on: str, resolution: str = "dismissed", **changed: Any) -> Response:
        self.village.on(on)
        body = resolving(f"2015-{on}", resolution, **changed)
        return self.village.send("reviewer", f"{objection}/resolution", body)

    def status(self, code: str) -> dict[str, Any]:
        self.village.catch_up()
        answer = self.village.send("villager", f"{OBJECTIONS}/search", {"receipt_code": code})
        return dict(answer.json())

    def states(self, **wanted: str) -> dict[str, str]:
        items = self.village.ask("reviewer", OBJECTIONS, **wanted).json()["items"]
        return {f"{OBJECTIONS}/{item['objection_id']}": item["state"] for item in items}

    def now(self) -> tuple[int | None, str | None]:
        shown = self.village.ask("county", f"{APPLICATIONS}/{self.one}").json()
        return shown["now"], shown["ending"]

    def rebuilt(self) -> set[int]:
        service = self.village.service
        self.village.catch_up()
        each = [rebuild(one, service.database, service.store).differing for one in (applications, objections)]
        return {rows for differing in each for rows in differing.values()}


def test_after_one_sent_the_household_back_the_other_waits_for_its_body_and_holds_it(everywhere: Huangxi) -> None:
    two = Two(everywhere)
    accepted(two.resolve(two.first, "06-17", "upheld_returned", return_to=4))

    assert two.now() == (4, None)
    assert two.states(duty="township_reviewer") == {two.second: "open"}
    assert two.status(two.codes[1])["state"] == "open"
    (waiting,) = everywhere.ask("officer", APPLICATIONS).json()["items"]
    assert (waiting["step"]["ordinal"] if "step" in waiting else waiting["ordinal"], waiting["objections"]) == (4, 1)

    everywhere.on("06-18")
    again = verification([two.one], on="2015-06-18")
    accepted(everywhere.send("officer", VERIFICATIONS, again))
    everywhere.on("06-19")
    anew = posting(5, [two.one], on="2015-06-19")
    assert refused_rows(everywhere.send("officer", NOTICES, anew)) == {two.one: "objection-to-annulled"}
    accepted(two.resolve(two.second, "06-19"))
    accepted(everywhere.send("officer", NOTICES, anew))

    assert two.states() == dict.fromkeys([two.first, two.second], "resolved")
    assert two.rebuilt() == {0}


def test_the_other_may_send_it_back_further_or_end_it(village: Huangxi) -> None:
    two = Two(village)
    accepted(two.resolve(two.first, "06-17", "upheld_returned", return_to=4))
    accepted(two.resolve(two.second, "06-18", "upheld_returned", return_to=2))
    assert two.now() == (2, None)


def test_when_one_ended_the_application_the_others_receipt_says_that_there_is_nothing_left(
    everywhere: Huangxi,
) -> None:
    two = Two(everywhere)
    accepted(two.resolve(two.first, "06-17", "upheld_rejected"))

    assert two.now() == (None, "rejected")
    told = two.status(two.codes[1])
    assert (told["state"], told["resolution"]) == ("moot", None)
    assert everywhere.ask("reviewer", two.second).json()["state"] == "moot"
    assert two.states(duty="township_reviewer") == {}
    assert two.states() == {two.first: "resolved", two.second: "moot"}
    refused(two.resolve(two.second, "06-18", "upheld_rejected"), 409, "objection-moot")
    assert two.rebuilt() == {0}


def test_a_household_that_withdrew_leaves_nothing_to_answer(village: Huangxi) -> None:
    two = Two(village)
    village.on("06-16")
    accepted(
        village.send("officer", f"{APPLICATIONS}/{two.one}/withdrawal", {"on": "2015-06-16", "reason": "own_wish"})
    )

    assert two.states() == dict.fromkeys([two.first, two.second], "moot")
    refused(two.resolve(two.first, "06-17"), 409, "objection-moot")


def test_reopened_on_review_it_is_still_to_be_answered(village: Huangxi) -> None:
    two = Two(village)
    accepted(two.resolve(two.first, "06-17", "upheld_rejected"))
    asking = {"on": "2015-06-17", "statement": "请再核实一次。"}
    accepted(village.send("officer", f"{APPLICATIONS}/{two.one}/reconsideration-request", asking))
    village.on("06-18")
    reopened = {"on": "2015-06-18", "decision": "reopened", "findings": "重新公示。"}
    accepted(village.send("county", f"{APPLICATIONS}/{two.one}/reconsideration-decision", reopened))

    assert two.now() == (5, None)
    assert two.states(duty="township_reviewer") == {two.second: "open"}
    village.on("06-19")
    anew = posting(5, [two.one], on="2015-06-19")
    assert refused_rows(village.send("officer", NOTICES, anew)) == {two.one: "objection-to-annulled"}
    accepted(two.resolve(two.second, "06-19"))
    accepted(village.send("officer", NOTICES, anew))
    assert two.rebuilt() == {0}


def test_resolved_for_the_others_it_is_open_again_for_whoever_is_reopened(everywhere: Huangxi) -> None:
    village = everywhere
    ids = village.bring(village.file(2), to=5)
    notice = village.hold(5, ids)
    village.on("06-15")
    bodies = [objecting(ids[0], "2015-06-15"), objecting(None, "2015-06-15", against="act", ground="quorum")]
    own, act = (accepted(village.send("officer", f"{notice}/objections", body)) for body in bodies)
    village.on("06-17")
    rejected = resolving("2015-06-17", "upheld_rejected")
    accepted(village.send("reviewer", f"{own}/resolution", rejected))
    accepted(village.send("reviewer", f"{act}/resolution", resolving("2015-06-17")))
    assert village.ask("reviewer", act).json()["state"] == "resolved"
    asking = {"on": "2015-06-17", "statement": "请再核实一次。"}
    accepted(village.send("officer", f"{APPLICATIONS}/{ids[0]}/reconsideration-request", asking))
    reopened = {"on": "2015-06-17", "decision": "reopened", "findings": "重新公示。"}
    accepted(village.send("county", f"{APPLICATIONS}/{ids[0]}/reconsideration-decision", reopened))

    assert village.ask("reviewer", act).json()["state"] == "open"
    village.on("06-24")
    overdue = village.ask("county", act).json()
    assert (overdue["state"], overdue["duties"]) == ("escalated", ["township_reviewer", "county_officer"])
    (listed,) = village.ask("county", OBJECTIONS, duty="county_officer").json()["items"]
    assert (listed["state"], listed["duties"]) == (overdue["state"], overdue["duties"])
    refused(village.send("officer", f"{act}/resolution", resolving("2015-06-24")), 403, "not-your-duty")
    village.on("06-18")
    waiting = village.ask("reviewer", OBJECTIONS, duty="township_reviewer").json()["items"]
    assert [each["objection_id"] for each in waiting] == [act.rpartition("/")[2]]
    village.on("06-18")
    accepted(village.send("reviewer", f"{act}/resolution", resolving("2015-06-18")))
    assert village.ask("reviewer", act).json()["state"] == "resolved"
    accepted(village.send("officer", NOTICES, posting(5, [ids[0]], on="2015-06-18")))
    service = village.service
    assert set(rebuild(objections, service.database, service.store).differing.values()) == {0}


def test_to_the_act_it_still_holds_those_that_an_objection_of_their_own_sent_back(village: Huangxi) -> None:
    two = Two(village, against="act", application_id=None, ground="quorum")
    accepted(two.resolve(two.first, "06-17", "upheld_returned", return_to=4))
    accepted(two.resolve(two.second, "06-18"))

    assert village.facts(two.second)[1]["rows"] == [two.one]
    assert two.now() == (4, None)
