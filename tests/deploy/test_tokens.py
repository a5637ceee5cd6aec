"""A token of the embedded issuer says on which days a duty is held, and for which department."""

import json
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest
from serving import typed
from yihu.embedded import Embedded

DUTY = {"role": "village_officer", "area": "360424106216"}


def token(folder: Path, *options: str) -> tuple[int, str]:
    _ = Embedded(folder, port=0).issuer
    return typed("token", DUTY["role"], DUTY["area"], "--folder", folder, *options)


def claims(folder: Path, *options: str) -> dict[str, Any]:
    done, printed = token(folder, *options)
    assert done == 0, printed
    said: dict[str, Any] = json.loads(urlsafe_b64decode(printed.split(".")[1] + "=="))
    return said


def test_a_token_says_no_more_than_was_asked_for(tmp_path: Path) -> None:
    said = claims(tmp_path)

    assert said["duties"] == [DUTY]
    assert "department" not in said


def test_a_token_says_the_days_and_the_department(tmp_path: Path) -> None:
    said = claims(tmp_path, "--from", "2016-03-01", "--until", "2016-03-31", "--department", "health")

    assert said["duties"] == [{**DUTY, "from": "2016-03-01", "until": "2016-03-31"}]
    assert said["department"] == "health"


@pytest.mark.parametrize(
    "options", [("--from", "2016-03-01", "--until", "2016-02-29"), ("--until", "2016"), ("--department", "homeland")]
)
def test_what_no_token_can_say_is_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    assert token(tmp_path, *options)[0] == 2
