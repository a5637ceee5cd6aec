"""Whether a store is as quick at many events as at few: appending, loading, following and rebuilding, as ratios.

It is filled through its own append with events of a simple kind. The database and who asks it share this machine.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from random import Random
from time import perf_counter

from chronicle.following import Follower, rebuild
from chronicle.messages import PARTITIONS
from chronicle.store import Database, EventStore
from tallies import Counted, opened, record, run

from bench.follow import latest
from bench.stores import empty_databases

FEW, MANY, REACH = 50_000, 5_000_000, 0.9
COMMITS, EACH, STREAMS, NEW, AT_ONCE = 500, 10, 1_000, 20_000, 500


def main() -> None:
    """Measure and print."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("--upper", type=int, default=MANY, help="events")
    upper = asked.parse_args().upper
    print(f"at {FEW} and at {upper} events stored, reach {REACH}\n")
    with empty_databases(1) as databases:
        for kind, (url,) in databases.items():
            with opened(url) as (database, store):
                few, many = (_measured(database, store, events) for events in (FEW, upper))
            for what, before in few.items():
                ratio = many[what] / before
                reached = "yes" if ratio >= REACH else "no"
                print(f"{kind:14} {what:34} {before:9.0f} {many[what]:9.0f} {ratio:6.2f}  {reached}", flush=True)


def _measured(database: Database, store: EventStore, events: int) -> dict[str, float]:
    _fill(store, events)
    here = latest(f"latest{events}")
    follower = Follower(here, database, store)
    follower.open()
    stored = _stored(store)
    figures = {"followed from the beginning, events/s": stored / _seconds(lambda: run(follower))}
    batches = [[(f"other/{events}/{number}", Counted(amount=1))] * EACH for number in range(COMMITS)]
    figures["loaded and appended, events/s"] = COMMITS * EACH / _seconds(lambda: _record(store, batches))
    some = _some_streams(store)
    figures["loaded, streams/s"] = STREAMS / _seconds(lambda: [store.load({stream: 0}) for stream in some])
    run(follower)
    _fill(store, _stored(store) + NEW)
    figures["followed, newest events/s"] = NEW / _seconds(lambda: run(follower))
    if any(follower.behind().values()):
        raise SystemExit("what was stored was not followed to its end")
    stored = _stored(store)
    return figures | {"rebuilt, events/s": stored / _seconds(lambda: rebuild(here, database, store))}


def _fill(store: EventStore, events: int) -> None:
    for begin in range(_stored(store), events, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, events))
        record(store, *((f"thing/{number}", Counted(amount=number)) for number in numbers))


def _record(store: EventStore, batches: Iterable[list[tuple[str, Counted]]]) -> None:
    for batch in batches:
        record(store, *batch)


def _stored(store: EventStore) -> int:
    return sum(head.sequence for head in store.heads().values())


def _some_streams(store: EventStore) -> list[str]:
    chance = Random(1)  # noqa: S311 - the same ones each time
    heads = {partition: head.sequence for partition, head in store.heads().items()}
    places = [(partition := chance.randrange(PARTITIONS), chance.randrange(heads[partition])) for _ in range(STREAMS)]
    return [store.read(partition, after, 1)[0].stream for partition, after in places]


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    main()
