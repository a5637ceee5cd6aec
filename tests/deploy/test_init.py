"""`yihu init` draws every secret that docker-compose.yml asks for, once."""

import json
import re
from pathlib import Path

import pytest
from compose_file import COMPOSE, NotGiven, read, variables_of
from typer.testing import CliRunner
from yihu.cli import app

RUN = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where an installation was set up."""
    assert RUN.invoke(app, ["init", "--folder", str(tmp_path)]).exit_code == 0
    return tmp_path


def test_it_says_all_that_the_compose_file_needs(folder: Path) -> None:
    read(COMPOSE.read_text("utf-8"), variables_of(folder / ".env"))


def test_without_it_the_compose_file_says_what_to_do() -> None:
    with pytest.raises(NotGiven, match="run yihu init"):
        read(COMPOSE.read_text("utf-8"), {})


def test_only_its_owner_reads_the_secrets_and_the_key(folder: Path) -> None:
    assert [(folder / name).stat().st_mode & 0o777 for name in (".env", "keys", "keys/issuer.pem")] == [
        0o600,
        0o700,
        0o600,
    ]


def test_the_containers_may_read_whom_to_trust_but_not_sign(folder: Path) -> None:
    keys = json.loads((folder / "keys/jwks.json").read_text())["keys"]

    assert (folder / "keys/jwks.json").stat().st_mode & 0o777 == 0o644
    assert [key for key in keys if "d" in key] == []


def test_no_secret_is_drawn_twice(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    RUN.invoke(app, ["init", "--folder", str(other)])
    drawn = [variables_of(each / ".env") for each in (folder, other)]
    secrets = [value for each in drawn for name, value in each.items() if re.search("PASSWORD|CREDENTIAL|KEY", name)]

    assert len(set(secrets)) == len(secrets) == 16
    assert all(len(secret) >= 32 for secret in secrets)


@pytest.mark.parametrize("there", [".env", "keys/issuer.pem"])
def test_it_never_takes_the_place_of_secrets(there: str, tmp_path: Path) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("kept")

    refused = RUN.invoke(app, ["init", "--folder", str(tmp_path)])

    assert refused.exit_code == 1
    assert (tmp_path / there).read_text() == "kept"
    assert len(list(tmp_path.rglob("*.*"))) == 1
