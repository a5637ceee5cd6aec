"""What docs/integrating.md tells an integrator to run does what it says."""

import json
import os
import re
import shutil
import subprocess
import sys
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from chronicle.messages import new_id
from gateway.main import create_app
from identification.cases.household.events import HouseholdMembersChanged
from listening import listening
from running_gateway import GROUP, RunningGateway, told
from running_service import ROOT
from serving import yihu
from subscriber import checksum, subscribed, system
from yihu.embedded import Embedded

TEXT = (ROOT / "docs" / "integrating.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
(PYTHON,) = (block for language, block in BLOCKS if language == "python")
(CURL,) = (block for language, block in BLOCKS if "curl" in block and "/api/feeds/" in block)


@pytest.fixture
def place(gateway: RunningGateway, tmp_path: Path) -> Iterator[Path]:
    """A folder to run in, with a token, while the gateway answers."""
    folder = tmp_path / "integrator"
    folder.mkdir()
    (folder / "token").write_text(system(gateway, "feed:open").headers["authorization"].removeprefix("Bearer "))
    with listening(create_app(gateway.service)) as address:
        (folder / "address").write_text(address)
        yield folder


@contextmanager
def program(folder: Path, *command: str) -> Iterator[subprocess.Popen[str]]:
    """Run it until the block ends."""
    known = {"YIHU": (folder / "address").read_text(), "YIHU_TOKEN_FILE": str(folder / "token")}
    with subprocess.Popen(  # noqa: S603 - what the documentation says
        command, cwd=folder, env={**os.environ, **known}, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def happen(gateway: RunningGateway) -> str:
    """Something happens to a household; its subject."""
    changed = HouseholdMembersChanged(household_id=new_id(), group_code=GROUP, members=())
    event = told(changed, f"household/{new_id()}")
    gateway.relay(event)
    return event.subject


def heard(running: subprocess.Popen[str], subject: str) -> list[str]:
    """What it prints until it comes to a subject."""
    assert running.stdout
    lines: list[str] = []
    for line in running.stdout:
        lines.append(line)
        if subject in line:
            return lines
    raise AssertionError(lines)


def test_every_example_is_shorter_than_twenty_lines() -> None:
    assert [block for _, block in BLOCKS if len(block.splitlines()) >= 20] == []


def test_the_token_of_the_example_is_granted_what_it_says(tmp_path: Path) -> None:
    (command,) = re.findall(r"^[.]venv/bin/yihu (.*) > token$", TEXT, re.MULTILINE)
    _ = Embedded(tmp_path, port=0).issuer
    payload = yihu(*command.split(), "--folder", tmp_path).stdout.split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=="))

    assert claims["scope"] == "feed:open"
    assert claims["department"] == "education"
    assert claims["duties"] == [{"role": "department_system", "area": "360424"}]


def test_the_python_program_hears_everything_once_and_goes_on_where_it_was(
    gateway: RunningGateway, place: Path
) -> None:
    first = happen(gateway)
    with program(place, sys.executable, "-c", PYTHON) as running:
        lines = heard(running, first)
        live = happen(gateway)
        lines += heard(running, live)
        until_kept(place / "place.json", gateway)
    second = happen(gateway)
    with program(place, sys.executable, "-c", PYTHON) as running:
        lines += heard(running, second)

    assert len(lines) == len(set(lines)) == len(subscribed(gateway, scope="feed:open").read_all())


def until_kept(file: Path, gateway: RunningGateway) -> None:
    everything = int(checksum(subscribed(gateway, scope="feed:open").read_all()), 16)
    until = monotonic() + 10
    while not (file.exists() and (text := file.read_text()) and json.loads(text)["sum"] == everything):
        assert monotonic() < until
        sleep(0.02)


def test_the_python_program_stops_when_it_lost_something(gateway: RunningGateway, place: Path) -> None:
    lost = PYTHON.replace("for event in events:", "for event in events[1:]:")
    happen(gateway)
    with program(place, sys.executable, "-c", lost) as running:
        assert running.wait(10) == 1

    assert not (place / "place.json").exists()


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_curl_hears_what_happens(gateway: RunningGateway, place: Path) -> None:
    first = happen(gateway)
    with program(place, "bash", "-c", CURL) as running:
        heard(running, first)
        heard(running, happen(gateway))
