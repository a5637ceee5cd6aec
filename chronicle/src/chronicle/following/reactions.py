"""Reactions: what another service recorded makes this one act. Each event is acted on once, however often it comes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

import structlog
from sqlalchemy import ColumnElement, Connection, Select, delete, insert, select, update

from chronicle.clock import Clock, business_date
from chronicle.decider import Asked
from chronicle.feed import Feed, wire
from chronicle.following.follower import Follower
from chronicle.handling import Handler
from chronicle.messages import SYSTEM, Actor, EventTypes, Recorded, canonical, microseconds
from chronicle.principal import AreaScope, Principal
from chronicle.recording import Part
from chronicle.refusals import LANGUAGES, Busy, Conflict, NotFound, Refusal, RowsRefused, Unavailable
from chronicle.store.restored import require_released
from chronicle.store.tables import refused_reaction as refused
from chronicle.store.values import Delivery, HeldClaim, caused

BATCH = 100

logger = structlog.get_logger(__name__)


class Issue(NamedTuple):
    """What a reaction asks for: the parts of one command, none if there is nothing to do, and claims beside theirs."""

    parts: Sequence[Part] = ()
    claims: tuple[HeldClaim, ...] = ()


@dataclass(frozen=True)
class Reaction:
    """To which events, recorded since when (None for all there are), this service reacts with which commands.

    ``react`` may look up whom an event concerns, in what is never behind: claims and first events. A refused one is for
    those in the role ``owner``, in the area of its event, to see to.
    """

    name: str
    types: EventTypes
    since: datetime | None
    owner: str
    react: Callable[[Recorded[Any], Connection], Issue]


class Reacting:
    """A reaction at work: the reader of its follower, and for those who see to what was refused."""

    def __init__(self, reaction: Reaction, handler: Handler, clock: Clock) -> None:
        self.reaction, self.types, self.reader = reaction, reaction.types, f"reaction/{reaction.name}"
        self._handler, self._clock = handler, clock

    def follower(self, feed: Feed) -> Follower:
        """What follows the feed for it; not so much at once that one step takes long."""
        return Follower(self, self._handler.database, feed, BATCH)

    def open(self, connection: Connection) -> None:
        """Nothing to make: what was refused is kept among the tables every service has."""

    def take(self, batch: Sequence[Recorded[Any]]) -> Callable[[Connection], object]:
        """Issue the commands of a batch; what was refused is written when the position moves."""
        since = self.reaction.since
        causes = [cause for cause in batch if since is None or cause.recorded_at >= since]
        rows = [self._row(cause, refusal) for cause in causes if (refusal := self._issue(cause))]
        return lambda connection: rows and connection.execute(insert(refused), rows)

    def waiting(self, event_id: str) -> Recorded[Any]:
        """The event that was refused; NotFound when it waits no longer."""
        with self._handler.database.reading() as connection:
            written = connection.execute(select(refused.c.event).where(*self._here(event_id))).scalar()
        cause = self.types.read(wire.read(written)) if written else None
        if cause is None:
            raise NotFound
        return cause

    def retry(self, event_id: str, by: Actor) -> None:
        """Issue a refused command again, by somebody's order; raises why it is refused still, or NotFound."""
        if refusal := self._issue(self.waiting(event_id), by):
            with self._handler.database.writing() as connection:
                connection.execute(update(refused).values(_why(refusal)).where(*self._here(event_id)))
            raise refusal
        self.settle(event_id)

    def settle(self, event_id: str) -> None:
        """Let a refused event wait no longer."""
        with self._handler.database.writing() as connection:
            connection.execute(delete(refused).where(*self._here(event_id)))

    def _here(self, event_id: str) -> tuple[ColumnElement[bool], ...]:
        return (refused.c.reaction == self.reaction.name, refused.c.event_id == event_id)

    def _issue(self, cause: Recorded[Any], by: Actor | None = None) -> Refusal | None:
        command_id = str(uuid5(UUID(cause.event_id), self.reaction.name))
        try:
            with self._handler.database.reading() as connection:
                # Else what it has to know of would be missing, and the event passed by for good.
                require_released(connection)
                issue = self.reaction.react(cause, connection)
            if issue.parts:
                asked = self._asked(cause, command_id, by or self._actor)
                self._handler.handle(asked, issue.parts, Delivery(caused(command_id), claims=issue.claims))
        except (Busy, Conflict, Unavailable):
            raise
        except Refusal as refusal:
            named = cause.stored.named()
            logger.warning("reaction refused", reaction=self.reaction.name, code=refusal.code, **named)
            return refusal
        return None

    def _asked(self, cause: Recorded[Any], command_id: str, actor: Actor) -> Asked:
        now = max(self._clock.now(), cause.recorded_at)
        return Asked(
            principal=Principal(actor.person, actor.organisation, self.reader),
            actor=actor,
            now=now,
            today=business_date(now),
            command_id=command_id,
            correlation_id=cause.stored.correlation_id,
            causation_id=cause.event_id,
            traceparent=cause.stored.traceparent,
        )

    @cached_property
    def _actor(self) -> Actor:
        return system_actor(self._handler.store.source)

    def _row(self, cause: Recorded[Any], refusal: Refusal) -> dict[str, Any]:
        return {
            "reaction": self.reaction.name,
            "event_id": cause.event_id,
            "subject": cause.subject,
            "area": cause.area,
            "event": wire.written(cause.stored),
            "owner": self.reaction.owner,
            "since": microseconds(self._clock.now()),
            **_why(refusal),
        }


def system_actor(source: str) -> Actor:
    """A service acting by itself, on nobody's order."""
    return Actor(str(uuid5(NAMESPACE_OID, source)), source, SYSTEM)


def refused_in(scope: AreaScope, *owners: str) -> Select[Any]:
    """What was refused to a service in these areas, for those in the roles given to see to."""
    columns = [column for column in refused.c if column is not refused.c.event]
    return select(*columns).where(scope.where(refused.c.area), refused.c.owner.in_(owners))


def _why(refusal: Refusal) -> dict[str, str]:
    rows = {"rows": {row: why.code for row, why in refusal.rows}} if isinstance(refusal, RowsRefused) else {}
    facts = canonical({**refusal.shown(), **rows})
    return {"code": refusal.code, "facts": facts, **{language: refusal.sentence(language) for language in LANGUAGES}}
