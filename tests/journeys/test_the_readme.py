"""What the README has a newcomer type: each line works, and shows its point in a few lines."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import pytest
from httpx2 import Client
from running_service import ROOT
from serving import free_port, typed
from yihu.demo.checks import REFUSED

README = (ROOT / "README.md").read_text("utf-8")
PROGRAM = Path(sys.executable).with_name("yihu")


def typed_under(heading: str) -> list[str]:
    """The lines of the blocks of shell below a heading."""
    section = README.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line for block in re.findall(r"```bash\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]


@contextmanager
def running(*arguments: str | Path, until: str) -> Iterator[list[str]]:
    """A command that stays; what it said until it was ready."""
    command = [PROGRAM, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:  # noqa: S603 - ours
        try:
            said: list[str] = []
            for line in process.stdout or ():
                said.append(line)
                if until in line:
                    break
            yield said
        finally:
            process.send_signal(signal.SIGINT)


def in_a_shell(*lines: str) -> list[str]:
    """What lines print that are typed in the checkout."""
    command = ["bash", "-euo", "pipefail", "-c", "\n".join(lines)]
    return subprocess.check_output(command, cwd=ROOT, text=True).splitlines()  # noqa: S603 - as the README has it


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[int, str]]:
    """The demo on a port of its own, and what it said."""
    port = free_port()
    with running("demo", "--port", str(port), until="safety-net/v1/docs") as said:
        yield port, "".join(said)
    rmtree(ROOT / ".data" / "demo" / str(port))


def test_a_case_is_followed_in_five_lines(demo: tuple[int, str]) -> None:
    source, *asking = (line.replace("8015", str(demo[0])) for line in typed_under("Follow one case"))
    shown = [in_a_shell(source, line) for line in asking]

    assert all(line.startswith("curl ") for line in asking)
    course, history, known_then, register, board = shown
    assert [line.split("  ")[1] for line in course] == [
        *("农户申请", "组级评议", "组级公示", "村级审核", "村级公示", "乡级复核", "村级公示")
    ]
    assert history[0].endswith("identification.application-filed.v1")
    assert any(line.endswith("identification.household-registered.v1") for line in history)
    assert "known_at=2015-06-30" in asking[2]
    assert 0 < len(known_then) < len(history) <= 20
    assert [line.split("  ")[2] for line in register] == ["2800.00"] * 4
    assert [line.split("  ")[0] for line in board] == ["组级公示"]


def test_every_address_the_demo_prints_is_there(demo: tuple[int, str]) -> None:
    addresses = re.findall(r"http://\S+", demo[1])

    assert len(addresses) == 7
    with Client(trust_env=False) as client:
        assert {client.get(address).status_code for address in addresses} == {200}


def test_the_demo_tells_in_both_languages_why_something_was_refused(demo: tuple[int, str]) -> None:
    refused = [after.splitlines()[:2] for after in demo[1].split("refused: ")[1:]]

    assert len(refused) == len(REFUSED)
    for english, chinese in refused:
        assert english.isascii()
        assert "\u4e00" <= chinese.strip()[0] <= "\u9fff"


def test_another_demo_leaves_the_first_ones_case_alone(demo: tuple[int, str]) -> None:
    case = ROOT / ".data" / "demo" / str(demo[0]) / "case.sh"

    assert f":{demo[0]}/api" in case.read_text("utf-8")
    assert f"source {case.relative_to(ROOT)}" in demo[1]


def test_ones_own_installation_is_run_as_the_readme_says(tmp_path: Path) -> None:
    serve, *others = (line.partition("#")[0].split()[1:] for line in typed_under("Run it for yourself"))
    assert (serve[0], serve[1]) == ("serve", "--port")
    with running("serve", "--port", str(free_port()), "--folder", tmp_path, until="http"):
        done = [typed(*words, "--folder", tmp_path) for words in others]

    assert [code for code, _ in done] == [0] * 4, done
    imported, token, verified, rebuilt = (said for _, said in done)
    assert "areas, 19 of them new" in imported
    assert token.count(".") == 2
    assert verified == "19 events in 4 stores: every event is as it was recorded"
    assert rebuilt == "identification/application is made anew from 19 events: no row differs from before"
