"""People are recorded once, under one id, and nothing of them is readable in the database."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from casework.codes import Sex
from casework.id_number import invented
from chronicle.messages import new_id
from chronicle.recording import Part
from chronicle.refusals import Refusal, RowsRefused
from chronicle.sealing import PersonErased
from chronicle.store.tables import metadata, person_key
from chronicle.store.values import Delivery
from identification.cases.area.commands import OpenArea
from identification.cases.area.gather import area_decider
from identification.cases.household.api import NewMember
from identification.people.finding import FINDING
from identification.people.persons import Person
from identification.people.vault import Enrolment, PersonJustRecorded
from pydantic import ValidationError
from running_identification import RunningIdentification, running
from sqlalchemy import select, update

VILLAGE = "360424106216"
BORN = date(1968, 5, 21)
NUMBER, OTHER_NUMBER = invented(1, BORN, Sex.MALE), invented(2, BORN, Sex.FEMALE)


@pytest.fixture
def identification(store_url: str, tmp_path: Path) -> Iterator[RunningIdentification]:
    with running(store_url, tmp_path) as service:
        yield service


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[RunningIdentification]:
    with running(f"sqlite:///{tmp_path / 'people.db'}", tmp_path) as service:
        yield service


def person(**changed: Any) -> Person:
    return Person.model_validate({"id_number": NUMBER, "name": "甘露生", "phone": "19912340001"} | changed)


def enrolled(service: RunningIdentification, persons: Sequence[Person], **how: Any) -> Enrolment:
    return service.service.vault.enrol(persons, VILLAGE, service.clock.today(), **how)


def stored(service: RunningIdentification, enrolment: Enrolment, province: str = "36") -> Enrolment:
    """Append any event together with the people; each time another one."""
    command = OpenArea.model_validate(
        {"code": f"{province}0000000000", "name": "江西省", "level": "province", "parent_code": None}
        | {"code_source": "official", "valid_from": "2014-01-01"}
    )
    delivery = Delivery(sealed=enrolment.sealed, claims=enrolment.claims)
    service.service.handler.handle(service.asked(), [Part(area_decider, command.code, command)], delivery)
    return enrolment


def refused(service: RunningIdentification, *persons: Person) -> list[tuple[str, str]]:
    with pytest.raises(RowsRefused) as refusal:
        enrolled(service, persons)
    return [(place, why.code) for place, why in refusal.value.rows]


def erase(service: RunningIdentification, person_id: str) -> None:
    with service.service.database.writing() as connection:
        gone = update(person_key).where(person_key.c.owner == person_id)
        connection.execute(gone.values(wrapped=None, state="erased"))


def test_an_id_number_says_when_somebody_was_born_and_their_sex(on_sqlite: RunningIdentification) -> None:
    (woman,) = enrolled(on_sqlite, [person(id_number=OTHER_NUMBER)]).people

    assert (woman.birth_date, woman.sex) == (BORN, Sex.FEMALE)


def test_a_person_keeps_one_id_for_ever(identification: RunningIdentification) -> None:
    first = stored(identification, enrolled(identification, [person()]))
    again = enrolled(identification, [person(id_number=f" {NUMBER} ")])

    assert again.people == first.people
    assert {claim.kind for claim in again.claims} == {*FINDING}
    assert (again.sealed.texts, again.sealed.keys) == ((), ())


def test_two_people_have_two_ids_in_the_order_given(on_sqlite: RunningIdentification) -> None:
    both = enrolled(on_sqlite, [person(), person(id_number=OTHER_NUMBER, name="甘露珠")])
    stored(on_sqlite, both)
    turned = enrolled(on_sqlite, [person(id_number=OTHER_NUMBER), person()])

    assert len({one.person_id for one in both.people}) == 2
    assert turned.people == both.people[::-1]


def test_what_has_changed_is_sealed_anew_and_nothing_else(on_sqlite: RunningIdentification) -> None:
    stored(on_sqlite, enrolled(on_sqlite, [person()]))

    again = enrolled(on_sqlite, [person(phone="19912340002", address="黄溪村三组")])

    assert sorted(text.field for text in again.sealed.texts) == ["address", "phone"]


def test_what_a_form_says_of_a_member_beyond_the_persons_own_texts_is_not_sealed(
    on_sqlite: RunningIdentification,
) -> None:
    codes = {"health_status": "healthy", "labour_skill": "ordinary", "school_status": "not_at_school"}
    member = NewMember.model_validate({**person().model_dump(), "relation_to_head": "spouse", **codes})

    sealed = enrolled(on_sqlite, [member]).sealed

    assert [text.field for text in sealed.texts] == ["id_number", "name", "phone", "area"]


def test_a_relative_from_elsewhere_is_found_and_left_as_they_are(on_sqlite: RunningIdentification) -> None:
    first = stored(on_sqlite, enrolled(on_sqlite, [person()]))

    relative = enrolled(on_sqlite, [person(name="甘露", phone="19900000000")], resident=False)

    assert relative.people == first.people
    assert relative.sealed.texts == ()


def test_a_relative_nobody_knows_yet_is_recorded(on_sqlite: RunningIdentification) -> None:
    claims = enrolled(on_sqlite, [person()], resident=False).claims

    assert [claim.kind for claim in claims if claim.kind not in FINDING] == ["id-number", "id-number-of"]


def test_of_two_who_record_the_same_person_at_once_one_sends_it_again(identification: RunningIdentification) -> None:
    mine, theirs = (enrolled(identification, [person()]) for _ in range(2))
    stored(identification, mine)

    with pytest.raises(PersonJustRecorded):
        stored(identification, theirs, "35")

    assert enrolled(identification, [person()]).people == mine.people
    with identification.service.database.reading() as connection:
        assert len(connection.execute(select(person_key)).all()) == 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("990000680521001", "id-number-needs-upgrade"),
        ("99000019680521", "id-number-malformed"),
        (NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), "id-number-checksum-wrong"),
        (invented(1, date(2015, 6, 2), Sex.MALE), "id-number-birth-date-in-future"),
    ],
)
def test_an_id_number_that_cannot_be_right_is_refused(on_sqlite: RunningIdentification, typed: str, code: str) -> None:
    assert refused(on_sqlite, person(id_number=OTHER_NUMBER), person(id_number=typed)) == [("2", code)]


def test_the_same_id_number_for_two_people_is_refused(on_sqlite: RunningIdentification) -> None:
    assert refused(on_sqlite, person(), person(name="甘露珠")) == [("2", "person-twice")]


def test_invented_people_are_refused_where_real_ones_are_recorded(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'real.db'}", tmp_path, invented_people=False) as service:
        assert refused(service, person()) == [("1", "id-number-never-assigned")]


def test_somebody_erased_is_not_recorded_again(on_sqlite: RunningIdentification) -> None:
    (known,) = stored(on_sqlite, enrolled(on_sqlite, [person()])).people
    erase(on_sqlite, known.person_id)

    with pytest.raises(PersonErased):
        enrolled(on_sqlite, [person()])


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "甘" * 41},
        {"name": "甘露1"},
        {"name": "甘露１"},
        {"name": "甘\n露"},
        {"phone": "1991234000"},
        {"phone": "+8619912340001"},
        {"address": ""},
        {"address": "村" * 101},
        {"bank_account": "123"},
        {"nickname": "小甘"},
    ],
)
def test_what_is_typed_has_its_form_and_is_not_repeated_in_the_error(changed: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as wrong:
        person(**changed)

    assert all(value not in str(wrong.value) for value in [*changed.values(), NUMBER] if value)


@pytest.mark.parametrize("name", ["甘露生", "买买提·吐尔逊", "Mary O'Neil-Smith", "〇一", "𠮷田"])
def test_names_of_all_kinds_are_names(name: str) -> None:
    assert person(name=name).name == name


def test_a_person_does_not_show_in_a_representation() -> None:
    assert repr(person()) == str(person()) == "Person()"


def test_nothing_typed_about_a_person_is_readable_in_the_database(
    identification: RunningIdentification, caplog: pytest.LogCaptureFixture
) -> None:
    canary = {"name": "卡纳利", "phone": "19987654321", "address": "金丝雀巷", "bank_account": "6222000011112222"}
    stored(identification, enrolled(identification, [person(**canary)]))

    with identification.service.database.reading() as connection:
        tables = {table.name: connection.execute(select(table)).all() for table in metadata.sorted_tables}
    assert len(tables["sealed_text"]) == 6
    assert {row.kind for row in tables["claim"]} == {"id-number", "id-number-of", *FINDING}
    whole = b"".join(_bytes(cell) for rows in tables.values() for row in rows for cell in row)
    for value in (*canary.values(), NUMBER, NUMBER[:-1], VILLAGE):
        assert value.encode() not in whole
        assert value not in caplog.text


def test_typed_texts_of_a_case_are_sealed_under_a_key_of_its_own(on_sqlite: RunningIdentification) -> None:
    household, act = new_id(), f"group_meeting/{new_id()}"
    vault = on_sqlite.service.vault

    first = vault.seal({household: {"findings": "漏雨"}, act: {"minutes": "到会22人", "place": "祠堂"}})
    stored(on_sqlite, Enrolment((), first, ()))
    second = vault.seal({household: {"findings": "漏雨"}})

    assert [(text.owner, text.field) for text in first.texts] == [
        (household, "findings"),
        (act, "minutes"),
        (act, "place"),
    ]
    assert len(first.keys) == 2
    assert (len(second.texts), len(second.keys)) == (1, 0)
    assert second.texts[0].id != first.texts[0].id


def test_refusals_of_people_say_nothing_of_them(on_sqlite: RunningIdentification) -> None:
    with pytest.raises(RowsRefused) as refusal:
        enrolled(on_sqlite, [person(id_number="990000680521001")])

    said = [why.sentence(language) for why in _all(refusal.value) for language in ("zh", "en")]
    assert not any("990000680521001" in sentence or "甘" in sentence for sentence in said)


def _all(refusal: RowsRefused) -> list[Refusal]:
    return [refusal, *(why for _, why in refusal.rows)]


def _bytes(cell: object) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()
