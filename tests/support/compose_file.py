"""docker-compose.yml as Docker would read it: merged, and with the variables of an .env file filled in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).parents[2]
COMPOSE = CHECKOUT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?::(?P<how>[-?])(?P<other>[^}]*))?\})")


class NotGiven(Exception):
    """A variable without which the file cannot be used; the text is what the file says of it."""


def read(text: str, variables: Mapping[str, str] | None = None) -> Any:
    """Read a compose file; with variables, fill them in. NotGiven for one that is needed."""
    found = yaml.safe_load(text)
    return found if variables is None else _filled(found, variables)


def variables_of(environment: Path) -> dict[str, str]:
    """What an .env file says."""
    lines = (line.partition("=") for line in environment.read_text("ascii").splitlines())
    return {name: value for name, _, value in lines}


def server_settings(service: Mapping[str, Any]) -> dict[str, str]:
    """What the command of a PostgreSQL service sets."""
    return dict(option.split("=") for option in service["command"] if "=" in option)


def _filled(found: Any, variables: Mapping[str, str]) -> Any:
    match found:
        case dict():
            return {key: _filled(value, variables) for key, value in found.items()}
        case list():
            return [_filled(value, variables) for value in found]
        case str():
            return _VARIABLE.sub(lambda variable: _value(variable, variables), found)
        case _:
            return found


def _value(variable: re.Match[str], variables: Mapping[str, str]) -> str:
    name, other = variable["name"], variable["other"]
    if variable["dollar"]:
        return "$"
    if variable["how"] == "?" and not variables.get(name):
        raise NotGiven(f"{name}: {other}")
    return variables.get(name) or other or ""
