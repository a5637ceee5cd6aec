"""Area codes: GB/T 2260 and the statistical office's 12 digits, and two more for a villager group."""

from functools import lru_cache

from chronicle.refusals import Invalid, Refusal

from casework.labels import Labelled


class Level(Labelled):
    """The levels of administrative division, from the top down."""

    PROVINCE = "province", "省", "province"
    PREFECTURE = "prefecture", "市", "prefecture"
    COUNTY = "county", "县", "county"
    TOWNSHIP = "township", "乡镇", "township"
    VILLAGE = "village", "行政村", "administrative village"
    GROUP = "group", "村民小组", "villager group"


class AreaCodeMalformed(Invalid, code="area-code-malformed", zh="区划代码不正确：应为12位数字，村民小组为14位。"):
    """This is not an area code: 12 digits, or 14 for a villager group."""


class AreaAboveVillage(Invalid, code="area-above-village", zh="请选到行政村或村民小组。"):
    """This area is not in one village; choose a village or a villager group."""


class AreaNotValid(Refusal, code="area-not-valid", zh="区划{area}在{on}无效。"):
    """The area {area} was not valid on {on}."""


_ENDS = {
    Level.PROVINCE: 2,
    Level.PREFECTURE: 4,
    Level.COUNTY: 6,
    Level.TOWNSHIP: 9,
    Level.VILLAGE: 12,
    Level.GROUP: 14,
}


def level_of(code: str) -> Level:
    """Tell the level of a 12- or 14-digit code; refused as AreaCodeMalformed when it is none."""
    return _levels_named(code)[-1]


def parent_of(code: str) -> str | None:
    """Give the 12-digit code of the area directly above; None above a province."""
    above = _levels_named(code)[:-1]
    return code[: _ENDS[above[-1]]].ljust(12, "0") if above else None


def prefix_of(code: str) -> str:
    """Give the 2, 4, 6, 9, 12 or 14 digits with which the codes of everything inside the area begin."""
    return code[: _ENDS[level_of(code)]]


def village_of(code: str) -> str:
    """Give the 12-digit code of the village that is, or holds, this area; refused as AreaAboveVillage above it."""
    if Level.VILLAGE not in _levels_named(code):
        raise AreaAboveVillage
    return code[:12]


@lru_cache(maxsize=32_768)
def _levels_named(code: str) -> tuple[Level, ...]:
    """List the levels whose digits are not all zero, from the top down."""
    if len(code) not in {12, 14} or not (code.isascii() and code.isdigit()):
        raise AreaCodeMalformed
    named = _CHAINS.get("".join(["x" if code[start:end].strip("0") else "-" for start, end in _SPANS]), ())
    if not named or (len(code) == 14) != (named[-1] is Level.GROUP):
        raise AreaCodeMalformed
    return named


_SPANS = tuple(zip([0, *_ENDS.values()], _ENDS.values(), strict=False))
_WHOLE = [tuple(Level)[:length] for length in range(1, len(Level) + 1)]
# Dongguan, Zhongshan and a few more prefectures have townships and no counties: 441900003000 is real.
_WITHOUT_COUNTY = [tuple(level for level in chain if level is not Level.COUNTY) for chain in _WHOLE[3:]]
_CHAINS = {"".join("x" if level in chain else "-" for level in Level): chain for chain in (*_WHOLE, *_WITHOUT_COUNTY)}
