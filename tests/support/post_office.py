"""A service with one kind of case and one route of each sort: what tests of chronicle's web part talk to."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from chronicle.clock import FixedClock
from chronicle.decider import About, Decider, Known, Reading
from chronicle.handling import Handler
from chronicle.messages import INTERNAL, OPEN, Command, Event, EventTypes, Recorded, new_id
from chronicle.policy import Policy
from chronicle.principal import Duty, Issuer, Principal, Verifier
from chronicle.recording import Part
from chronicle.refusals import NotFound, Refusal
from chronicle.store import Database, install, open_store
from chronicle.store.tables import event as event_table
from chronicle.store.values import Delivery, Position
from chronicle.web import (
    Body,
    Caller,
    Day,
    Edge,
    Page,
    Paged,
    ServiceApp,
    Writing,
    acting,
    given,
    resource,
    service_app,
)
from fastapi import Depends, Response
from person_ids import person_id
from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, select
from starlette.testclient import TestClient

VILLAGE, NEXT_VILLAGE = "360424106201", "360424106202"
NOW = datetime(2015, 6, 1, 4, tzinfo=UTC)
LETTERS = "/api/post/v1/letters"


class TooHeavy(Refusal, code="too-heavy", zh="信件重 {weight} 克，超过 {most} 克。"):
    """The letter weighs {weight} g; {most} g is the most."""


class NoSuchLetter(NotFound, code="no-such-letter", zh="没有这封信。"):
    """There is no such letter."""


class LetterSent(Event, type="post.letter-sent.v1"):
    """A letter was taken in."""

    weight: Annotated[int, OPEN]


class LetterStamped(Event, type="post.letter-stamped.v1"):
    """A letter was stamped."""

    by: Annotated[str, INTERNAL]


class SendLetter(Command):
    """Take a letter in."""

    area: str
    weight: int
    on: date


class StampLetter(Command):
    """Stamp a letter."""

    by: str


def decide(command: Command, weight: int, known: Known) -> list[Event]:
    match command:
        case SendLetter() if command.weight > 100:
            raise TooHeavy(weight=command.weight, most=100, written_on=command.on)
        case SendLetter():
            return [LetterSent(weight=command.weight)]
        case StampLetter() if not weight:
            raise NoSuchLetter
    return [LetterStamped(by=known.actor.person)]


def evolve(weight: int, recorded: Recorded[Any]) -> int:
    return recorded.event.weight if isinstance(recorded.event, LetterSent) else weight


def about(command: Command, _weight: int, known: Known) -> About:
    area = command.area if isinstance(command, SendLetter) else VILLAGE
    return About("box/1", area, known.today)


def gather(parts: Sequence[tuple[Command, int]], reading: Reading) -> list[Known]:
    return [Known(actor=reading.asked.actor, today=reading.asked.today) for _ in parts]


letter = Decider[Any, int, Known]("letter", EventTypes(LetterSent, LetterStamped), 0, decide, evolve, about, gather)


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Sheet(Body):
    """One sheet of a letter."""

    lines: int = Field(ge=1, le=60)
    written_on: date


class NewLetter(Body):
    """A letter to take in."""

    area: str = Field(pattern="^[0-9]{12}$")
    weight: int = Field(ge=1)
    on: Day
    urgent: bool = False
    size: Size = Size.SMALL
    note: str = Field(default="", max_length=20)
    sheets: tuple[Sheet, ...] = ()


class Stamping(Body):
    """Letters to stamp together."""

    letters: list[str] = Field(min_length=1)


class Stored(BaseModel):
    """One recorded event."""

    sequence: int
    stream: str


Clerk = Annotated[Writing, acting("inspector", "clerk")]
letters = resource(LETTERS, "letters")


@letters.post("", status_code=201)
def send(body: NewLetter, by: Clerk) -> Response:
    """Take a letter in."""
    letter_id = new_id()
    command = SendLetter(area=body.area, weight=body.weight, on=body.on)
    return by.at(body.area).record([Part(letter, letter_id, command)], Delivery(location=f"{LETTERS}/{letter_id}"))


@letters.post("/{letter_id}/stamp", status_code=200)
def stamp(letter_id: UUID, by: Clerk) -> Response:
    """Stamp a letter."""
    return by.record([Part(letter, str(letter_id), StampLetter(by="x"))], Delivery(status=200))


@letters.post("/{letter_id}/reminder", status_code=204)
def remind(letter_id: UUID, by: Clerk) -> None:
    """Remind whoever has the letter; nothing is recorded."""


def undelivered(by: Clerk) -> Writing:
    """Look for a letter that nobody took; there is none."""
    if by.key:
        raise NoSuchLetter
    return by


@letters.post("/{letter_id}/return", status_code=200)
def give_back(body: Stamping, by: Annotated[Writing, Depends(undelivered)]) -> Response:
    """Give a letter back; a clerk looks for it before reading what else to do with it."""
    return stamp_all(body, by)


@letters.post("/stamping", status_code=200)
def stamp_all(body: Stamping, by: Clerk) -> Response:
    """Stamp letters together, all or none."""
    rows = [Part(letter, each, StampLetter(by="x"), row=each) for each in body.letters]
    return by.record(rows, Delivery(status=200))


@letters.get("")
def find(
    caller: Caller, paged: Paged, database: Annotated[Database, given(Database)], since: Day | None = None
) -> Page[Stored]:
    """List what was recorded in the caller's area."""
    query = select(event_table.c.partition, event_table.c.sequence, event_table.c.stream)
    query = query.where(caller.scope("clerk").where(event_table.c.area))
    if since:
        query = query.where(event_table.c.valid_on >= since)
    with database.reading() as connection:
        return paged.page(connection, query, (event_table.c.partition, event_table.c.sequence), _stored)


