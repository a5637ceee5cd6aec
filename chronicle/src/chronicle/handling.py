"""Load, gather, decide, append: the only way anything changes."""

from collections.abc import Sequence
from typing import Any

from chronicle.decider import Asked, Known, Reading
from chronicle.policy import Policy
from chronicle.recording import Decided, Part, decide
from chronicle.refusals import Conflict, Refusal, RowsRefused, Stale
from chronicle.states import Folded, States
from chronicle.store import Database, EventStore
from chronicle.store.values import Answer, Append, ClaimTaken, Delivery, VersionConflict

ATTEMPTS = 4


class Handler:
    """One service's way of changing anything."""

    def __init__(self, store: EventStore, database: Database, policy: Policy) -> None:
        self.store, self.database, self.policy = store, database, policy
        self.states = States(store)

    def handle(self, asked: Asked, parts: Sequence[Part], delivery: Delivery) -> Answer:
        """Decide every part, append all or nothing; a repeated key gets the first answer, refusals are not stored."""
        try:
            return self._until_unchanged(asked, parts, delivery)
        except Refusal:
            if delivery.key and (earlier := self.store.answered(delivery.key)):
                return earlier
            raise

    def _until_unchanged(self, asked: Asked, parts: Sequence[Part], delivery: Delivery) -> Answer:
        for _ in range(ATTEMPTS):
            try:
                return self._once(asked, parts, delivery)
            except VersionConflict:
                if delivery.if_match is not None:
                    raise Stale from None
        raise Conflict

    def _once(self, asked: Asked, parts: Sequence[Part], delivery: Delivery) -> Answer:
        folded = self.states.of({part.stream: part.decider for part in parts})
        if delivery.if_match not in (None, folded[parts[0].stream].version):
            raise Stale
        decided = self._decide(asked, parts, folded)
        events = [event for each in decided for event in each.events]
        etag = folded[parts[0].stream].version + len(decided[0].events)
        answer = Answer(delivery.status, delivery.location, etag)
        if not events:
            return Answer(200, delivery.location, etag)
        claims = [*delivery.claims, *(claim for each in decided for claim in each.claims)]
        try:
            return self.store.append(Append(events, asked.now, answer, claims, delivery.sealed, delivery.key))
        except ClaimTaken as taken:
            refusal = next(c.refusal for c in claims if (c.kind, c.key) == (taken.kind, taken.key))
            raise VersionConflict from taken if refusal is None else refusal() from taken

    def _decide(self, asked: Asked, parts: Sequence[Part], folded: dict[str, Folded]) -> list[Decided]:
        decided, refused = [], []
        with self.database.reading() as connection:
            reading = Reading(connection, self.policy, asked)
            for part, known in zip(parts, _gather(parts, folded, reading), strict=True):
                version, state = folded[part.stream]
                try:
                    decided.append(decide(self.store.source, part, version, state, known, reading))
                except Refusal as refusal:
                    if not part.row:
                        raise
                    refused.append((part.id, refusal))
        if refused:
            raise RowsRefused(refused)
        return decided


def _gather(parts: Sequence[Part], folded: dict[str, Folded], reading: Reading) -> list[Known]:
    known: dict[str, Known] = {}
    for decider in dict.fromkeys(part.decider for part in parts):
        mine: list[Any] = [part for part in parts if part.decider is decider]
        found = decider.gather([(part.command, folded[part.stream].state) for part in mine], reading)
        known.update(zip((part.stream for part in mine), found, strict=True))
    return [known[part.stream] for part in parts]
