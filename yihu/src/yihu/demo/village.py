"""The demo's people on duty, and what they do over HTTP, each with their own token."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic, sleep
from typing import Any, TypeVar

from casework.roles import Role
from chronicle.messages import new_id
from chronicle.principal import Principal
from httpx2 import Client, Response

from yihu.demo.clock import StoryClock
from yihu.embedded import Embedded, officer

VILLAGE, GROUP, TOWNSHIP = "360424106216", "36042410621601", "360424106000"
IDENTIFICATION, GATEWAY = "/api/identification/v1", "/api/gateway/v1"
PATIENCE, LOOK_AGAIN = 60.0, 0.1
RELOCATION, INDUSTRY, SAFETY_NET = "/api/relocation/v1", "/api/industry/v1", "/api/safety-net/v1"

T = TypeVar("T")


@dataclass
class Village:
    """Huangxi village as the demo plays it: a clock that is moved on, and officers who write and read."""

    embedded: Embedded
    clock: StoryClock
    client: Client
    village_officer: Principal = field(default_factory=lambda: officer(Role.VILLAGE_OFFICER, VILLAGE))
    convener: Principal = field(default_factory=lambda: officer(Role.GROUP_CONVENER, GROUP))
    reviewer: Principal = field(default_factory=lambda: officer(Role.TOWNSHIP_REVIEWER, TOWNSHIP[:9]))
    county_officer: Principal = field(default_factory=lambda: officer(Role.COUNTY_OFFICER, TOWNSHIP[:6]))
    arbiter: Principal = field(default_factory=lambda: officer(Role.VILLAGE_OFFICER, VILLAGE))
    recorder: str = field(default_factory=new_id)
    verifiers: tuple[str, str] = field(default_factory=lambda: (new_id(), new_id()))
    seen: list[str] = field(default_factory=list)

    def write(self, who: Principal, path: str, body: dict[str, Any] | None, base: str = IDENTIFICATION) -> Response:
        """Send one command, after the one before is there to be read."""
        headers = self._headers(who) | self._after() | {"Idempotency-Key": new_id()}
        answer = _patiently(lambda: self.client.post(f"{base}{path}", json=body, headers=headers))
        if positions := answer.headers.get("Yihu-Position"):
            self.seen = positions.split(", ")
        return answer

    def read(self, who: Principal, path: str, base: str = IDENTIFICATION) -> Response:
        """Ask one question, after what was written last is there to be read."""
        headers = self._headers(who) | self._after()
        return _patiently(lambda: self.client.get(f"{base}{path}", headers=headers))

    def told_in_chinese(self, answer: Response) -> str:
        """What a refusal says in Chinese: asked once more, the same is refused again."""
        sent = answer.request
        headers = dict(sent.headers) | {"accept-language": "zh-CN"}
        again = self.client.request(sent.method, sent.url, content=sent.content, headers=headers)
        return reason_in(again)["detail"]

    def look(self, path: str) -> Response:
        """Open a public page, as anybody can."""
        return self.client.get(path)

    def inquire(self, path: str, body: dict[str, Any]) -> Response:
        """Ask something that has to be written, as anybody can."""
        return self.client.post(path, json=body, headers={"Accept-Language": "en"})

    def _after(self) -> dict[str, str]:
        return {"Yihu-After": ", ".join(self.seen)} if self.seen else {}

    def _headers(self, who: Principal) -> dict[str, str]:
        token = self.embedded.issuer.token(who, timedelta(minutes=10))
        return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


def reason_in(answer: Response) -> dict[str, str]:
    """Why something was refused: of a list, why its first row was."""
    problem: dict[str, Any] = answer.json()
    return next(iter(problem.get("rows", [])), problem)


def eventually(ask: Callable[[], T], holds: Callable[[T], bool]) -> T:
    """Ask until it holds or patience ends; the last answer."""
    until = monotonic() + PATIENCE
    while not holds(answer := ask()) and monotonic() < until:
        sleep(LOOK_AGAIN)
    return answer


def _patiently(send: Callable[[], Response]) -> Response:
    """Send the same again while what was written before it is not there yet, as on a busy machine."""
    return eventually(send, lambda answer: answer.is_success or reason_in(answer).get("code") != "not-caught-up")
