"""From what was decided to what is stored: envelopes, receipts and digests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chronicle.decider import About, Asked, Decider, Known, Reading
from chronicle.messages import Command, Recorded, StoredEvent, canonical, digest_of, new_id, partition_of
from chronicle.principal import NoBackfillHere
from chronicle.refusals import RowsRefused
from chronicle.store.values import HeldClaim, VersionConflict


@dataclass(frozen=True, slots=True)
class Part:
    """One stream's share of a command. A list is a part for each row, named by it, often after one for the act.

    Parts on one stream are decided in turn, each on what those before it leave.
    """

    decider: Decider[Any, Any, Any]
    id: str
    command: Command
    row: str = ""

    @property
    def stream(self) -> str:
        """The stream it decides on, such as ``application/<id>``."""
        return f"{self.decider.name}/{self.id}"


@dataclass(frozen=True, slots=True)
class Decided:
    """What one part decided: the events to store, the claims they take or give back, the stream after them."""

    events: tuple[StoredEvent, ...]
    claims: tuple[HeldClaim, ...]
    version: int
    state: Any


def decide(source: str, part: Part, version: int, state: Any, known: Known, reading: Reading) -> Decided:
    """Decide one part and write its events down, ready to append; raises what the decider refuses."""
    events = part.decider.decide(part.command, state, known)
    if not events:
        return Decided((), (), version, state)
    about = part.decider.about(part.command, state, known)
    area = reading.codes.on(about.valid_on).now(about.area)
    shared = _shared(replace(about, area=area), reading.asked)
    receipt = _receipt(source, part, version, known, reading)
    stored, claims = [], []
    for number, event in enumerate(events, version + 1):
        unsigned = StoredEvent(
            event_id=new_id(),
            type=event.type,
            source=source,
            stream=part.stream,
            version=number,
            receipt=receipt,
            data=event.text(),
            **shared,
        )
        entry = unsigned._replace(digest=digest_of(unsigned))
        stored.append(entry)
        claims += [
            HeldClaim(claim.kind, claim.key, part.stream, claim.held, claim.refusal)
            for claim in part.decider.claims(event, state)
        ]
        state = part.decider.evolve(state, Recorded(event, entry))
    return Decided(tuple(stored), tuple(claims), version + len(stored), state)


def require_looked_up(asked: Asked, gathered: Sequence[Known]) -> None:
    """Refuse a backfill run that nothing decided on looked up: it would stand in events as if it had been."""
    if asked.actor.backfill and all(known.backfill != asked.actor.backfill for known in gathered):
        raise NoBackfillHere


def refusal_of(parts: Sequence[Part], taken: Sequence[HeldClaim]) -> Exception:
    """Say why claims that others hold stop a command; without a refusal of theirs it is VersionConflict: retried."""
    refused = {claim.stream: claim.refusal() for claim in taken if claim.refusal}
    rows = [(part.row, refused[part.stream]) for part in parts if part.row and part.stream in refused]
    return RowsRefused(rows) if rows else next(iter(refused.values()), VersionConflict())


def _shared(about: About, asked: Asked) -> dict[str, Any]:
    return {
        "subject": about.subject,
        "area": about.area,
        "partition": partition_of(about.subject),
        "valid_on": about.valid_on,
        "actor": asked.actor,
        "command_id": asked.command_id,
        "correlation_id": asked.correlation_id,
        "causation_id": asked.causation_id,
        "traceparent": asked.traceparent,
        "corrects": about.corrects and canonical({"event_id": about.corrects, "how": "replace"}),
    }


def _receipt(source: str, part: Part, version: int, known: Known, reading: Reading) -> str:
    used = {(entry.name, entry.area, entry.valid_from): entry for entry in reading.used.values()}
    return canonical(
        {
            "rule": f"{source}.{part.decider.name}",
            "digest": part.decider.digest,
            "version": version,
            "known": known.model_dump(mode="json"),
            "policy": [used[key].receipt() for key in sorted(used)],
        }
    )
