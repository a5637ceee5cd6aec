"""An installation is filled, village by village: areas, villager groups, and lists of households."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count, islice
from math import ceil
from random import Random
from time import perf_counter, sleep

from casework.areas import Level
from chronicle.messages import new_id
from chronicle.recording import Part
from chronicle.refusals import Refusal
from chronicle.sealing import MasterKeyUnfit
from chronicle.store.tables import claim
from chronicle.store.values import EVENTS_PER_APPEND, Delivery
from identification.cases.area.commands import OpenVillagerGroup
from identification.cases.area.gather import area_decider
from identification.cases.area.projections import area_names, areas
from identification.imports.areas import import_areas, read_areas
from identification.people.vault import ID_NUMBER_CLAIM
from identification.service import Service
from sqlalchemy import select

from yihu.embedded import operator
from yihu.generating.course import FIRST_DAY, Course
from yihu.generating.households import chance_of, divided, forms

OPENED = date(2014, 1, 1)
# A village has as many, as a million are divided among the villages of Jiangxi; of fewer, fewer villages have any.
IN_A_VILLAGE = 47
# One list: two events for each household, the application and who lives together, go into one append.
ON_A_LIST = 120
# Beside so many registered ones, one household waits at some step.
FOR_ONE_THAT_WAITS = 9
_SAY_AGAIN = 30.0


class SomebodyThere(
    Refusal, code="somebody-there", zh="这里已经登记了人员，不能再生成虚构农户；请换一个空的数据目录。"
):
    """People are recorded here already; invented households only go where there is nobody: name an empty folder."""


class NobodyInvented(Refusal, code="nobody-invented", zh="此安装没有允许虚构人员（IDENTIFICATION_INVENTED_PEOPLE）。"):
    """Invented people are not let in here: IDENTIFICATION_INVENTED_PEOPLE does not say so."""


class MasterKeyMissing(
    Refusal, code="master-key-missing", zh="没有给出可用的主密钥（IDENTIFICATION_MASTER_KEY），姓名无法封存。"
):
    """No name can be sealed: IDENTIFICATION_MASTER_KEY does not say this installation's master key."""


class NoVillages(Refusal, code="no-villages", zh="区划文件中没有行政村，无法生成农户。"):
    """The list of areas has no village for households to live in."""


def fill(service: Service, content: bytes, households: int, seed: int) -> Iterator[str]:
    """Fill it by a list of areas, and say how far it came; refused before anything is recorded, but for LinesRefused.

    What was stopped halfway is not gone on with: households are invented in order.
    """
    began = perf_counter()
    _require_ready(service)
    villages = _villages(content, households)
    imported = import_areas(service.handler, content, OPENED, operator(service.clock))
    _open_groups(service, villages)
    _follow_areas(service)
    yield f"{imported.areas} areas, and a villager group in {len(villages)} villages: {perf_counter() - began:.1f} s"
    before, began = _events(service), perf_counter()
    said, registered, waiting = began, 0, 0
    shares = divided(chance_of(f"{seed} villages"), households, villages)
    for came, stayed in _lists(service, shares, seed):
        registered, waiting = registered + came, waiting + stayed
        if perf_counter() - said > _SAY_AGAIN:
            said = perf_counter()
            yield f"{registered} households registered after {said - began:.0f} s"
    seconds, events = perf_counter() - began, _events(service) - before
    yield (
        f"{registered} households registered and {waiting} waiting at a step: {events} events"
        f" in {seconds:.1f} s, {events / seconds:.0f} a second"
    )


def _lists(service: Service, shares: dict[str, int], seed: int) -> Iterator[tuple[int, int]]:
    numbers, year = count(), FIRST_DAY.year - 1
    for village, registered in shares.items():
        chance, group = chance_of(f"{seed} {village}"), f"{village}01"
        line = Decimal(service.handler.value("poverty_line", group, date(year, 12, 31)))
        invented = forms(chance, numbers, line, FIRST_DAY)
        total = registered + ceil(registered / FOR_ONE_THAT_WAITS)
        stays = [_stay(chance) if place < total - registered else None for place in range(total)]
        chance.shuffle(stays)
        for start in range(0, total, ON_A_LIST):
            some = stays[start : start + ON_A_LIST]
            came = Course(service, group).run(list(islice(invented, len(some))), some)
            yield came, len(some) - came


def _stay(chance: Random) -> tuple[int, bool]:
    return chance.randint(2, 7), chance.random() < 1 / 2


def _require_ready(service: Service) -> None:
    if not service.settings.invented_people:
        raise NobodyInvented
    try:
        _ = service.sealer
    except MasterKeyUnfit:
        raise MasterKeyMissing from None
    with service.database.reading() as connection:
        if connection.execute(select(claim.c.key).where(claim.c.kind == ID_NUMBER_CLAIM).limit(1)).first():
            raise SomebodyThere


def _villages(content: bytes, households: int) -> list[str]:
    every = sorted(line.code for line in read_areas(content, OPENED).values() if line.level is Level.VILLAGE)
    if not every:
        raise NoVillages
    wanted = min(len(every), ceil(households / IN_A_VILLAGE))
    return [every[place * len(every) // wanted] for place in range(wanted)]


def _open_groups(service: Service, villages: Sequence[str]) -> None:
    for start in range(0, len(villages), EVENTS_PER_APPEND):
        some = villages[start : start + EVENTS_PER_APPEND]
        opening = [OpenVillagerGroup(code=f"{each}01", name="一组", valid_from=OPENED) for each in some]
        parts = [Part(area_decider, each.code, each, row=each.code) for each in opening]
        asked = replace(operator(service.clock), command_id=new_id())
        service.handler.handle(asked, parts, Delivery())


def _follow_areas(service: Service) -> None:
    service.following.open()
    for projection in (areas, area_names):
        follower = service.following.followers[projection.name]
        while sum(follower.behind().values()):
            # Where a worker runs already, it is the one to follow.
            if not follower.step():
                sleep(0.1)


def _events(service: Service) -> int:
    return sum(head.sequence for head in service.store.heads().values())
