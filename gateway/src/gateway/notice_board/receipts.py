"""How an objection stands, for whoever holds its receipt: asked of identification each time, and kept nowhere."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import BoundedSemaphore

from chronicle.refusals import Unavailable
from httpx2 import Client, HTTPError
from pydantic import BaseModel
from starlette.responses import Response

SEARCH = "/api/identification/v1/objections/search"
AT_ONCE, PATIENCE = 8, 0.25
TOLD = frozenset({200, 404, 422})


class ReceiptsUnavailable(Unavailable, code="receipts-unavailable", zh="暂时查不到回执，请过几分钟再试。"):
    """Receipts cannot be looked up at the moment; try again in a few minutes."""


class ObjectionStatus(BaseModel):
    """What whoever holds the receipt is told: no names, no household."""

    state: str
    received_on: date
    due_on: date
    duties: list[str]
    resolution: str | None
    resolved_on: date | None


@dataclass(frozen=True)
class Receipts:
    """Asks identification with the token of the public; ``token`` may be NamesUnavailable."""

    client: Client
    token: Callable[[], str]
    # When identification is slow, its askers must not take every thread there is for answering.
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def look_up(self, receipt_code: str, language: str) -> Response:
        """What identification answers to this code; refused as ReceiptsUnavailable when it does not."""
        headers = {"Authorization": f"Bearer {self.token()}", "Accept-Language": language}
        if not self.turns.acquire(timeout=PATIENCE):
            raise ReceiptsUnavailable
        try:
            answer = self.client.post(SEARCH, json={"receipt_code": receipt_code}, headers=headers)
        except HTTPError as error:
            raise ReceiptsUnavailable from error
        finally:
            self.turns.release()
        if answer.status_code not in TOLD:
            raise ReceiptsUnavailable
        return Response(answer.content, answer.status_code, media_type=answer.headers["Content-Type"])
