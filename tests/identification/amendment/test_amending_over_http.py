"""Amending over HTTP: what is sent stands instead, what is left out stays, and people are sealed where they belong."""

from datetime import date
from typing import Any

import pytest
from casework.codes import Sex
from casework.id_number import invented
from chronicle.following import rebuild
from chronicle.messages import new_id
from forms import HEAD, NAMES, SPOUSE, form, typed
from huangxi import API, Huangxi, accepted, refused
from identification.cases.amendment.api import Restating
from identification.cases.application.projections import applications
from identification.cases.person.projections import applicants

APPLICATIONS = f"{API}/applications"
DAUGHTER = invented(9_104, date(1990, 3, 4), Sex.FEMALE)
MONEY = {"wage_income": "0.00", "business_income": "4000.00", "business_expenditure": "0.00"}
INCOME = MONEY | {"property_income": "0.00", "transfer_income": "0.00"}


def filed(village: Huangxi, **changed: Any) -> str:
    village.on("06-01")
    return accepted(village.send("officer", APPLICATIONS, form(**changed)))


def amend(village: Huangxi, application: str, who: str = "officer", key: str | None = None, **sent: Any) -> Any:
    village.on("06-02")
    return village.send(who, f"{application}/amendment", {"on": "2015-06-02", **sent}, key)


def newest(village: Huangxi, application: str) -> dict[str, Any]:
    shown = village.ask("officer", application).json()
    facts: dict[str, Any] = shown["history"][-1]["facts"]
    return facts


def household(village: Huangxi, application: str) -> list[dict[str, Any]]:
    household_id = village.ask("officer", application).json()["household_id"]
    members: list[dict[str, Any]] = village.ask("officer", f"{API}/households/{household_id}").json()["members"]
    return members


def three(**changed: Any) -> list[dict[str, Any]]:
    head, spouse = form()["members"]
    return [head | changed, spouse, typed("欧阳小禾", DAUGHTER, "daughter")]


def test_an_income_alone_is_amended_and_all_else_stays(village: Huangxi) -> None:
    application = filed(village)
    before = village.ask("officer", application).json()["history"][0]["facts"]
    assert amend(village, application, income=INCOME).status_code == 201

    after = newest(village, application)
    assert (after["changed"], after["income"]) == (["income"], INCOME)
    same = ("head_id", "member_ids", "applicant", "living", "causes", "kin_of_cadres", "group_code", "household_id")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert len(household(village, application)) == 2


def test_a_member_is_added_to_application_and_household_and_the_lists_show_it(everywhere: Huangxi) -> None:
    application = filed(everywhere)
    accepted(amend(everywhere, application, members=three()))

    (listed,) = everywhere.ask("officer", APPLICATIONS).json()["items"]
    assert (newest(everywhere, application)["changed"], listed["household_size"]) == (["household_size", "members"], 3)
    assert [member["relation_to_head"] for member in household(everywhere, application)][-1] == "daughter"
    service = everywhere.service
    rebuilt = [rebuild(each, service.database, service.store) for each in (applications, applicants)]
    assert {rows for each in rebuilt for rows in each.differing.values()} == {0}
    again = form(members=[typed("欧阳小禾", DAUGHTER, "household_head")])
    refused(everywhere.send("officer", APPLICATIONS, again | {"on": "2015-06-02"}), 409, "person-in-two-households")


def test_a_member_taken_out_is_free_to_apply_elsewhere(village: Huangxi) -> None:
    application = filed(village)
    accepted(amend(village, application, members=form()["members"][:1]))

    alone = form(members=[typed(NAMES[1], SPOUSE, "household_head")], on="2015-06-02")
    accepted(village.send("officer", APPLICATIONS, alone))


def test_a_name_typed_anew_is_sealed_and_told_by_its_kind_alone(village: Huangxi) -> None:
    application = filed(village)
    answer = amend(village, application, members=[form()["members"][0] | {"name": "欧阳清荷"}, form()["members"][1]])
    accepted(answer)

    facts = newest(village, application)
    assert facts["changed"] == ["head_name", "people"]
    disclosure = {"purpose": "own_request"}
    told = village.send("officer", f"{API}/people/{facts['head_id']}/disclosure", disclosure).json()
    assert "欧阳清荷" in str(told)
    recorded = "".join(event.data + (event.receipt or "") for event in village.events())
    for text in ("欧阳清荷", HEAD, SPOUSE, "欧阳小禾"):
        assert text not in recorded + answer.text


