"""What a newcomer runs first: it ends well and soon, with the demo's own areas and with those of a whole province."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import pytest
from casework.areas import parent_of
from dossiers import officer
from huangxi import API
from identification.imports.areas import import_areas
from running_service import ROOT
from serving import free_port, serving, yihu
from yihu.demo import telling
from yihu.embedded import Embedded, StillBehind

UNTIL_WOKEN = """
from functools import partial
from chronicle.following import Loops
from yihu.demo import telling
from yihu.embedded import Embedded
telling.Embedded = partial(Embedded, loops=Loops(soon=600, idle=600))
raise SystemExit(telling.check(None))
"""
PROVINCE = ROOT.parent / "shared" / "data" / "divisions-jiangxi-2017.csv"
IMPORTED = re.compile(r"2014-01-01 +(\d+) areas \(行政区划\) imported in ([0-9.]+) s\.")


@pytest.fixture(scope="module")
def province() -> Path:
    """The areas of Jiangxi as published for 2017."""
    if not PROVINCE.exists():
        reason = f"without ../shared/data/{PROVINCE.name}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return PROVINCE


def checked(*arguments: str | Path) -> str:
    done = yihu("demo", "--check", *arguments)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch("[1-9][0-9]* passed, 0 failed", done.stdout.splitlines()[-1])
    return done.stdout


def work_of_children() -> float:
    """Seconds of work, whatever else the machine does meanwhile."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_demo_passes_within_a_minute() -> None:
    worked = work_of_children()
    checked()

    assert work_of_children() - worked <= 60


def test_whatever_is_recorded_wakes_everybody_with_work_to_do() -> None:
    done = subprocess.run([sys.executable, "-c", UNTIL_WOKEN], capture_output=True, text=True, check=False)  # noqa: S603 - written above

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_demo_passes_among_the_areas_of_a_whole_province(province: Path) -> None:
    told = IMPORTED.search(checked("--areas", province))

    assert told
    assert int(told[1]) == 23_162
    assert float(told[2]) <= 3 * 15, "15 s where nothing else runs"


def test_who_does_not_get_on_with_what_was_imported_is_named(tmp_path: Path) -> None:
    embedded = Embedded(tmp_path, free_port(), invented_people=True)
    embedded.prepare()
    handler = embedded.identification.handler
    import_areas(handler, telling.OWN_AREAS.read_bytes(), telling.FIRST_IMPORT, embedded.operator())

    with pytest.raises(StillBehind, match=r"still have events to take: relays, identification/area_v"):
        embedded.settle(0.1)
    with embedded.running():
        embedded.settle()

    behind = {name: left for service in embedded.recording.values() for name, left in service.behind().items()}
    assert "identification/reaction/assistance" in behind
    assert set(behind.values()) == {0}


def test_seven_villages_of_one_name_are_seven_villages(province: Path, tmp_path: Path) -> None:
    rows = {row["code"]: row for row in csv.DictReader(province.read_text("utf-8-sig").splitlines())}
    named = [code for code, row in rows.items() if row["name"].startswith("黄溪村")]
    wanted = set[str | None](named)
    while above := {parent_of(code) for code in wanted if code} - wanted:
        wanted |= above
    file = tmp_path / "named-alike.csv"
    with file.open("w", encoding="utf-8", newline="") as there:
        writer = csv.DictWriter(there, rows[named[0]])
        writer.writeheader()
        writer.writerows(row for code, row in rows.items() if code in wanted)

    with serving(tmp_path) as served:
        assert yihu("areas", "import", file, "--valid-from", "2014-01-01", "--folder", served.folder).returncode == 0
        for number, village in enumerate(named, 1):
            served.settle()
            group = {"number": f"0{number}", "name": "一组", "valid_from": "2014-01-01"}
            path = f"{API}/areas/{village}/villager-groups"
            assert served.ask(officer(village), "POST", path, group).status_code == 201
        served.settle()
        below = [served.ask(officer(one), "GET", f"{API}/areas?parent={one}").json()["items"] for one in named]

    assert len(named) == 7
    assert [[group["code"] for group in groups] for groups in below] == [
        [f"{village}0{number}"] for number, village in enumerate(named, 1)
    ]
