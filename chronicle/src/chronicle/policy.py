"""Policy as data: each value or rule has an area, a first day and a source. It is looked up, never defaulted."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import groupby, pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from chronicle.messages import canonical
from chronicle.principal import AreaPrefix
from chronicle.refusals import Refusal
from chronicle.rules import Label, Rule, Text

NATIONAL, NAMES = "national", "names.yaml"
_PREFIX_LENGTHS = (14, 12, 9, 6, 4, 2)
_ROWS = TypeAdapter(list[dict[str, Any]])


class PolicyMissing(
    Refusal, code="policy-missing", zh="系统里没有登记{on}适用于{area}的“{label.zh}”，请联系管理员登记后再办理。"
):
    """No {label.en} is entered for {area} on {on}; somebody has to enter it first."""


def _exact(value: object) -> object:
    try:
        canonical(value)
    except TypeError as error:
        raise ValueError("a value is text, whole numbers, yes or no, lists and maps; a decimal is text") from error
    if value in (None, ""):
        raise ValueError("a value is missing")
    return value


T = TypeVar("T")


class Entry(BaseModel):
    """One value of one parameter: for which area, from which day until which, and who says so.

    A map with ``clauses`` is a rule, and has to be one that can be executed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    area: AreaPrefix | Literal["national"]
    value: Annotated[Any, AfterValidator(_exact)]
    valid_from: Annotated[date, Field(alias="from")]
    until: date | None = None
    published: date | None = None
    unit: Text | None = None
    source: Text
    source_zh: Text | None = None
    needs_confirmation: bool

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until < self.valid_from:
            raise ValueError("until is before from")
        return self

    @model_validator(mode="after")
    def _is_a_rule_that_can_be_executed(self) -> Self:
        if isinstance(self.value, dict) and "clauses" in self.value:
            try:
                _ = self.rule
            except ValueError as error:
                raise ValueError(f"{self.name} from {self.valid_from}: {error}") from error
        return self

    @cached_property
    def rule(self) -> Rule:
        """The value as a rule, its clauses compiled once; ValueError when it is none."""
        return Rule.model_validate(self.value)

    @cached_property
    def digest(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of all the entry says, but for its source in Chinese."""
        said = self.model_dump(mode="json", by_alias=True, exclude={"source_zh"})
        return sha256(canonical(said).encode()).hexdigest()[:16]

    def receipt(self) -> dict[str, Any]:
        """What a decision's receipt says of it; lists and maps are named by the digest alone."""
        named: dict[str, Any] = {"name": self.name, "area": self.area, "from": self.valid_from.isoformat()}
        named |= {"digest": self.digest}
        if self.needs_confirmation:
            named |= {"needs_confirmation": True}
        return named if isinstance(self.value, list | dict) else {**named, "value": self.value}


_LABELS = TypeAdapter(dict[str, Label])


class Policy:
    """The parameters of one service, and what people call them."""

    def __init__(self, entries: Iterable[Entry], labels: Mapping[str, Label] | None = None) -> None:
        self.labels = labels or {}
        ordered = sorted(entries, key=_order)
        for earlier, later in pairwise(ordered):
            if _order(earlier) == _order(later):
                raise ValueError(f"{later.name} is given twice for {later.area} from {later.valid_from}")
        self._newest_first = {
            key: tuple(reversed(list(values))) for key, values in groupby(ordered, lambda entry: _order(entry)[:2])
        }

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read ``<area>.yaml`` files, each sorted by name and first day, and the labels in ``names.yaml``, if any.

        Raises, naming the file, on anything else.
        """
        files = set(folder.glob("[!.]*"))
        names = {folder / NAMES} & files
        if not files - names:
            raise ValueError(f"no policy in {folder}")
        entries = [entry for file in sorted(files - names) for entry in _read(file, _entries)]
        return cls(entries, {name: label for file in names for name, label in _read(file, _labels).items()})

    def __iter__(self) -> Iterator[Entry]:
        return (entry for values in self._newest_first.values() for entry in reversed(values))

    def value(self, name: str, area: str, on: date) -> Entry:
        """Find what holds in a 12- or 14-digit area on a day: the nearest area's newest; refused as PolicyMissing."""
        for place in (*(area[:length] for length in _PREFIX_LENGTHS), NATIONAL):
            if entry := self._in_force((place, name), on):
                return entry
        label = self.labels.get(name, Label(zh=name, en=name))
        raise PolicyMissing(name=name, area=area, on=on, label=label)

    def entry(self, name: str, digest: str) -> Entry | None:
        """Find the very entry a receipt names, in force or not; None when it is here no more."""
        return next((entry for entry in self if (entry.name, entry.digest) == (name, digest)), None)

    def _in_force(self, key: tuple[str, str], on: date) -> Entry | None:
        begun = (entry for entry in self._newest_first.get(key, ()) if entry.valid_from <= on)
        entry = next(begun, None)
        # What a newer entry replaced stays replaced when that one ends: the wider area's rule applies again.
        return entry if entry and (entry.until is None or on <= entry.until) else None


def _order(entry: Entry) -> tuple[str, str, date]:
    return entry.area, entry.name, entry.valid_from


class _NoKeyTwice(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - as PyYAML has it
        mapping = super().construct_mapping(node, deep=deep)
        # PyYAML would keep the last of two equal keys and say nothing.
        if len(mapping) < len(node.value):
            raise ValueError(f"a key is given twice in or after line {node.start_mark.line + 1}")
        return mapping


def _read(file: Path, what: Callable[[Path], T]) -> T:
    try:
        return what(file)
    except (ValueError, TypeError, yaml.YAMLError) as error:
        error.add_note(f"in {file}")
        raise


def _entries(file: Path) -> list[Entry]:
    if file.suffix != ".yaml":
        raise ValueError("a policy file is named <area>.yaml")
    rows = _ROWS.validate_python(_content(file))
    entries = [Entry(area=file.stem, **row) for row in rows]
    if entries != sorted(entries, key=_order):
        raise ValueError("entries are sorted by name, then by first day")
    return entries


def _labels(file: Path) -> dict[str, Label]:
    return _LABELS.validate_python(_content(file))


def _content(file: Path) -> Any:
    return _NoKeyTwice(file.read_text("utf-8")).get_single_data()
