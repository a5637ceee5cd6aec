"""Correcting over HTTP: what is named and sealed, what it does to notices, and what decisions say of it."""

from typing import Any

import pytest
from chronicle.following import rebuild
from forms import form
from huangxi import API, NOTICES, Huangxi, accepted, closing, objecting, posting, refused, resolving
from identification.cases.application.projections import applications

APPLICATIONS = f"{API}/applications"
REMARKS = "户口簿复印件已核对"
POORER = form()["income"] | {"business_income": "1000.00"}
RICHER = form()["income"] | {"business_income": "9000.00"}


def filed(village: Huangxi) -> str:
    village.on("06-01")
    return accepted(village.send("officer", APPLICATIONS, form()))


def brought(village: Huangxi, to: int) -> tuple[str, str]:
    """An application that hangs at a step, and its notice."""
    application = filed(village)
    ids = village.bring([application.rpartition("/")[2]], to=to)
    return application, village.hold(to, ids)


def history(village: Huangxi, application: str) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = village.ask("county", application).json()["history"]
    return shown


def correct(village: Huangxi, application: str, day: str, who: str = "county", **sent: Any) -> Any:
    stated = [each for each in history(village, application) if "income" in each["facts"]]
    why = {"corrects": stated[-1]["event_id"], "reason": "entered_wrongly", "remarks": REMARKS}
    village.on(day)
    return village.send(who, f"{application}/correction", {"on": f"2015-{day}", **why, **sent})


def waiting(village: Huangxi) -> dict[str, Any]:
    (row,) = village.ask("officer", APPLICATIONS).json()["items"]
    return {name: row[name] for name in ("ordinal", "waiting", "notice_id", "household_size", "objections", "due_on")}


def test_what_a_notice_shows_takes_the_household_off_it_and_back_to_the_village(everywhere: Huangxi) -> None:
    application, notice = brought(everywhere, 5)
    filing = history(everywhere, application)[0]["event_id"]
    accepted(correct(everywhere, application, "06-15", members=form()["members"][:1]))

    corrected = history(everywhere, application)[-1]
    assert corrected["facts"]["changed"] == ["household_size", "members"]
    assert [each["corrects"] for each in history(everywhere, application)] == [None] * 6 + [filing]
    assert (corrected["facts"]["return_to"], notice.endswith(corrected["facts"]["notice_id"])) == (4, True)
    expected = {"ordinal": 4, "waiting": "to_do", "notice_id": None, "household_size": 1, "objections": 0}
    assert waiting(everywhere) == {**expected, "due_on": "2015-06-25"}
    (stored,) = [each for each in everywhere.events() if each.type.endswith("application-corrected.v1")]
    assert stored.corrects == f'{{"event_id":"{filing}","how":"replace"}}'
    everywhere.on("06-20")
    answer = everywhere.send("officer", f"{notice}/closing", closing(5))
    assert (answer.status_code, everywhere.facts(notice)[1]["taken_off"]) == (201, [application.rpartition("/")[2]])
    service = everywhere.service
    assert set(rebuild(applications, service.database, service.store).differing.values()) == {0}


def test_the_next_sheet_shows_what_was_corrected(village: Huangxi) -> None:
    application, _ = brought(village, 3)
    head, spouse = form()["members"]
    accepted(correct(village, application, "06-05", members=[head | {"name": "欧阳清荷"}, spouse]))
    village.on("06-06")
    anew = posting(3, [application.rpartition("/")[2]], on="2015-06-06")
    sheet = village.ask(
        "officer", f"{accepted(village.send('convener', NOTICES, anew))}/sheet", purpose="public_notice"
    )

    assert [row["head"] for row in sheet.json()["rows"]] == ["欧阳清荷"]


def test_what_no_notice_shows_leaves_it_hanging(village: Huangxi) -> None:
    application, notice = brought(village, 5)
    accepted(correct(village, application, "06-15", income=POORER))

    corrected = history(village, application)[-1]["facts"]
    assert (corrected["changed"], corrected["return_to"], corrected["alters_outcome"]) == (["income"], None, False)
    assert notice.endswith(waiting(village)["notice_id"])


