"""Faults of three brokers that keep three copies of everything, two of which every record needs."""

from time import monotonic

from private_servers import wait_until
from tests.trust.installation import Trusted
from tests.trust.of_servers import not_accepted
from tests.trust.promises import Outcome, Promise, Trial

ALL_AWAY = 120  # seconds more, longer than a producer tries for (60)
FEW = 5  # commands, so that each of the three leads some that are relayed
KILLS, ALL_KILLS = 3, 20


def three_brokers(it: Trusted, trial: Trial) -> Outcome:
    """Kill two of three until relays have thrown their producers away, then each in turn under load."""
    kills, began = int(trial.of(KILLS, ALL_KILLS)), monotonic()
    with it.under_load():
        it.accepts()
        for number in trial.random.sample((1, 2, 3), 2):
            it.kafka.kill(number)
        away = monotonic()
        wait_until(it.relays_fail)
        it.accepts()
        trial.longer(ALL_AWAY)
        seconds, accepted = monotonic() - away, it.history.accepted(away)
        it.kafka.mend()
        for number in range(kills):
            # Each leads a third of the partitions.
            for change in (it.kafka.kill, it.kafka.start):
                it.accepts(FEW + trial.random.randrange(FEW))
                change(number % 3 + 1)
    figure = f"{accepted} accepted in {seconds:.0f} s with one of three, {kills} leaders killed"
    return Outcome(figure, "accepted > 0; nothing missing, order kept", [*not_accepted(it, began), *it.findings()])


PROMISES = (Promise("three-brokers", "With two of three brokers away relays wait, then go on", three_brokers, 3),)
