"""Which code an area goes by: from a day on it gets another one, and what was recorded keeps the code it had."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

LENGTHS = (14, 12, 9, 6, 4, 2)


class Replacement(NamedTuple):
    """From a day on, what begins with one prefix begins with another, of the same length and not above or below it."""

    prefix: str
    successor: str
    since: date


class Region(NamedTuple):
    """The codes that begin with a prefix and with none of the others, which lie in it."""

    prefix: str
    without: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class AreaCodes:
    """The codes in force on a day; the replacements are all that are known, of that day or not, and lead in no circle.

    Of several that fit the longest prefix counts: a township may go elsewhere than the rest of its county.
    What is not sure to lead in no circle is read by ``without_circles``.
    """

    replacements: tuple[Replacement, ...] = ()
    day: date = date.min
    _others: dict[date, "AreaCodes"] = field(default_factory=dict, repr=False)

    @classmethod
    def without_circles(cls, replacements: Iterable[Replacement]) -> "AreaCodes":
        """Leave out, as often as some lead in a circle, the one of them that holds from the latest day on."""
        known = cls(tuple(replacements))
        while circle := next(filter(None, (known.on(day).circle() for day in known.days_from(date.min))), None):
            last = max(circle, key=lambda each: (each.since, each.prefix))
            known = cls(tuple(each for each in known.replacements if each != last))
        return known

    def on(self, day: date) -> "AreaCodes":
        """The codes in force on another day."""
        since = self._days[bisect_right(self._days, day) - 1]
        if since not in self._others:
            self._others[since] = AreaCodes(self.replacements, since, self._others)
        return self._others[since]

    def now(self, code: str) -> str:
        """The code by which an area, or everything that begins with a prefix, goes on this day."""
        while prefix := self._replaced(code):
            code = self._gone_on(code, prefix)
        return code

    def origins(self, code: str) -> frozenset[str]:
        """Every code under which what has this one now may have been recorded, this one among them."""
        return frozenset(one for one in self._earlier(code) if self.now(one) == code)

    def days_from(self, day: date) -> list[date]:
        """A day, and each later one on which anything gets another code."""
        return [day, *(each for each in self._days if each > day)]

    def circle(self) -> list[Replacement]:
        """Some that lead in a circle this day; none where all lead somewhere."""
        # Whatever goes round comes by the longest of the prefixes that take it round.
        for start in self._successors:
            met, code = {start: start}, self._gone_on(start, start)
            while code not in met and (prefix := self._replaced(code)):
                met[code] = prefix
                code = self._gone_on(code, prefix)
            if code == start:
                return [each for each in self.replacements if each.prefix in met.values()]
        return []

    def leads_back(self, prefix: str, successor: str) -> bool:
        """Tell whether anything that went from one prefix to another would come back, on whatever days that is."""
        found, new = {successor}, [successor]
        while new:
            one = new.pop()
            if _overlap(one, prefix):
                return True
            met = (each for each in self.replacements if _overlap(one, each.prefix))
            reached = {each.successor + one[len(each.prefix) :] for each in met} - found
            found |= reached
            new += reached
        return False

    def regions(self, prefixes: tuple[str, ...]) -> tuple[Region, ...]:
        """Where what lies in these areas now was recorded, under whatever code."""
        if not self._successors:
            return tuple(map(Region, prefixes))
        if prefixes not in self._regions:
            self._regions[prefixes] = tuple(self._looked_up(prefixes))
        return self._regions[prefixes]

    def _looked_up(self, prefixes: tuple[str, ...]) -> Iterator[Region]:
        # Where anything may change hands: at these prefixes, at those replaced, and where either was called otherwise.
        marks = {one for each in (*prefixes, *self._successors) for one in self._earlier(each)}
        inside = {one: self.now(one).startswith(prefixes) for one in marks}
        above = {one: next((one[:n] for n in LENGTHS if n < len(one) and one[:n] in marks), "") for one in marks}
        without = defaultdict(list)
        for one in sorted(marks):
            if not inside[one] and inside.get(above[one]):
                without[_first(above[one], inside, above)].append(one)
        for one in sorted(marks):
            if inside[one] and not inside.get(above[one]):
                yield Region(one, tuple(without[one]))

    def _earlier(self, code: str) -> set[str]:
        found, new = {code}, [code]
        while new:
            one = new.pop()
            before = {
                prefix + one[n:] for n in LENGTHS if n <= len(one) for prefix in self._heirs.get(one[:n], ())
            } - found
            found |= before
            new += before
        return found

    def _gone_on(self, code: str, prefix: str) -> str:
        return self._successors[prefix] + code[len(prefix) :]

    def _replaced(self, code: str) -> str | None:
        return next((code[:n] for n in LENGTHS if n <= len(code) and code[:n] in self._successors), None)

    @cached_property
    def _days(self) -> list[date]:
        return sorted({date.min, *(each.since for each in self.replacements)})

    @cached_property
    def _successors(self) -> Mapping[str, str]:
        return {each.prefix: each.successor for each in self.replacements if each.since <= self.day}

    @cached_property
    def _heirs(self) -> Mapping[str, list[str]]:
        heirs = defaultdict(list)
        for prefix, successor in self._successors.items():
            heirs[successor].append(prefix)
        return heirs

    @cached_property
    def _regions(self) -> dict[tuple[str, ...], tuple[Region, ...]]:
        return {}


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _first(one: str, inside: Mapping[str, bool], above: Mapping[str, str]) -> str:
    while inside.get(above[one]):
        one = above[one]
    return one


AS_RECORDED = AreaCodes()
# What is known now of the area codes, in force on whatever day.
CodesNow = Callable[[], AreaCodes]


def as_recorded() -> AreaCodes:
    """Areas that never get another code."""
    return AS_RECORDED
