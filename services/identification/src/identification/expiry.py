"""What nobody appeared for is given up some days later: its case says so, its text is erased, nothing finds it."""

from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from uuid import UUID, uuid5

from chronicle.clock import Clock, business_date
from chronicle.decider import Asked
from chronicle.following.reactions import system_actor
from chronicle.handling import Handler
from chronicle.principal import Principal
from chronicle.recording import Part
from chronicle.sealing import PersonKey
from chronicle.store.values import Delivery, Sealed, caused

from identification.cases.data_match.commands import ExpireDataMatch
from identification.cases.data_match.gather import data_match_decider
from identification.cases.data_match.projections import waiting_until
from identification.people.awaited import no_longer_awaiting, owner_of

FIRST_LOOK, LOOK_AGAIN = 60.0, 3600.0
# Somebody may have appeared on the last day, and what attaches it be behind.
REACTIONS_LATE = timedelta(days=3)
AT_ONCE = 100
NAME = "data-match-expiry"


@dataclass
class Expiry:
    """Looks first after so many seconds, then once an hour, and on while there are more."""

    handler: Handler
    clock: Clock
    after: float = 0.0
    _next: float = field(init=False)
    _before: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._next = monotonic() + self.after

    def step(self) -> bool:
        """Give some up whose days are over; False when it is not time to look, or there were none."""
        if monotonic() < self._next:
            return False
        with self.handler.database.reading() as connection:
            over = waiting_until(connection, self.clock.today() - REACTIONS_LATE, AT_ONCE)
        if over and over == self._before:
            # Nothing came of these, or the list of what waits is behind.
            self._before, self._next = [], monotonic() + FIRST_LOOK
            return False
        self._before = over
        for match_id in over:
            self._expire(match_id)
        if len(over) < AT_ONCE:
            self._next = monotonic() + LOOK_AGAIN
        return bool(over)

    def _expire(self, match_id: str) -> None:
        owner = owner_of(match_id)
        with self.handler.database.reading() as connection:
            claims = no_longer_awaiting(connection, [match_id])
        asked = self._asked(str(uuid5(UUID(match_id), NAME)))
        command = ExpireDataMatch(owner=owner, on=asked.today)
        erased = Sealed(keys=(PersonKey(owner, None).erased(),))
        delivery = Delivery(caused(asked.command_id), claims=claims, sealed=erased)
        self.handler.handle(asked, [Part(data_match_decider, match_id, command)], delivery)

    def _asked(self, command_id: str) -> Asked:
        now = self.clock.now()
        actor = system_actor(self.handler.store.source)
        return Asked(
            principal=Principal(actor.person, actor.organisation, NAME),
            actor=actor,
            now=now,
            today=business_date(now),
            command_id=command_id,
            correlation_id=command_id,
        )
