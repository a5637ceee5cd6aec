"""Village verification rounds over HTTP: a verdict on every row, and findings that nobody else reads."""

from collections.abc import Iterator

import pytest
from chronicle.store.tables import sealed_text
from huangxi import (
    FOUND,
    REJECT,
    TOWNSHIP,
    VERIFICATIONS,
    Huangxi,
    accepted,
    huangxi,
    refused,
    refused_rows,
    verification,
)
from person_ids import person_id
from sqlalchemy import select

RETURN = {"verdict": "return", "return_to": 2, "return_reason": "income_unclear"}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("verifications")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def step_of(village: Huangxi, application_id: str) -> tuple[int | None, str | None]:
    shown = village.ask("officer", f"/api/identification/v1/applications/{application_id}").json()
    return shown["now"], shown["ending"]


def test_every_row_has_its_own_verdict(village: Huangxi) -> None:
    passed, returned, rejected = village.bring(village.file(3), to=4)
    body = verification([passed, returned, rejected])
    body["visits"][1]["outcome"], body["visits"][2]["outcome"] = RETURN, REJECT
    village.on("06-12")
    accepted(village.send("officer", VERIFICATIONS, body))

    assert [step_of(village, one) for one in (passed, returned, rejected)] == [(5, None), (2, None), (None, "rejected")]


def test_findings_are_sealed_under_the_household_they_are_about(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=4)
    village.hold(4, ids)
    shown = village.ask("officer", f"/api/identification/v1/applications/{ids[0]}").json()
    findings = shown["history"][-1]["facts"]["findings"]
    with village.service.database.reading() as connection:
        kept = connection.execute(select(sealed_text).where(sealed_text.c.id == findings["text_id"])).mappings().one()

    assert (kept["owner"], kept["field"]) == (shown["household_id"], "findings")
    assert kept["digest"].hex() == findings["digest"]
    text = f"/api/identification/v1/applications/{ids[0]}/texts/{findings['text_id']}"
    assert village.ask("officer", text, purpose="case_work").text == FOUND


def test_nothing_typed_for_a_refused_row_is_kept(village: Huangxi) -> None:
    waiting = village.bring(village.file(1), to=3)
    with village.service.database.reading() as connection:
        before = connection.execute(select(sealed_text.c.id)).scalars().all()
    village.on("06-12")
    nobody = "01a20a19-526a-7bdf-a3f5-7f4e8455946b"
    answer = village.send("officer", VERIFICATIONS, verification([*waiting, nobody]))

    assert refused_rows(answer) == {waiting[0]: "wrong-step", nobody: "not-in-this-area"}
    with village.service.database.reading() as connection:
        assert connection.execute(select(sealed_text.c.id)).scalars().all() == before


def test_somebody_who_did_not_deliberate_verifies_too(village: Huangxi) -> None:
    ids = village.bring(village.file(1), to=4)
    village.on("06-12")
    own = verification(ids, verifiers=[person_id("convener"), person_id("recorder")])

    assert refused_rows(village.send("officer", VERIFICATIONS, own)) == {ids[0]: "all-verified-by-performers"}
    together = verification(ids, verifiers=[person_id("convener"), person_id("verifier")])
    accepted(village.send("officer", VERIFICATIONS, together))


@pytest.mark.parametrize(
    ("who", "code"),
    [("neighbour", "outside-your-area"), ("convener", "not-your-duty"), ("reviewer", "not-your-duty")],
)
def test_only_the_villages_own_officer_records_it(village: Huangxi, who: str, code: str) -> None:
    village.on("06-12")
    refused(village.send(who, VERIFICATIONS, verification([])), 403, code)


def test_a_township_holds_no_village_verification(village: Huangxi) -> None:
    village.on("06-12")
    refused(village.send("officer", VERIFICATIONS, verification([], village_code=TOWNSHIP)), 403, "outside-your-area")


def test_somebody_verifies(village: Huangxi) -> None:
    village.on("06-12")
    refused(village.send("officer", VERIFICATIONS, verification([], verifiers=[])), 422, "performer-missing")


def test_rounds_are_listed(village: Huangxi) -> None:
    act = village.hold(4, village.bring(village.file(2), to=4))
    items = village.ask("auditor", VERIFICATIONS, limit="200").json()["items"]
    [listed] = [item for item in items if act.endswith(item["act_id"])]

    assert (listed["area_name"], listed["on"], listed["rows"], listed["open_rows"]) == (
        "黄溪村委会",
        "2015-06-12",
        2,
        0,
    )
    assert village.ask("neighbour", VERIFICATIONS).json()["items"] == []
    assert village.facts(act)[0]["verifiers"] == [person_id("verifier")]
