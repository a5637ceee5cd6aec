"""Faults of what is kept: the topic lost or cut short, a store restored from an older backup."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from canaries import Canaries
from compose_file import CHECKOUT
from private_servers import wait_until
from tests.trust.clients import application
from tests.trust.installation import Trusted
from tests.trust.of_the_topic import Record, read, topic_of, written
from tests.trust.promises import Outcome, Promise, Trial

PARTITIONS_CUT, ALL_CUT = 1, 4  # the broker is started again after each
MISSED = 60  # commands accepted after the backup
ADOPTING = "docker compose run --rm migrate yihu store adopt"
PAGE = (CHECKOUT / "docs/operating.md").read_text("utf-8")


def topic_anew(it: Trusted, trial: Trial) -> Outcome:
    """Lose the topic and have an empty one of its name; then fill another from the history as the page says."""
    return _lost(it, trial, lambda _: None)


def topic_longer(it: Trusted, trial: Trial) -> Outcome:
    """The same, but somebody has filled the one of its name past all that was read of the lost one."""
    return _lost(it, trial, lambda records: written(it, [*records, *records]))


def _lost(it: Trusted, trial: Trial, fill: Callable[[Sequence[Record]], object]) -> Outcome:
    topic = topic_of(it)
    with it.under_load():
        it.accepts()
        records = read(it)
        it.kafka.make_anew(topic)
        fill(records)
        lost = monotonic()
        wait_until(lambda: all(it.count(service, "follower_alarm") for service in ("identification", "gateway")))
        it.accepts()
        trial.longer(60)
        accepted = it.history.accepted(lost)
    alarms = it.count("identification", "follower_alarm")
    _fill_another(it)
    with it.under_load():
        it.accepts()
    figure = f"{accepted} accepted meanwhile, {alarms} alarms, filled anew from the history"
    return Outcome(figure, "accepted > 0, an alarm, nothing missing afterwards", it.findings())


def tail_lost(it: Trusted, trial: Trial) -> Outcome:
    """Let a power cut take the end of some partitions from the only broker; fill another topic, as the page says."""
    topic, began = topic_of(it), monotonic()
    with it.under_load():
        it.accepts()
        reached = it.relayed("identification")
        long = [partition for partition, sequence in reached.items() if sequence > 1]
        chosen = trial.random.sample(long, min(len(long), int(trial.of(PARTITIONS_CUT, ALL_CUT))))
        cut = {partition: trial.random.randrange(reached[partition]) for partition in chosen}
        for partition, records in cut.items():
            it.kafka.cut(topic, partition, records)
        it.accepts()
    _fill_another(it)
    with it.under_load():
        it.accepts()
    figure = f"{len(cut)} partitions cut short, {it.history.accepted(began)} commands accepted"
    return Outcome(figure, findings=it.findings())


def store_restored(it: Trusted, trial: Trial) -> Outcome:
    """Restore identification from a backup that others have heard more than, as the page says."""
    [backup], [restore, _] = told("Back up"), told("Restore")
    with TemporaryDirectory() as folder:
        place = Path(folder)
        key = it.running.processes["identification-api"].environment["IDENTIFICATION_MASTER_KEY"]
        (place / ".env").write_text(f"MASTER_KEY={key}\n", "ascii")
        it.running.follow(backup.replace("$(date +%F)", date.min.replace(year=2026).isoformat()), place)
        with it.under_load():
            it.accepts(MISSED)
            trial.longer(60)
        since = it.drained()
        it.history.forget()
        before, _, after = restore.partition(ADOPTING)
        it.running.follow(before, place)
        found = _refuses(it)
        printed = it.running.follow(f"{ADOPTING}{after}", place)
    back = re.search(r"(\d+) events taken back", printed)
    with it.under_load():
        it.accepts()
    figure = f"{back[1] if back else 'no'} events taken back"
    return Outcome(figure, "refuses until adopted; nothing lost", [*since, *found, *it.findings()])


def told(heading: str) -> list[str]:
    """The scripts of one section of the page for operators."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```bash\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


def _refuses(it: Trusted) -> list[str]:
    """What is wrong with how the restored service answers before it has adopted: commands 503, and an alarm."""
    names = ("identification-api", "identification-worker")
    processes = [it.running.processes[name] for name in names]
    for process in processes:
        process.launch()
    try:
        wait_until(processes[0].is_up)
        wait_until(lambda: it.count("identification", "follower_alarm") > 0)
        answer = it.counter.once(application(Canaries(it.random.randrange(10**9), first=3_000_000)), it.history)
    finally:
        for name in names:
            it.running.kill(name)
    return [] if answer.status == 503 else [f"before adopting a command was answered {answer.status}: {answer.said}"]


def _fill_another(it: Trusted) -> None:
    """Fill a topic of another name from the gateway's history, as the page says."""
    stop, fill = told("Topics")
    with TemporaryDirectory() as folder:
        it.running.follow(stop, Path(folder))
        for process in it.running.processes.values():
            feeds = {key: url for key, url in process.environment.items() if url.startswith("kafka://")}
            process.environment |= {key: f"{url}.2" for key, url in feeds.items()}
        it.running.follow(fill, Path(folder))


PROMISES = (
    Promise("topic-anew", "A topic that was lost is noticed, and another is filled with all of it", topic_anew),
    Promise("topic-longer", "One that somebody made anew and filled past the old end is noticed, too", topic_longer),
    Promise(
        "tail-lost",
        "What Kafka loses of its end is sent again, and nobody takes a shorter topic for the whole",
        tail_lost,
    ),
    Promise(
        "store-restored", "A restored service records nothing before it has all that was told of it", store_restored
    ),
)
