"""Whether figures stay as they are while a store grows: each at a few and at many events, as ratios.

Commands are whole lists of households taken through all steps; each is decided, sealed and appended.
"""

from argparse import ArgumentParser
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from yihu.demo.telling import OWN_AREAS
from yihu.generating.course import FIRST_DAY, Course
from yihu.generating.filling import IN_A_VILLAGE
from yihu.generating.households import chance_of, forms

from bench.filled import EVENTS, PATIENCE, events_in, filled, latencies, serving

LISTS, GROUP, LINE = 4, "36042410621601", Decimal(2300)
FIRST_NUMBER = 4_500_000


def main() -> None:
    """Measure and print."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("--lower", type=int, default=50_000, help="events")
    asked.add_argument("--upper", type=int, default=5_000_000, help="events")
    asked.add_argument("--areas", type=Path, default=OWN_AREAS)
    asked.add_argument("--folder", type=Path, help="where the databases are made; temporary ones are removed again")
    said = asked.parse_args()
    few, many = (_measured(events, said.areas, said.folder) for events in (said.lower, said.upper))
    print(f"\n{'':40} {'few':>10} {'many':>10}   many / few")
    for what, before in few.items():
        print(f"{what:40} {before:10.1f} {many[what]:10.1f} {many[what] / before:12.2f}")


def _measured(events: int, areas: Path, parent: Path | None) -> dict[str, float]:
    with TemporaryDirectory(dir=parent) as folder:
        embedded = filled(Path(folder), areas, events // EVENTS).embedded
        before, numbers = events_in(embedded), count(FIRST_NUMBER)
        invented = forms(chance_of("growth"), numbers, LINE, FIRST_DAY)
        began = perf_counter()
        for _ in range(LISTS):
            Course(embedded.identification, GROUP).run(list(islice(invented, IN_A_VILLAGE)), [None] * IN_A_VILLAGE)
        seconds, added = perf_counter() - began, events_in(embedded) - before
        with serving(embedded):
            began = perf_counter()
            embedded.settle(PATIENCE)
            followed = perf_counter() - began
            times = latencies(embedded)
        figures = {
            "events": float(before),
            "recorded, events/s": added / seconds,
            "followed, events/s": added / followed,
        }
        return figures | {f"{what}, p95 ms": most for what, (_, most) in times.items()}


if __name__ == "__main__":
    main()
