"""The command line says in a sentence what is wrong, and never shows a traceback."""

from pathlib import Path

import pytest
from serving import yihu

HEADER = "code,name,level,parent_code,code_source\n"
PROVINCE = "360000000000,江西省,province,,national\n"


def importing(file: Path, folder: Path) -> tuple[int, str]:
    done = yihu("areas", "import", file, "--valid-from", "2014-01-01", "--folder", folder)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", [["areas", "import", "--valid-from", "2014-01-01"], ["demo", "--check", "--areas"]])
def test_a_file_that_is_not_there_is_named(command: list[str], tmp_path: Path) -> None:
    for file in (tmp_path / "missing.csv", tmp_path):
        done = yihu(*command, file)

        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        said = " ".join(done.stderr.replace("│", " ").split())
        assert "does not exist" in said or "is a directory" in said


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
    file = tmp_path / "areas.csv"
    file.write_text(text, "utf-8")
    code, said = importing(file, tmp_path / "installation")

    assert code == 1
    for each in where:
        assert each in said


def test_an_empty_installation_is_verified_as_empty(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text(HEADER, "utf-8")
    importing(tmp_path / "areas.csv", tmp_path)

    assert yihu("verify", "--folder", tmp_path).stdout == "0 events in 4 stores: every event is as it was recorded\n"
