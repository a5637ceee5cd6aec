"""What stands at the edge of a service: who is let in, what time it is, and what its routes work with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from anyio import CapacityLimiter
from fastapi import Depends
from starlette.requests import Request

from chronicle.clock import Clock
from chronicle.following import HeardAreaCodes
from chronicle.handling import Handler
from chronicle.principal import NotYourSubstitution, Principal, Verifier
from chronicle.store.values import Position
from chronicle.web.metrics import Metrics

T = TypeVar("T")


def nobody_stands_in(_caller: Principal, _substitution: str) -> Principal:
    """Know of no substitution."""
    raise NotYourSubstitution


@dataclass(frozen=True)
class Edge:
    """The collaborators of every route; ``ready`` raises while the service is not, ``given`` are the service's own.

    ``codes`` are the area codes that duties are held against; without them areas are called as they were recorded.
    ``takes_backfill`` says whether commands may name a backfill run, which the service's deciders then look up.
    ``stand_in`` gives the caller as the substitute that a substitution makes them, or refuses.
    """

    verifier: Verifier
    clock: Clock
    fingerprint: Callable[[bytes], bytes]
    ready: Callable[[], object]
    wait_for: Callable[[Sequence[Position], float], bool]
    handler: Handler | None = None
    codes: HeardAreaCodes | None = None
    given: Sequence[object] = ()
    stand_in: Callable[[Principal, str], Principal] = nobody_stands_in
    takes_backfill: bool = False
    metrics: Metrics = field(default_factory=Metrics)
    # Queries that wait must not take the threads of those that work.
    waiting: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(16))


def edge_of(request: Request) -> Edge:
    """The edge of the service a request came to."""
    edge: Edge = request.app.state.edge
    return edge


def given(kind: type[T]) -> Any:
    """Depend on the collaborator of a type that the service gave its edge, such as its vault."""

    async def find(request: Request) -> T:
        return next(each for each in edge_of(request).given if type(each) is kind)

    return Depends(find)
