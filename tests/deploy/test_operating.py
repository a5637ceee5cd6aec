"""docs/operating.md is true: what it names is there."""

import re
import subprocess

import pytest
import yaml
from chronicle.feed import stopped
from chronicle.feed.alarms import AHEAD, MISFIT
from chronicle.relay import RESTORED
from compose_file import CHECKOUT, COMPOSE
from typer.testing import CliRunner
from yihu.cli import app

PAGE = (CHECKOUT / "docs/operating.md").read_text("utf-8")
FILE = COMPOSE.read_text("utf-8")
ALARMS = [AHEAD, MISFIT, RESTORED, *(each().reason for each in stopped.FeedStopped.__subclasses__())]


@pytest.mark.parametrize("reason", ALARMS)
def test_every_alarm_is_explained(reason: str) -> None:
    assert f"| `{reason}` |" in PAGE


def test_every_process_is_explained_and_no_other_is_named() -> None:
    services = yaml.safe_load(FILE)["services"]
    named = re.findall(
        r"docker compose (?:stop|logs|exec(?: --no-TTY)?|run --rm(?:[\s\\]+--(?:volume|env) \S+)*) ([a-z-]+)", PAGE
    )

    assert set(named) <= services.keys()
    for name in services:
        assert f"`{name}`" in PAGE or re.fullmatch(r"(?!gateway).+-(api|worker)", name)


def test_every_variable_of_the_compose_file_is_explained() -> None:
    variables = set(re.findall(r"\$\{(\w+)", FILE))

    assert [name for name in variables if name not in PAGE and not name.endswith("_PASSWORD")] == []


def test_every_command_it_names_is_there() -> None:
    words = {
        match[1] for match in re.finditer(r"yihu ((?:topic|store|areas) [a-z]+|[a-z]+)(?= |`|$)", PAGE, re.MULTILINE)
    }
    commands = [name.split() for name in words]

    assert len(commands) > 8
    for command in commands:
        assert CliRunner().invoke(app, [*command, "--help"]).exit_code == 0, command


def test_what_is_restored_is_the_newest_night_and_no_backup_of_another_name() -> None:
    looked_for = re.findall(r"^night=.*$", PAGE, re.MULTILINE)
    there = "docker() { printf '%s\\n' 2026-11-27 2026-11-28 2026-11-28-again before-1.2.3; }"

    assert len(looked_for) == 2
    for line in looked_for:
        typed = ["/bin/bash", "-c", f'{there}\n{line}\necho "$night"']
        found = subprocess.run(typed, capture_output=True, check=True)  # noqa: S603 - as the page has it
        assert found.stdout == b"2026-11-28\n", line
