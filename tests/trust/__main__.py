"""`./run trust`: tries promises one after the other on real processes and servers, and reports what came of each."""

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random, randrange

from private_servers import CannotRun, NotInstalled
from tests.trust import (
    of_brokers,
    of_disks,
    of_large_events,
    of_processes,
    of_reading,
    of_servers,
    of_the_clock,
    of_the_history,
    of_the_topic,
)
from tests.trust.installation import Trusted, installed
from tests.trust.promises import Promise, Result, Verdict, broken, tried, untried
from tests.trust.report import page

ORDER = (
    # Sent again early, when the topic is short: everybody reads all of it.
    *("killed", "sent-again", "broker-killed", "broker-away", "store-killed", "frozen", "leases-lost", "too-large"),
    *("topic-anew", "topic-longer", "tail-lost", "store-restored"),
    *("store-full", "feed-full", "reading-closed", "clock-jumps", "three-brokers", "event-too-large"),
)
GROUPS = (
    *(of_processes, of_servers, of_the_topic, of_the_history),
    *(of_disks, of_brokers, of_reading, of_the_clock, of_large_events),
)
BY_NAME = {promise.name: promise for group in GROUPS for promise in group.PROMISES}
PROMISES = tuple(BY_NAME[name] for name in ORDER if name in BY_NAME)


class Shared:
    """The installation that promises share; whoever breaks it leaves none."""

    def __init__(self, seed: int) -> None:
        self._seed, self._stack = seed, ExitStack()
        self._it: Trusted | None = None

    def result(self, promise: Promise, *, full: bool) -> Result:
        """Try a promise at the shared installation, or at one of its own."""
        if self._it and len(self._it.kafka.brokers) != promise.brokers:
            self.close()
        try:
            it = self._it or self._started(promise.brokers)
        except NotInstalled as reason:
            self.close()
            return untried(promise, self._seed, str(reason))
        except CannotRun as reason:
            self.close()
            return broken(promise, self._seed, f"nothing could be tried: {reason}")
        result = tried(promise, it, self._seed, full=full)
        if promise.leaves or result.verdict is Verdict.BROKEN:
            self.close()
        return result

    def close(self) -> None:
        """Stop it, if there is one."""
        self._it = None
        self._stack.close()

    def _started(self, brokers: int) -> Trusted:
        self._it = self._stack.enter_context(installed(Random(self._seed), brokers))
        return self._it


def results(promises: Sequence[Promise], seed: int, *, full: bool) -> Iterator[Result]:
    """Try them in order."""
    shared = Shared(seed)
    try:
        for promise in promises:
            yield shared.result(promise, full=full)
    finally:
        shared.close()


def main() -> None:
    """Say a line for each promise as soon as it is known, and write the report; ends with 1 if one is broken."""
    names = [promise.name for promise in PROMISES]
    parser = argparse.ArgumentParser(prog="./run trust", description="Try what is promised on real servers.")
    parser.add_argument("--full", action="store_true", help="the long form")
    parser.add_argument("--seed", type=int, default=randrange(10_000), help="where faults happen")
    parser.add_argument("--report", type=Path, default=Path("trust.html"), help="where the report goes")
    parser.add_argument("promises", nargs="*", metavar="PROMISE", help=f"all unless named: {', '.join(names)}")
    asked = parser.parse_args()
    if unknown := {*asked.promises} - {*names}:
        parser.error(f"there is no promise called {', '.join(sorted(unknown))}")
    wanted = [promise for promise in PROMISES if not asked.promises or promise.name in asked.promises]
    found = []
    for result in results(wanted, asked.seed, full=asked.full):
        print(result.line, flush=True)
        found.append(result)
    form, when = "full" if asked.full else "short", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    asked.report.write_text(page(found, form, when, machine), "utf-8")
    print(f"\n{asked.report.absolute()}")
    sys.exit(any(result.verdict is Verdict.BROKEN for result in found))


if __name__ == "__main__":
    main()
