"""One village's notice board on one day: which lists hang, and what of each household is shown."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from casework.areas import AreaCodeMalformed, Level, level_of, parent_of
from casework.notices import number
from chronicle.area_codes import CodesNow, as_recorded
from chronicle.clock import Clock
from chronicle.policy import Policy
from chronicle.refusals import NotFound
from chronicle.store import Database
from pydantic import BaseModel

from gateway.notice_board.names import Shown, shown
from gateway.notice_board.projections import Posted, area_names, posted_in
from gateway.people import NamesUnavailable

WEB_NAME = "public_notice_web_name"

Names = Callable[[Collection[str]], Mapping[str, str | None]]


class Household(BaseModel):
    """What everybody may read of a household; ``head`` is null when the person was erased.

    ``last_day`` is its own, later than the list's when it was objected to, and null until that is decided.
    """

    group: str
    head: str | None
    household_size: int
    last_day: date | None


class Notice(BaseModel):
    """One list, as far as it is about this village; both days included. ``number`` is what people quote of it."""

    notice_id: str
    number: str
    title: str
    area: str
    first_day: date
    last_day: date
    how_to_object: str
    households: list[Household]


class Board(BaseModel):
    """A village, the areas it lies in from the top down, and the lists that hang on a day."""

    village_code: str
    village: str
    within: list[str]
    on: date
    names: Shown
    notices: list[Notice]


class NoSuchVillage(NotFound, code="no-such-village", zh="没有找到这个村。村的区划代码是12位数字，请核对网址。"):
    """There is no such village. A village's code has 12 digits; check the address."""


@dataclass(frozen=True, slots=True)
class NoticeBoard:
    """Puts boards together; ``names`` gives the names of persons by id, None for those erased.

    ``codes`` tells by which codes areas go.
    """

    database: Database
    policy: Policy
    clock: Clock
    names: Names
    codes: CodesNow = as_recorded

    def of(self, village_code: str) -> Board:
        """What hangs in a village today; refused as NoSuchVillage, or NamesUnavailable when any name is missing."""
        if not _names_village(village_code):
            raise NoSuchVillage
        today = self.clock.today()
        known = self.codes().on(today)
        # Paper still names the code a village had; what was posted under it hangs in the village as it is called now.
        village_code = known.now(village_code)
        above = [*_above(village_code)][::-1]
        with self.database.reading() as connection:
            posted = posted_in(connection, known.origins(village_code), today)
            codes = {village_code, *above, *(row[key] for row, _ in posted for key in ("area_code", "group_code"))}
            areas = area_names(connection, codes, known, today)
        if village_code not in areas:
            raise NoSuchVillage
        how: Shown = self.policy.value(WEB_NAME, village_code, today).value
        heads = self._heads({row["head_id"] for row, _ in posted}, how)
        return Board(
            village_code=village_code,
            village=areas[village_code],
            within=[areas[code] for code in above if code in areas],
            on=today,
            names=how,
            notices=[
                _notice(list(rows), areas, heads) for _, rows in groupby(posted, lambda each: each[0]["notice_id"])
            ],
        )

    def _heads(self, person_ids: Collection[str], how: Shown) -> dict[str, str | None]:
        names = self.names(person_ids) if person_ids else {}
        if len(names) < len(person_ids):
            raise NamesUnavailable
        return {person_id: name and shown(name, how) for person_id, name in names.items()}


def _names_village(code: str) -> bool:
    try:
        return level_of(code) is Level.VILLAGE
    except AreaCodeMalformed:
        return False


def _above(code: str) -> Iterator[str]:
    while parent := parent_of(code):
        yield parent
        code = parent


def _notice(rows: Sequence[Posted], areas: Mapping[str, str], heads: Mapping[str, str | None]) -> Notice:
    notice, _ = rows[0]
    code = notice["area_code"]
    return Notice(
        notice_id=notice["notice_id"],
        number=number(notice["notice_id"], notice["first_day"]),
        title=notice["title"],
        area=areas.get(code, code),
        first_day=notice["first_day"],
        last_day=notice["last_day"],
        how_to_object=notice["how_to_object"],
        households=[
            Household(
                group=areas.get(row["group_code"], row["group_code"]),
                head=heads[row["head_id"]],
                household_size=row["household_size"],
                last_day=until,
            )
            for row, until in rows
        ],
    )
