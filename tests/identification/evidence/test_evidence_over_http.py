"""Evidence over HTTP: a file comes in clean, is read by those on duty for a purpose, and goes with its household."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier
from time import monotonic, sleep
from unittest.mock import Mock

import pytest
from buckets import Buckets, buckets
from canaries import Canaries
from chronicle.clock import FixedClock
from chronicle.following import Loops, rebuild
from chronicle.messages import new_id
from chronicle.store.tables import access_log, event, person_key, sealed_text
from erasing import couple, readable
from huangxi import Huangxi, accepted, huangxi, refused
from identification.cases.evidence.projections import evidence
from identification.files import sweeping
from identification.files.bucket import BucketStorage
from identification.files.storage import StorageAway
from identification.files.sweeping import AGAIN, GRACE, Sweeper
from papers import (
    APPLICATIONS,
    EVIDENCE,
    JPEG,
    LATITUDE,
    LONGITUDE,
    PDF,
    PNG,
    attach,
    attaching,
    paper,
    photo,
    upload,
)
from PIL import Image
from pydantic import SecretStr
from serving import free_port
from sqlalchemy import delete, func, select, text

CASE_WORK = {"purpose": "case_work"}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("evidence")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


@pytest.fixture(scope="module")
def server() -> Iterator[Buckets]:
    with buckets() as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, server: Buckets) -> Iterator[Huangxi]:
    """A village of its own whose files are in a folder, and one whose files are in a bucket."""
    said = server.settings() if request.param == "bucket" else {}
    with huangxi(f"sqlite:///{tmp_path / 'village.db'}", tmp_path, **said) as village:
        yield village


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Huangxi]:
    with huangxi(f"sqlite:///{tmp_path / 'village.db'}", tmp_path) as village:
        yield village


def stored(village: Huangxi) -> list[str]:
    return sorted(each.name for each in village.service.storage.kept())


def sweeper(village: Huangxi, *, later: timedelta = timedelta(0), lacking: bool = False) -> Sweeper:
    clock = FixedClock(datetime.now(UTC) + later)
    storage = village.service.storage
    return Sweeper(storage, village.service.database, clock, lambda: lacking)


def test_a_photo_is_attached_listed_and_opened_for_a_purpose(everywhere: Huangxi) -> None:
    (application,) = everywhere.file()
    place = accepted(attach(everywhere, application, photo(), kind="dwelling_photo"))

    (listed,) = everywhere.ask("officer", f"{APPLICATIONS}/{application}/evidence").json()["items"]
    shown = everywhere.ask("auditor", place).json()["history"][0]["facts"]
    assert (listed["evidence_id"], listed["kind"]) == (place.rpartition("/")[2], "dwelling_photo")
    assert listed["digest"] == shown["digest"]
    opened = everywhere.ask("reviewer", f"{place}/file", **CASE_WORK)
    thumbnail = everywhere.ask("reviewer", f"{place}/thumbnail", **CASE_WORK)
    assert (opened.headers["Content-Type"], opened.headers["Cache-Control"]) == (JPEG, "no-store")
    assert opened.headers["Content-Disposition"] == f'attachment; filename="{listed["evidence_id"]}.jpg"'
    assert len(opened.content) == listed["size"]
    # Upright, as it was held.
    assert Image.open(BytesIO(opened.content)).size == (48, 64)
    assert Image.open(BytesIO(thumbnail.content)).format == "JPEG"
    with everywhere.service.database.reading() as connection:
        logged = connection.execute(select(access_log.c.fields, access_log.c.text_id)).all()
    assert {tuple(row) for row in logged} == {
        (kind, listed["evidence_id"]) for kind in ("evidence_file", "evidence_thumbnail")
    }


def test_where_it_was_taken_is_sealed_and_nothing_else_of_what_it_carried_is_kept(alone: Huangxi) -> None:
    (application,) = alone.file()
    canaries = Canaries()
    place = accepted(attach(alone, application, photo(written=canaries.name())))

    position = alone.ask("officer", place).json()["history"][0]["facts"]["position"]["text_id"]
    assert alone.ask("officer", f"{place}/texts/{position}", **CASE_WORK).json() == {
        "latitude": LATITUDE,
        "longitude": LONGITUDE,
    }
    content = alone.ask("officer", f"{place}/file", **CASE_WORK).content
    assert not Image.open(BytesIO(content)).getexif()
    assert canaries.found(content) == set()
    assert LATITUDE not in readable(alone.service.database)


def test_a_pdf_has_no_thumbnail_and_no_author(alone: Huangxi) -> None:
    (application,) = alone.file()
    written = paper("somebody")
    place = accepted(attach(alone, application, written, kind="disability_certificate"))

    content = alone.ask("officer", f"{place}/file", **CASE_WORK)
    assert content.headers["Content-Type"] == PDF
    assert (b"somebody" in written, b"somebody" in content.content) == (True, False)
    refused(alone.ask("officer", f"{place}/thumbnail", **CASE_WORK), 404, "no-thumbnail")


def test_what_is_stored_is_sealed_and_another_file_in_its_place_is_noticed(kept: Huangxi) -> None:
    (application,) = kept.file()
    mine = accepted(attach(kept, application, photo()))
    other = accepted(attach(kept, application, photo()))
    storage = kept.service.storage
    household = kept.ask("officer", mine).json()["history"][0]["facts"]["household_id"]
    names = [f"{household}/{place.rpartition('/')[2]}/evidence_file" for place in (mine, other)]

    assert b"JFIF" not in storage.get(names[0])
    storage.put(names[0], storage.get(names[1]))
    assert kept.ask("officer", f"{mine}/file", **CASE_WORK).status_code == 500


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"GIF89a and more", "image/gif", 415, "not-this-type"),
        (b"{}", "application/json", 415, "not-this-type"),
        (b"%PDF-1.7 but said to be a photo", JPEG, 422, "file-not-as-said"),
        (b"MZ a program", PDF, 422, "file-not-as-said"),
        (b"", PNG, 422, "file-not-as-said"),
        (b"\xff\xd8\xff and nothing more", JPEG, 422, "file-unreadable"),
        (b"%PDF-1.7\n%%EOF", PDF, 422, "file-unreadable"),
        (b"\xff\xd8\xff" + bytes(10_000_000), JPEG, 413, "file-too-large"),
    ],
)
def test_what_is_no_photo_or_paper_is_refused(
    village: Huangxi, content: bytes, media_type: str, status: int, code: str
) -> None:
    (application,) = village.file()
    village.on("06-02")
    before = stored(village)

    refused(village.upload("officer", attaching(application), content, media_type), status, code)
    assert stored(village) == before


def test_of_what_comes_in_pieces_no_more_is_taken_than_a_file_may_have(village: Huangxi) -> None:
    (application,) = village.file()
    village.on("06-02")
    whole = photo()
    pieces = (whole[first : first + 100] for first in range(0, len(whole), 100))

    accepted(village.upload("officer", attaching(application), pieces, JPEG))
    endless = (bytes(1_000_000) for _ in range(1_000))
    refused(village.upload("officer", attaching(application), endless, JPEG), 413, "file-too-large")


def test_a_repeated_request_attaches_once_and_the_same_file_again_is_refused(everywhere: Huangxi) -> None:
    (application,) = everywhere.file()
    content, key = photo(), new_id()
    everywhere.on("06-02")
    path = attaching(application)

    first = upload(everywhere, path, content, key=key)
    again = upload(everywhere, path, content, key=key)
    assert accepted(first) == accepted(again)
    refused(upload(everywhere, path, photo(), key=key), 422, "idempotency-key-reused")
    refused(upload(everywhere, attaching(application, step=4), content), 409, "file-already-attached")
    assert len(everywhere.ask("officer", f"{APPLICATIONS}/{application}/evidence").json()["items"]) == 1
    # Of another application, it is another's.
    (other,) = everywhere.file()
    accepted(attach(everywhere, other, content))


def test_of_two_who_attach_the_same_file_at_once_one_does(everywhere: Huangxi) -> None:
    (application,) = everywhere.file()
    content, together = photo(), Barrier(2)
    everywhere.on("06-02")

    def send(_each: int) -> int:
        together.wait()
        return upload(everywhere, attaching(application), content).status_code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(send, range(2))) == [201, 409]


def test_it_is_attached_by_whose_duty_the_step_is_and_read_where_one_has_a_duty(village: Huangxi) -> None:
    (application,) = village.file()
    place = accepted(attach(village, application, photo()))
    village.on("06-02")

    refused(upload(village, attaching(application), photo(), "convener"), 403, "not-your-duty")
    refused(upload(village, attaching(application), photo(), "villager"), 403, "not-your-duty")
    refused(upload(village, attaching(application), photo(), "neighbour"), 404, "not-found")
    accepted(upload(village, attaching(application, step=2), photo(), "convener"))
    accepted(upload(village, attaching(application, step=6), photo(), "reviewer"))
    refused(village.ask("neighbour", place), 404, "not-found")
    for part in ("file", "thumbnail"):
        refused(village.ask("neighbour", f"{place}/{part}", **CASE_WORK), 404, "not-found")
    refused(village.ask("auditor", f"{place}/file", **CASE_WORK), 403, "not-your-duty")
    refused(village.ask("officer", f"{place}/file", purpose="contact"), 403, "not-for-this-purpose")
    refused(village.ask("neighbour", f"{APPLICATIONS}/{application}/evidence"), 404, "not-found")
    refused(village.ask("officer", f"{EVIDENCE}/{new_id()}/file", **CASE_WORK), 404, "not-found")


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"step": 8}, 422, "no-such-step"),
        ({"on": "2015-06-03"}, 422, "date-in-future"),
        ({"on": "2015-05-31"}, 409, "before-previous-act"),
        ({"kind": "a_photo"}, 422, "malformed"),
        ({"on": "1433116800"}, 422, "malformed"),
        ({"name": "x.jpg"}, 422, "unknown-parameter"),
    ],
)
def test_what_is_said_of_it_is_checked(village: Huangxi, said: dict[str, str], status: int, code: str) -> None:
    (application,) = village.file()

    refused(attach(village, application, photo(), **said), status, code)


def test_one_that_is_superseded_stays_and_may_come_again_as_what_it_is(everywhere: Huangxi) -> None:
    (application,) = everywhere.file()
    content = photo()
    wrong = accepted(attach(everywhere, application, content, kind="training_photo"))
    supersession = {"on": "2015-06-02", "reason": "wrong_file"}

    refused(everywhere.send("convener", f"{wrong}/supersession", supersession), 403, "not-your-duty")
    accepted(everywhere.send("officer", f"{wrong}/supersession", supersession))
    accepted(everywhere.send("officer", f"{wrong}/supersession", supersession))
    right = accepted(attach(everywhere, application, content, kind="dwelling_photo"))
    items = everywhere.ask("officer", f"{APPLICATIONS}/{application}/evidence").json()["items"]
    assert [(each["kind"], each["reason"]) for each in items] == [
        ("training_photo", "wrong_file"),
        ("dwelling_photo", None),
    ]
    assert everywhere.ask("officer", f"{wrong}/file", **CASE_WORK).status_code == 200
    newer = accepted(attach(everywhere, application, photo(), kind="dwelling_photo"))
    by = {"on": "2015-06-02", "reason": "outdated", "superseded_by": newer.rpartition("/")[2]}
    accepted(everywhere.send("officer", f"{right}/supersession", by))
    everywhere.catch_up()
    anew = rebuild(evidence, everywhere.service.database, everywhere.service.store)
    assert anew.differing == {evidence.reader: 0}


def test_erased_it_cannot_be_opened_at_once_and_is_swept(kept: Huangxi) -> None:
    two = couple(kept, Canaries())
    place = accepted(attach(kept, two.application_id, photo()))
    two.withdraw()
    two.erase()
    two.erase(1)

    refused(kept.ask("officer", f"{place}/file", **CASE_WORK), 404, "file-gone")
    assert len(stored(kept)) == 2
    assert sweeper(kept).sweep() == 2
    assert stored(kept) == []
    refused(kept.ask("officer", f"{place}/file", **CASE_WORK), 404, "file-gone")
    assert kept.ask("officer", place).status_code == 200


def test_a_file_that_no_event_names_within_a_day_is_swept_and_no_other(kept: Huangxi) -> None:
    (application,) = kept.file()
    content = photo()
    accepted(attach(kept, application, content))
    refused(attach(kept, application, content), 409, "file-already-attached")
    named = 2
    assert len(stored(kept)) == 2 * named

    assert sweeper(kept).sweep() == 0
    assert sweeper(kept, later=2 * GRACE, lacking=True).sweep() == 0
    assert sweeper(kept, later=2 * GRACE).sweep() == named
    assert len(stored(kept)) == named


def test_the_sweeper_begins_a_while_after_the_start_and_looks_at_some_at_a_time(
    kept: Huangxi, monkeypatch: pytest.MonkeyPatch
) -> None:
    (application,) = kept.file()
    accepted(attach(kept, application, photo()))
    named = stored(kept)
    for number in range(5):
        kept.service.storage.put(f"{named[0].split('/')[0]}/nobody-{number}/file", b"named by nobody")
    later = sweeper(kept, later=2 * GRACE)
    monkeypatch.setattr(sweeping, "_AT_ONCE", 2)

    assert not later.step()
    assert len(stored(kept)) == len(named) + 5
    monkeypatch.setattr(sweeping, "monotonic", lambda: monotonic() + AGAIN)
    steps = [later.step() for _ in range(5)]

    assert steps == [True, True, True, True, False]
    assert stored(kept) == named


def test_while_it_looks_through_the_history_the_sweeper_tells_its_worker_that_it_lives(
    alone: Huangxi, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = Mock()
    monkeypatch.setattr("identification.service.Sweeper", looking)
    monkeypatch.setattr(type(alone.service), "lacks_events", lambda _, meanwhile: meanwhile())
    loops, name = Loops(), "identification/evidence-sweeper"
    alone.service.add_loops(loops)
    sleep(0.3)
    assert loops.health()[name].silent > 0.2

    looking.call_args.args[-1]()
    assert loops.health()[name].silent < 0.2


def test_a_crash_between_file_and_event_leaves_nothing_that_is_read(
    kept: Huangxi, monkeypatch: pytest.MonkeyPatch
) -> None:
    (application,) = kept.file()

    def crash(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(kept.service.store, "append", crash)
        assert attach(kept, application, photo()).status_code == 500
    assert len(stored(kept)) == 2
    with kept.service.database.reading() as connection:
        attached = event.c.type == "identification.evidence-attached.v1"
        assert connection.scalar(select(func.count()).select_from(event).where(attached)) == 0
    assert kept.ask("officer", f"{APPLICATIONS}/{application}/evidence").json()["items"] == []


def test_files_whose_key_came_after_the_backup_are_attached_again(everywhere: Huangxi) -> None:
    (application,) = everywhere.file()
    place = accepted(attach(everywhere, application, photo()))
    household = everywhere.facts(f"{APPLICATIONS}/{application}")[0]["household_id"]
    # As a store that took the events back, which hold no key.
    with everywhere.service.database.writing() as connection:
        connection.execute(delete(sealed_text).where(sealed_text.c.owner == household))
        connection.execute(delete(person_key).where(person_key.c.owner == household))

    refused(everywhere.ask("officer", f"{place}/file", **CASE_WORK), 404, "file-key-lost")
    again = accepted(attach(everywhere, application, photo()))
    assert everywhere.ask("officer", f"{again}/file", **CASE_WORK).status_code == 200


def test_without_its_storage_nothing_is_attached_or_opened_and_all_else_goes_on(alone: Huangxi, tmp_path: Path) -> None:
    (application,) = alone.file()
    place = accepted(attach(alone, application, photo()))
    (tmp_path / "evidence").rename(tmp_path / "away")
    (tmp_path / "evidence").write_text("no folder")

    refused(attach(alone, application, photo()), 503, "storage-away")
    refused(alone.ask("officer", f"{place}/file", **CASE_WORK), 503, "storage-away")
    assert alone.ask("officer", place).status_code == 200


def test_without_its_bucket_nothing_is_lost_and_all_else_goes_on(server: Buckets, tmp_path: Path) -> None:
    url, said = f"sqlite:///{tmp_path / 'village.db'}", server.settings()
    with huangxi(url, tmp_path, **said) as village:
        (application,) = village.file()
        place = accepted(attach(village, application, photo()))
        with away(village):
            refused(attach(village, application, photo()), 503, "storage-away")
            refused(village.ask("officer", f"{place}/file", **CASE_WORK), 503, "storage-away")
            assert village.ask("officer", place).status_code == 200
            with pytest.raises(StorageAway):
                sweeper(village).sweep()

        assert village.ask("officer", f"{place}/file", **CASE_WORK).status_code == 200
        accepted(attach(village, application, photo()))


@contextmanager
def away(village: Huangxi) -> Iterator[None]:
    """Let the bucket's server answer at another address than the village knows."""
    storage = village.service.storage
    assert isinstance(storage, BucketStorage)
    nowhere = BucketStorage("evidence", f"http://127.0.0.1:{free_port()}", "us-east-1", "AKIA", SecretStr("unasked"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(storage, "_store", nowhere._store)  # noqa: SLF001 - its address is all that differs
        yield


def test_without_the_access_log_nothing_is_opened(alone: Huangxi) -> None:
    (application,) = alone.file()
    place = accepted(attach(alone, application, photo()))
    with alone.service.database.writing() as connection:
        connection.execute(text("ALTER TABLE access_log RENAME TO away"))

    for part in ("file", "thumbnail"):
        refused(alone.ask("officer", f"{place}/{part}", **CASE_WORK), 503, "unavailable")
    assert alone.ask("officer", place).status_code == 200


def test_an_installation_told_of_no_storage_takes_no_files(tmp_path: Path) -> None:
    with huangxi(f"sqlite:///{tmp_path / 'village.db'}", tmp_path, evidence_url=None) as village:
        (application,) = village.file()

        refused(attach(village, application, photo()), 503, "storage-away")
