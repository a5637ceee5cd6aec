"""The command line says in a sentence what is wrong, and never shows a traceback."""

from pathlib import Path

import pytest
from typer.testing import CliRunner
from yihu.cli import app

HEADER = "code,name,level,parent_code,code_source\n"
PROVINCE = "360000000000,江西省,province,,national\n"


def typed(*words: str | Path) -> tuple[int, str]:
    """What a command ends with and says; whatever it raises is not for whoever typed it."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, " ".join(done.output.replace("│", " ").split())


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
