"""Folded states, kept by (stream, version) so that only the tail of a stream is read again."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, NamedTuple

from chronicle.decider import Decider
from chronicle.store import EventStore


class Folded(NamedTuple):
    """A stream's version and its folded state."""

    version: int
    state: Any


class States:
    """The states of the streams used last; 10,000 by default."""

    def __init__(self, store: EventStore, capacity: int = 10_000) -> None:
        self._store, self._capacity = store, capacity
        self._kept: OrderedDict[str, Folded] = OrderedDict()
        self._lock = Lock()

    def of(self, wanted: Mapping[str, Decider[Any, Any, Any]]) -> dict[str, Folded]:
        """Fold streams up to now."""
        with self._lock:
            start = {s: self._kept.get(s, Folded(0, decider.initial)) for s, decider in wanted.items()}
        tails = self._store.load({stream: folded.version for stream, folded in start.items()})
        current = {}
        for stream, decider in wanted.items():
            version, state = start[stream]
            for stored in tails[stream]:
                version = stored.version
                recorded = decider.types.read(stored)
                state = state if recorded is None else decider.evolve(state, recorded)
            current[stream] = Folded(version, state)
        self._keep(current)
        return current

    def _keep(self, current: Mapping[str, Folded]) -> None:
        with self._lock:
            for stream, folded in current.items():
                if folded.version > 0:
                    self._kept[stream] = folded
                    self._kept.move_to_end(stream)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
