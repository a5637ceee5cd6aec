"""The demo as it runs: told and left running, or told and checked."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from signal import SIG_BLOCK, SIGINT, SIGTERM, pthread_sigmask, sigwait
from tempfile import TemporaryDirectory
from time import perf_counter

import structlog
import typer
from casework.roles import Role
from chronicle.clock import SHANGHAI, FixedClock
from chronicle.decider import Asked
from chronicle.messages import new_id
from chronicle.store.values import Position
from httpx2 import Client
from identification.imports.areas import import_areas

from yihu.demo.checks import checks
from yihu.demo.story import Told
from yihu.demo.story import tell as tell_story
from yihu.demo.village import GATEWAY, IDENTIFICATION, VILLAGE, Village
from yihu.embedded import Embedded, officer

OWN_AREAS = Path(__file__).with_name("areas.csv")
FIRST_IMPORT = date(2014, 1, 1)


def tell(areas_file: Path | None, port: int) -> int:
    """Tell the story in a temporary folder and stay running until Ctrl-C."""
    stopping = (SIGINT, SIGTERM)
    pthread_sigmask(SIG_BLOCK, stopping)
    with _village(areas_file, port) as village:
        told = Told()
        for sentence in tell_story(village, told):
            typer.echo(sentence)
        _invite(village, told)
        sigwait(stopping)
    return 0


def check(areas_file: Path | None) -> int:
    """Tell the story on a free port, check every result over HTTP, and say how many passed."""
    failed = passed = 0
    with _village(areas_file, _free_port()) as village:
        told = Told()
        for sentence in tell_story(village, told):
            typer.echo(sentence)
        for sentence, holds in checks(village, told):
            typer.echo(f"{'ok    ' if holds else 'FAILED'} {sentence}")
            passed, failed = passed + holds, failed + (not holds)
    typer.echo(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


@contextmanager
def _village(areas_file: Path | None, port: int) -> Iterator[Village]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    # What the environment says of a real installation is not for the demo.
    for variable in [name for name in os.environ if name.startswith(("IDENTIFICATION_", "GATEWAY_"))]:
        del os.environ[variable]
    with TemporaryDirectory(prefix="yihu-demo-") as folder:
        clock = FixedClock(datetime(2015, 6, 1, 9, tzinfo=SHANGHAI))
        embedded = Embedded(Path(folder), port, clock, invented_people=True)
        with embedded.running(), Client(base_url=embedded.address, timeout=30) as client:
            _import(embedded, areas_file or OWN_AREAS)
            yield Village(embedded, clock, client)


def _import(embedded: Embedded, file: Path) -> None:
    began = perf_counter()
    operator = officer(Role.OPERATOR, "36")
    asked = Asked(
        principal=operator,
        actor=operator.actor(Role.OPERATOR),
        now=embedded.clock.now(),
        today=embedded.clock.today(),
        command_id=new_id(),
        correlation_id=new_id(),
    )
    imported = import_areas(embedded.identification.handler, file.read_bytes(), FIRST_IMPORT, asked)
    heads = embedded.identification.store.heads()
    embedded.identification.following.wait_for(
        [Position("identification", partition, head.sequence) for partition, head in heads.items() if head.sequence],
        seconds=60,
    )
    typer.echo(f"2014-01-01     {imported.areas} areas (行政区划) imported in {perf_counter() - began:.1f} s.")


def _invite(village: Village, told: Told) -> None:
    household = told.households["黄小满"]
    token = village.embedded.issuer.token(village.village_officer, timedelta(hours=12))
    file = village.embedded.folder / "token"
    file.write_text(token, "ascii")
    typer.echo(
        f"""
Running until Ctrl-C:
  the public notice board    {village.embedded.address}/notice-board/{VILLAGE}
  API documentation          {village.embedded.address}{IDENTIFICATION}/docs and {GATEWAY}/docs
  a household's case history curl -H "Authorization: Bearer $(cat {file})" \\
                               {village.embedded.address}{GATEWAY}/households/{household}/timeline"""
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
