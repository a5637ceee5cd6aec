"""The command line says in a sentence what is wrong, and never shows a traceback."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from backups import leave
from chronicle.following.parking import Asked, Parking
from chronicle.messages import new_id
from chronicle.sealing import MasterKey
from chronicle.store import Database
from chronicle.store.tables import blocked_subject
from identification.cases.application.projections import applications
from joserfc.jwk import ECKey
from serving import typed
from sqlalchemy import select
from tallies import fill, opened
from yihu.demo.telling import OWN_AREAS
from yihu.embedded import Embedded, MasterKeyLost

HEADER = "code,name,level,parent_code,code_source\n"
PROVINCE = "360000000000,江西省,province,,national\n"


def importing(text: str, folder: Path) -> tuple[int, str]:
    file = folder / "areas.csv"
    file.write_text(text, "utf-8")
    return typed("areas", "import", file, "--valid-from", "2014-01-01", "--folder", folder)


@pytest.mark.parametrize("command", [["areas", "import", "--valid-from", "2014-01-01"], ["demo", "--check", "--areas"]])
def test_a_file_that_is_not_there_is_named(command: list[str], tmp_path: Path) -> None:
    missing, folder = typed(*command, tmp_path / "missing.csv"), typed(*command, tmp_path)

    assert (missing[0], folder[0]) == (2, 2)
    assert "does not exist" in missing[1]
    assert "is a directory" in folder[1]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("name,code\n", ["第1行：", "line 1: The first line must name the columns code,name,"]),
        (HEADER + PROVINCE + "36,江西\n", ["第3行：", "line 3: Fields in this line: 2, instead of 5."]),
        (HEADER + PROVINCE.replace("province", "land"), ["第2行：", "line 2: The field level does not hold"]),
    ],
    ids=["header", "fields", "word"],
)
def test_a_bad_line_of_a_file_is_named_by_its_number(text: str, where: list[str], tmp_path: Path) -> None:
    code, said = importing(text, tmp_path)

    assert code == 1
    for each in where:
        assert each in said


def test_an_empty_installation_is_verified_as_empty(tmp_path: Path) -> None:
    importing(HEADER, tmp_path)

    assert typed("verify", "--folder", tmp_path) == (0, "0 events in 4 stores: every event is as it was recorded")


LOOKING = [["verify"], ["parking", "list"], ["parking", "retry", "relocation", "a", "b"], ["rebuild", "areas"]]


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_a_command_that_only_looks_makes_nothing_that_is_not_there(command: list[str], tmp_path: Path) -> None:
    code, said = typed(*command, "--folder", tmp_path / "nowhere")
    assert (code, f"there is no installation in {tmp_path}/nowhere" in said) == (2, True)
    assert not (tmp_path / "nowhere").exists()

    importing(HEADER, tmp_path)
    lost = tmp_path / "relocation.db"
    leave(Database(f"sqlite:///{lost}"))
    code, said = typed(*command, "--folder", tmp_path)
    assert (code, f"there is no database at {lost}" in said) == (1, True)
    assert not lost.exists()


@pytest.mark.parametrize(
    "command", [*LOOKING, ["backup", "made"], ["areas", "import", OWN_AREAS, "--valid-from", "2014-01-01"]]
)
def test_a_lost_master_key_is_asked_for_and_never_drawn_again(
    command: list[str | Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    importing(HEADER, tmp_path)
    key = tmp_path / "master.key"
    key.rename(tmp_path / "kept apart")

    code, said = typed(*command, "--folder", tmp_path)
    assert (code, f"{key} is gone" in said, "put the kept copy back" in said) == (1, True, True)
    assert not key.exists()
    with pytest.raises(MasterKeyLost):
        Embedded(tmp_path, port=0).prepare()

    key.hardlink_to(tmp_path / "kept apart")
    assert typed("verify", "--folder", tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("secret", "drawing", "start"),
    [
        ("master.key", (MasterKey, "generate"), lambda it: it.identification.sealer),
        ("issuer.pem", (ECKey, "generate_key"), lambda it: it.issuer),
    ],
    ids=["master key", "issuer"],
)
def test_of_two_first_starts_both_have_the_secret_that_one_drew(
    secret: str,
    drawing: tuple[type, str],
    start: Callable[[Embedded], object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = (Embedded(tmp_path, port=0) for _ in range(2))
    draw, kept = getattr(*drawing), []

    def draw_late(*given: Any) -> Any:
        monkeypatch.undo()
        start(second)
        kept.append((tmp_path / secret).read_text())
        return draw(*given)

    monkeypatch.setattr(*drawing, draw_late)
    start(first)

    assert [(tmp_path / secret).read_text()] == kept
    assert (tmp_path / secret).stat().st_mode & 0o777 == 0o600
    assert first.issuer.jwks() == second.issuer.jwks()
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_what_is_parked_is_listed_and_an_operator_says_what_becomes_of_it(tmp_path: Path) -> None:
    importing(HEADER, tmp_path)
    here, follower = ("--folder", tmp_path), applications.reader
    with opened(f"sqlite:///{tmp_path}/toy.db") as (_, toy):
        (event,) = fill(toy, 1)
    with closing(Database(f"sqlite:///{tmp_path}/identification.db")) as database:
        with database.writing() as connection:
            Parking(applications, database).block(connection, event, "KeyError on toy.counted.v1")
        code, listed = typed("parking", "list", *here)
        assert (code, listed.endswith("events that wait: 1 subjects that wait: 1")) == (0, True)
        assert f"identification {follower} {event.subject}: KeyError on toy.counted.v1 ({event.event_id})" in listed

        which = ("identification", follower, event.subject)
        for what, more in ((Asked.RETRY, ()), (Asked.RELEASE, (event.event_id, "--why", "entered twice"))):
            assert typed("parking", what, *which, *more, *here)[0] == 0
            with database.reading() as connection:
                row = connection.execute(select(blocked_subject.c.asked, blocked_subject.c.why)).one()
            assert tuple(row) == (what, more[-1] if more else None)

    another = new_id()
    code, said = typed("parking", "release", *which, another, "--why", "entered twice", *here)
    no_longer = f"{event.subject} does not wait, or no longer, for {follower} of identification at the event {another}"
    assert (code, f"{no_longer}; see `yihu parking list`" in said) == (1, True)

    code, said = typed("parking", "retry", "identification", follower, "household/none", *here)
    assert (code, "nothing of household/none waits" in said) == (1, True)
    code, said = typed("parking", "retry", "industries", follower, event.subject, *here)
    assert (code, "name one of gateway, identification, industry" in said) == (2, True)
