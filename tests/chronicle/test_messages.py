"""Messages: what is written down, how it is digested and chained, and what a reader makes of it."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any

import pytest
import rfc8785
from chronicle.messages import (
    EPOCH,
    EXACT,
    OPEN,
    Actor,
    Event,
    EventTypes,
    UnknownVersion,
    canonical,
    digest_of,
    from_microseconds,
    hash_of,
    microseconds,
    new_id,
    partition_of,
)
from drafts import draft
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-EXACT, EXACT) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)
instants = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given above


class NoteTaken(Event, type="notes.note-taken.v1"):
    """A note was taken."""

    text_id: Annotated[str, OPEN]
    on: Annotated[date, OPEN]


@given(values)
def test_what_is_written_is_canonical_json(value: Any) -> None:
    assert canonical(value).encode() == rfc8785.dumps(value)


def test_keys_are_ordered_as_utf_16_not_as_code_points() -> None:
    assert canonical({"\U0001f600": 1, "\ufb33": 2}) == '{"\U0001f600":1,"\ufb33":2}'


@pytest.mark.parametrize("value", [1.0, {"a": [0.5]}, float("nan"), {1: "a"}, {"a": b"b"}, {"a": {1, 2}}])
def test_what_json_would_blur_is_not_written(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("number", [EXACT + 1, -EXACT - 1])
def test_a_number_other_readers_would_round_is_not_written(number: int) -> None:
    with pytest.raises(ValueError, match="exact"):
        canonical([number])


def test_an_event_is_written_with_its_fields_in_order_and_read_back_the_same() -> None:
    note = NoteTaken(text_id="text-1", on=date(2015, 6, 1))
    assert note.text() == '{"on":"2015-06-01","text_id":"text-1"}'
    assert NoteTaken.read(note.text()) == note


def test_a_reader_passes_by_fields_it_does_not_know_but_nobody_records_them() -> None:
    assert NoteTaken.read('{"on":"2015-06-01","text_id":"1","mood":"good"}').text_id == "1"
    with pytest.raises(ValidationError):
        NoteTaken(text_id="1", on=date(2015, 6, 1), mood="good")  # type: ignore[call-arg]


def test_an_unknown_name_is_passed_by_and_an_unknown_version_stops() -> None:
    types = EventTypes(NoteTaken)
    data = '{"on":"2015-06-01","text_id":"1"}'
    known = types.read(draft("note/1", type="notes.note-taken.v1", data=data))
    assert known is not None
    assert known.event == NoteTaken.read(data)
    assert types.read(draft("note/1", type="notes.note-burnt.v1")) is None
    with pytest.raises(UnknownVersion):
        types.read(draft("note/1", type="notes.note-taken.v2"))


@pytest.mark.parametrize("substitute", [{}, {"on_behalf_of": "d"}], ids=["for oneself", "for another"])
def test_a_digest_is_that_of_the_canonical_envelope_and_data(substitute: dict[str, str]) -> None:
    event = draft(
        "note/1",
        receipt='{"rule":"notes.note"}',
        data='{"text":"村“组”\\n"}',
        causation_id=new_id(),
        actor=Actor("a", "b", "c", **substitute),
    )
    envelope = {
        name: value
        for name, value in event._asdict().items()
        if name not in {"partition", "sequence", "recorded_at", "digest", "previous_hash", "hash"}
    }
    written = envelope | {
        "valid_on": event.valid_on.isoformat(),
        "actor": {"person": "a", "organisation": "b", "role": "c", **substitute},
        "receipt": json.loads(event.receipt or ""),
        "data": json.loads(event.data),
    }
    assert digest_of(event) == sha256(rfc8785.dumps(written)).digest()


def test_a_log_line_names_an_event_by_what_leads_to_the_request_it_came_from() -> None:
    traced = draft("note/1", traceparent=f"00-{'a' * 32}-{'b' * 16}-01")

    assert traced.named() == {
        "event_id": traced.event_id,
        "correlation_id": traced.correlation_id,
        "trace_id": "a" * 32,
    }
    assert traced._replace(traceparent=None).named()["trace_id"] is None


@pytest.mark.parametrize(
    "changed",
    [
        {"event_id": "x"},
        {"type": "x"},
        {"source": "x"},
        {"subject": "x"},
        {"area": "x"},
        {"stream": "x"},
        {"version": 9},
        {"valid_on": date(2000, 1, 1)},
        {"actor": Actor("x", "y", "z")},
        {"command_id": "x"},
        {"correlation_id": "x"},
        {"causation_id": "x"},
        {"traceparent": "x"},
        {"corrects": "x"},
        {"receipt": "[]"},
        {"data": "[]"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_digest_covers(changed: dict[str, Any]) -> None:
    event = draft("note/1")
    assert digest_of(event._replace(**changed)) != digest_of(event)


def test_a_digest_does_not_change_with_the_place_and_time_of_recording() -> None:
    event = draft("note/1")
    placed = event._replace(partition=9, sequence=7, recorded_at=EPOCH, previous_hash=b"1", hash=b"2", digest=b"3")
    assert digest_of(placed) == digest_of(event)


def test_a_hash_is_pinned_for_ever() -> None:
    moment = datetime(2015, 6, 1, 8, 30, 15, 123456, tzinfo=UTC)
    expected = sha256(bytes(32) + b"d" * 32 + (7).to_bytes(8) + (1433147415123456).to_bytes(8)).digest()
    assert hash_of(bytes(32), b"d" * 32, 7, moment) == expected
    assert expected.hex() == "f664f6793821679abf9f5a48766241f750d3a365793990ca028a893b8f0c5d41"


@pytest.mark.parametrize(
    ("subject", "partition"),
    [("household/0190f5c8-0000-7000-8000-000000000001", 11), ("village/360424106216", 5), ("村", 5)],
)
def test_a_partition_is_chosen_for_ever(subject: str, partition: int) -> None:
    assert partition_of(subject) == partition


@given(st.integers(1, 2**42), st.integers(1, 1000))
def test_an_id_is_a_version_7_uuid_that_sorts_by_its_millisecond(milliseconds: int, later: int) -> None:
    first, second = new_id(milliseconds / 1000), new_id((milliseconds + later) / 1000)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first)
    assert abs(int(first.replace("-", "")[:12], 16) - milliseconds) <= 1
    assert first < second or later == 1


def test_ids_minted_together_differ() -> None:
    assert len({new_id(1433147415) for _ in range(10_000)}) == 10_000


@given(instants)
def test_an_instant_survives_as_microseconds(moment: datetime) -> None:
    assert from_microseconds(microseconds(moment)) == moment
    assert microseconds(moment + timedelta(microseconds=1)) == microseconds(moment) + 1
