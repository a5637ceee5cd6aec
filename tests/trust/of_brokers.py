"""Faults of three brokers that keep three copies of everything, two of which every record needs."""

from time import monotonic, sleep

from tests.trust.installation import Trusted
from tests.trust.of_servers import not_accepted
from tests.trust.promises import Outcome, Promise, Trial

WARM = 5.0
AWAY, ALL_AWAY = 70, 120  # seconds, longer than a producer tries for (60)
KILLS, ALL_KILLS = 3, 20


def three_brokers(it: Trusted, trial: Trial) -> Outcome:
    """Kill two of three for longer than a producer tries, then each in turn under load."""
    seconds, kills = trial.of(AWAY, ALL_AWAY), int(trial.of(KILLS, ALL_KILLS))
    began = monotonic()
    with it.under_load():
        sleep(WARM)
        for number in trial.random.sample((1, 2, 3), 2):
            it.kafka.kill(number)
        away = monotonic()
        sleep(seconds)
        accepted = it.history.accepted(away)
        it.kafka.mend()
        for number in range(kills):
            sleep(WARM + trial.random.uniform(0, 2))
            # Each leads a third of the partitions.
            it.kafka.kill(number % 3 + 1)
            sleep(WARM)
            it.kafka.start(number % 3 + 1)
    found = [*not_accepted(it, began), *([] if accepted else ["nothing was accepted with one of three brokers"])]
    figure = f"{accepted} accepted in {seconds:.0f} s with one of three, {kills} leaders killed"
    return Outcome(figure, "accepted > 0; nothing missing, order kept", [*found, *it.findings()])


PROMISES = (
    Promise("three-brokers", "With two of three brokers away relays wait, then go on", three_brokers, 3, alone=True),
)