def _stored(row: RowMapping) -> Stored:
    return Stored(sequence=row["sequence"], stream=row["stream"])


@dataclass
class PostOffice:
    """The service, and what a test may look at or break."""

    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    caught_up: bool = True
    waited_for: list[Position] = field(default_factory=list)
    fault: Exception | None = None

    def __post_init__(self) -> None:
        self.database = Database(f"sqlite:///{self.folder / 'post.db'}")
        with self.database.writing() as connection:
            install(connection)
        self.store = open_store(self.database, "post")
        self.issuer = Issuer("tests", "post", self.clock)
        self.edge = Edge(
            verifier=Verifier(self.issuer.jwks(), "tests", "post", self.clock),
            clock=self.clock,
            fingerprint=lambda content: hmac.digest(b"post office", content, "sha256"),
            ready=self._ready,
            wait_for=self._wait_for,
            handler=Handler(self.store, self.database, Policy([])),
            given=(self.database,),
        )
        self.app: ServiceApp = service_app("Post", [letters], self.edge, prefix="/api/post")

    def client(self, *duties: Duty, account: str = "account-1") -> TestClient:
        """A client that speaks for somebody with these duties; a clerk of the village when none is named."""
        who = Principal(person_id("clerk-1"), "office-1", account, duties or (Duty("clerk", VILLAGE),))
        return TestClient(self.app, headers={"Authorization": f"Bearer {self.issuer.token(who)}"})

    def _ready(self) -> None:
        if self.fault:
            raise self.fault

    def _wait_for(self, positions: Sequence[Position], _seconds: float) -> bool:
        self.waited_for += positions
        return self.caught_up


def new_letter(**changed: Any) -> dict[str, Any]:
    """A letter as a client sends it."""
    return {"area": VILLAGE, "weight": 20, "on": "2015-06-01"} | changed


def key() -> dict[str, str]:
    """A fresh idempotency key."""
    return {"Idempotency-Key": new_id()}
