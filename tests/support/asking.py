"""What an operation of an API is, and a request for it about a household and an area."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from casework.roles import Role
from chronicle.principal import Principal
from dossier import Dossier, Stage
from dossiers import officer
from identification.paper.forms import Form
from serving import Served

CASES = ("relocation_id", "project_id", "allowance_id", "recheck_id")

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """What is sent; a body of bytes is a photo."""

    method: str
    path: str
    query: Fields = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One operation: in which roles it is done, at which stage of a household, by whom usually, and how it is asked.

    ``personal`` ones show what is kept about people, and write the access log first; ``blind`` ones take anything of
    anybody, and tell nothing.
    """

    method: str
    path: str
    roles: tuple[Role, ...]
    stage: Stage = Stage.REGISTERED
    who: Callable[[str], Principal] = officer
    body: Callable[[Dossier, str], Any] | None = None
    query: Callable[[Dossier, str], Fields] = lambda _it, _at: {}
    personal: bool = False
    blind: bool = False
    level: str = "township"

    @property
    def name(self) -> str:
        """How it is called in its document."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether it records anything."""
        return self.method == "POST" and not self.path.endswith(("/disclosure", "/resolve", "/search", "/verify"))

    @property
    def resource(self) -> str:
        """What its address begins with, such as ``public-notices``."""
        return self.path.split("/")[4]

    @property
    def names_area(self) -> bool:
        """Whether its address says which area it is about."""
        return "{village_code}" in self.path or "{code}" in self.path

    def fits(self, it: Dossier) -> bool:
        """Whether the household came so far that there is something to ask for."""
        named = re.findall(r"\{(\w+)\}", self.path)
        needed = {"act_id": it.acts, "text_id": it.texts, "evidence_id": it.texts}
        there = all(self.resource in needed[name] for name in needed if name in named)
        there = there and ("case_id" not in named or "public-notices" in it.acts)
        return there and all(name in it.cases for name in CASES if name in named)

    def about(self, it: Dossier, at: str) -> Request:
        """The request about a household, in the area that a villager group lies in."""
        values = {
            "act_id": it.acts.get(self.resource, ""),
            "application_id": it.application_id,
            "case_id": it.acts.get("public-notices", ""),
            "code": at,
            "decision_id": it.decision_id,
            "erasure_id": it.cases.get("recheck_id", it.objection_id),
            "event_id": it.refused_event,
            "form": Form.PUBLIC_NOTICE.value,
            "evidence_id": it.evidence_id,
            "hold_id": it.hold_id,
            "household_id": it.household_id,
            "level": self.level,
            "objection_id": it.objection_id,
            "person_id": it.person_ids[0],
            "proposal_id": it.proposals.get(self.path.rpartition("/")[2], ""),
            "run_id": it.run_id,
            "substitution_id": it.substitution_id,
            "staff_id": it.helper_id,
            "handover_id": it.handover_id,
            "queue": "village_verification.to_do",
            "text_id": it.texts.get(self.resource, ""),
            "version": "1",
            "village_code": at[:12],
            **it.cases,
        }
        path = re.sub(r"\{(\w+)\}", lambda name: values[name[1]], self.path)
        return Request(self.method, path, self.query(it, at), self.body(it, at) if self.body else None)


def described(served: Served) -> Iterator[str]:
    """The operations that all services publish."""
    for name in served.embedded.services:
        document = served.http.get(f"/api/{name}/v1/openapi.json").json()
        for path, methods in document["paths"].items():
            yield from (f"{method.upper()} {path}" for method in methods)


def send(served: Served, who: Principal, request: Request) -> Any:
    """Send it in somebody's name."""
    query = "&".join(f"{name}={value}" for name, value in request.query.items() if value is not None)
    path = f"{request.path}?{query}" if query else request.path
    internal = {"Yihu-Service-Credential": served.credential} if "/internal/" in path else {}
    return served.ask(who, request.method, path, request.body, **{**internal, **request.headers})
