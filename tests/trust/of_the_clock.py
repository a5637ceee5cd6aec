"""Clocks that jump: every process of ours thinks it is an hour later, or earlier, and then that it is not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import sleep

from canaries import Canaries
from private_servers import CannotRun
from tests.trust.clients import application
from tests.trust.installation import Setting, Trusted
from tests.trust.promises import Outcome, Promise, Trial

HOUR = timedelta(hours=1)
NOTICED = 3.0  # seconds until every process has looked at the file
FILE = "FAKETIME_TIMESTAMP_FILE"

# With clocks left alone that only count, libfaketime 0.9.10 refuses each of Python's sleeps, which are until an instant.
_SLEEP = """import select, time
time.sleep = lambda seconds: select.select((), (), (), seconds) and None
"""
_WENT_BACK = """SELECT partition, sequence FROM (SELECT *, lag(recorded_at)
 OVER (PARTITION BY partition ORDER BY sequence) AS before FROM event) AS told WHERE recorded_at < before"""


def clock_jumps(it: Trusted, trial: Trial) -> Outcome:
    """Let the clock jump on and back by an hour under load: order stays, and tokens hold for their ten minutes."""
    found, jumps = [], (timedelta(), HOUR, timedelta(), -HOUR, timedelta())
    with it.under_load():
        for ahead in jumps:
            _set(it, ahead)
            it.counter.clock.ahead = ahead
            sleep(NOTICED + trial.of(4, 30))
    for ahead in (HOUR, -HOUR):
        with _jumped(it, ahead):
            answer = it.counter.once(application(Canaries(it.random.randrange(10**9), first=3_200_000)), it.history)
        # Of an hour ago, or not before an hour from now.
        found += [] if answer.status == 401 else [f"a token an hour off was answered {answer.status}"]
    found += [
        f"{source} noted an earlier time after a later one" for source in _SOURCES if it.numbers(source, _WENT_BACK)
    ]
    refused = sum(command.answers[-1].status == 401 for command in it.history.commands)
    figure = f"{len(it.history.commands)} commands over jumps of an hour, {refused} refused for their token"
    return Outcome(figure, "order kept, recorded times never go back, tokens an hour off 401", [*found, *it.findings()])


_SOURCES = ("identification", "industry")


def _set(it: Trusted, ahead: timedelta) -> None:
    file = Path(it.running.processes["migrate"].environment[FILE])
    beside = file.with_suffix(".new")
    beside.write_text(f"{int(ahead.total_seconds()):+d}\n", "ascii")
    beside.rename(file)


@contextmanager
def _jumped(it: Trusted, ahead: timedelta) -> Iterator[None]:
    _set(it, ahead)
    sleep(NOTICED)
    try:
        yield
    finally:
        _set(it, timedelta())
        sleep(NOTICED)


def _shiftable(folder: Path) -> Setting:
    """Processes whose clock a file sets; CannotRun without libfaketime, which FAKETIME_FOLDER may say where to find."""
    folders = [Path(folder) for folder in [os.environ.get("FAKETIME_FOLDER")] if folder]
    libraries = [
        *(folder / "libfaketimeMT.so.1" for folder in folders),
        *Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"),
    ]
    library = next((each for each in libraries if each.exists()), None)
    if library is None:
        raise CannotRun("libfaketime is not installed, and no setting of ours sets a clock")
    file = folder / "clock"
    file.write_text("+0\n", "ascii")
    (folder / "sitecustomize.py").write_text(_SLEEP, "ascii")
    faked = {FILE: str(file), "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return Setting({"LD_PRELOAD": str(library), "PYTHONPATH": str(folder), **faked})


PROMISES = (
    Promise(
        "clock-jumps",
        "When the clock jumps by an hour, order stays and tokens hold no longer",
        clock_jumps,
        alone=True,
        within=_shiftable,
    ),
)
