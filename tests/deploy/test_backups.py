"""A backup made while a service works is restored to what it was, and nobody erased since comes back with it."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from backups import BackedUp, Databases, backed_up, on_postgres, on_sqlite
from chronicle.migrating import upgrade
from chronicle.store.tables import person_key, sealed_text
from chronicle.verification import verify
from erasing import APPLICATIONS, readable
from huangxi import Huangxi, accepted, refused
from papers import EVIDENCE
from private_postgres import Cluster
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from yihu.backup.refused import BackupRefused
from yihu.backup.restoring import _One

HOLD = {"ground": "court", "reference": "7"}
CASE_WORK = {"purpose": "case_work"}


def content_of(file: Path) -> bytes:
    """What is in a file of a backup, unpacked where PostgreSQL's program packed it."""
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


@pytest.fixture(params=["sqlite", "postgresql-16", "postgresql-18"])
def databases(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_servers: Callable[[str], Cluster]
) -> Iterator[Databases]:
    kind = on_sqlite(tmp_path) if request.param == "sqlite" else on_postgres(postgres_servers(request.param))
    with kind as made:
        yield made


@pytest.fixture
def before(databases: Databases, tmp_path: Path) -> Iterator[BackedUp]:
    with backed_up(databases, tmp_path) as village:
        yield village


def shown(village: Huangxi, it: BackedUp) -> list[Any]:
    """What officers are shown: a list, a history, a file, a name."""
    application = f"{APPLICATIONS}/{it.couple.application_id}"
    lists = [village.ask("county", path).json() for path in (APPLICATIONS, application)]
    (file,) = village.ask("officer", f"{application}/evidence").json()["items"]
    content = village.ask("officer", f"{EVIDENCE}/{file['evidence_id']}/file", **CASE_WORK)
    disclosure = village.send("officer", f"{it.couple.head}/disclosure", {"purpose": "own_request"})
    assert content.is_success
    assert disclosure.json()["texts"]["name"] == it.couple.typed[0]["name"]
    return [*lists, file, content.content, disclosure.json()]


def test_restored_and_adopted_it_serves_what_it_served_before(before: BackedUp) -> None:
    expected = shown(before.village, before)
    made = before.back_up()
    service = before.empty()

    assert before.restore(service) == made
    with before.serving(service) as village:
        refused(village.send("county", f"{before.couple.head}/legal-holds", HOLD), 503, "unavailable")
        assert "0 events taken back" in before.adopt(service)

        assert shown(village, before) == expected
        assert village.events() == before.village.events()
        assert verify(village.service.database) == []
        accepted(village.send("county", f"{before.couple.head}/legal-holds", HOLD))
        assert len(village.events()) == len(before.village.events()) + 1


def test_what_was_recorded_after_the_backup_is_taken_back_before_anything_else_is_recorded(before: BackedUp) -> None:
    before.back_up()
    accepted(before.village.send("county", f"{before.couple.head}/legal-holds", HOLD))
    before.share()
    service = before.empty()

    before.restore(service)
    with before.serving(service) as village:
        refused(village.send("county", f"{before.couple.head}/legal-holds", HOLD), 503, "unavailable")
        assert "1 events taken back" in before.adopt(service)
        assert village.events() == before.village.events()


def test_a_person_erased_after_the_backup_stays_erased(before: BackedUp) -> None:
    before.back_up()
    before.couple.erase()
    before.share()
    head = before.couple.person_ids[0]
    service = before.empty()

    before.restore(service)
    with before.serving(service) as village:
        asked = village.send("officer", f"{before.couple.head}/disclosure", {"purpose": "own_request"})
        refused(asked, 503, "erasures-unknown")
        before.adopt(service)

        asked = village.send("officer", f"{before.couple.head}/disclosure", {"purpose": "own_request"})
        assert asked.json() == {"person_id": head, "erased": True, "texts": {}}
        with village.service.database.reading() as connection:
            keys = connection.execute(select(person_key.c.wrapped).where(person_key.c.owner == head)).scalars().all()
            texts = connection.execute(select(sealed_text.c.id).where(sealed_text.c.owner == head)).all()
        assert (keys, texts) == ([None], [])
        assert before.couple.canaries.found(readable(village.service.database)) == set()


def test_a_backup_is_of_one_moment_however_much_is_recorded_meanwhile(before: BackedUp) -> None:
    enough = Event()

    def work() -> None:
        while not enough.is_set():
            before.village.file(2)

    working = Thread(target=work)
    working.start()
    try:
        made = before.back_up()
    finally:
        enough.set()
        working.join()
    service = before.empty()

    before.restore(service)
    with closing(service.database):
        assert verify(service.database) == []
        restored = [event for each in range(16) for event in service.store.read(each, 0, 1_000)]
    assert len(restored) == made.services["identification"].events == made.services["identification"].rows["event"]
    assert {event.event_id for event in restored} <= {event.event_id for event in before.village.events()}


def test_the_backup_holds_nothing_personal_and_not_the_master_key(before: BackedUp) -> None:
    before.back_up()
    key = before.village.service.settings.master_key_file
    assert key

    kept = [content_of(file) for file in before.place.rglob("*") if file.is_file()]

    # Else nothing could be found in it.
    assert any(before.couple.application_id.encode() in each for each in kept)
    assert before.couple.canaries.found_in(kept) == set()
    assert not any(key.read_bytes() in each for each in kept)
    assert {path.stat().st_mode & 0o077 for path in (before.place, before.place.parent)} == {0}


def test_half_of_a_restored_store_starts_no_process_and_is_not_filled_up(
    before: BackedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    before.back_up()
    service = before.empty()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(_One, "_take_into_use", die)
        with pytest.raises(KeyboardInterrupt):
            before.restore(service)

    if service.database.is_sqlite:
        assert not Path(service.database.url.database or "").exists()
        before.restore(service)
        return
    with closing(service.database):
        with pytest.raises(DBAPIError, match="already exists"):
            upgrade(service.database, service.alembic_ini)
        with pytest.raises(BackupRefused, match="is not empty"):
            before.restore(service)
