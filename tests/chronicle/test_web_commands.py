"""Commands over HTTP: keys, versions, who acts, and what is answered."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from chronicle.messages import Actor, StoredEvent
from chronicle.principal import Duty
from httpx2 import Response
from person_ids import person_id
from post_office import LETTERS, NEXT_VILLAGE, VILLAGE, PostOffice, key, new_letter
from starlette.testclient import TestClient


@pytest.fixture
def office(tmp_path: Path) -> PostOffice:
    return PostOffice(tmp_path)


@pytest.fixture
def clerk(office: PostOffice) -> TestClient:
    return office.client()


def recorded(office: PostOffice) -> list[StoredEvent]:
    events = [event for partition in range(16) for event in office.store.read(partition, 0, 100)]
    return sorted(events, key=lambda event: event.recorded_at)


def apart_from_its_conversation(answer: Response) -> tuple[int, bytes, dict[str, str]]:
    headers = {name: value for name, value in answer.headers.items() if name != "x-correlation-id"}
    return answer.status_code, answer.content, headers


def test_a_command_answers_where_its_result_is_and_at_which_version_and_position(
    office: PostOffice, clerk: TestClient
) -> None:
    answer = clerk.post(LETTERS, json=new_letter(), headers=key())
    [event] = recorded(office)
    location, position = f"{LETTERS}/{event.stream.removeprefix('letter/')}", f"post/{event.partition}:1"

    assert answer.status_code == 201
    assert answer.json() == {"location": location, "version": 1, "positions": [position]}
    assert answer.headers["Location"] == location
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Yihu-Position"] == position


def test_sending_again_under_the_same_key_gets_the_first_answer_and_acts_once(
    office: PostOffice, clerk: TestClient
) -> None:
    again = key()
    first, second = (clerk.post(LETTERS, json=new_letter(), headers=again) for _ in range(2))

    assert apart_from_its_conversation(second) == apart_from_its_conversation(first)
    assert len(recorded(office)) == 1


def test_the_first_answer_stands_when_what_the_route_looks_at_first_has_changed(
    office: PostOffice, clerk: TestClient
) -> None:
    again, moved = key(), office.client(Duty("clerk", NEXT_VILLAGE))
    first = clerk.post(LETTERS, json=new_letter(), headers=again)

    assert apart_from_its_conversation(moved.post(LETTERS, json=new_letter(), headers=again)) == (
        apart_from_its_conversation(first)
    )
    other = moved.post(LETTERS, json=new_letter(weight=1), headers=again)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert len(recorded(office)) == 1


@pytest.mark.parametrize("sent", [b"\xff\xfe", b"{", b"[" * 100_000, b'"\\ud800"', b"9" * 5_000])
def test_what_is_refused_before_its_body_is_read_may_bring_anything(clerk: TestClient, sent: bytes) -> None:
    headers = key() | {"Content-Type": "application/json"}
    answers = [clerk.post(f"{LETTERS}/{person_id('x')}/return", content=sent, headers=headers) for _ in range(2)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "no-such-letter")] * 2


def test_the_same_body_spelled_otherwise_is_the_same_body(office: PostOffice, clerk: TestClient) -> None:
    letter, headers = new_letter(), key() | {"Content-Type": "application/json"}
    spellings = [json.dumps(letter), json.dumps(dict(reversed(letter.items())), indent=2)]
    answers = [clerk.post(LETTERS, content=text, headers=headers) for text in spellings]

    assert answers[0].content == answers[1].content
    assert len(recorded(office)) == 1


def test_a_key_is_not_used_for_another_body_or_another_address(office: PostOffice, clerk: TestClient) -> None:
    used = key()
    letter = clerk.post(LETTERS, json=new_letter(), headers=used).headers["Location"]
    others = [
        clerk.post(LETTERS, json=new_letter(weight=21), headers=used),
        clerk.post(f"{letter}/stamp", headers=used),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in others] == [(422, "idempotency-key-reused")] * 2
    assert len(recorded(office)) == 1


def test_another_account_may_use_the_same_key(office: PostOffice, clerk: TestClient) -> None:
    used = key()
    clerk.post(LETTERS, json=new_letter(), headers=used)
    other = office.client(account="account-2").post(LETTERS, json=new_letter(), headers=used)

    assert other.status_code == 201
    assert len(recorded(office)) == 2


def test_a_retry_may_have_looked_again_meanwhile(office: PostOffice, clerk: TestClient) -> None:
    letter = clerk.post(LETTERS, json=new_letter(), headers=key()).headers["Location"]
    used = key()
    first = clerk.post(f"{letter}/stamp", headers=used | {"If-Match": '"1"'})
    again = clerk.post(f"{letter}/stamp", headers=used | {"If-Match": '"2"'})

    assert again.content == first.content
    assert len(recorded(office)) == 2


def test_a_refusal_is_not_kept_under_its_key(office: PostOffice, clerk: TestClient) -> None:
    used = key()
    assert clerk.post(LETTERS, json=new_letter(weight=101), headers=used).status_code == 409
    assert clerk.post(LETTERS, json=new_letter(weight=100), headers=used).status_code == 201
    assert len(recorded(office)) == 1


def test_every_write_needs_a_key(clerk: TestClient) -> None:
    answer = clerk.post(LETTERS, json=new_letter())

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-missing")


@pytest.mark.parametrize("sent", ["with space", "k" * 256, "kéy"])
def test_a_key_is_up_to_255_visible_ascii_characters(clerk: TestClient, sent: str) -> None:
    answer = clerk.post(LETTERS, json=new_letter(), headers={b"Idempotency-Key": sent.encode("latin-1")})

    assert (answer.status_code, answer.json()["code"]) == (400, "header-malformed")
    assert "Idempotency-Key" in answer.json()["detail"]


def test_the_longest_key_is_taken(clerk: TestClient) -> None:
    assert clerk.post(LETTERS, json=new_letter(), headers={"Idempotency-Key": "k" * 255}).status_code == 201


def test_two_keys_are_none(clerk: TestClient) -> None:
    twice = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]

    assert clerk.post(LETTERS, json=new_letter(), headers=twice).json()["code"] == "header-malformed"


def test_who_saw_an_older_version_does_not_act(office: PostOffice, clerk: TestClient) -> None:
    letter = clerk.post(LETTERS, json=new_letter(), headers=key()).headers["Location"]
    seen = clerk.post(f"{letter}/stamp", headers=key() | {"If-Match": '"1"'})
    stale = clerk.post(f"{letter}/stamp", headers=key() | {"If-Match": '"1"'})

    assert (seen.status_code, seen.headers["ETag"]) == (200, '"2"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert len(recorded(office)) == 2


@pytest.mark.parametrize("sent", ["1", "*", 'W/"1"', '"1", "2"', '"-1"', '"one"'])
def test_only_an_etag_of_ours_is_matched(clerk: TestClient, sent: str) -> None:
    answer = clerk.post(LETTERS, json=new_letter(), headers=key() | {"If-Match": sent})

    assert (answer.status_code, answer.json()["code"]) == (400, "header-malformed")
    assert sent not in answer.json()["detail"]


def test_the_event_says_who_acted_in_which_role_and_conversation(office: PostOffice, clerk: TestClient) -> None:
    conversation = "01a20a19-526a-7bdf-a3f5-7f4e8455946b"
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    answer = clerk.post(
        LETTERS, json=new_letter(), headers=key() | {"X-Correlation-Id": conversation, "traceparent": trace}
    )
    [event] = recorded(office)

    assert event.actor == Actor(person_id("clerk-1"), "office-1", "clerk")
    assert event.correlation_id == answer.headers["X-Correlation-Id"] == conversation
    assert event.traceparent == trace
    assert event.valid_on.isoformat() == "2015-06-01"
    assert UUID(event.command_id).version == 7


@pytest.mark.parametrize(
    "sent",
    [
        {"X-Correlation-Id": "CANARY", "traceparent": "CANARY"},
        {"X-Correlation-Id": "{01a20a19-526a-7bdf-a3f5-7f4e845594}", "traceparent": f"00-{'0' * 32}-{'0' * 16}-01"},
        {},
    ],
)
def test_what_is_no_conversation_or_trace_is_replaced_or_dropped(
    office: PostOffice, clerk: TestClient, sent: dict[str, str]
) -> None:
    answer = clerk.post(LETTERS, json=new_letter(), headers=key() | sent)
    [event] = recorded(office)

    assert UUID(event.correlation_id).version == 7
    assert answer.headers["X-Correlation-Id"] == event.correlation_id
    assert event.traceparent is None


def test_without_a_duty_for_it_nobody_acts(office: PostOffice) -> None:
    answer = office.client(Duty("auditor", "36")).post(LETTERS, json=new_letter(), headers=key())

    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-duty")
    assert recorded(office) == []


def test_nobody_acts_outside_their_area(office: PostOffice) -> None:
    answer = office.client(Duty("clerk", NEXT_VILLAGE)).post(LETTERS, json=new_letter(), headers=key())

    assert (answer.status_code, answer.json()["code"]) == (403, "outside-your-area")
    assert recorded(office) == []


def test_who_holds_several_duties_acts_in_the_one_held_in_that_area(office: PostOffice) -> None:
    both = office.client(Duty("inspector", NEXT_VILLAGE), Duty("clerk", VILLAGE))
    for area in (VILLAGE, NEXT_VILLAGE):
        both.post(LETTERS, json=new_letter(area=area), headers=key())

    assert {event.area: event.actor.role for event in recorded(office)} == {
        VILLAGE: "clerk",
        NEXT_VILLAGE: "inspector",
    }


@pytest.mark.parametrize("sent", [None, "Basic Y2xlcms6cGVuY2ls", "Bearer", "Bearer a.b.c"])
def test_without_a_good_token_nothing_is_said_or_done(office: PostOffice, sent: str | None) -> None:
    stranger = TestClient(office.app, headers={"Authorization": sent} if sent else {})
    answer = stranger.post(LETTERS, json=new_letter(), headers=key())

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert recorded(office) == []


def test_a_list_names_every_row_it_refuses_and_records_nothing(office: PostOffice, clerk: TestClient) -> None:
    sent = clerk.post(LETTERS, json=new_letter(), headers=key()).json()["location"].removeprefix(f"{LETTERS}/")
    missing = [f"01a20a19-526a-7bdf-a3f5-7f4e8455946{digit}" for digit in "ab"]
    body = {"letters": [missing[0], sent, missing[1]]}
    answer = clerk.post(f"{LETTERS}/stamping", json=body, headers=key() | {"Accept-Language": "en"})

    assert (answer.status_code, answer.json()["code"]) == (409, "rows-refused")
    assert answer.json()["rows"] == [
        {"id": each, "code": "no-such-letter", "detail": "There is no such letter."} for each in missing
    ]
    assert len(recorded(office)) == 1
