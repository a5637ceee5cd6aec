"""Passing by: followers that read what they do not handle write down how far they are together."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import chain
from time import sleep

from chronicle.feed.positions import Moved, Overtaken, busy, write
from chronicle.following.follower import Follower
from chronicle.store import Database

GATHERING = 0.01


class Passing:
    """Writes down how far the followers of one database passed events by, in one transaction for all.

    Until then a follower reads these again after a crash. One that handles any writes with what it does.
    """

    def __init__(self, database: Database, followers: Iterable[Follower], gathering: float = GATHERING) -> None:
        self._database, self._gathering = database, gathering
        self._followers = sorted(followers, key=lambda follower: follower.name)
        for follower in self._followers:
            follower.is_let_pass = True

    def step(self) -> bool:
        """Wait for those that are woken by the same events, and write; True when one was busy, to look again soon."""
        sleep(self._gathering)
        with self._database.at_work(rows=1), ExitStack() as turns:
            passed, is_one_busy = dict[Follower, list[Moved]](), False
            for follower in self._followers:
                # Waiting for one would hold up the others.
                if not follower.turn.acquire(blocking=False):
                    is_one_busy = True
                    continue
                turns.callback(follower.turn.release)
                if moves := follower.passed():
                    passed[follower] = moves
            if passed:
                self._write(passed)
        return is_one_busy

    def _write(self, passed: Mapping[Follower, Sequence[Moved]]) -> None:
        wrote, overtaken = list[Follower](), False
        with suppress(Overtaken), self._database.writing() as connection:
            # One whose places somebody holds, as a rebuild does when it takes over, waits for the next time.
            held = busy(connection, chain.from_iterable(passed.values()))
            wrote = [follower for follower in passed if follower.name not in held]
            overtaken = True
            write(connection, chain.from_iterable(passed[follower] for follower in wrote))
            overtaken = False
        for follower in wrote:
            follower.wrote(overtaken=overtaken)
