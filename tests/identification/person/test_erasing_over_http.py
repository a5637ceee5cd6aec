"""Erasure over HTTP: the names are gone, the history stays, and the same human may come again as somebody new."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from applications import filing, member
from canaries import Canaries
from chronicle.clock import FixedClock
from chronicle.messages import new_id
from chronicle.recording import Part
from chronicle.store.tables import claim, person_key, sealed_text
from chronicle.store.values import Delivery
from chronicle.verification import verify
from dossiers import form
from erasing import APPLICATIONS, ORDER, PEOPLE, Couple, couple, readable
from httpx2 import Response
from huangxi import (
    API,
    FOUND,
    GROUP,
    MEETINGS,
    VILLAGE,
    Huangxi,
    accepted,
    huangxi,
    meeting,
    objecting,
    refused,
    resolving,
)
from identification.cases.application.decisions.filing import SecondOpenApplication
from identification.cases.application.findings import Applicant, ApplicantKind
from identification.cases.application.gather import application_decider
from identification.cases.person.projections import applicants
from identification.people.finding import FINDING
from person_ids import person_id
from running_service import CREDENTIAL, ROOT
from sqlalchemy import delete, func, select
from yihu.embedded import operator

ERASURES = f"{API}/erasures"
REQUEST = {"reason": "own_request"}
ERROR = {"reason": "proposed_in_error"}


@pytest.fixture
def village_on_each(store_url: str, tmp_path: Path) -> Iterator[Huangxi]:
    with huangxi(store_url, tmp_path) as village:
        yield village


@pytest.fixture
def withdrawn(village: Huangxi) -> Couple:
    two = couple(village, Canaries())
    two.withdraw()
    return two


def keys(village: Huangxi) -> dict[str, str]:
    with village.service.database.reading() as connection:
        return {row.owner: row.state for row in connection.execute(select(person_key))}


def texts(village: Huangxi, owner: str) -> int:
    counting = select(func.count()).select_from(sealed_text).where(sealed_text.c.owner == owner)
    with village.service.database.reading() as connection:
        return int(connection.scalar(counting) or 0)


def years_later(village: Huangxi, years: int) -> None:
    clock = village.service.clock
    assert isinstance(clock, FixedClock)
    clock.set(datetime(2015 + years, 6, 2, 4, tzinfo=UTC))


def test_key_texts_and_number_go_and_a_tombstone_stays(village_on_each: Huangxi) -> None:
    two = couple(village_on_each, Canaries())
    two.withdraw()
    assert two.disclosure().json()["texts"]["name"] == two.typed[0]["name"]
    before = len(village_on_each.events())

    two.erase()

    head, spouse = two.person_ids
    assert two.disclosure().json() == {"person_id": head, "erased": True, "texts": {}}
    assert two.disclosure(1).json()["texts"]["name"] == two.typed[1]["name"]
    assert keys(village_on_each) == {
        **keys(village_on_each),
        head: "erased",
        spouse: "active",
        two.household_id: "active",
    }
    assert (texts(village_on_each, head), texts(village_on_each, spouse)) == (0, 6)
    for by in ("id_number", "name"):
        search = {"purpose": "identity_check", "by": by, "value": two.typed[0][by]}
        found = village_on_each.send("officer", f"{API}/households/search", search)
        assert (found.status_code, found.json()["items"]) == (200, [])
    with village_on_each.service.database.reading() as connection:
        of_head = claim.c.kind.in_(FINDING), claim.c.stream == f"person/{head}"
        assert connection.execute(select(claim).where(*of_head)).all() == []
    assert len(village_on_each.events()) == before + 2
    assert verify(village_on_each.service.database) == []


def test_doing_it_again_records_nothing(withdrawn: Couple) -> None:
    withdrawn.erase()
    before = len(withdrawn.village.events())

    for who in ("county", "verifier"):
        assert withdrawn.village.send(who, f"{withdrawn.head}/erasure", None).status_code == 200
        assert withdrawn.village.send(who, f"{withdrawn.head}/erasure-proposal", REQUEST).status_code == 200
    assert len(withdrawn.village.events()) == before


def test_the_history_stays_and_says_who_did_it(withdrawn: Couple) -> None:
    withdrawn.erase()
    village = withdrawn.village

    assert len(village.ask("officer", f"{APPLICATIONS}/{withdrawn.application_id}").json()["history"]) == 2
    history = village.ask("auditor", withdrawn.head).json()["history"]
    assert [each["type"].split(".")[1] for each in history] == ["erasure-proposed", "person-erased"]
    assert history[1]["entered_by"] != history[1]["facts"]["proposed_by"] == history[0]["entered_by"]
    (listed,) = village.ask("county", ERASURES, area=VILLAGE).json()["items"]
    assert (listed["erased_on"], listed["reason"], listed["legal_holds"]) == ("2015-06-02", "authority_order", 0)
    assert listed["area_name"] == "黄溪村委会"
    assert {event.subject for event in village.events() if "person/" in event.stream} == {
        f"person/{withdrawn.person_ids[0]}"
    }


def test_of_somebody_erased_only_that_is_said_and_elsewhere_as_little_as_of_nobody(withdrawn: Couple) -> None:
    withdrawn.erase()
    village, person, nobody = withdrawn.village, withdrawn.person_ids[0], person_id("nobody")

    expected = {"person_id": person, "erased": True, "texts": {}}
    assert withdrawn.disclosure().json() == expected
    assert resolved(village, "officer", person).json() == {"people": [expected]}
    assert resolved(village, "neighbour", person).json() == {"people": []}
    about = [
        village.send("neighbour", f"{PEOPLE}/{one}/disclosure", {"purpose": "own_request"}) for one in (person, nobody)
    ]
    assert [answer.status_code for answer in about] == [404, 404]
    assert about[0].json()["code"] == about[1].json()["code"]


def resolved(village: Huangxi, who: str, person: str) -> Response:
    wanted = {"person_ids": [person], "fields": ["name"], "purpose": "case_work"}
    return village.send(who, f"{API}/internal/people/resolve", wanted, credential=CREDENTIAL)


def test_the_same_human_may_apply_again_and_is_somebody_new(withdrawn: Couple) -> None:
    withdrawn.erase()
    village, person = withdrawn.village, withdrawn.typed[0]

    again = couple(village, withdrawn.canaries, members=[person])

    assert again.person_ids[0] not in withdrawn.person_ids
    assert again.disclosure().json()["texts"]["name"] == person["name"]
    with village.service.database.reading() as connection:
        held = select(claim.c.stream).where(claim.c.kind == "id-number", claim.c.stream.like("person/%"))
        assert f"person/{withdrawn.person_ids[0]}" not in connection.execute(held).scalars().all()


def test_with_the_last_of_a_household_goes_what_was_typed_about_it(village: Huangxi) -> None:
    two = couple(village, Canaries())
    application = f"{APPLICATIONS}/{two.application_id}"
    village.bring([two.application_id], to=3)
    notice = village.hold(3, [two.application_id])
    objection = objecting(two.application_id, "2015-06-04", facts=two.canaries.text())
    objected = accepted(village.send("officer", f"{notice}/objections", objection))
    text = village.ask("officer", objected).json()["history"][0]["facts"]["facts"]["text_id"]
    read = f"{objected}/texts/{text}"
    accepted(village.send("officer", f"{application}/withdrawal", {"on": "2015-06-04", "reason": "own_wish"}))

    two.erase()
    assert village.ask("arbiter", read, purpose="case_work").text == objection["facts"]
    two.erase(1)

    refused(village.ask("arbiter", read, purpose="case_work"), 404, "text-gone")
    assert keys(village)[two.household_id] == "erased"
    anew = {"household_id": two.household_id, "members": [two.typed[0]]}
    refused(village.send("officer", APPLICATIONS, _form(two, **anew)), 409, "person-erased")


def test_of_the_last_two_erased_at_once_one_is_looked_at_again(
    village_on_each: Huangxi, monkeypatch: pytest.MonkeyPatch
) -> None:
    two, vault = couple(village_on_each, Canaries()), village_on_each.service.vault
    two.withdraw()
    village_on_each.catch_up()
    accepted(village_on_each.send("county", f"{two.head}/erasure-proposal", ORDER))
    with monkeypatch.context() as meanwhile:
        # The spouse was still there when the head's erasure began.
        begun = vault.erased(two.person_ids[0], {two.household_id: two.person_ids})
        two.erase(1)
        meanwhile.setattr(type(vault), "erased", lambda *_: begun)
        refused(village_on_each.send("verifier", f"{two.head}/erasure", None), 409, "changed-meanwhile")
    assert keys(village_on_each)[two.household_id] == "active"

    accepted(village_on_each.send("verifier", f"{two.head}/erasure", None))

    assert keys(village_on_each)[two.household_id] == "erased"


def test_of_an_erased_household_it_is_told_that_nothing_is_left_to_resolve(village: Huangxi) -> None:
    two = couple(village, Canaries())
    village.bring([two.application_id], to=3)
    notice = village.hold(3, [two.application_id])
    objected = accepted(village.send("officer", f"{notice}/objections", objecting(two.application_id, "2015-06-04")))
    withdrawal = {"on": "2015-06-04", "reason": "own_wish"}
    accepted(village.send("officer", f"{APPLICATIONS}/{two.application_id}/withdrawal", withdrawal))
    two.erase()
    two.erase(1)

    refused(village.send("arbiter", f"{objected}/resolution", resolving("2015-06-04")), 409, "objection-moot")
    assert village.ask("arbiter", objected).json()["state"] == "moot"


def test_nothing_is_erased_while_a_rejection_is_looked_at_again_or_after_it_was_reopened(village: Huangxi) -> None:
    canaries = Canaries()
    relative = {"kind": "authorised_relative", "person": canaries.person()}
    two = couple(village, canaries, applicant=relative)
    application = f"{APPLICATIONS}/{two.application_id}"
    filed = village.ask("county", application).json()["history"][0]["facts"]
    people = [f"{PEOPLE}/{one}" for one in (*two.person_ids, filed["applicant"]["person_id"])]
    on = {"on": "2015-06-03"}
    voted = {"application_id": two.application_id, "session": 1}
    against = {**voted, "votes": {"in_favour": 3, "against": 18, "abstained": 1}}
    village.on("06-03")
    accepted(village.send("convener", MEETINGS, meeting([], agenda=[against])))
    accepted(village.send("officer", f"{application}/reconsideration-request", {**on, "statement": FOUND}))
    village.catch_up()
    for person in people:
        refused(village.send("county", f"{person}/erasure-proposal", ORDER), 409, "still-applying")
    reopened = {**on, "decision": "reopened", "findings": FOUND}
    accepted(village.send("arbiter", f"{application}/reconsideration-decision", reopened))
    village.catch_up()
    for person in people:
        refused(village.send("county", f"{person}/erasure-proposal", ORDER), 409, "still-applying")


def test_of_a_confirmed_rejection_the_files_are_kept_from_then_on(village: Huangxi) -> None:
    two = couple(village, Canaries())
    application = f"{APPLICATIONS}/{two.application_id}"
    against = {"application_id": two.application_id, "session": 1}
    village.on("06-03")
    votes = {"in_favour": 3, "against": 18, "abstained": 1}
    accepted(village.send("convener", MEETINGS, meeting([], agenda=[{**against, "votes": votes}])))
    village.on("06-05")
    on = {"on": "2015-06-05"}
    accepted(village.send("officer", f"{application}/reconsideration-request", {**on, "statement": FOUND}))
    confirmed = {**on, "decision": "confirmed", "findings": FOUND}
    accepted(village.send("arbiter", f"{application}/reconsideration-decision", confirmed))
    village.catch_up()

    problem = refused(village.send("county", f"{two.head}/erasure-proposal", REQUEST), 409, "retention-not-over")
    assert "2025-06-05" in problem["detail"]


def test_a_sheet_hangs_without_the_name_and_with_everybody_elses(village: Huangxi) -> None:
    canaries = Canaries()
    two, others = couple(village, canaries), couple(village, canaries)
    village.bring([two.application_id, others.application_id], to=3)
    notice = village.hold(3, [two.application_id, others.application_id])
    accepted(
        village.send(
            "officer", f"{APPLICATIONS}/{two.application_id}/withdrawal", {"on": "2015-06-04", "reason": "own_wish"}
        )
    )
    names = [one.typed[0]["name"] for one in (two, others)]
    assert [row["head"] for row in sheet(village, notice)["rows"]] == names

    two.erase()

    assert [row["head"] for row in sheet(village, notice)["rows"]] == [None, names[1]]


def sheet(village: Huangxi, notice: str) -> Any:
    return village.ask("officer", f"{notice}/sheet", purpose="public_notice").json()


def test_nothing_is_erased_while_an_application_is_open(village: Huangxi) -> None:
    two = couple(village, Canaries())

    for one in two.person_ids:
        refused(village.send("county", f"{PEOPLE}/{one}/erasure-proposal", ORDER), 409, "still-applying")


def test_nothing_is_erased_of_a_relative_while_the_application_is_open(village: Huangxi) -> None:
    canaries = Canaries()
    relative = {"kind": "authorised_relative", "person": canaries.person()}
    two = couple(village, canaries, applicant=relative)
    facts = village.ask("county", f"{APPLICATIONS}/{two.application_id}").json()["history"][0]["facts"]
    path = f"{PEOPLE}/{facts['applicant']['person_id']}"
    refused(village.send("county", f"{path}/erasure-proposal", ORDER), 409, "still-applying")
    two.withdraw()
    village.catch_up()

    accepted(village.send("county", f"{path}/erasure-proposal", ORDER))
    accepted(village.send("verifier", f"{path}/erasure", None))

    (proposed, erased) = (event for event in village.events() if "person/" in event.stream)
    assert {proposed.subject, erased.subject} == {path.replace(f"{API}/people", "person")}
    assert village.ask("county", path).json()["version"] == 2


def test_nothing_is_erased_of_a_household_that_is_registered_and_then_for_thirty_years(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=8)
    village.household_of(one)
    person = f"{PEOPLE}/{village.ask('county', f'{APPLICATIONS}/{one}').json()['history'][0]['facts']['head_id']}"
    village.catch_up()
    refused(village.send("county", f"{person}/erasure-proposal", ORDER), 409, "still-registered")
    village.on("07-03")
    ending = {"on": "2015-07-03", "reason": "moved_away"}
    accepted(village.send("county", f"{APPLICATIONS}/{one}/registration-ending", ending))
    village.catch_up()

    problem = refused(village.send("county", f"{person}/erasure-proposal", REQUEST), 409, "retention-not-over")
    assert "2045-07-03" in problem["detail"]
    years_later(village, 31)
    accepted(village.send("county", f"{person}/erasure-proposal", REQUEST))


def test_the_files_of_an_application_that_led_to_nothing_are_kept_ten_years(withdrawn: Couple) -> None:
    village = withdrawn.village
    village.catch_up()
    problem = refused(village.send("county", f"{withdrawn.head}/erasure-proposal", REQUEST), 409, "retention-not-over")
    assert "2025-06-02" in problem["detail"]
    years_later(village, 11)
    accepted(village.send("county", f"{withdrawn.head}/erasure-proposal", REQUEST))


def test_a_list_that_is_behind_lets_nothing_through(village: Huangxi) -> None:
    two = couple(village, Canaries())
    two.withdraw()

    # It has not heard of the withdrawal.
    refused(village.send("county", f"{two.head}/erasure-proposal", ORDER), 409, "still-applying")
    with village.service.database.writing() as connection:
        connection.execute(delete(applicants.tables))
    refused(village.send("county", f"{two.head}/erasure-proposal", ORDER), 409, "applications-not-known-yet")


def test_of_an_erasure_and_an_application_at_once_one_goes_through(withdrawn: Couple) -> None:
    village, (head, _) = withdrawn.village, withdrawn.person_ids
    again = filing(
        application_id=new_id(),
        household_id=new_id(),
        group_code=GROUP,
        members=(member(head),),
        applicant=Applicant(person_id=head, kind=ApplicantKind.ADULT_MEMBER),
    )
    withdrawn.erase()

    # Its members were looked up before the head was erased.
    part = Part(application_decider, again.application_id, again)
    with pytest.raises(SecondOpenApplication):
        village.service.handler.handle(operator(village.service.clock), [part], Delivery())


def test_a_legal_hold_forbids_it_until_it_is_released(withdrawn: Couple) -> None:
    village, reference = withdrawn.village, withdrawn.canaries.text()
    village.catch_up()
    accepted(village.send("county", f"{withdrawn.head}/legal-holds", {"ground": "court", "reference": reference}))
    refused(village.send("county", f"{withdrawn.head}/erasure-proposal", ORDER), 409, "under-legal-hold")
    facts = village.ask("county", withdrawn.head).json()["history"][0]["facts"]
    read = f"{withdrawn.head}/texts/{facts['reference']['text_id']}"
    assert village.ask("county", read, purpose="case_work").text == reference
    assert [row["legal_holds"] for row in village.ask("county", ERASURES).json()["items"]] == [1]

    release = f"{withdrawn.head}/legal-holds/{facts['hold_id']}/release"
    accepted(village.send("county", release, {"reason": "matter_closed"}))
    assert village.send("county", release, {"reason": "matter_closed"}).status_code == 200
    withdrawn.erase()

    assert village.ask("county", read, purpose="case_work").text == reference
    assert [row["legal_holds"] for row in village.ask("county", ERASURES).json()["items"]] == [0]
    hold = {"ground": "audit", "reference": reference}
    refused(village.send("county", f"{withdrawn.head}/legal-holds", hold), 409, "already-erased")


def test_whoever_proposes_it_does_not_do_it(withdrawn: Couple) -> None:
    village = withdrawn.village
    village.catch_up()
    refused(village.send("county", f"{withdrawn.head}/erasure", None), 409, "erasure-not-proposed")
    accepted(village.send("county", f"{withdrawn.head}/erasure-proposal", ORDER))
    refused(village.send("county", f"{withdrawn.head}/erasure", None), 409, "erased-own-proposal")
    assert withdrawn.disclosure().json()["erased"] is False


def test_a_proposal_made_in_error_is_withdrawn_and_listed_no_more_as_one(withdrawn: Couple) -> None:
    village, withdrawal = withdrawn.village, f"{withdrawn.head}/erasure-proposal/withdrawal"
    village.catch_up()
    refused(village.send("county", withdrawal, ERROR), 409, "no-erasure-proposed")
    accepted(village.send("county", f"{withdrawn.head}/erasure-proposal", ORDER))
    refused(village.send("county", withdrawal, {"reason": "own_request"}), 422, "malformed")
    accepted(village.send("county", withdrawal, ERROR))
    refused(village.send("verifier", f"{withdrawn.head}/erasure", None), 409, "erasure-not-proposed")
    village.catch_up()
    assert village.ask("county", ERASURES).json()["items"] == []
    assert withdrawn.disclosure().json()["erased"] is False


ACTS = [
    ("erasure-proposal", ORDER),
    ("erasure-proposal/withdrawal", ERROR),
    ("erasure", None),
    ("legal-holds", {"ground": "court", "reference": "7"}),
    (f"legal-holds/{person_id('hold')}/release", {"reason": "matter_closed"}),
]


@pytest.mark.parametrize(("act", "body"), ACTS, ids=["proposal", "withdrawal", "erasure", "hold", "release"])
@pytest.mark.parametrize("is_erased", [False, True])
def test_it_is_for_the_county_where_the_person_lives(
    withdrawn: Couple, act: str, body: Any, *, is_erased: bool
) -> None:
    village = withdrawn.village
    village.catch_up()
    if is_erased:
        withdrawn.erase()
    for who in ("officer", "reviewer", "auditor"):
        refused(village.send(who, f"{withdrawn.head}/{act}", body), 403, "not-your-duty")
    elsewhere = village.send("other_county", f"{withdrawn.head}/{act}", body)
    unknown = village.send("county", f"{PEOPLE}/{new_id()}/{act}", body)
    household = village.send("county", f"{PEOPLE}/{withdrawn.household_id}/{act}", body)
    for answer in (elsewhere, unknown, household):
        refused(answer, 404, "not-found")
    assert [elsewhere.json()[name] for name in ("title", "detail")] == [
        unknown.json()[name] for name in ("title", "detail")
    ]


@pytest.mark.parametrize("where", ["", f"/texts/{person_id('text')}"])
def test_it_is_read_by_the_county_where_the_person_lives(withdrawn: Couple, where: str) -> None:
    village, more = withdrawn.village, {"purpose": "case_work"} if where else {}
    refused(village.ask("officer", f"{withdrawn.head}{where}", **more), 403, "not-your-duty")
    refused(village.ask("other_county", f"{withdrawn.head}{where}", **more), 404, "not-found")
    assert village.ask("other_county", ERASURES).json()["items"] == []
    assert village.ask("officer", ERASURES).json()["items"] == []


def test_where_no_retention_period_is_said_nothing_is_erased(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    copytree(ROOT / "policy" / "identification", policy)
    entries = (policy / "national.yaml").read_text("utf-8").split("\n\n")
    kept = [entry for entry in entries if "- name: retention_years" not in entry]
    (policy / "national.yaml").write_text("\n\n".join(kept), "utf-8")
    with huangxi(f"sqlite:///{tmp_path / 'identification.db'}", tmp_path, policy_folder=policy) as village:
        two = couple(village, Canaries())
        two.withdraw()
        village.catch_up()

        refused(village.send("county", f"{two.head}/erasure-proposal", ORDER), 409, "policy-missing")


def test_nothing_typed_about_somebody_erased_is_anywhere(
    village_on_each: Huangxi, caplog: pytest.LogCaptureFixture
) -> None:
    canaries = Canaries()
    two = couple(village_on_each, canaries)
    two.withdraw()
    heard = [two.disclosure().text]
    assert len(canaries.found_in(heard)) == 5

    two.erase()
    two.erase(1)
    village_on_each.catch_up()

    reading = (APPLICATIONS, f"{APPLICATIONS}/{two.application_id}", ERASURES, two.head, f"{API}/work-queues")
    heard = [two.disclosure().text, two.disclosure(1).text]
    heard += [village_on_each.ask("county", path).text for path in reading]
    assert canaries.found_in([*heard, caplog.text, readable(village_on_each.service.database)]) == set()


def _form(two: Couple, **changed: Any) -> Any:
    return form(two.canaries, GROUP, **changed)
