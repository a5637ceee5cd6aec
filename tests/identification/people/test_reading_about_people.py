"""Who may read about people, for what, and that it is written down first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from casework.codes import Sex
from casework.id_number import invented
from chronicle.messages import microseconds, new_id
from chronicle.principal import Duty, NotYourDuty
from chronicle.recording import Part
from chronicle.sealing import SealBroken
from chronicle.store.tables import access_log, sealed_text
from chronicle.store.values import Delivery, Sealed
from httpx2 import Response
from identification.cases.area.commands import OpenArea
from identification.cases.area.gather import area_decider
from identification.people.persons import NotForThisPurpose, Person, PersonField, Purpose
from identification.people.reading import Inquiry
from person_ids import person_id
from running_identification import RunningIdentification, running
from running_service import CREDENTIAL, JUNE, principal_in
from sqlalchemy import select, update

VILLAGE, ELSEWHERE = "360424106216", "360424107217"
NAME, PHONE = "卡纳利", "19987654321"
NUMBER = invented(7, date(1968, 5, 21), Sex.MALE)
OFFICER = Duty("village_officer", VILLAGE)
RESOLVE = "/api/identification/v1/internal/people/resolve"


@dataclass(frozen=True)
class Village:
    """A service in which one person is recorded."""

    running: RunningIdentification
    person_id: str

    def disclosure(self, duty: Duty = OFFICER, purpose: str = "contact", person_id: str | None = None) -> Response:
        client = self.running.client(duty, person="officer-7")
        path = f"/api/identification/v1/people/{person_id or self.person_id}/disclosure"
        return client.post(path, json={"purpose": purpose})

    def resolved(self, duty: Duty = OFFICER, credential: str = CREDENTIAL, **changed: Any) -> Response:
        wanted = {"person_ids": [self.person_id], "fields": ["name"], "purpose": "case_work"} | changed
        headers = {"Yihu-Service-Credential": credential}
        return self.running.client(duty).post(RESOLVE, json=wanted, headers=headers)

    def log(self) -> list[tuple[Any, ...]]:
        logged = access_log.c
        columns = (logged[name] for name in ("person", "organisation", "purpose", "owner", "fields", "at", "text_id"))
        with self.running.service.database.reading() as connection:
            return [tuple(row) for row in connection.execute(select(*columns).order_by(logged.id))]

    def break_log(self) -> None:
        with self.running.service.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE access_log RENAME TO lost_log")


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    with running(f"sqlite:///{tmp_path / 'people.db'}", tmp_path) as service:
        yield recorded(service)


def recorded(service: RunningIdentification) -> Village:
    person = Person(id_number=NUMBER, name=NAME, phone=PHONE)
    enrolment = service.service.vault.enrol([person], VILLAGE, service.clock.today())
    store(service, Delivery(sealed=enrolment.sealed, claims=enrolment.claims))
    return Village(service, enrolment.people[0].person_id)


def store(service: RunningIdentification, delivery: Delivery, code: str = "360000000000") -> None:
    command = OpenArea.model_validate(
        {"code": code, "name": "江西省", "level": "province", "parent_code": None}
        | {"code_source": "official", "valid_from": "2014-01-01"}
    )
    service.service.handler.handle(service.asked(), [Part(area_decider, code, command)], delivery)


def test_an_officer_reads_what_the_purpose_needs_and_no_more(village: Village) -> None:
    answer = village.disclosure()

    assert answer.status_code == 200
    assert answer.json() == {
        "person_id": village.person_id,
        "erased": False,
        "texts": {"name": NAME, "phone": PHONE},
    }
    assert answer.headers["cache-control"] == "no-store"


def test_the_whole_number_is_read_to_check_an_identity(village: Village) -> None:
    assert village.disclosure(purpose="identity_check").json()["texts"] == {"name": NAME, "id_number": NUMBER}


def test_who_read_what_about_whom_and_why_is_written_down(village: Village) -> None:
    village.disclosure()

    at = microseconds(JUNE)
    assert village.log() == [
        (person_id("officer-7"), "an-organisation", "contact", village.person_id, "address,name,phone", at, None),
    ]


def test_nothing_is_read_that_cannot_be_written_down(village: Village) -> None:
    village.break_log()

    for answer in (village.disclosure(), village.resolved()):
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert NAME not in answer.text


def test_unknown_and_elsewhere_answer_alike(village: Village) -> None:
    elsewhere = village.disclosure(duty=Duty("village_officer", ELSEWHERE))
    unknown = village.disclosure(duty=Duty("village_officer", ELSEWHERE), person_id=new_id())

    assert elsewhere.status_code == unknown.status_code == 404
    answers = [{**answer.json(), "instance": ""} for answer in (elsewhere, unknown)]
    assert answers[0] == answers[1]
    assert len(village.log()) == 2


@pytest.mark.parametrize("area", ["36", "3604", "360424", "360424106", VILLAGE])
def test_those_above_the_village_read_as_the_village_does(village: Village, area: str) -> None:
    assert village.disclosure(duty=Duty("county_officer", area)).status_code == 200


@pytest.mark.parametrize("role", ["operator", "auditor", "public", "payment_clerk"])
def test_other_duties_do_not_read_for_this_purpose(village: Village, role: str) -> None:
    answer = village.disclosure(duty=Duty(role, "36"))

    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-duty")
    assert village.log() == []


def test_a_purpose_is_one_of_the_list(village: Village) -> None:
    assert village.disclosure(purpose="curiosity").status_code == 422


def test_what_is_read_is_not_in_any_log(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    for purpose in Purpose:
        village.disclosure(purpose=purpose)

    logged = "".join(capsys.readouterr())
    assert "disclosure" in logged
    assert not any(canary in logged for canary in (NAME, PHONE, NUMBER, village.person_id))


def test_a_person_is_asked_for_by_id_and_nothing_else_is_logged(village: Village) -> None:
    answer = village.disclosure(person_id=NUMBER)

    assert answer.status_code == 422
    assert NUMBER not in answer.text
    assert village.log() == []


def test_another_service_resolves_many_at_once_for_its_user(village: Village) -> None:
    stranger = new_id()
    answer = village.resolved(person_ids=[stranger, village.person_id])

    assert answer.json() == {"people": [{"person_id": village.person_id, "erased": False, "texts": {"name": NAME}}]}
    assert {row[3:5] for row in village.log()} == {(stranger, "name"), (village.person_id, "name")}


def test_a_public_notice_shows_names_and_nothing_else(village: Village) -> None:
    reader = Duty("public", "36")

    assert village.resolved(duty=reader, purpose="public_notice").status_code == 200
    refused = village.resolved(duty=reader, purpose="public_notice", fields=["name", "phone"])
    assert (refused.status_code, refused.json()["code"]) == (403, "not-for-this-purpose")
    assert village.resolved(duty=reader, purpose="contact").status_code == 403


@pytest.mark.parametrize("credential", ["", "a credential that only servants know", CREDENTIAL + "x", "å" * 36])
def test_only_services_resolve(village: Village, credential: str) -> None:
    headers = [(b"Yihu-Service-Credential", credential.encode("latin-1"))]
    wanted = {"person_ids": [village.person_id], "fields": ["name"], "purpose": "case_work"}
    answer = village.running.client(OFFICER).post(RESOLVE, json=wanted, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "not-a-service")
    assert village.log() == []


def test_a_service_resolves_for_somebody_signed_in_only(village: Village) -> None:
    wanted = {"person_ids": [village.person_id], "fields": ["name"], "purpose": "case_work"}
    headers = {"Yihu-Service-Credential": CREDENTIAL, "Authorization": ""}

    assert village.running.client(OFFICER).post(RESOLVE, json=wanted, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "changed", [{"person_ids": []}, {"fields": []}, {"person_ids": [NUMBER]}, {"person_ids": ["x"] * 501}]
)
def test_what_is_resolved_is_some_fields_of_at_most_five_hundred_people(
    village: Village, changed: dict[str, Any]
) -> None:
    answer = village.resolved(**changed)

    assert answer.status_code == 422
    assert NUMBER not in answer.text


def test_a_text_moved_to_another_field_does_not_open(village: Village) -> None:
    with village.running.service.database.writing() as connection:
        name = connection.execute(select(sealed_text.c.ciphertext).where(sealed_text.c.field == "name")).scalar_one()
        connection.execute(update(sealed_text).where(sealed_text.c.field == "phone").values(ciphertext=name))

    inquiry = Inquiry(
        principal_in("village_officer", VILLAGE), Purpose.CONTACT, [village.person_id], [PersonField.PHONE]
    )
    with pytest.raises(SealBroken):
        village.running.service.reader.people(inquiry)
    assert village.disclosure().status_code == 500


def test_texts_of_a_case_are_opened_by_id_and_logged(village: Village) -> None:
    service = village.running.service
    sealed = service.vault.seal({"public_notice/1": {"place": "祠堂", "sheet": "甲户、乙户"}})
    store(village.running, Delivery(sealed=sealed), "350000000000")
    place, sheet = (text.id for text in sealed.texts)

    officer = principal_in("village_officer", VILLAGE)
    read = service.reader.texts(officer, Purpose.CASE_WORK, [place, sheet, new_id()])
    assert read == {place: "祠堂", sheet: "甲户、乙户"}
    assert {(*row[2:5], row[6]) for row in village.log()} == {
        ("case_work", "public_notice/1", "place", place),
        ("case_work", "public_notice/1", "sheet", sheet),
    }


READERS = {
    Purpose.ASSISTANCE: "department_officer",
    Purpose.CASE_WORK: "village_officer",
    Purpose.PUBLIC_NOTICE: "public",
    Purpose.IDENTITY_CHECK: "village_officer",
    Purpose.CONTACT: "village_officer",
    Purpose.PAYMENT: "payment_clerk",
    Purpose.OWN_REQUEST: "village_officer",
    Purpose.OBJECTION: "township_reviewer",
}
POSTED = {"sheet", "place"}
OPENED = {
    Purpose.CASE_WORK: POSTED | {"minutes", "findings", "objection", "statement"},
    Purpose.PUBLIC_NOTICE: POSTED,
    Purpose.OBJECTION: {"objector"},
}


@pytest.mark.parametrize("field", sorted(OPENED[Purpose.CASE_WORK] | OPENED[Purpose.OBJECTION]))
@pytest.mark.parametrize("purpose", Purpose)
def test_a_purpose_opens_the_texts_it_needs_and_no_others(village: Village, purpose: Purpose, field: str) -> None:
    service = village.running.service
    sealed = service.vault.seal({"an-act/1": {field: "逐户评议"}})
    store(village.running, Delivery(sealed=sealed), "350000000000")
    (text,), reader = sealed.texts, replace(principal_in(READERS[purpose], "36"), department="health")

    if field in OPENED.get(purpose, set()):
        assert service.reader.texts(reader, purpose, [text.id]) == {text.id: "逐户评议"}
    else:
        with pytest.raises(NotForThisPurpose):
            service.reader.texts(reader, purpose, [text.id])
        assert village.log() == []


def test_a_text_that_says_who_somebody_is_is_read_with_the_person_only(village: Village) -> None:
    with village.running.service.database.reading() as connection:
        ids = list(connection.execute(select(sealed_text.c.id)).scalars())

    for one in ids:
        with pytest.raises(NotForThisPurpose):
            village.running.service.reader.texts(principal_in("village_officer", VILLAGE), Purpose.CASE_WORK, [one])


def test_texts_are_opened_by_those_on_duty_only(village: Village) -> None:
    with pytest.raises(NotYourDuty):
        village.running.service.reader.texts(principal_in("operator", "36"), Purpose.CASE_WORK, [new_id()])


def test_asking_for_nothing_reads_nothing(village: Village) -> None:
    reader, officer = village.running.service.reader, principal_in("village_officer", VILLAGE)

    assert reader.texts(officer, Purpose.CASE_WORK, [new_id()]) == {}
    assert reader.people(Inquiry(officer, Purpose.CASE_WORK, [], [PersonField.NAME])) == []
    assert village.log() == []


def test_a_text_of_a_case_is_no_person(village: Village) -> None:
    household = new_id()
    sealed: Sealed = village.running.service.vault.seal({household: {"findings": "漏雨"}})
    store(village.running, Delivery(sealed=sealed), "350000000000")

    assert village.disclosure(person_id=household).status_code == 404
