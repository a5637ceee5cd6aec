"""Files as bodies: of the types and the size an operation takes, and repeated as the same only when they are."""

from pathlib import Path
from typing import Annotated, Any

import pytest
from chronicle.messages import new_id
from chronicle.recording import Part
from chronicle.store.values import Delivery
from chronicle.web import Day, SentFile, Upload, resource, service_app
from fastapi import Depends, Response
from post_office import LETTERS, VILLAGE, Clerk, PostOffice, SendLetter, key, letter
from starlette.testclient import TestClient

SCANS = "/api/post/v1/scans"
MOST = 2_000_000
SAID = f"{SCANS}?on=2015-06-01"

upload = Upload(("image/png", "application/pdf"), 2)
Scan = Annotated[SentFile, Depends(upload)]

scans = resource(SCANS)


@scans.post("", status_code=201)
def scan(on: Day, by: Clerk, sent: Scan) -> Response:
    """Take a letter in as it was scanned: as heavy as it is long."""
    letter_id = new_id()
    command = SendLetter(area=VILLAGE, weight=len(sent.content), on=on)
    return by.at(VILLAGE).record([Part(letter, letter_id, command)], Delivery(location=f"{LETTERS}/{letter_id}"))


@pytest.fixture
def office(tmp_path: Path) -> PostOffice:
    office = PostOffice(tmp_path)
    office.app = service_app("Post", [scans], office.edge, prefix="/api/post")
    return office


@pytest.fixture
def clerk(office: PostOffice) -> TestClient:
    return office.client()


def send(clerk: TestClient, content: Any, headers: dict[str, str] | None = None, media_type: str = "image/png") -> Any:
    answer = clerk.post(SAID, content=content, headers={"Content-Type": media_type} | (headers or key()))
    return answer.status_code, answer.json().get("code", answer.headers.get("Location"))


def test_bytes_that_are_no_text_come_as_they_are(clerk: TestClient) -> None:
    assert send(clerk, b"\xff\x00{")[0] == 201
    assert send(clerk, b"%PDF", media_type="Application/PDF; version=1.7")[0] == 201


@pytest.mark.parametrize("media_type", ["application/json", "image/jpeg", "multipart/form-data; boundary=x", ""])
def test_another_type_is_refused(clerk: TestClient, media_type: str) -> None:
    assert send(clerk, b"{}", media_type=media_type) == (415, "not-this-type")


def test_too_much_is_refused_as_soon_as_it_is_said_or_has_come(clerk: TestClient) -> None:
    assert send(clerk, bytes(MOST + 1)) == (413, "file-too-large")
    assert send(clerk, (bytes(MOST // 10) for _ in range(100))) == (413, "file-too-large")
    said = clerk.post(SAID, content=b"", headers=key() | {"Content-Type": "image/png", "Content-Length": str(MOST + 1)})
    assert (said.status_code, said.json()["code"]) == (413, "file-too-large")


def test_so_many_are_taken_at_once_and_whoever_was_refused_leaves_room(clerk: TestClient) -> None:
    upload.inside = upload.at_once
    assert send(clerk, b"one more") == (503, "files-busy")

    upload.inside = upload.at_once - 1
    assert send(clerk, bytes(MOST + 1))[0] == send(clerk, (bytes(MOST) for _ in range(2)))[0] == 413
    assert send(clerk, b"one more")[0] == 201
    assert upload.inside == upload.at_once - 1
    upload.inside = 0


def test_repeated_it_is_answered_once_and_with_another_file_refused(clerk: TestClient) -> None:
    mine = key()

    first = send(clerk, b"\xff one", mine)
    assert send(clerk, b"\xff one", mine) == first
    assert send(clerk, b"\xff two", mine) == (422, "idempotency-key-reused")


def test_it_is_described_as_a_file_with_what_is_answered_to_another(office: PostOffice) -> None:
    operation = office.app.openapi()["paths"][SCANS]["post"]

    assert list(operation["requestBody"]["content"]) == ["image/png", "application/pdf"]
    assert {"413", "415"} <= operation["responses"].keys()
