"""One household's way through all services over HTTP, on whatever edition answers."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from canaries import Canaries
from casework.roles import Role
from chronicle.messages import new_id
from chronicle.principal import Principal
from dossiers import AREAS, LATE, convener, form, officer, reviewer
from httpx2 import Response
from huangxi import API, GROUP, VILLAGE, closing, conclusion, drawing, meeting, posting, verification
from serving import principal

PATIENCE = 60.0
TOWNSHIP_OFFICER = principal("township", (Role.TOWNSHIP_REVIEWER, GROUP[:9]))
COUNTY_OFFICER = principal("county", (Role.COUNTY_OFFICER, GROUP[:6]))


class Edition(Protocol):
    """An installation that is asked over HTTP."""

    def ask(self, who: Principal | None, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send one request to whichever service answers there."""

    def yihu(self, *arguments: str | Path) -> str:
        """Do what an operator does."""


@dataclass
class Traveller:
    """Somebody who asks for one thing after the other, each after what was recorded before is known there."""

    edition: Edition
    seen: list[str] = field(default_factory=list)

    def send(self, who: Principal, path: str, body: Mapping[str, Any]) -> str:
        """Have something recorded; where it is."""
        answer = self.ask(who, "POST", path, body)
        assert answer.is_success, f"{path}: {answer.text}"
        return str(answer.headers["Location"])

    def refused(self, who: Principal, path: str, body: Mapping[str, Any]) -> str:
        """Ask for what is not allowed; why not."""
        answer = self.ask(who, "POST", path, body)
        assert not answer.is_success
        problem = answer.json()
        return str(problem["rows"][0]["code"] if "rows" in problem else problem["code"])

    def read(self, who: Principal, path: str) -> Any:
        """Read something."""
        answer = self.ask(who, "GET", path)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    def ask(self, who: Principal, method: str, path: str, body: Mapping[str, Any] | None = None) -> Response:
        """Ask, and again as long as the service has not caught up or is away."""
        headers = {"Idempotency-Key": new_id()} if method == "POST" else {}
        until = time.monotonic() + PATIENCE
        while True:
            after = {"Yihu-After": ", ".join(self.seen)} if self.seen else {}
            answer = self.edition.ask(who, method, path, body, **headers, **after)
            if answer.status_code != 503 or time.monotonic() > until:
                break
            time.sleep(0.2)
        if positions := answer.headers.get("Yihu-Position"):
            self.seen = positions.split(", ")
        return answer


@dataclass
class Registered:
    """A couple that went through the seven steps."""

    household_id: str
    application_id: str
    head_id: str


def register(traveller: Traveller, file: Path) -> Registered:
    """Open the areas, and take a couple of Huangxi through the seven steps."""
    file.write_text(AREAS, "utf-8")
    traveller.edition.yihu("areas", "import", file, "--valid-from", "2014-01-01")
    village, group = officer(GROUP), {"number": GROUP[12:], "name": "一组", "valid_from": "2014-01-01"}
    _until(lambda: traveller.edition.ask(village, "GET", f"{API}/areas/{VILLAGE}").is_success)
    traveller.send(village, f"{API}/areas/{VILLAGE}/villager-groups", group)
    application = apply(traveller)
    ids = [application]
    traveller.send(convener(GROUP), f"{API}/group-meetings", meeting(ids, group_code=GROUP, **LATE))
    _notice(traveller, 3, ids)
    traveller.send(village, f"{API}/village-verifications", verification(ids, village_code=VILLAGE, **LATE))
    _notice(traveller, 5, ids)
    township = f"{GROUP[:9]}000"
    held = traveller.send(reviewer(GROUP), f"{API}/review-rounds", drawing(ids, area_code=township, **LATE))
    traveller.send(reviewer(GROUP), f"{held}/conclusion", conclusion(ids, **LATE))
    _notice(traveller, 7, ids)
    shown = traveller.read(village, f"{API}/applications/{application}")
    return Registered(shown["household_id"], application, shown["history"][-1]["facts"]["head_id"])


def apply(traveller: Traveller, couple: int = 0) -> str:
    """Let a couple of Huangxi apply; the id of its application."""
    return traveller.send(officer(GROUP), f"{API}/applications", form(Canaries(couple), GROUP)).rpartition("/")[2]


def _notice(traveller: Traveller, step: int, ids: list[str]) -> None:
    area = GROUP if step == 3 else VILLAGE
    posted = traveller.send(officer(GROUP), f"{API}/public-notices", posting(step, ids, area_code=area, **LATE))
    traveller.send(officer(GROUP), f"{posted}/closing", closing(step, **LATE))


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < until:
        time.sleep(0.1)
