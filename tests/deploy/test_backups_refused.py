"""What is no whole backup of this service is refused in a sentence, before anything is touched."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest
from backups import BackedUp, backed_up, on_sqlite
from chronicle.sealing import MasterKey
from chronicle.store import Database
from identification.service import Service
from industry.service import Service as Industry
from running_service import RunningService
from yihu.backup import making
from yihu.backup.making import How, back_up
from yihu.backup.manifest import NAME, Manifest
from yihu.backup.postgres import load, programs_for
from yihu.backup.refused import BackupRefused
from yihu.backup.restoring import restore
from yihu.backup.whole import UNFINISHED, digests


@pytest.fixture
def before(tmp_path: Path) -> Iterator[BackedUp]:
    with on_sqlite(tmp_path) as databases, backed_up(databases, tmp_path) as village:
        village.back_up()
        yield village


def require_untouched(it: BackedUp, service: Service) -> None:
    assert not Path(service.database.url.database or "").exists()
    assert not (it.folder / "restored").exists()


def files_of(evidence: Path) -> list[Path]:
    """Evidence files, as they are kept."""
    return sorted(evidence.glob("*/*/*"))


def torn(place: Path) -> None:
    file = place / "identification/database.db"
    os.truncate(file, file.stat().st_size // 2)


def missing(place: Path) -> None:
    files_of(place / "identification/evidence")[0].unlink()


def more(place: Path) -> None:
    (place / "identification/database.db-wal").write_bytes(b"of another database")


def turned(place: Path) -> None:
    file = place / "identification/database.db"
    content = bytearray(file.read_bytes())
    content[-100] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("spoil", [torn, missing, more, turned], ids=lambda spoil: spoil.__name__)
def test_a_file_that_is_not_as_it_was_made(before: BackedUp, spoil: Callable[[Path], None]) -> None:
    spoil(before.place)
    service = before.empty()

    with pytest.raises(BackupRefused, match="is not as it was made: identification/"):
        before.restore(service)

    require_untouched(before, service)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"format": 1', '"format": 2', "of format 2; this release reads format 1"),
        ('"revision": "0001"', '"revision": "0999"', "by a later release: its database is of revision 0999"),
        (
            '"source": "identification"',
            '"source": "industry"',
            "no backup of identification: its events are of industry",
        ),
        ('"database": "sqlite"', '"database": "postgresql"', "backed up from postgresql, and is on another here"),
        ('"made_at"', '"made', "is torn, or was changed"),
        ('"identification": {', '"industry": {', "holds no backup of identification; it is of industry"),
    ],
    ids=["format", "release", "source", "kind", "torn", "service"],
)
def test_a_manifest_of_something_else(before: BackedUp, old: str, new: str, why: str) -> None:
    manifest = before.place / NAME
    written = manifest.read_text()
    assert old in written
    manifest.write_text(written.replace(old, new, 1))
    service = before.empty()

    with pytest.raises(BackupRefused, match=why):
        before.restore(service)

    require_untouched(before, service)


def test_a_folder_that_is_no_backup(before: BackedUp) -> None:
    with pytest.raises(BackupRefused, match="there is no whole backup in"):
        restore({"identification": before.empty()}, before.folder, before.databases.how)


def test_a_store_that_is_not_empty_is_not_overwritten(before: BackedUp) -> None:
    events = before.village.events()

    with pytest.raises(BackupRefused, match="the database of identification is not empty"):
        restore(before.services, before.place, before.databases.how)

    assert before.village.events() == events


@pytest.mark.parametrize("end", ["-wal", "-shm"])
def test_nor_is_one_restored_beside_the_log_of_another(before: BackedUp, end: str) -> None:
    service = before.empty()
    Path(f"{service.database.url.database}{end}").write_bytes(b"of another")

    with pytest.raises(BackupRefused, match="is not empty"):
        before.restore(service)


def test_a_file_of_the_same_name_is_kept_and_another_is_not_overwritten(before: BackedUp) -> None:
    again, other = before.empty(), before.empty()
    before.restore(again)
    before.restore(before.empty())
    file = files_of(before.folder / "restored/evidence")[0]
    file.write_bytes(b"another")

    with pytest.raises(BackupRefused, match="are others than those backed up: 1"):
        before.restore(other)

    assert file.read_bytes() == b"another"


@pytest.mark.parametrize(
    ("key", "why"),
    [(None, "no master key is said"), ("another", "the master key is not the one it was sealed under")],
    ids=["none", "another"],
)
def test_without_the_master_key_it_was_sealed_under_nothing_is_restored_but_by_intent(
    before: BackedUp, key: str | None, why: str
) -> None:
    if key:
        (before.folder / key).write_text(MasterKey.generate().text())
    service = before.empty(master_key_file=before.folder / key if key else None)

    with pytest.raises(BackupRefused, match=why):
        before.restore(service)

    require_untouched(before, service)
    before.restore(service, with_key=False)
    assert Path(service.database.url.database or "").exists()


def test_a_backup_takes_the_place_of_no_other(before: BackedUp) -> None:
    manifest = (before.place / NAME).read_bytes()

    with pytest.raises(BackupRefused, match="is there already"):
        before.back_up()

    assert (before.place / NAME).read_bytes() == manifest


def test_two_backups_are_not_made_into_one_folder_at_a_time(before: BackedUp, monkeypatch: pytest.MonkeyPatch) -> None:
    second = before.place.with_name("tuesday")

    def meanwhile(*given: object) -> object:
        with pytest.raises(BackupRefused, match="another backup is being made"):
            back_up(before.services, second.with_name("wednesday"), before.databases.how)
        return digests(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "digests", meanwhile)
    back_up(before.services, second, before.databases.how)

    assert sorted(each.name for each in second.parent.iterdir()) == ["monday", "tuesday"]


def killed(url: str, folder: Path) -> None:
    """Make a backup in a process of its own that is killed just before it is whole."""
    Manifest.write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
    back_up({"industry": industry(url, folder)}, folder / "backups/monday", How(jobs=1))


def industry(url: str, folder: Path) -> Industry:
    service = RunningService("industry", url, folder).service
    assert isinstance(service, Industry)
    return service


def test_a_backup_killed_half_way_leaves_nothing_that_looks_whole_and_the_next_removes_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'industry.db'}"
    making_it = get_context("fork").Process(target=killed, args=(url, tmp_path))
    making_it.start()
    making_it.join()

    assert making_it.exitcode == -signal.SIGKILL
    (left,) = (tmp_path / "backups").iterdir()
    assert left.name.startswith(UNFINISHED)
    with closing((service := industry(url, tmp_path)).database):
        with pytest.raises(BackupRefused, match="no whole backup"):
            restore({"industry": service}, left, How(jobs=1))
        back_up({"industry": service}, tmp_path / "backups/monday", How(jobs=1))
    assert [each.name for each in (tmp_path / "backups").iterdir()] == ["monday"]


def test_a_backup_that_fails_leaves_nothing(before: BackedUp) -> None:
    file = files_of(before.folder / "first/evidence")[0]
    file.unlink()
    file.mkdir()

    with pytest.raises(BackupRefused, match="evidence files that are there and cannot be read: 1"):
        back_up(before.services, before.place.with_name("tuesday"), before.databases.how)

    assert [each.name for each in before.place.parent.iterdir()] == ["monday"]


def test_a_backup_without_all_evidence_is_not_made(before: BackedUp) -> None:
    evidence, second = before.folder / "first/evidence", before.place.with_name("tuesday")
    closed = evidence / "household"
    closed.symlink_to("household")  # to itself, which root cannot read either
    with pytest.raises(BackupRefused, match=r"a folder in .*/first/evidence cannot be read"):
        back_up(before.services, second, before.databases.how)
    closed.unlink()

    evidence.rename(evidence.with_name("elsewhere"))
    with pytest.raises(BackupRefused, match=r"there is no folder .*/first/evidence, and evidence was attached"):
        back_up(before.services, second, before.databases.how)
    assert [each.name for each in before.place.parent.iterdir()] == ["monday"]

    evidence.mkdir()
    assert back_up(before.services, second, before.databases.how).services["identification"].evidence == "here"


def programs(folder: Path, major: int) -> Path:
    """A folder with programs that say they are of a version."""
    folder.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (folder / name).write_text(f"#!{sys.executable}\nprint('{name} (PostgreSQL) {major}.4 (Debian {major}.4-1)')\n")
        (folder / name).chmod(0o755)
    return folder


def test_programs_of_the_servers_version_are_taken_or_the_next_later_and_older_ones_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = {major: programs(tmp_path / str(major), major) for major in (14, 19, 16)}
    monkeypatch.setattr("yihu.backup.postgres.SYSTEM", tmp_path / "nowhere")
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders.values())))

    assert [programs_for(needed, None) for needed in (14, 15, 17)] == [(m, folders[m]) for m in (14, 16, 19)]
    assert programs_for(14, folders[19]) == (19, folders[19])
    with pytest.raises(BackupRefused, match=r"is of 14, older than 16; install postgresql-client-16"):
        programs_for(16, folders[14])
    with pytest.raises(BackupRefused, match=r"are not in .*nothing; install postgresql-client-16"):
        programs_for(16, tmp_path / "nothing")


def test_a_password_is_not_among_the_arguments_and_a_failure_is_told_by_its_first_line(tmp_path: Path) -> None:
    program = tmp_path / "pg_restore"
    told = f"import os, sys; print(sys.argv[1], os.environ['PGPASSWORD'], file=open('{tmp_path}/told', 'w'))"
    program.write_text(f"#!{sys.executable}\n{told}\nsys.exit('pg_restore: error: torn\\nCONTEXT: a row')\n")
    program.chmod(0o755)

    database = Database("postgresql+psycopg://yihu:drawn@nowhere:5433/industry?sslmode=require")
    with closing(database), pytest.raises(BackupRefused, match=r"^pg_restore failed: pg_restore: error: torn$"):
        load(database, tmp_path, 1, tmp_path)

    assert (tmp_path / "told").read_text() == (
        "--dbname=postgresql://yihu@nowhere:5433/industry?sslmode=require drawn\n"
    )
