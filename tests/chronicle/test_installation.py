"""An installation of a service: what its settings make of it."""

from pathlib import Path

import pytest
from chronicle.installation import Installation, ServiceSettings
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

CREDENTIAL = "0123456789abcdef0123456789abcdef"


def installation(credential: str = CREDENTIAL) -> Installation:
    settings = ServiceSettings(
        database_url="sqlite://",
        policy_folder=Path(),
        issuer="issuer",
        jwks_file=Path("jwks.json"),
        service_credential=SecretStr(credential),
    )
    return Installation(source="toy", settings=settings, alembic_ini=Path(), projections=())


@given(st.binary(), st.binary())
def test_two_bodies_have_one_fingerprint_only_when_they_are_the_same(one: bytes, other: bytes) -> None:
    made = installation().fingerprint

    assert (made(one) == made(other)) == (one == other)


def test_a_fingerprint_cannot_be_made_without_the_credential() -> None:
    assert installation().fingerprint(b"{}") != installation(CREDENTIAL[::-1]).fingerprint(b"{}")


def test_a_short_credential_is_refused() -> None:
    with pytest.raises(ValidationError):
        installation("short")


def test_no_secret_shows_in_what_an_installation_is_printed_as() -> None:
    assert CREDENTIAL not in repr(installation())
