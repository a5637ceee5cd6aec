"""The identification service as tests run it: real stores, invented people, tokens of an issuer of its own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chronicle.clock import FixedClock
from chronicle.decider import Asked
from chronicle.messages import new_id
from chronicle.principal import Duty, Issuer, Principal
from chronicle.sealing import MasterKey
from identification.main import create_app
from identification.service import ALEMBIC_INI, Service
from identification.settings import Settings
from migrated import migrate
from person_ids import person_id
from pydantic import SecretStr
from starlette.testclient import TestClient

ROOT = Path(__file__).parents[2]
CREDENTIAL = "a credential that only services know"
JUNE = datetime(2015, 6, 1, 2, tzinfo=UTC)


class RunningIdentification:
    """One service with an empty, migrated database, its clock at 1 June 2015."""

    def __init__(self, url: str, folder: Path, **settings: Any) -> None:
        self.clock = FixedClock(JUNE)
        self.issuer = Issuer("issuer", "yihu", self.clock)
        jwks, key = folder / "jwks.json", folder / "master.key"
        jwks.write_text(json.dumps(self.issuer.jwks()))
        key.write_text(MasterKey.generate().text())
        fields = {
            "database_url": url,
            "policy_folder": ROOT / "policy" / "identification",
            "master_key_file": key,
            "issuer": "issuer",
            "jwks_file": jwks,
            "service_credential": SecretStr(CREDENTIAL),
            "invented_people": True,
        }
        self.service = Service(settings=Settings.model_validate(fields | settings), clock=self.clock)
        migrate(self.service.database, ALEMBIC_INI)

    def asked(self, role: str = "operator", area: str = "36") -> Asked:
        """A person in one role asks for something now."""
        principal = principal_in(role, area)
        now, today = self.clock.now(), self.clock.today()
        return Asked(principal, principal.actor(role), now, today, new_id(), new_id())

    def client(self, *duties: Duty, person: str = "officer") -> TestClient:
        """A client whose token carries these duties."""
        token = self.issuer.token(Principal(person_id(person), "an-organisation", f"account-of-{person}", duties))
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        return TestClient(create_app(self.service), headers=headers)

    def catch_up(self, *names: str) -> None:
        """Follow until projections, all unless named, have everything."""
        followers = self.service.following.followers
        for follower in [followers[name] for name in names or followers]:
            while follower.step():
                pass
            assert not any(follower.behind().values())

    def close(self) -> None:
        """Close the database."""
        self.service.database.close()


@contextmanager
def running(url: str, folder: Path, **settings: Any) -> Iterator[RunningIdentification]:
    """Run one for a while."""
    service = RunningIdentification(url, folder, **settings)
    try:
        yield service
    finally:
        service.close()


def principal_in(role: str, area: str, person: str = "officer") -> Principal:
    """A person with one duty."""
    return Principal(person_id(person), "an-organisation", f"account-of-{person}", (Duty(role, area),))
