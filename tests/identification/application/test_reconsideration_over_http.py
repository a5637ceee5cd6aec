"""复查 over HTTP: who asks, in whose list it waits, and what holds the household when it is reopened."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chronicle.messages import new_id
from huangxi import (
    API,
    NOTICES,
    REJECT,
    VERIFICATIONS,
    Huangxi,
    accepted,
    huangxi,
    objecting,
    posting,
    refused,
    resolving,
    verification,
)
from serving import typing_the_past

APPLICATIONS, WAITING = f"{API}/applications", f"{API}/reconsiderations"
SAID = "那套房是我弟弟的，不是我家的。"
ASKED = {"on": "2015-06-15", "statement": SAID}
REOPENED = {"on": "2015-06-17", "decision": "reopened", "findings": "房产证上是其弟的名字。"}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("reconsiderations")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def rejected(village: Huangxi) -> str:
    ids = village.bring(village.file(), to=4)
    village.on("06-12")
    accepted(village.send("officer", VERIFICATIONS, verification(ids, REJECT)))
    return f"{APPLICATIONS}/{ids[0]}"


def asked(village: Huangxi) -> str:
    application = rejected(village)
    village.on("06-17")
    accepted(village.send("officer", f"{application}/reconsideration-request", ASKED))
    return application


def waiting(village: Huangxi, who: str = "reviewer", **wanted: str) -> list[Any]:
    items = village.ask(who, WAITING, limit="200", **wanted).json()["items"]
    return [f"{APPLICATIONS}/{item['application_id']}" for item in items]


def test_reopened_at_the_step_that_rejected_it_it_goes_on_from_there(everywhere: Huangxi) -> None:
    application = asked(everywhere)
    assert waiting(everywhere, duty="township_reviewer") == [application]
    assert waiting(everywhere, duty="county_officer") == []
    shown = everywhere.ask("officer", application).json()
    assert (shown["ending"], shown["now"]) == ("rejected", None)

    accepted(everywhere.send("reviewer", f"{application}/reconsideration-decision", REOPENED))
    shown = everywhere.ask("officer", application).json()
    assert (shown["ending"], shown["now"], waiting(everywhere)) == (None, 4, [])
    assert [step["done_on"] for step in shown["course"]][:4] == ["2015-06-01", "2015-06-03", "2015-06-11", None]
    assert [each["void"] for each in shown["history"][-3:]] == [True, False, False]
    everywhere.on("06-18")
    again = verification([shown["application_id"]], on="2015-06-18")
    accepted(everywhere.send("officer", VERIFICATIONS, again))


def test_rejected_by_an_upheld_objection_it_is_for_the_body_above_the_one_that_upheld_it(village: Huangxi) -> None:
    (one,) = ids = village.bring(village.file(), to=3)
    notice = village.hold(3, ids)
    village.on("06-08")
    objection = accepted(village.send("officer", f"{notice}/objections", objecting(one, "2015-06-05")))
    accepted(village.send("arbiter", f"{objection}/resolution", resolving("2015-06-08", "upheld_rejected")))
    application = f"{APPLICATIONS}/{one}"
    assert village.ask("officer", application).json()["ending"] == "rejected"

    asking = {"on": "2015-06-08", "statement": SAID}
    accepted(village.send("officer", f"{application}/reconsideration-request", asking))
    assert application in waiting(village, duty="township_reviewer")
    accepted(village.send("reviewer", f"{application}/reconsideration-decision", REOPENED | {"on": "2015-06-08"}))
    # It is posted anew, at full length.
    again = posting(3, ids, on="2015-06-08")
    assert village.facts(accepted(village.send("convener", NOTICES, again)))[0]["last_day"] == "2015-06-14"


def test_how_long_one_may_ask_is_what_the_letter_said_whatever_came_into_force_since(tmp_path: Path) -> None:
    policy = typing_the_past(tmp_path / "policy") / "identification"
    shorter = {"name": "reconsideration_request_days", "value": 2, "from": "2015-06-14", "needs_confirmation": "false"}
    changed = {**shorter, "unit": "calendar days after the rejection", "source": "Another rule"}
    entry = "\n- " + "\n  ".join(f"{name}: {value}" for name, value in changed.items())
    file, following = policy / "national.yaml", "\n- name: reference_period\n"
    file.write_text(file.read_text("utf-8").replace(following, f"{entry}\n{following}"), "utf-8")
    with huangxi(f"sqlite:///{tmp_path / 'village.db'}", tmp_path, policy_folder=policy) as village:
        application = rejected(village)
        village.on("06-20")
        accepted(village.send("officer", f"{application}/reconsideration-request", ASKED | {"on": "2015-06-20"}))


def test_confirmed_it_stays_rejected_and_waits_for_nobody(village: Huangxi) -> None:
    application = asked(village)
    accepted(village.send("reviewer", f"{application}/reconsideration-decision", REOPENED | {"decision": "confirmed"}))

    shown = village.ask("officer", application).json()
    assert (shown["ending"], shown["now"]) == ("rejected", None)
    assert application not in waiting(village)


def test_who_applied_anew_meanwhile_has_one_application_open_and_not_two(village: Huangxi) -> None:
    application = asked(village)
    village.file_again(application.rpartition("/")[2])
    village.on("06-17")
    refused(
        village.send("reviewer", f"{application}/reconsideration-decision", REOPENED), 409, "second-open-application"
    )


def test_it_is_decided_one_level_up_by_who_sees_it(village: Huangxi) -> None:
    application = asked(village)
    decision = f"{application}/reconsideration-decision"
    refused(village.send("arbiter", decision, REOPENED), 403, "not-your-duty")
    refused(village.send("county", decision, REOPENED), 403, "not-your-duty")
    refused(village.send("other_county", decision, REOPENED), 404, "not-found")
    refused(village.send("neighbour", f"{application}/reconsideration-request", ASKED), 404, "not-found")
    refused(village.send("reviewer", f"{APPLICATIONS}/{new_id()}/reconsideration-decision", REOPENED), 404, "not-found")
    assert waiting(village, "neighbour") == []


def test_what_the_household_says_is_sealed_and_opened_for_a_purpose(village: Huangxi) -> None:
    application = asked(village)
    ref = village.ask("reviewer", application).json()["history"][-1]["facts"]["statement"]["text_id"]

    assert village.ask("reviewer", f"{application}/texts/{ref}", purpose="case_work").text == SAID
    assert SAID not in "".join(event.data for event in village.events())


def test_it_is_too_late_on_the_eleventh_day(village: Huangxi) -> None:
    application = rejected(village)
    village.on("06-23")
    late = village.send("officer", f"{application}/reconsideration-request", ASKED | {"on": "2015-06-23"})
    assert refused(late, 409, "reconsideration-too-late")["facts"] == {"last_day": "2015-06-22"}


def test_what_was_not_rejected_is_not_looked_at_again(village: Huangxi) -> None:
    application = f"{APPLICATIONS}/{village.file()[0]}"
    village.on("06-17")
    refused(village.send("officer", f"{application}/reconsideration-request", ASKED), 409, "not-rejected")
    refused(
        village.send("arbiter", f"{application}/reconsideration-decision", REOPENED),
        409,
        "reconsideration-not-requested",
    )
