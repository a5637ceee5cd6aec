"""Clocks that jump: every process of ours thinks it is an hour later, or earlier, and then that it is not.

PostgreSQL's and Kafka's go on as they were.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from time import sleep

from canaries import Canaries
from chronicle.clock import SHANGHAI
from chronicle.messages import new_id
from dossiers import COUNTY, FRUIT, INDUSTRY, LATE
from huangxi import API
from tests.trust.clients import GROUP, OFFICER, OPENED, application
from tests.trust.history import Command
from tests.trust.installation import Trusted
from tests.trust.promises import Outcome, Promise, Trial, Untriable

HOUR = timedelta(hours=1)
RECHECKED_WITHIN = timedelta(60)  # recheck_days of the policy
NOTICED = 2.0  # seconds, twice as long as a process takes what it last read in the file for the time
FEW = 10  # commands
FILE = "FAKETIME_TIMESTAMP_FILE"

# libfaketime 0.9.10 refuses to sleep until an instant of the clock that only counts, which it is told to leave alone.
_SLEEP = """import select, time
time.sleep = lambda seconds: select.select((), (), (), seconds) and None
"""
_WENT_BACK = """SELECT partition, sequence FROM (SELECT *, lag(recorded_at)
 OVER (PARTITION BY partition ORDER BY sequence) AS before FROM event) AS told WHERE recorded_at < before"""


def clock_jumps(it: Trusted, trial: Trial) -> Outcome:
    """Let the clock jump on and back by an hour under load: order stays, and tokens hold for their ten minutes."""
    _make_shiftable(it)
    began, found = len(it.history.commands), list[str]()
    with it.under_load():
        for ahead in (timedelta(), HOUR, timedelta(), -HOUR, timedelta()):
            _set(it, ahead)
            it.counter.clock.ahead = ahead
            sleep(NOTICED)
            it.accepts(FEW)
            trial.longer(30)
    for ahead in (HOUR, -HOUR):
        with _jumped(it, ahead, signed=timedelta()):
            answer = it.counter.once(application(_canaries(it)), it.history)
        # Of an hour ago, or not before an hour from now.
        found += [] if answer.status == 401 else [f"a token an hour off was answered {answer.status}"]
    found += _over_midnight(it)
    found += [
        f"{source} noted an earlier time after a later one" for source in _SOURCES if it.numbers(source, _WENT_BACK)
    ]
    sent = it.history.commands[began:]
    refused = sum(command.answers[-1].status == 401 for command in sent)
    figure = f"{len(sent)} commands over jumps of an hour, {refused} refused for their token"
    limit = "order kept, recorded times never go back, days by the clock, tokens an hour off 401"
    return Outcome(figure, limit, [*found, *it.findings()])


def _over_midnight(it: Trusted) -> list[str]:
    """What is wrong where the clock jumps over Shanghai's midnight and back, with what is due or dated."""
    now = datetime.now(SHANGHAI)
    evening = now.replace(hour=23, minute=30) - now
    with _jumped(it, evening):
        due = _due(it, now.date())
        before = _by_day(it, due, now.date() + timedelta(1))
    with _jumped(it, evening + HOUR):
        after = _by_day(it, due, now.date() + timedelta(1))
    with _jumped(it, evening):
        again = _by_day(it, due, now.date() + timedelta(1))
    expected = [("open", 422), ("overdue", 201), ("open", 422)]
    return [] if [before, after, again] == expected else [f"over midnight: {before}, {after}, {again} for {expected}"]


def _due(it: Trusted, day: date) -> str:
    """Where a re-check is that is due that day."""
    complaint = {"on": f"{day - RECHECKED_WITHIN}", "ground": "not_poor", "facts": _canaries(it).text(), **LATE}
    path = f"{API}/applications/{it.registered.application_id}/complaints"
    raised = it.ask(OFFICER, "POST", path, complaint, **{"Idempotency-Key": new_id()})
    assert raised.is_success, raised.text
    return raised.headers["Location"]


def _by_day(it: Trusted, due: str, day: date) -> tuple[str, int]:
    """How the re-check stands, and how a project of a day is answered."""
    project = Command(OFFICER, f"{INDUSTRY}/projects", {"area_code": GROUP[:12], **FRUIT, "on": f"{day}"}, OPENED)
    return it.ask(COUNTY, "GET", due).json()["state"], it.counter.once(project, it.history).status


def _canaries(it: Trusted) -> Canaries:
    return Canaries(it.random.randrange(10**9), first=3_200_000)


_SOURCES = ("identification", "industry")


def _set(it: Trusted, ahead: timedelta) -> None:
    file = Path(it.running.processes["migrate"].environment[FILE])
    beside = file.with_suffix(".new")
    beside.write_text(f"{int(ahead.total_seconds()):+d}\n", "ascii")
    beside.rename(file)


@contextmanager
def _jumped(it: Trusted, ahead: timedelta, signed: timedelta | None = None) -> Iterator[None]:
    """Have the clock so far ahead, and with it, unless told otherwise, that by which tokens are signed."""
    _set(it, ahead)
    it.counter.clock.ahead = ahead if signed is None else signed
    sleep(NOTICED)
    try:
        yield
    finally:
        _set(it, timedelta())
        it.counter.clock.ahead = timedelta()
        sleep(NOTICED)


def _make_shiftable(it: Trusted) -> None:
    """Start all processes again with a clock that a file sets, which FAKETIME_FOLDER may say where libfaketime is."""
    folders = [Path(folder) for folder in [os.environ.get("FAKETIME_FOLDER")] if folder]
    libraries = [
        *(folder / "libfaketimeMT.so.1" for folder in folders),
        *Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"),
    ]
    library = next((each for each in libraries if each.exists()), None)
    if library is None:
        raise Untriable("libfaketime is not installed, which sets the clock (apt-get install libfaketime)")
    folder = it.running.keys.parent
    file = folder / "clock"
    file.write_text("+0\n", "ascii")
    (folder / "sitecustomize.py").write_text(_SLEEP, "ascii")
    faked = {FILE: str(file), "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    it.running.stop()
    for process in it.running.processes.values():
        process.environment |= {"LD_PRELOAD": str(library), "PYTHONPATH": str(folder), **faked}
    it.running.up()


PROMISES = (
    Promise(
        "clock-jumps",
        "When the clock jumps by an hour, order stays and tokens hold no longer",
        clock_jumps,
        leaves=True,
    ),
)
