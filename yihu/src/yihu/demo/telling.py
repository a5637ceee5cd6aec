"""The demo as it runs: told and left running, or told and checked."""

import logging
import os
import shlex
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from shutil import rmtree
from signal import SIG_BLOCK, SIGINT, SIGTERM, pthread_sigmask, sigwait
from tempfile import TemporaryDirectory
from time import perf_counter

import structlog
import typer
from httpx2 import Client
from identification.imports.areas import import_areas

from yihu.demo.checks import checks
from yihu.demo.clock import StoryClock
from yihu.demo.steps import print_sheet
from yihu.demo.story import Told
from yihu.demo.story import tell as tell_story
from yihu.demo.village import VILLAGE, Village, reason_in
from yihu.embedded import CHECKOUT, Embedded, require_free

FOLDER = CHECKOUT / ".data" / "demo"
OWN_AREAS = Path(__file__).with_name("areas.csv")
FIRST_IMPORT = date(2014, 1, 1)
SHOWN = "valid_on recorded_at type"
SHOW = """
# Some columns of a list in an answer: show LIST COLUMN...
show() {
    python3 -c 'import json, sys
answer = json.load(sys.stdin)
for row in answer.get(sys.argv[1], [answer]):
    print(*(row.get(name, "") for name in sys.argv[2:]), sep="  ")' "$@"
}
"""


def tell(areas_file: Path | None, port: int) -> int:
    """Tell the story in a folder of its own, made anew, and stay running until Ctrl-C."""
    stopping = (SIGINT, SIGTERM)
    pthread_sigmask(SIG_BLOCK, stopping)
    require_free(port)
    folder = FOLDER / str(port)
    rmtree(folder, ignore_errors=True)
    with _village(folder, areas_file, port) as village:
        told = Told()
        for sentence in tell_story(village, told):
            typer.echo(sentence)
        _invite(village, told)
        sigwait(stopping)
    return 0


def check(areas_file: Path | None) -> int:
    """Tell the story on a free port, check every result over HTTP, and say how many passed."""
    failed = passed = 0
    with TemporaryDirectory() as folder, _village(Path(folder), areas_file, _free_port()) as village:
        told = Told()
        for sentence in tell_story(village, told):
            typer.echo(sentence)
        for sentence, holds in checks(village, told):
            typer.echo(f"{'ok    ' if holds else 'FAILED'} {sentence}")
            passed, failed = passed + holds, failed + (not holds)
    typer.echo(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


@contextmanager
def _village(folder: Path, areas_file: Path | None, port: int) -> Iterator[Village]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    # What the environment says of a real installation is not for the demo.
    for variable in [name for name in os.environ if name.startswith(("IDENTIFICATION_", "GATEWAY_"))]:
        del os.environ[variable]
    clock = StoryClock()
    clock.set(date(2015, 6, 1))
    embedded = Embedded(folder, port, clock, invented_people=True)
    embedded.prepare()
    _import(embedded, areas_file or OWN_AREAS)
    with embedded.running(), Client(base_url=embedded.address, timeout=30, trust_env=False) as client:
        began = perf_counter()
        embedded.settle()
        typer.echo(f"               Every service has heard of them {perf_counter() - began:.1f} s later.")
        yield Village(embedded, clock, client)


def _import(embedded: Embedded, file: Path) -> None:
    began = perf_counter()
    imported = import_areas(embedded.identification.handler, file.read_bytes(), FIRST_IMPORT, embedded.operator())
    typer.echo(f"2014-01-01     {imported.areas} areas (行政区划) imported in {perf_counter() - began:.1f} s.")


def _invite(village: Village, told: Told) -> None:
    api, who = f"{village.embedded.address}/api", village.embedded.folder / "officer"
    token = village.embedded.issuer.token(village.village_officer, timedelta(hours=12))
    who.write_text(f"Authorization: Bearer {token}", "ascii")
    case = {
        "API": api,
        "OFFICER": f"@{who}",
        "APPLICATION": told.applications["黄小满"],
        "HOUSEHOLD": told.households["黄小满"],
        "VILLAGE": VILLAGE,
    }
    file = village.embedded.folder / "case.sh"
    file.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in case.items()) + SHOW, "utf-8")
    typer.echo(
        f"""
Running until Ctrl-C:
  where things are           {village.embedded.address}/
  the public notice board    {village.embedded.address}/notice-board/{VILLAGE}
  the notice as it is posted {_printed(village, told)}
  a household's case history in another shell of this folder:
                             source {os.path.relpath(file)}
                             curl -s -H $OFFICER $API/gateway/v1/households/$HOUSEHOLD/timeline | show entries {SHOWN}
  API documentation"""
    )
    for service in village.embedded.services:
        typer.echo(f"    {service:22} {api}/{service}/v1/docs")


def _printed(village: Village, told: Told) -> str:
    answer = print_sheet(village, told.open_notice)
    if not answer.is_success:
        return f"not printed: {reason_in(answer)['detail']} On Debian: apt install fonts-wqy-microhei"
    file = village.embedded.folder / "notice.pdf"
    file.write_bytes(answer.content)
    return os.path.relpath(file)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
