"""Load, gather, decide, append: the only way anything changes."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from chronicle.area_codes import CodesNow, as_recorded
from chronicle.decider import Asked, Known, Reading, in_force
from chronicle.policy import Policy
from chronicle.recording import Decided, Part, decide, refusal_of, require_looked_up
from chronicle.refusals import Conflict, Refusal, RowsRefused, Stale
from chronicle.states import Folded, States
from chronicle.store import Database, EventStore
from chronicle.store.values import Answer, Append, ClaimTaken, Delivery, VersionConflict

ATTEMPTS = 4


class Handler:
    """One service's way of changing anything."""

    def __init__(self, store: EventStore, database: Database, policy: Policy, codes: CodesNow = as_recorded) -> None:
        self.store, self.database, self.policy, self.codes = store, database, policy, codes
        self.states = States(store)

    def value(self, name: str, area: str, on: date) -> Any:
        """Look a policy value up just as it is looked up where something is decided."""
        return in_force(self.policy, self.codes(), name, area, on).value

    def handle(self, asked: Asked, parts: Sequence[Part], delivery: Delivery) -> Answer:
        """Decide every part, append all or nothing; a repeated key gets the first answer, refusals are not stored."""
        try:
            return self._until_unchanged(asked, parts, delivery)
        except Refusal:
            # Often refused just because the first request was heard; or its outcome is unknown and found here.
            if delivery.key and (earlier := self.store.answered(delivery.key)):
                return earlier
            raise

    def _until_unchanged(self, asked: Asked, parts: Sequence[Part], delivery: Delivery) -> Answer:
        for _ in range(ATTEMPTS):
            with suppress(VersionConflict):
                return self._once(asked, parts, delivery)
        raise Conflict

    def _once(self, asked: Asked, parts: Sequence[Part], delivery: Delivery) -> Answer:
        folded = self.states.of({part.stream: part.decider for part in parts})
        if delivery.if_match not in (None, folded[parts[0].stream].version):
            raise Stale
        decided = self._decide(asked, parts, folded)
        events = [event for each in decided for event in each.events]
        answer = Answer(delivery.status if events else 200, delivery.location, folded[parts[0].stream].version)
        brought = delivery if events else Delivery(delivery.key)
        claims = [*brought.claims, *(claim for each in decided for claim in each.claims)]
        try:
            return self.store.append(Append(events, asked.now, answer, claims, brought.sealed, brought.key))
        except ClaimTaken as taken:
            raise refusal_of(parts, taken.claims) from taken

    def _decide(self, asked: Asked, parts: Sequence[Part], folded: dict[str, Folded]) -> list[Decided]:
        decided, refused, codes = [], [], self.codes()
        with self.database.reading() as connection:
            reading = Reading(connection, self.policy, asked, codes=codes, cases=folded)
            gathered = _gather(parts, folded, reading)
            require_looked_up(asked, gathered)
            for part, known in zip(parts, gathered, strict=True):
                try:
                    decided.append(decide(self.store.source, part, *folded[part.stream], known, reading))
                    folded[part.stream] = Folded(decided[-1].version, decided[-1].state)
                except Refusal as refusal:
                    if not part.row:
                        raise
                    refused.append((part.row, refusal))
        if refused:
            raise RowsRefused(refused)
        return decided


def _gather(parts: Sequence[Part], folded: dict[str, Folded], reading: Reading) -> list[Known]:
    known: dict[str, Iterator[Known]] = {}
    for decider in dict.fromkeys(part.decider for part in parts):
        mine = [(part.command, folded[part.stream].state) for part in parts if part.decider is decider]
        known[decider.name] = iter(decider.gather(mine, reading))
    return [next(known[part.decider.name]) for part in parts]
