"""`yihu init` draws every secret that docker-compose.yml asks for, once."""

import json
import os
import re
import secrets
from pathlib import Path

import pytest
from chronicle.installation import is_placeholder
from compose_file import CHECKOUT, COMPOSE, NotGiven, read, variables_of
from gateway.settings import Settings
from typer.testing import CliRunner, Result
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


def test_what_it_draws_is_never_taken_for_a_placeholder(tmp_path: Path) -> None:
    for number in range(50):
        RUN.invoke(app, ["init", "--folder", str(tmp_path / str(number))])
        drawn = variables_of(tmp_path / str(number) / ".env")
        assert [name for name in drawn if re.search("PASSWORD|CREDENTIAL", name) and is_placeholder(drawn[name])] == []


def test_a_word_that_chance_spelt_is_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = secrets.token_urlsafe
    unlucky = iter([f"Insert{draw(18)}", f"{draw(18)}sEcReT"])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: next(unlucky, None) or draw(size))

    RUN.invoke(app, ["init", "--folder", str(tmp_path)])

    assert next(unlucky, None) is None
    assert not is_placeholder(variables_of(tmp_path / ".env")["POSTGRES_PASSWORD"])


@pytest.mark.parametrize("command", ["migrate", "topic refill", "store adopt industry"])
def test_what_needs_to_know_a_database_is_refused_without_one(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.endswith("_DATABASE_URL")]:
        monkeypatch.delenv(name)

    refused = RUN.invoke(app, command.split())

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert len(refused.stderr.splitlines()) == 1


def test_a_service_whose_settings_are_all_in_files_is_migrated(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, database = tmp_path_factory.mktemp("secrets"), folder / "gateway.db"
    said = {
        "database_url": f"sqlite:///{database}",
        "policy_folder": str(CHECKOUT / "policy/gateway"),
        "identification_url": "http://identification-api:8000",
        "issuer": "yihu-embedded",
        "jwks_file": str(folder / "keys/jwks.json"),
        "service_credential": variables_of(folder / ".env")["SERVICE_CREDENTIAL"],
    }
    for name, value in said.items():
        (files / f"gateway_{name}").write_text(value)
    monkeypatch.setitem(Settings.model_config, "secrets_dir", files)

    assert RUN.invoke(app, ["migrate"]).exit_code == 0
    assert database.exists()


def test_a_token_is_signed_by_who_is_there_and_by_nobody_else(folder: Path) -> None:
    def token(where: Path) -> Result:
        return RUN.invoke(app, ["token", "auditor", "360424106216", "--folder", str(where)])

    provider = '{"keys": []}'
    (folder / "keys/jwks.json").write_text(provider)
    assert token(folder / "keys").stdout.count(".") == 2
    (folder / "keys/issuer.pem").unlink()
    refused = token(folder / "keys")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "no issuer of tokens" in refused.stderr
    assert not (folder / "keys/issuer.pem").exists()
    assert (folder / "keys/jwks.json").read_text() == provider
