"""Bodies: read strictly, and what is wrong is named field by field in words."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from casework.labels import Labelled
from chronicle.refusals import Language
from chronicle.web import Body
from chronicle.web.bodies import SentJson
from chronicle.web.malformed import Malformed
from hypothesis import given
from hypothesis import strategies as st
from post_office import LETTERS, NewLetter, PostOffice, Sheet, Size, key, new_letter
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.testclient import TestClient

read = TypeAdapter(NewLetter).validate_python


class Stamp(BaseModel):
    on: date


class Colour(Labelled):
    """What colour a parcel has."""

    RED = "red", "红", "crimson"
    GREEN = "green", "绿", "lime"


class Folder(Body):
    """Holds folders."""

    opened_on: date
    folders: tuple["Folder", ...] = ()
    stamp: Stamp | None = None


@pytest.fixture
def clerk(tmp_path: Path) -> TestClient:
    return PostOffice(tmp_path).client()


def errors_in(clerk: TestClient, language: str = "zh", **changed: Any) -> list[tuple[str, str]]:
    answer = clerk.post(LETTERS, json=new_letter(**changed), headers=key() | {"Accept-Language": language})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    return [(error["field"], error["detail"]) for error in answer.json()["errors"]]


def test_dates_and_words_of_a_list_are_read_from_text() -> None:
    letter = read(
        SentJson(
            b'{"area": "360424106201", "weight": 5, "on": "2015-06-01", "size": "large",'
            b' "sheets": [{"lines": 2, "written_on": "2015-05-31"}]}'
        )
    )

    assert (letter.on, letter.size) == (date(2015, 6, 1), Size.LARGE)
    assert letter.sheets == (Sheet(lines=2, written_on=date(2015, 5, 31)),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight": True},
        {"weight": "20"},
        {"weight": 20.0},
        {"urgent": 1},
        {"urgent": "true"},
        {"area": 360424106201},
        {"note": None},
        {"size": "SMALL"},
        {"on": "20150601"},
        {"on": 1433116800},
        {"on": "1433116800"},
        {"on": "2015-06-01T00:00:00"},
        {"on": "2015-6-1"},
        {"on": "2015-02-29"},
        {"on": "２０１５-06-01"},
        {"sheets": [{"lines": 1, "written_on": "20150601"}]},
        {"sheets": [{"lines": "1", "written_on": "2015-06-01"}]},
        {"sheets": {}},
        {"unheard_of": 1},
    ],
)
def test_nothing_is_guessed(clerk: TestClient, wrong: dict[str, Any]) -> None:
    assert len(errors_in(clerk, **wrong)) == 1


@given(st.dates())
def test_every_date_is_read_as_it_is_written(day: date) -> None:
    text = Folder(opened_on=day, folders=(Folder(opened_on=day),)).model_dump_json()

    assert TypeAdapter(Folder).validate_python(SentJson(text.encode())).folders[0].opened_on == day


@pytest.mark.parametrize("written", ["0", "86400", "1433116800", "-86400"])
@pytest.mark.parametrize(
    "text",
    [
        '{"opened_on": "%s"}',
        '{"opened_on": "2015-06-01", "folders": [{"opened_on": "%s"}]}',
        '{"opened_on": "2015-06-01", "stamp": {"on": "%s"}}',
    ],
)
def test_no_number_of_seconds_becomes_a_date_however_deep(text: str, written: str) -> None:
    with pytest.raises(ValidationError, match="a date is written 2015-06-01"):
        TypeAdapter(Folder).validate_python(SentJson((text % written).encode()))


def test_a_body_is_made_in_python_like_any_model() -> None:
    assert Folder(opened_on=date(2015, 6, 1), folders=(Folder(opened_on=date(2015, 6, 2)),)).folders


def test_each_wrong_field_is_named_with_what_is_expected(clerk: TestClient) -> None:
    sheets = [{"lines": 61, "written_on": "x"}, {"x": 1, "written_on": "2015-06-01"}, "x"]
    wrong: dict[str, Any] = {
        "area": "x",
        "weight": 0,
        "on": None,
        "urgent": "x",
        "size": "x",
        "note": "x" * 21,
        "sheets": sheets,
    }

    assert errors_in(clerk, **wrong) == [
        ("body.area", "格式不正确。"),
        ("body.weight", "不应小于 1。"),
        ("body.on", "日期应写作 2015-06-01。"),
        ("body.urgent", "应为 true 或 false。"),
        ("body.size", "应为其中之一：small、large。"),
        ("body.note", "最多 20 个字。"),
        ("body.sheets[0].lines", "不应大于 60。"),
        ("body.sheets[0].written_on", "日期应写作 2015-06-01。"),
        ("body.sheets[1].lines", "此项必填。"),
        ("body.sheets[1].(未知字段)", "没有这一项。"),
        ("body.sheets[2]", "应为一组字段。"),
    ]
    assert errors_in(clerk, "en", weight="x", x=1) == [
        ("body.weight", "This must be a whole number."),
        ("body.(unknown field)", "There is no such field."),
    ]


def test_a_day_that_is_in_no_calendar_is_not_called_badly_written(clerk: TestClient) -> None:
    assert errors_in(clerk, on="2026-02-30") == [("body.on", "日历上没有这一天。")]
    assert errors_in(clerk, on="2026-2-3") == [("body.on", "日期应写作 2015-06-01。")]


class Box(BaseModel):
    kind: Literal["box"]


class Roll(BaseModel):
    kind: Literal["roll"]


class Parcel(Body):
    sheets: Annotated[tuple[Sheet, ...], Field(min_length=1, max_length=2)]
    packed: Annotated[Box | Roll, Field(discriminator="kind")] = Box(kind="box")
    colour: Colour = Colour.RED


def places(sent: str, language: Language = "zh") -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as wrong:
        TypeAdapter(Parcel).validate_python(SentJson(sent.encode()))
    refused = Malformed(wrong.value.errors(), frozenset({"sheets", "lines", "written_on", "packed", "kind", "colour"}))
    fields = refused.fields(language)
    assert refused.facts["count"] == len(fields)
    return [(field["field"], field["detail"]) for field in fields]


def test_a_wrong_item_does_not_make_its_list_too_short_as_well() -> None:
    assert places('{"sheets": [{"lines": 1, "written_on": "x"}]}') == [
        ("sheets[0].written_on", "日期应写作 2015-06-01。")
    ]
    assert places('{"sheets": []}') == [("sheets", "至少 1 项。")]
    assert places('{"sheets": []}', "en") == [("sheets", "The fewest items here: 1.")]


def test_the_kinds_of_an_object_are_listed() -> None:
    sheets = '"sheets": [{"lines": 1, "written_on": "2015-06-01"}]'

    assert places(f'{{{sheets}, "packed": {{"kind": "bag"}}}}') == [("packed", "kind 应为其中之一：box、roll。")]
    assert places(f'{{{sheets}, "packed": {{}}}}', "en") == [("packed", "kind is required.")]


def test_the_words_of_a_list_are_told_with_what_they_mean() -> None:
    sheets = '"sheets": [{"lines": 1, "written_on": "2015-06-01"}]'
    wrong = f'{{{sheets}, "colour": "blue"}}'

    assert places(wrong) == [("colour", "应为其中之一：红（red）、绿（green）。")]
    assert places(wrong, "en") == [("colour", "This must be one of: red (crimson), green (lime).")]


def test_of_very_many_errors_a_hundred_are_named(clerk: TestClient) -> None:
    sheets = [{"lines": 1, "written_on": "x"}] * 300
    answer = clerk.post(LETTERS, json=new_letter(sheets=sheets), headers=key())

    assert len(answer.json()["errors"]) == 100
    assert answer.json()["facts"] == {"count": 300}


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"area": "\\ud800"}', "\ufeff{}", '{"weight": 1e999}', "NaN"]
)
def test_what_is_no_json_is_refused(clerk: TestClient, text: str) -> None:
    answer = clerk.post(LETTERS, content=text.encode(), headers=key() | {"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_only_json_is_read(clerk: TestClient, media_type: str | None) -> None:
    headers = key() | ({"Content-Type": media_type} if media_type else {})
    answer = clerk.post(LETTERS, content=b'{"area": "360424106201"}', headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "not-json")


def test_json_may_name_its_charset(clerk: TestClient) -> None:
    answer = clerk.post(
        LETTERS,
        content=NewLetter.model_validate(new_letter()).model_dump_json(),
        headers=key() | {"Content-Type": "application/json; charset=utf-8"},
    )

    assert answer.status_code == 201


def test_a_body_nobody_asked_for_is_refused(clerk: TestClient) -> None:
    letter = clerk.post(LETTERS, json=new_letter(), headers=key()).headers["Location"]
    answers = [
        clerk.post(f"{letter}/stamp", json={"a": 1}, headers=key()),
        clerk.request("GET", LETTERS, json={"a": 1}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(422, "unexpected-body")] * 2


@pytest.mark.parametrize("in_pieces", [False, True])
def test_a_body_has_at_most_a_megabyte(clerk: TestClient, in_pieces: bool) -> None:  # noqa: FBT001 - a parameter
    pieces = [b'{"area": "'] + [b"3" * 1000] * 1000
    content = iter(pieces) if in_pieces else b"".join(pieces)
    answer = clerk.post(LETTERS, content=content, headers=key() | {"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert answer.headers["Content-Type"] == "application/problem+json"
