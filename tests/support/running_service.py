"""A service as tests run it: real stores, and tokens of an issuer of its own."""

import json
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from chronicle.clock import FixedClock
from chronicle.decider import Asked
from chronicle.messages import new_id
from chronicle.principal import Duty, Issuer, Principal
from migrated import migrate
from person_ids import person_id
from pydantic import SecretStr
from starlette.testclient import TestClient

if TYPE_CHECKING:
    from chronicle.following import Follower
    from chronicle.installation import Installation

ROOT = Path(__file__).parents[2]
CREDENTIAL = "a credential that only services know"
JUNE = datetime(2015, 6, 1, 2, tzinfo=UTC)

# FastAPI silences a warning while it makes an app, for all threads: one that ends meanwhile lets it be heard again.
_MAKING = Lock()


class RunningService:
    """One service, named by its package, with an empty, migrated database, its clock at 1 June 2015."""

    def __init__(self, package: str, url: str, folder: Path, **settings: Any) -> None:
        main, made, said = (import_module(f"{package}.{part}") for part in ("main", "service", "settings"))
        self.clock = FixedClock(JUNE)
        self.issuer = Issuer("issuer", "yihu", self.clock)
        jwks = folder / "jwks.json"
        jwks.write_text(json.dumps(self.issuer.jwks()))
        fields = {
            "database_url": url,
            "policy_folder": ROOT / "policy" / package.replace("_", "-"),
            "issuer": "issuer",
            "jwks_file": jwks,
            "service_credential": SecretStr(CREDENTIAL),
        }
        settled = said.Settings.model_validate(fields | settings)
        self._create_app = main.create_app
        self.service: Installation = made.Service(settings=settled, clock=self.clock)
        migrate(self.service.database, self.service.alembic_ini)
        if self.service.codes:
            self.service.codes.open()

    def asked(self, role: str = "operator", area: str = "36") -> Asked:
        """A person in one role asks for something now."""
        principal = principal_in(role, area)
        now, today = self.clock.now(), self.clock.today()
        return Asked(principal, principal.actor(role), now, today, new_id(), new_id())

    def client(self, *duties: Duty, person: str = "officer") -> TestClient:
        """A client whose token carries these duties."""
        token = self.issuer.token(Principal(person_id(person), "an-organisation", f"account-of-{person}", duties))
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        with _MAKING:
            return TestClient(self._create_app(self.service), headers=headers)

    def catch_up(self, *names: str) -> None:
        """Follow until projections, all unless named, have everything."""
        followers = self.service.following.followers
        for name in names or followers:
            follow(followers[name])

    def close(self) -> None:
        """Close the database."""
        self.service.database.close()


def follow(follower: "Follower") -> None:
    """Follow until there is nothing more."""
    while follower.step():
        pass
    assert not any(follower.behind().values())


def principal_in(role: str, area: str, person: str = "officer") -> Principal:
    """A person with one duty."""
    return Principal(person_id(person), "an-organisation", f"account-of-{person}", (Duty(role, area),))
