"""A backup restored: made of an installation with so many events, restored, adopted, verified and serving again.

The commands are those an operator types, each in a process of its own.
"""

import shutil
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from serving import free_port
from yihu.demo.telling import OWN_AREAS
from yihu.embedded import Embedded

from bench.filled import EVENTS, events_in, filled, latencies, serving

KEPT_APART = ("master.key", "issuer.pem", "jwks.json", "service.credential")


def main() -> None:
    """Measure and print."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=100_000)
    asked.add_argument("--areas", type=Path, default=OWN_AREAS)
    asked.add_argument("--folder", type=Path, help="where the databases are made; a temporary one is removed again")
    asked.add_argument("--filled", type=Path, help="an installation that is filled already; it stays as it is")
    said = asked.parse_args()
    with TemporaryDirectory(dir=said.folder) as folder:
        there, back, place = (Path(folder) / name for name in ("there", "back", "backup"))
        if said.filled:
            there, made = said.filled, Embedded(said.filled, free_port(), invented_people=True)
        else:
            made = filled(there, said.areas, said.events // EVENTS).embedded
        events = events_in(made)
        took = {"backed up": _typed("backup", place, "--folder", there)}
        back.mkdir()
        for name in KEPT_APART:
            shutil.copy(there / name, back / name)
        took["restored"] = _typed("restore", place, "--folder", back)
        took["adopted"] = sum(_typed("store", "adopt", each, "--folder", back) for each in made.recording)
        took["verified"] = _typed("verify", "--folder", back)
        began = perf_counter()
        embedded = Embedded(back, free_port(), invented_people=True)
        with serving(embedded):
            latencies(embedded)
            took["serving, and every list answered"] = perf_counter() - began
    print()
    for what, seconds in took.items():
        print(f"{what:40} {seconds:8.1f} s")
    whole = sum(took.values()) - took["backed up"]
    million = whole * 1e6 / events
    print(f"{f'{events} events back and serving':40} {whole:8.1f} s; a million by that: {million:.0f} s")


def _typed(*words: str | Path) -> float:
    began = perf_counter()
    subprocess.run([Path(sys.executable).with_name("yihu"), *words], check=True)  # noqa: S603 - our own
    return perf_counter() - began


if __name__ == "__main__":
    main()
