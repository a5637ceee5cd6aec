"""An installation of a service: what its settings make of it."""

import os
import subprocess
import sys
from base64 import b64encode
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from secrets import token_bytes, token_hex, token_urlsafe
from textwrap import dedent
from time import monotonic
from uuid import uuid4

import pytest
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.following import Follower
from chronicle.installation import Installation, ServiceSettings, is_placeholder
from chronicle.store import OF_A_WORKER
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict
from tallies import counted, fill, opened, rows, stored, tally_of

SUPPORT = Path(__file__).parents[1] / "support"
WORKER = """
    import sys
    from pathlib import Path
    from chronicle.installation import Installation, ServiceSettings, is_placeholder
    from tallies import counted, everything

    settings = ServiceSettings(
        database_url=sys.argv[1],
        feed_url="kafka://127.0.0.1:9/nowhere",
        policy_folder=Path(),
        issuer="issuer",
        jwks_file=Path("jwks.json"),
        service_credential="9f4c1be07a3d5826e1b7c04f93ad6528",
    )
    installed = Installation(
        source="toy", settings=settings, alembic_ini=Path(), projections=(counted, everything)
    )
    installed.run_worker()
"""
CREDENTIAL = "9f4c1be07a3d5826e1b7c04f93ad6528"


def installation(credential: str = CREDENTIAL, database_url: str = "sqlite://") -> Installation:
    settings = ServiceSettings(
        database_url=database_url,
        policy_folder=Path(),
        issuer="issuer",
        jwks_file=Path("jwks.json"),
        service_credential=SecretStr(credential),
    )
    return Installation(source="toy", settings=settings, alembic_ini=Path(), projections=())


def test_a_worker_says_to_every_postgresql_for_how_long_it_may_lock_anything(database_url: str) -> None:
    named = "SELECT setting FROM pg_settings WHERE name ~ '^(idle_in_)?transaction(_session)?_timeout$' ORDER BY name"
    worker = replace(installation(database_url=database_url), limits=OF_A_WORKER)
    worker.settings.feed_url = database_url
    assert worker.feed
    feed = worker.feed()
    assert isinstance(feed, EmbeddedFeed)
    for each in (worker.database, feed._database):  # noqa: SLF001 - what it is kept in
        with closing(each) as database, database.writing() as connection:
            assert {*connection.exec_driver_sql(named).scalars()} == {str(OF_A_WORKER.seconds * 1_000)}
    with closing(installation(database_url=database_url).database) as database, database.writing() as connection:
        assert {*connection.exec_driver_sql(named).scalars()} == {"0"}


@given(st.binary(), st.binary())
def test_two_bodies_have_one_fingerprint_only_when_they_are_the_same(one: bytes, other: bytes) -> None:
    made = installation().fingerprint

    assert (made(one) == made(other)) == (one == other)


def test_a_fingerprint_cannot_be_made_without_the_credential() -> None:
    assert installation().fingerprint(b"{}") != installation(CREDENTIAL[::-1]).fingerprint(b"{}")


def test_a_short_credential_is_refused() -> None:
    with pytest.raises(ValidationError):
        installation("short")


THOUGHT_OF = [
    *(
        "a" * 40,
        "Change-me-before-you-start-this-0123456789",
        f"example{CREDENTIAL}",
        "please-insert-it-right-here!!!!!!",
    ),
    *("0123456789abcdef0123456789abcdef", "1111111111222222222233333333334444", "my-very-own-PassWord-of-the-county"),
]


@pytest.mark.parametrize("credential", THOUGHT_OF)
def test_a_credential_that_nobody_drew_is_refused_and_not_shown(credential: str) -> None:
    with pytest.raises(ValidationError, match="not drawn at random") as refused:
        installation(credential)

    assert credential not in str(refused.value)


@pytest.mark.parametrize("password", ["", "postgres", "123456789", "Zx9-qWe7_kLm2v", "changeme-changeme-1234"])
def test_a_password_that_nobody_drew_is_refused_and_not_shown(password: str) -> None:
    with pytest.raises(ValidationError, match="not drawn at random") as refused:
        installation(database_url=f"postgresql+psycopg://toy:{password}@postgres/toy")

    assert not password or password not in str(refused.value)


def test_a_password_that_is_the_name_of_its_role_is_refused() -> None:
    name = "identification-of-jiujiang"
    installation(database_url=f"postgresql+psycopg://toy:{name}@postgres/toy")

    with pytest.raises(ValidationError, match="not drawn at random"):
        installation(database_url=f"postgresql+psycopg://{name}:{name}@postgres/toy")


def test_what_is_drawn_the_usual_ways_is_taken() -> None:
    for _ in range(200):
        drawn = (token_hex(16), token_hex(32), str(uuid4()), b64encode(token_bytes(24)).decode(), token_urlsafe(24))
        assert [secret for secret in drawn if is_placeholder(secret)] == []


def test_what_the_environment_does_not_say_is_read_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Settings(ServiceSettings):
        model_config = SettingsConfigDict(env_prefix="TOY_", secrets_dir=tmp_path)

    for name in ("policy_folder", "issuer", "jwks_file", "database_url"):
        monkeypatch.setenv(f"TOY_{name}".upper(), f"sqlite:///{name}")
    (tmp_path / "toy_service_credential").write_text(f"{CREDENTIAL}\n")

    assert Settings().service_credential.get_secret_value() == CREDENTIAL
    assert Settings.are_said()


def test_where_the_database_is_may_be_said_by_a_file_alone(tmp_path: Path) -> None:
    class Settings(ServiceSettings):
        model_config = SettingsConfigDict(env_prefix="TOY_", secrets_dir=tmp_path)

    assert not Settings.are_said()
    (tmp_path / "toy_database_url").write_text("sqlite://")
    assert Settings.are_said()


def test_no_secret_shows_in_what_an_installation_is_printed_as() -> None:
    assert CREDENTIAL not in repr(installation())


def test_a_worker_keeps_what_is_the_services_own_while_the_feed_is_away(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/toy.db"
    with opened(url) as (database, store):
        fill(store, 10)
        Follower(counted, database, store).open()
        command = [sys.executable, "-c", dedent(WORKER), url]
        with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(SUPPORT)}) as worker:  # noqa: S603
            try:
                until = monotonic() + 20
                while worker.poll() is None and rows(database, counted) != tally_of(stored(store)):
                    assert monotonic() < until
                assert worker.poll() is None
            finally:
                worker.kill()
