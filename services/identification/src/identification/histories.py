"""How cases stand now: their events folded, for what gather looks up beside the case that is decided on."""

from collections.abc import Iterable
from typing import Any

from chronicle.decider import Decider, Reading
from chronicle.messages import Recorded
from chronicle.store.rows import COLUMNS, event_of
from chronicle.store.tables import event
from sqlalchemy import bindparam, select

_HISTORY = (
    select(event)
    .where(event.c.stream.in_(bindparam("streams", expanding=True)))
    .order_by(event.c.stream, event.c.version)
)


def recorded(decider: Decider[Any, Any, Any], ids: Iterable[str], reading: Reading) -> dict[str, list[Recorded[Any]]]:
    """Read what happened to those of these cases that are there, up to now."""
    streams = {f"{decider.name}/{one}": one for one in ids}
    history: dict[str, list[Recorded[Any]]] = {}
    for row in reading.connection.execute(_HISTORY, {"streams": [*streams]}).mappings() if streams else ():
        stored = event_of([row[name] if name != "valid_on" else row[name].isoformat() for name in COLUMNS])
        if happened := decider.types.read(stored):
            history.setdefault(streams[stored.stream], []).append(happened)
    return history


def folded(decider: Decider[Any, Any, Any], ids: Iterable[str], reading: Reading) -> dict[str, Any]:
    """Fold those of these cases that are there, up to now: lists of them are behind, their events are not.

    What is decided on is folded already: closing a notice passes the rows that it asks about.
    """
    streams = {f"{decider.name}/{one}": one for one in ids}
    here = {streams[name]: reading.cases[name] for name in streams if name in reading.cases}
    others = [one for one in streams.values() if one not in here]
    folded_here = {one: state for one, (version, state) in here.items() if version}
    return folded_here | {one: decider.fold(events) for one, events in recorded(decider, others, reading).items()}
