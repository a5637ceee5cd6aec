"""What whoever holds a paper may know: how an objection or complaint stands, and whether a document was made here.

It is asked of identification each time, and kept nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import BoundedSemaphore
from typing import Any

from chronicle.refusals import Unavailable
from httpx2 import Client, HTTPError
from pydantic import BaseModel
from starlette.responses import Response

OBJECTIONS, COMPLAINTS = (f"/api/identification/v1/{cases}/search" for cases in ("objections", "rechecks"))
DOCUMENTS = "/api/identification/v1/documents"
AT_ONCE, PATIENCE = 8, 0.25
UNKNOWN = 404
TOLD = frozenset({200, UNKNOWN, 422})


class PapersUnavailable(Unavailable, code="papers-unavailable", zh="暂时查不到，请过几分钟再试。"):
    """This cannot be looked up at the moment; try again in a few minutes."""


class ObjectionStatus(BaseModel):
    """What whoever holds the receipt is told: no names, no household; what repeats another is due on no day."""

    state: str
    received_on: date
    due_on: date | None
    duties: list[str]
    resolution: str | None
    resolved_on: date | None
    said: str


@dataclass(frozen=True)
class Papers:
    """Asks identification with the token of the public; ``token`` may be NamesUnavailable."""

    client: Client
    token: Callable[[], str]
    # When identification is slow, its askers must not take every thread there is for answering.
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def objection(self, receipt_code: str, language: str) -> Response:
        """What identification answers to this code, of a complaint when no objection has it.

        Refused as PapersUnavailable when it does not answer.
        """
        held = {"receipt_code": receipt_code}
        answer = self._ask(language, "POST", OBJECTIONS, json=held)
        return self._ask(language, "POST", COMPLAINTS, json=held) if answer.status_code == UNKNOWN else answer

    def document(self, document_id: str, digest: str, language: str) -> Response:
        """What identification answers to this document; refused as PapersUnavailable when it does not."""
        return self._ask(language, "GET", f"{DOCUMENTS}/{document_id}", params={"digest": digest})

    def _ask(self, language: str, method: str, path: str, **asked: Any) -> Response:
        headers = {"Authorization": f"Bearer {self.token()}", "Accept-Language": language}
        if not self.turns.acquire(timeout=PATIENCE):
            raise PapersUnavailable
        try:
            answer = self.client.request(method, path, headers=headers, **asked)
        except HTTPError as error:
            raise PapersUnavailable from error
        finally:
            self.turns.release()
        if answer.status_code not in TOLD:
            raise PapersUnavailable
        return Response(answer.content, answer.status_code, media_type=answer.headers["Content-Type"])
