"""Names of people, asked of identification each time and kept nowhere."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Literal

from chronicle.refusals import Unavailable
from httpx2 import Client, HTTPError
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

RESOLVE = "/api/identification/v1/internal/people/resolve"
ROWS = 500
AT_ONCE, PATIENCE = 16, 0.25

Purpose = Literal["case_work", "public_notice"]


class NamesUnavailable(Unavailable, code="names-unavailable", zh="暂时读不到姓名，请过几分钟再试。"):
    """Names cannot be read at the moment; try again in a few minutes."""


class Person(BaseModel):
    """What identification says of a person; of somebody erased, only that."""

    model_config = ConfigDict(hide_input_in_errors=True)

    person_id: str
    erased: bool
    texts: dict[Literal["name"], str]

    @property
    def name(self) -> str | None:
        """The name; None when the person was erased."""
        return None if self.erased else self.texts["name"]


class PeopleShown(BaseModel):
    """Those of whom something may be said."""

    model_config = ConfigDict(hide_input_in_errors=True)

    people: list[Person]


@dataclass(frozen=True)
class People:
    """Asks identification for names; it decides what the bearer of the authorization may see, and writes it down."""

    client: Client
    credential: SecretStr
    # When identification is slow, its askers must not take every thread there is for answering.
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def names(self, person_ids: Collection[str], purpose: Purpose, authorization: str) -> dict[str, str | None]:
        """Give names by id, None for somebody erased; those not to be seen are left out. May be NamesUnavailable."""
        ids = sorted(person_ids)
        with self._turn():
            batches = [
                self._ask(ids[first : first + ROWS], purpose, authorization) for first in range(0, len(ids), ROWS)
            ]
            return {person.person_id: person.name for people in batches for person in people}

    def _ask(self, ids: list[str], purpose: Purpose, authorization: str) -> list[Person]:
        wanted = {"person_ids": ids, "fields": ["name"], "purpose": purpose}
        headers = {"Authorization": authorization, "Yihu-Service-Credential": self.credential.get_secret_value()}
        answer = self.client.post(RESOLVE, json=wanted, headers=headers).raise_for_status()
        return PeopleShown.model_validate_json(answer.content).people

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self.turns.acquire(timeout=PATIENCE):
            raise NamesUnavailable
        try:
            yield
        except (HTTPError, ValidationError, KeyError) as error:
            raise NamesUnavailable from error
        finally:
            self.turns.release()
