"""Faults of the servers: Kafka killed or away, PostgreSQL killed."""

from collections.abc import Mapping
from time import monotonic, sleep

from private_servers import wait_until
from tests.trust import store
from tests.trust.history import Answer, Known
from tests.trust.installation import Trusted
from tests.trust.promises import Outcome, Promise, Trial

ALL_AWAY = 120  # seconds more
FEW = 10  # commands
SPARE = 5  # threads more that a worker may have afterwards
KILLS, ALL_KILLS = 3, 20
ACCEPTING_AGAIN = 20.0  # seconds after PostgreSQL has recovered


def broker_killed(it: Trusted, trial: Trial) -> Outcome:
    """Kill the broker while relays send to it, and start it again at once."""
    began, kills, before = monotonic(), int(trial.of(KILLS, ALL_KILLS)), it.threads()
    with it.under_load():
        for _ in range(kills):
            it.accepts(FEW + trial.random.randrange(FEW))
            it.kafka.kill()
            it.kafka.start()
        it.accepts()
    figure = f"{kills} kills, {it.history.accepted(began)} commands accepted"
    return Outcome(figure, findings=[*not_accepted(it, began), *it.findings(), *_left_behind(it, before)])


def broker_away(it: Trusted, trial: Trial) -> Outcome:
    """Take the broker away until relays fail: commands are accepted meanwhile, and nothing is missing afterwards."""
    before = it.threads()
    with it.under_load():
        it.accepts()
        it.kafka.kill()
        away = monotonic()
        wait_until(it.relays_fail)
        it.accepts()
        trial.longer(ALL_AWAY)
        seconds, accepted = monotonic() - away, it.history.accepted(away)
        found = not_accepted(it, away)
        it.kafka.start()
        it.accepts()
    back = monotonic()
    found += [*it.findings(), *_left_behind(it, before)]
    figure = (
        f"{accepted} commands accepted in {seconds:.0f} s without a broker, checked {monotonic() - back:.0f} s later"
    )
    return Outcome(figure, "more than 0 accepted; nothing missing afterwards", found)


def store_killed(it: Trusted, trial: Trial) -> Outcome:
    """Kill PostgreSQL under load and start it again: 503 with Retry-After meanwhile, then commands are accepted."""
    kills, longest, found = int(trial.of(1, 5)), 0.0, []
    began = monotonic()
    with it.under_load():
        for _ in range(kills):
            it.accepts()
            killed = _store_killed(it)
            sleep(trial.random.uniform(0, 3))
            it.started.append(store.start(it.running.postgres))
            recovered = monotonic()
            longest = max(longest, _accepting_again(it, recovered))
            found += _unclear(it.history.since(killed, recovered))
    if longest > ACCEPTING_AGAIN:
        found.append(f"nothing was accepted within {ACCEPTING_AGAIN:.0f} s")
    meanwhile = _refused(it, began)
    figure = f"{meanwhile} answers 503 meanwhile, accepting {longest:.1f} s after recovery"
    return Outcome(figure, f"503 with Retry-After; {ACCEPTING_AGAIN:.0f} s", [*found, *it.findings()])


def _store_killed(it: Trusted) -> float:
    """Kill it, and wait until clerks have noticed; when that was."""
    killed = monotonic()
    store.kill(it.running.postgres)
    wait_until(lambda: _refused(it, killed) >= FEW)
    return killed


def not_accepted(it: Trusted, since: float) -> list[str]:
    """What was answered otherwise than by accepting, which nothing but the broker was away for."""
    others = [each for each in it.history.since(since) if each.known is not Known.OK]
    return [f"{len(others)} commands not accepted, such as {others[0].status}: {others[0].said}"] if others else []


def _left_behind(it: Trusted, before: Mapping[int, int]) -> list[str]:
    """Which workers have more threads than before: clients of the broker that were given up and still run.

    One that stood still for two minutes has ended itself, and its threads with it.
    """
    grown = (threads - before[number] for number, threads in it.threads().items() if number in before)
    return [f"a worker has {more} threads more than before" for more in grown if more > SPARE]


def _refused(it: Trusted, since: float) -> int:
    return sum(answer.status == 503 for answer in it.history.since(since))


def _unclear(answers: list[Answer]) -> list[str]:
    """What was answered while the store was away, and is neither acceptance nor a 503 that says when to come back."""
    others = [each for each in answers if each.known is not Known.OK and (each.status != 503 or not each.retry_after)]
    return [f"{len(others)} answers {others[0].status}: {others[0].said}"] if others else []


def _accepting_again(it: Trusted, since: float) -> float:
    while monotonic() - since <= ACCEPTING_AGAIN:
        if accepted := [each.answered for each in it.history.since(since) if each.known is Known.OK]:
            return min(accepted) - since
        sleep(0.2)
    return ACCEPTING_AGAIN + 1


PROMISES = (
    Promise("broker-killed", "Kafka killed while it is sent to loses nothing and changes no order", broker_killed),
    Promise("broker-away", "While Kafka is away commands are accepted, and it has them all afterwards", broker_away),
    Promise(
        "store-killed", "While PostgreSQL is away commands are answered 503, and go on when it is back", store_killed
    ),
)