def test_the_decision_names_what_it_was_decided_on_and_a_correction_that_alters_it_makes_it_be_taken_anew(
    village: Huangxi,
) -> None:
    application, _ = brought(village, 3)
    one = application.rpartition("/")[2]
    accepted(correct(village, application, "06-05", income=POORER))
    corrected = history(village, application)[-1]["event_id"]
    village.on("06-11")
    notice = next(each for each in history(village, application) if "notice_id" in each["facts"])["facts"]["notice_id"]
    accepted(village.send("officer", f"{NOTICES}/{notice}/closing", closing(3)))
    for step in (4, 5, 6):
        village.end(step, village.hold(step, [one]), [one])
    decision = history(village, application)[-1]["event_id"]

    shown = village.ask("officer", f"{API}/decisions/{decision}").json()
    assert (shown["stated_in"], shown["per_capita"]) == (corrected, "2000.00")
    verified = village.send("officer", f"{API}/decisions/{decision}/verify", None).json()
    assert verified["agreement"] == "agrees"
    village.hold(7, [one])
    accepted(correct(village, application, "06-26", "reviewer", income=RICHER))
    after = history(village, application)
    assert (after[-1]["facts"]["alters_outcome"], after[-1]["facts"]["return_to"]) == (True, 4)
    assert next(each for each in after if each["event_id"] == decision)["void"]


def test_an_objection_outlives_a_correction(everywhere: Huangxi) -> None:
    application, notice = brought(everywhere, 5)
    everywhere.on("06-14")
    objected = objecting(application.rpartition("/")[2], "2015-06-14")
    objection = accepted(everywhere.send("officer", f"{notice}/objections", objected))
    accepted(correct(everywhere, application, "06-15", members=form()["members"][:1]))
    assert (waiting(everywhere)["ordinal"], waiting(everywhere)["objections"]) == (4, 1)
    everywhere.on("06-16")
    accepted(everywhere.send("reviewer", f"{objection}/resolution", resolving("2015-06-16")))

    assert (waiting(everywhere)["ordinal"], waiting(everywhere)["objections"]) == (4, 0)
    assert history(everywhere, application)[-1]["facts"]["decision"] == "dismissed"


def test_what_was_remarked_is_sealed_and_opened_for_a_purpose(village: Huangxi) -> None:
    application, _ = brought(village, 3)
    answer = correct(village, application, "06-05", income=POORER)
    accepted(answer)
    text = history(village, application)[-1]["facts"]["remarks"]["text_id"]

    assert village.ask("county", f"{application}/texts/{text}", purpose="case_work").text == REMARKS
    recorded = "".join(event.data + (event.receipt or "") for event in village.events())
    assert REMARKS not in recorded + answer.text


def test_whoever_filed_has_it_corrected_by_somebody_else(village: Huangxi) -> None:
    application, _ = brought(village, 3)
    refused(correct(village, application, "06-05", "officer", income=POORER), 409, "corrected-own-entry")


def test_what_was_corrected_meanwhile_is_read_again(village: Huangxi) -> None:
    application, _ = brought(village, 3)
    filing = history(village, application)[0]["event_id"]
    accepted(correct(village, application, "06-05", income=POORER))
    refused(correct(village, application, "06-05", "reviewer", income=RICHER, corrects=filing), 409, "not-what-stands")


def test_before_it_was_judged_it_is_amended(village: Huangxi) -> None:
    refused(correct(village, filed(village), "06-02", income=POORER), 409, "still-amendable")


def test_what_is_so_already_is_recorded_once(village: Huangxi) -> None:
    application, _ = brought(village, 3)
    assert correct(village, application, "06-05", income=POORER).status_code == 201
    assert correct(village, application, "06-05", income=POORER).status_code == 200


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [
        ("neighbour", 404, "not-found"),
        ("other_county", 404, "not-found"),
        ("convener", 403, "not-your-duty"),
        ("auditor", 403, "not-your-duty"),
    ],
)
def test_it_is_corrected_by_officers_of_the_village_and_above(
    village: Huangxi, who: str, status: int, code: str
) -> None:
    application, _ = brought(village, 3)
    refused(correct(village, application, "06-05", who, income=POORER), status, code)
