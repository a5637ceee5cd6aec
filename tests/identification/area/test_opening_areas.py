"""When an administrative area or a villager group may be opened."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from casework.areas import AreaCodeMalformed, Level
from casework.dates import DateInFuture
from chronicle.messages import Actor, Recorded, StoredEvent
from chronicle.refusals import Refusal
from identification.cases.area.commands import AreaCommand, OpenArea, OpenVillagerGroup
from identification.cases.area.decider import (
    AreaDiffers,
    AreaKnown,
    AreaLevelWrong,
    AreaParentNotOpen,
    AreaParentWrong,
    GroupGoesOn,
    about,
    decide,
    evolve,
)
from identification.cases.area.decisions.changes import Area
from identification.cases.area.events import AreaOpened, CodeSource, Opening, VillagerGroupOpened
from pydantic import ValidationError

FIRST, TODAY = date(2014, 1, 1), date(2015, 6, 1)
HUANGXI, MA_AO = "360424106216", "360424106000"


def village(**changed: Any) -> OpenArea:
    fields = {
        "code": HUANGXI,
        "name": "黄溪村委会",
        "level": Level.VILLAGE,
        "parent_code": MA_AO,
        "code_source": CodeSource.PROVISIONAL,
        "valid_from": FIRST,
    }
    return OpenArea.model_validate(fields | changed)


def group(code: str = f"{HUANGXI}01", name: str = "一组", valid_from: date = FIRST) -> OpenVillagerGroup:
    return OpenVillagerGroup(code=code, name=name, valid_from=valid_from)


def known(parent_code: str | None = MA_AO, parent_valid_from: date | None = FIRST) -> AreaKnown:
    actor = Actor("officer-1", "village", "village_officer")
    return AreaKnown(actor=actor, today=TODAY, parent_code=parent_code, parent_valid_from=parent_valid_from)


def opened(command: AreaCommand) -> Opening:
    (event,) = decide(command, None, known())
    assert isinstance(event, AreaOpened | VillagerGroupOpened)
    return event


def refusal_of(command: AreaCommand, area: Area | None = None, found: AreaKnown | None = None) -> Refusal:
    with pytest.raises(Refusal) as refused:
        decide(command, area, found or known())
    return refused.value


def test_a_village_opens_below_its_township() -> None:
    assert opened(village()) == AreaOpened(**dict(village()))


def test_a_province_has_nothing_above_it() -> None:
    province = village(code="360000000000", name="江西省", level=Level.PROVINCE, parent_code=None)

    assert decide(province, None, known(None, None))


def test_a_villager_group_opens_below_its_village() -> None:
    event = VillagerGroupOpened(code=f"{HUANGXI}01", name="一组", village_code=HUANGXI, valid_from=FIRST)

    assert opened(group()) == event


def test_an_open_area_is_not_opened_again() -> None:
    assert decide(village(), Area(opened(village())), known()) == []
    assert decide(group(), Area(opened(group())), known()) == []


@pytest.mark.parametrize(
    "changed", [{"name": "双井村委会"}, {"code_source": CodeSource.OFFICIAL}, {"valid_from": date(2015, 1, 1)}]
)
def test_an_open_area_is_not_opened_otherwise(changed: dict[str, Any]) -> None:
    assert isinstance(refusal_of(village(**changed), Area(opened(village()))), AreaDiffers)


def test_a_code_has_the_level_its_digits_say() -> None:
    assert isinstance(refusal_of(village(level=Level.TOWNSHIP)), AreaLevelWrong)
    assert isinstance(refusal_of(group(code=HUANGXI)), AreaLevelWrong)


def test_a_villager_group_is_not_opened_as_an_area_of_the_published_list() -> None:
    as_area = village(code=f"{HUANGXI}01", level=Level.GROUP, parent_code=HUANGXI)

    assert isinstance(refusal_of(as_area), AreaLevelWrong)


def test_a_code_is_twelve_or_fourteen_digits() -> None:
    assert isinstance(refusal_of(village(code="36042410621")), AreaCodeMalformed)
    assert isinstance(refusal_of(group(code=f"{HUANGXI}00")), AreaCodeMalformed)


def test_the_area_above_is_the_one_the_code_names() -> None:
    assert isinstance(refusal_of(village(parent_code="360424107000")), AreaParentWrong)
    assert isinstance(refusal_of(village(parent_code=None)), AreaParentWrong)


def test_nothing_opens_below_an_area_that_is_not_open() -> None:
    assert isinstance(refusal_of(village(), found=known(parent_valid_from=None)), AreaParentNotOpen)
    assert isinstance(refusal_of(group(), found=known(parent_valid_from=None)), AreaParentNotOpen)


def test_nothing_opens_before_the_area_above_it() -> None:
    assert isinstance(refusal_of(group(), found=known(parent_valid_from=date(2014, 1, 2))), AreaParentNotOpen)


def test_nothing_opens_in_the_future() -> None:
    assert isinstance(refusal_of(group(valid_from=date(2015, 6, 2))), DateInFuture)


@pytest.mark.parametrize("name", ["", "1234组", "张三13800000000", "一 组", "<b>", "组" * 21, "一组\n"])
def test_the_name_of_a_group_holds_no_number_and_little_else(name: str) -> None:
    with pytest.raises(ValidationError):
        group(name=name)


@pytest.mark.parametrize("name", ["八一社区居委会", "301社区", "太平村民委员会（上饶经济开发区）"])
def test_the_names_of_the_published_list_are_names(name: str) -> None:
    assert village(name=name).name == name


def test_a_group_lies_in_its_village() -> None:
    found = about(group(), None, known())

    assert (found.subject, found.area, found.valid_on) == (f"area/{HUANGXI}01", HUANGXI, FIRST)


def test_a_group_that_goes_on_under_this_code_is_not_opened_beside_itself() -> None:
    found = known(HUANGXI).model_copy(update={"goes_on": "36042110620101"})

    assert isinstance(refusal_of(group(), None, found), GroupGoesOn)


def test_what_was_opened_is_kept() -> None:
    event = opened(village())
    stored = StoredEvent(
        "", event.type, "identification", "", "", "", 1, 0, FIRST, known().actor, "", "", None, None, None, None, "",
        recorded_at=datetime(2015, 6, 1, tzinfo=UTC),
    )  # fmt: skip

    assert evolve(None, Recorded(event, stored)) == Area(event)
