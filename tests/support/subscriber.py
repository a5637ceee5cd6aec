"""A subscriber of the feed as a department would write one: it keeps where it is, what it got, and a sum of its own."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin

import rfc8785
from casework.roles import Role
from chronicle.principal import Duty, Principal
from httpx2 import Client, Response
from person_ids import person_id
from running_gateway import RunningGateway
from starlette.testclient import TestClient

EVENTS = "/api/feeds/v1/events"


@dataclass
class Subscriber:
    """Somebody who pages through the feed and checks every sum."""

    http: Client
    url: str
    events: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> Response:
        """Take the next batch."""
        answer = self.http.get(self.url)
        assert answer.status_code == 200, answer.text
        self.events += json.loads(answer.content)
        assert answer.headers["yihu-delivered"] == str(len(self.events))
        assert answer.headers["yihu-checksum"] == checksum(self.events)
        self.url = urljoin(self.url, answer.links["next"]["url"])
        return answer

    def read_all(self) -> list[dict[str, Any]]:
        """Take batches until there is nothing more for now."""
        while self.read().headers["yihu-caught-up"] == "false":
            pass
        return self.events

    @property
    def ids(self) -> list[str]:
        """Which events it got, in the order in which they came."""
        return [event["id"] for event in self.events]

    def saved(self) -> "Subscriber":
        """The same as it would start again from what is saved now."""
        return replace(self, events=[*self.events])


def checksum(events: Iterable[Any]) -> str:
    """The sum as the documentation says it, with somebody else's canonical JSON."""
    return f"{sum(int(sha256(rfc8785.dumps(event)).hexdigest(), 16) for event in events) % 2**256:064x}"


def system(
    gateway: RunningGateway,
    *scopes: str,
    area: str = "36",
    role: str = Role.DEPARTMENT_SYSTEM,
    department: str | None = "education",
) -> TestClient:
    """A department's system with these scopes in an area."""
    duties = (Duty(role, area),)
    token = gateway.identification.issuer.token(
        Principal(person_id("a system"), "a-department", "account-of-a-system", duties, frozenset(scopes), department)
    )
    client = gateway.client()
    client.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    return client


def subscribed(
    gateway: RunningGateway, query: str = "", *, scope: str = "feed:sensitive", area: str = "36"
) -> Subscriber:
    """A subscriber at the beginning."""
    return Subscriber(system(gateway, scope, area=area), f"{EVENTS}?{query}")
