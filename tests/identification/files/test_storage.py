"""Where sealed files are kept: a folder and a bucket keep the same promises."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from buckets import Buckets, buckets
from chronicle.sealing import MasterKey
from identification import main, worker
from identification.files.bucket import BucketStorage
from identification.files.opening import open_storage
from identification.files.storage import UNFINISHED, Storage, StorageAway, StorageRefused
from identification.settings import Settings
from pydantic import SecretStr, ValidationError
from running_service import CREDENTIAL, ROOT
from serving import free_port

NAME, OTHER = "household/evidence/file", "household/evidence/other"
DRAWN = SecretStr("kZ7qXw2LrT9vBn4MsJ6dHf8GyCp3Ea5R")


@pytest.fixture(scope="module")
def server() -> Iterator[Buckets]:
    with buckets() as server:
        yield server


def settled(folder: Path, **said: Any) -> Settings:
    fields = {
        "database_url": f"sqlite:///{folder / 'village.db'}",
        "policy_folder": ROOT / "policy" / "identification",
        "issuer": "issuer",
        "jwks_file": folder / "jwks.json",
        "service_credential": SecretStr(CREDENTIAL),
    }
    return Settings.model_validate(fields | said)


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, server: Buckets) -> Storage:
    said = server.settings() if request.param == "bucket" else {"evidence_url": f"file://{tmp_path}/evidence"}
    return open_storage(settled(tmp_path, **said))


def names(storage: Storage) -> list[str]:
    return sorted(kept.name for kept in storage.kept())


def test_what_is_put_is_given_and_listed_and_put_again_it_is_the_new(storage: Storage) -> None:
    storage.require_access()
    storage.put(NAME, b"first")
    storage.put(NAME, b"second" * 100_000)
    storage.put(OTHER, b"")

    assert (storage.get(NAME), storage.get(OTHER)) == (b"second" * 100_000, b"")
    assert names(storage) == [NAME, OTHER]
    assert all(kept.since.tzinfo for kept in storage.kept())


def test_what_is_deleted_is_there_no_more_and_what_never_was_is_passed_over(storage: Storage, tmp_path: Path) -> None:
    storage.put(NAME, b"content")
    storage.put(OTHER, b"content")
    storage.delete([NAME, "household/another/file"])
    storage.delete([NAME])

    assert names(storage) == [OTHER]
    storage.delete([])
    storage.delete([OTHER])
    assert names(storage) == []
    # Nor an empty folder with the number of a household.
    assert list(tmp_path.rglob("household")) == []


def test_what_was_never_put_is_not_made_up(storage: Storage) -> None:
    with pytest.raises(StorageAway):
        storage.get(NAME)


def test_an_upload_broken_off_leaves_what_was_there(
    storage: Storage, tmp_path: Path, server: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.put(NAME, b"first")

    if isinstance(storage, BucketStorage):
        with breaking_off() as (endpoint, seen):
            said = server.settings(evidence_endpoint=endpoint)
            with pytest.raises(StorageAway):
                open_storage(settled(tmp_path, **said)).put(NAME, bytes(1_000_000))
        assert seen
    else:
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full_disk)
            with pytest.raises(StorageAway):
                storage.put(NAME, b"second")
    assert storage.get(NAME) == b"first"
    assert [each for each in names(storage) if not each.endswith(UNFINISHED)] == [NAME]


def full_disk(_handle: int) -> None:
    raise OSError(28, "no space left")


@contextmanager
def breaking_off() -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads the beginning of what is sent and hangs up; where it is, and what it read."""
    seen: list[bytes] = []

    def answer(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection:
                    seen.append(connection.recv(1000))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        answering = Thread(target=answer, args=(listening,), daemon=True)
        answering.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", seen
        listening.shutdown(socket.SHUT_RDWR)
        answering.join()


def test_a_bucket_that_is_away_refuses_everything_and_keeps_no_process_from_starting(
    server: Buckets, tmp_path: Path
) -> None:
    away = open_storage(settled(tmp_path, **server.settings(evidence_endpoint=f"http://127.0.0.1:{free_port()}")))

    away.require_access()
    for refused in (
        lambda: away.put(NAME, b"content"),
        lambda: away.get(NAME),
        lambda: away.delete([NAME]),
        lambda: list(away.kept()),
    ):
        with pytest.raises(StorageAway):
            refused()


def test_a_folder_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    storage = open_storage(settled(tmp_path, evidence_url=f"file://{tmp_path}/evidence"))
    assert names(storage) == []
    storage.put(NAME, b"content")
    (tmp_path / "evidence/lost+found").symlink_to("lost+found")
    assert names(storage) == [NAME]
    # Root may read whatever others may not; a link to itself nobody can.
    (tmp_path / "evidence/another").symlink_to("another")

    with pytest.raises(StorageAway):
        names(storage)


def test_what_somebody_else_keeps_in_the_bucket_is_not_swept(server: Buckets, tmp_path: Path) -> None:
    said = server.settings()
    bucket = said["evidence_url"].removeprefix("s3://")
    server.client("s3").put_object(Bucket=bucket, Key="inventory.csv", Body=b"theirs")

    assert names(open_storage(settled(tmp_path, **said))) == []


@pytest.mark.parametrize("start", [main.app, worker.main])
@pytest.mark.parametrize(
    "other", [{"evidence_key": DRAWN}, {"evidence_key_id": "AKIAANOTHERS"}, {"evidence_url": "s3://no-such-bucket"}]
)
def test_no_process_starts_with_a_key_or_a_bucket_that_the_server_does_not_know(
    server: Buckets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Any, other: dict[str, Any]
) -> None:
    told = settled(tmp_path, master_key=SecretStr(MasterKey.generate().text()), **server.settings() | other)
    monkeypatch.setattr(f"{start.__module__}.Settings", lambda: told)
    # It is of the whole process, and other tests read what is logged.
    monkeypatch.setattr("chronicle.web.logs.structlog.configure", lambda **_: None)

    with pytest.raises(StorageRefused) as refused:
        start()
    assert not any(secret in str(refused.value) for secret in (server.key, DRAWN.get_secret_value()))


def test_the_secret_of_the_key_is_read_from_a_file_like_every_other(tmp_path: Path) -> None:
    (tmp_path / "identification_evidence_key").write_text(DRAWN.get_secret_value())
    told = settled(tmp_path)

    read = Settings(_secrets_dir=tmp_path, **told.model_dump(exclude={"evidence_key"}))
    assert read.evidence_key == DRAWN
    assert DRAWN.get_secret_value() not in repr(read)


def test_a_secret_that_somebody_thought_of_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as refused:
        settled(tmp_path, evidence_key="my-secret-password")
    assert "my-secret" not in str(refused.value)


@pytest.mark.parametrize(
    "said",
    [
        {"evidence_url": "ftp://evidence"},
        {"evidence_url": "file://evidence"},
        {"evidence_url": "s3://"},
        {"evidence_url": "s3://bucket/folder"},
        {"evidence_key_id": ""},
        {"evidence_key": SecretStr("")},
        {"evidence_endpoint": ""},
    ],
)
def test_an_address_that_is_none_or_half_of_what_a_bucket_needs_is_refused(tmp_path: Path, said: Any) -> None:
    whole = {
        "evidence_url": "s3://evidence",
        "evidence_endpoint": "https://s3.example",
        "evidence_key_id": "AKIA",
        "evidence_key": DRAWN,
    }
    assert isinstance(open_storage(settled(tmp_path, **whole)), BucketStorage)

    with pytest.raises(ValueError, match=r"evidence"):
        open_storage(settled(tmp_path, **whole | said))