def test_what_members_are_is_told_too(village: Huangxi) -> None:
    application = filed(village)
    head, spouse = form()["members"]
    accepted(amend(village, application, members=[head, spouse | {"labour_skill": "none"}]))

    assert newest(village, application)["changed"] == ["member_facts"]
    assert [member["labour_skill"] for member in household(village, application)] == ["ordinary", "none"]


def test_another_member_applies_or_a_relative_does(village: Huangxi) -> None:
    application = filed(village)
    accepted(amend(village, application, applicant={"kind": "adult_member", "member": 1}))
    members = [member["person_id"] for member in household(village, application)]
    assert newest(village, application)["applicant"] == {"kind": "adult_member", "person_id": members[1]}
    niece = {"name": "司马念慈", "id_number": DAUGHTER}
    accepted(amend(village, application, applicant={"kind": "authorised_relative", "person": niece}))
    assert newest(village, application)["applicant"]["kind"] == "authorised_relative"
    # Who they are is not asked again when something else is amended.
    accepted(amend(village, application, income=INCOME))


def test_what_cannot_be_filed_is_no_amendment(village: Huangxi) -> None:
    application = filed(village)
    niece = {"name": NAMES[0], "id_number": HEAD}
    relative = {"kind": "authorised_relative", "person": niece}
    refused(
        amend(village, application, applicant={"kind": "adult_member", "member": 2}), 422, "applicant-not-in-household"
    )
    refused(amend(village, application, applicant=relative), 422, "relative-is-member")
    refused(amend(village, application, members=three()[1:]), 422, "no-head")
    refused(amend(village, application, causes=[]), 422, "cause-missing")
    refused(amend(village, application, group_code="36042410621602"), 422, "malformed")


def test_what_is_so_already_is_recorded_once(village: Huangxi) -> None:
    application, key = filed(village), new_id()
    first = amend(village, application, key=key, income=INCOME)
    assert amend(village, application, key=key, income=INCOME).content == first.content
    assert amend(village, application, income=INCOME).status_code == 200
    assert amend(village, application).status_code == 200
    assert amend(village, application, members=form()["members"]).status_code == 200


def test_once_the_group_has_judged_it_is_corrected_instead(village: Huangxi) -> None:
    application = filed(village)
    village.hold(2, [application.rpartition("/")[2]])
    village.on("06-04")
    answer = village.send("officer", f"{application}/amendment", {"on": "2015-06-04", "income": INCOME})
    refused(answer, 409, "no-longer-amendable")


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [("neighbour", 404, "not-found"), ("reviewer", 403, "not-your-duty"), ("auditor", 403, "not-your-duty")],
)
def test_it_is_amended_by_those_who_file(village: Huangxi, who: str, status: int, code: str) -> None:
    application = filed(village)
    refused(amend(village, application, who, income=INCOME), status, code)


def test_of_two_amendments_at_once_one_is_told_to_read_again(
    everywhere: Huangxi, monkeypatch: pytest.MonkeyPatch
) -> None:
    application, read = filed(everywhere), Restating.of
    between: list[Any] = []

    def amended_meanwhile(*read_with: Any) -> Restating:
        restating = read(*read_with)
        monkeypatch.setattr(Restating, "of", read)
        between.append(amend(everywhere, application, income=INCOME))
        return restating

    monkeypatch.setattr(Restating, "of", amended_meanwhile)
    refused(amend(everywhere, application, members=three()), 409, "not-what-stands")
    assert [answer.status_code for answer in between] == [201]
    assert (newest(everywhere, application)["income"], len(household(everywhere, application))) == (INCOME, 2)

    accepted(amend(everywhere, application, members=three()))
    assert (newest(everywhere, application)["income"], len(household(everywhere, application))) == (INCOME, 3)
