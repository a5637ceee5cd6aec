"""Annulled notices over HTTP: who annuls, where the households are afterwards, and what becomes of objections."""

from collections.abc import Iterator
from typing import Any

import pytest
from chronicle.following import rebuild
from huangxi import (
    API,
    NOTICES,
    Huangxi,
    accepted,
    closing,
    huangxi,
    objecting,
    posting,
    refused,
    refused_rows,
    resolving,
)
from identification.cases.application.projections import applications
from identification.cases.public_notice.projections import public_notices
from person_ids import person_id

QUEUES = f"{API}/work-queues"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("annulled")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def posted(village: Huangxi, rows: int = 1, step: int = 3) -> tuple[str, list[str]]:
    ids = village.bring(village.file(rows), to=step)
    return village.hold(step, ids), ids


def annul(village: Huangxi, notice: str, who: str = "convener", **changed: Any) -> Any:
    body = {"on": "2015-06-06", "reason": "torn", "performed_by": [person_id("convener")], **changed}
    village.on(body["on"][5:])
    return village.send(who, f"{notice}/annulment", body)


def post_anew(village: Huangxi, ids: list[str], day: str) -> Any:
    village.on(day)
    return village.send("convener", NOTICES, posting(3, ids, on=f"2015-{day}"))


def listed(village: Huangxi, notice: str) -> dict[str, Any]:
    items = village.ask("officer", NOTICES, limit="200").json()["items"]
    return next(item for item in items if notice.endswith(item["act_id"]))


def waiting(village: Huangxi, application_id: str) -> dict[str, Any]:
    items = village.ask("officer", f"{API}/applications", limit="200").json()["items"]
    return next(item for item in items if item["application_id"] == application_id)


def test_a_torn_sheet_is_annulled_and_its_households_are_posted_anew(everywhere: Huangxi) -> None:
    notice, ids = posted(everywhere, 3)
    accepted(annul(everywhere, notice))

    shown = listed(everywhere, notice)
    assert (shown["annulled"], shown["open_rows"], shown["rows"]) == ("torn", 0, 3)
    names = ("ordinal", "waiting", "notice_id", "since", "due_on")
    assert [waiting(everywhere, ids[0])[name] for name in names] == [3, "to_do", None, "2015-06-06", "2015-06-09"]
    anew = accepted(post_anew(everywhere, ids, "06-07"))
    everywhere.on("06-13")
    refused(everywhere.send("convener", f"{anew}/closing", closing(3, on="2015-06-13")), 409, "notice-not-over")
    everywhere.on("06-14")
    accepted(everywhere.send("convener", f"{anew}/closing", closing(3, on="2015-06-14")))
    assert {waiting(everywhere, one)["ordinal"] for one in ids} == {4}
    service = everywhere.service
    rebuilt = [rebuild(each, service.database, service.store) for each in (public_notices, applications)]
    assert {rows for each in rebuilt for rows in each.differing.values()} == {0}


def test_the_annulled_posting_stands_in_the_history_as_void(village: Huangxi) -> None:
    notice, [one] = posted(village)
    accepted(annul(village, notice))
    history = village.ask("officer", f"{API}/applications/{one}").json()["history"]

    assert [(each["type"].split(".")[1], each["void"]) for each in history[-2:]] == [
        ("application-posted", True),
        ("application-notice-annulled", False),
    ]


def test_annulled_twice_is_annulled_once(village: Huangxi) -> None:
    notice, _ = posted(village)
    assert annul(village, notice).status_code == 201
    assert annul(village, notice, reason="other").status_code == 200
    assert [fact["type"].split(".")[1] for fact in village.facts(notice)] == ["notice-posted", "notice-annulled"]


def test_an_annulled_notice_is_not_closed_and_a_closed_one_not_annulled(village: Huangxi) -> None:
    notice, _ = posted(village)
    accepted(annul(village, notice))
    village.on("06-11")
    refused(village.send("convener", f"{notice}/closing", closing(3)), 409, "notice-is-annulled")
    closed, ids = posted(village)
    village.end(3, closed, ids)
    refused(annul(village, closed, on="2015-06-12"), 409, "notice-over")


def test_an_objection_outlives_the_sheet_it_was_raised_on(village: Huangxi) -> None:
    notice, ids = posted(village, 2)
    village.on("06-05")
    objection = accepted(village.send("officer", f"{notice}/objections", objecting(ids[0], "2015-06-05")))
    accepted(annul(village, notice))

    assert waiting(village, ids[0])["objections"] == 1
    assert refused_rows(post_anew(village, ids, "06-07")) == {ids[0]: "objection-to-annulled"}
    accepted(village.send("arbiter", f"{objection}/resolution", resolving("2015-06-07")))
    assert [waiting(village, ids[0])[name] for name in ("objections", "waiting", "due_on")] == [
        0,
        "to_do",
        "2015-06-09",
    ]
    accepted(post_anew(village, ids, "06-07"))


def test_an_objection_to_a_torn_sheet_may_still_end_in_a_return(village: Huangxi) -> None:
    notice, [one] = posted(village)
    village.on("06-05")
    objection = accepted(village.send("officer", f"{notice}/objections", objecting(one, "2015-06-05")))
    accepted(annul(village, notice))
    village.on("06-07")
    upheld = resolving("2015-06-07", "upheld_returned", return_to=2)
    accepted(village.send("arbiter", f"{objection}/resolution", upheld))

    assert [waiting(village, one)[name] for name in ("ordinal", "waiting", "notice_id")] == [2, "to_do", None]


def test_a_torn_sheet_takes_no_objections(village: Huangxi) -> None:
    notice, [one] = posted(village)
    accepted(annul(village, notice))
    village.on("06-07")
    answer = village.send("officer", f"{notice}/objections", objecting(one, "2015-06-07"))
    refused(answer, 409, "notice-no-longer-hangs")


@pytest.mark.parametrize(
    ("who", "status", "code"), [("neighbour", 404, "not-found"), ("reviewer", 403, "not-your-duty")]
)
def test_a_notice_is_annulled_by_those_whose_duty_it_is_to_post(
    village: Huangxi, who: str, status: int, code: str
) -> None:
    notice, _ = posted(village)
    refused(annul(village, notice, who), status, code)


def test_a_notice_is_annulled_for_a_reason(village: Huangxi) -> None:
    notice, _ = posted(village)
    refused(annul(village, notice, reason="rain"), 422, "malformed")
