"""Passing by: followers that read what they do not handle write down how far they are together."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import chain
from time import sleep

from chronicle.feed.positions import Moved, Overtaken, write
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
        """Wait for those that are woken by the same events, and write; False, as whoever passes more by wakes it."""
        sleep(self._gathering)
        with ExitStack() as turns:
            moves = dict[Follower, list[Moved]]()
            for follower in self._followers:
                # Who is busy wakes this again; waiting for one would hold up the others.
                if follower.turn.acquire(blocking=False):
                    turns.callback(follower.turn.release)
                    if passed := follower.passed():
                        moves[follower] = passed
            if moves:
                overtaken = self._write([*chain(*moves.values())])
                for follower in moves:
                    follower.wrote(overtaken=overtaken)
        return False

    def _write(self, moves: Sequence[Moved]) -> bool:
        try:
            with self._database.writing() as connection:
                write(connection, moves)
        except Overtaken:
            return True
        return False
