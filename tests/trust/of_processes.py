"""Faults of our own processes: killed at any moment, frozen for longer than a lease lasts."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic, sleep

from compose_runner import Process
from private_servers import free_ports, wait_until
from tests.trust.installation import Trusted
from tests.trust.promises import Outcome, Promise, Trial

KILLS, ALL_KILLS = 12, 100
ALL_FROZEN = 90  # seconds more, longer than a watchdog waits (60)
LOST, ALL_LOST = 40, 300


def killed(it: Trusted, trial: Trial) -> Outcome:
    """Kill any API or worker at random under load, again and again, and start it at once."""
    processes = it.running.processes
    names = [name for name in processes if name.endswith(("-api", "-worker"))]
    began, kills = monotonic(), int(trial.of(KILLS, ALL_KILLS))
    with it.under_load():
        it.accepts()
        for _ in range(kills):
            name = trial.random.choice(names)
            it.kill(name)
            sleep(trial.random.uniform(0, 1))
            processes[name].launch()
            sleep(trial.random.uniform(0, 3))
        for name in names:
            wait_until(processes[name].is_up)
    accepted = it.history.accepted(began)
    unknown = sum(each.status == 0 for each in it.history.since(began))
    figure = f"{kills} kills, {accepted} commands accepted, {unknown} answers lost"
    return Outcome(figure, findings=it.findings())


def frozen(it: Trusted, trial: Trial) -> Outcome:
    """Freeze the worker of identification beside a second one, which has to take over, and thaw it again."""
    first, began = it.running.processes["identification-worker"], monotonic()
    with _beside(first), it.under_load():
        it.accepts()
        first.signal(signal.SIGSTOP)
        stopped = monotonic()
        try:
            # Its leases have ended by then.
            moved = _moves_on(it, stopped)
            it.accepts()
            trial.longer(ALL_FROZEN)
        finally:
            first.signal(signal.SIGCONT)
        it.accepts()
    found = it.findings() if moved is not None else ["the second worker did not take over", *it.findings()]
    return Outcome(
        f"partitions moved on after {moved or 0:.0f} s, {it.history.accepted(began)} accepted", findings=found
    )


def leases_lost(it: Trusted, trial: Trial) -> Outcome:
    """Take away all leases of two workers, again and again: each goes on in the middle of what the other has begun."""
    times, began = int(trial.of(LOST, ALL_LOST)), monotonic()
    with _beside(it.running.processes["identification-worker"]), it.under_load():
        it.accepts()
        for _ in range(times):
            it.do("identification", "DELETE FROM lease")
            sleep(trial.random.uniform(0, 0.5))
    figure = f"all leases lost {times} times, {it.history.accepted(began)} accepted"
    return Outcome(figure, findings=it.findings())


@contextmanager
def _beside(first: Process) -> Iterator[None]:
    """Run a second worker like the first."""
    second = _second(first)
    second.launch()
    try:
        wait_until(second.is_up)
        yield
    finally:
        second.signal(signal.SIGTERM)
        second.end(10)


def _second(first: Process) -> Process:
    (port,) = free_ports(1)
    here = str(port)
    folder = first.folder.with_name(f"{first.name}-2")
    folder.mkdir(exist_ok=True)
    assert first.health
    before = first.health.rpartition(":")[2].partition("/")[0]
    environment = {key: here if value == before else value for key, value in first.environment.items()}
    return replace(first, environment=environment, health=first.health.replace(before, here), folder=folder)


def _moves_on(it: Trusted, stopped: float) -> float | None:
    """Seconds until everything that was recorded when the worker stopped has been relayed and followed."""
    heads = it.heads("identification")
    until = stopped + 60
    while monotonic() < until:
        reached = it.followed("identification")
        if all(reached.get(partition, 0) >= sequence for partition, sequence in heads.items()):
            return monotonic() - stopped
        sleep(0.2)
    return None


PROMISES = (
    Promise("killed", "Whatever process is killed, what was acknowledged is stored once and shown everywhere", killed),
    Promise("leases-lost", "Two workers that both take themselves for the only one apply nothing twice", leases_lost),
    Promise("frozen", "While a worker hangs, a second one takes over, and nothing is applied twice", frozen),
)
