"""Which areas would become one that nobody said are one, when an area goes on under another code."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from casework.areas import Level, level_of, prefix_of
from chronicle.area_codes import AreaCodes


def colliding(before: AreaCodes, after: AreaCodes, successor: str, opened: Collection[str]) -> set[str]:
    """Tell under which codes two of the areas opened would go that are apart before.

    The successor itself may take an area over: that is what is proposed. So may a counterpart that was opened for
    the part it takes over: one that stands for no other area so far, and in which there is no villager group.
    """
    came: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for code in opened:
        came[after.now(code)][before.now(code)].add(code)
    groups = {code[:12] for code in opened if level_of(code) is Level.GROUP}
    merged = {code: parts for code, parts in came.items() if len(parts) > 1 and prefix_of(code) != after.now(successor)}
    return {code for code, parts in merged.items() if code in groups or not _is_counterpart(code, parts)}


def _is_counterpart(code: str, parts: Mapping[str, Collection[str]]) -> bool:
    return level_of(code) is not Level.GROUP and len(parts) == 2 and set(parts.get(code, ())) == {code}  # noqa: PLR2004 - it, and what it takes over
