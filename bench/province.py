"""A province with invented households: what it takes to import, generate, store and ask, and a nation by that.

``--areas`` names the list of areas; the demo's two villages are taken without.
"""

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

from yihu.demo.telling import OWN_AREAS

from bench.filled import asked_of, filled, latencies, memory_of, serving, tell

NATION = 29_500_000


def main() -> None:
    """Measure and print."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("--households", type=int, default=1000)
    asked.add_argument("--areas", type=Path, default=OWN_AREAS)
    asked.add_argument("--folder", type=Path, help="where the databases are made; a temporary one is removed again")
    said = asked.parse_args()
    with TemporaryDirectory(dir=said.folder) as folder:
        made = filled(Path(folder), said.areas, said.households)
        with serving(made.embedded) as process:
            times = latencies(asked_of(made.embedded))
            made.memory["server, asked"] = memory_of(process)
        stored = made.stored
    each = sum(stored.values()) / made.households
    print(f"\nareas imported in {made.importing:.1f} s")
    print(f"{made.events} events generated in {made.generating:.0f} s, {made.events / made.generating:.0f} a second")
    followed = f"{made.recorded} events, those of the areas among them, followed by every service"
    print(f"{followed} in {made.following:.0f} s, {made.recorded / made.following:.0f} a second")
    for name, size in stored.items():
        print(f"{name:40} {size / made.households / 1000:8.1f} kB a registered household")
    for name, memory in made.memory.items():
        print(f"{name:40} {memory:8.0f} MB at most")
    tell(times)
    hours = NATION / made.households * made.generating / 3600
    print(
        f"\na nation of {NATION} households by this: {each * NATION / 1e12:.1f} TB, generated in {hours:.0f} hours by"
    )
    print("one process; divided among some thirty provinces, each on stores of its own, a thirtieth of both")


if __name__ == "__main__":
    main()
