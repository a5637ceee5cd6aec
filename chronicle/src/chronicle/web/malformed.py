"""Validation errors as field paths and sentences, without a trace of what was typed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chronicle.refusals import Invalid, Language

UNKNOWN_FIELD = {"zh": "(未知字段)", "en": "(unknown field)"}
_MOST = 100
# An "enum" whose error carries, by language, its words with their labels.
LABELLED = "_labelled"
_LENGTHS = ("too_short", "too_long")
_OTHERWISE = ("填写不正确。", "This is not valid.")
# By pydantic's kind of error, else by the part of it before the first "_". Braces are filled with declared bounds only.
_SENTENCES = {
    "missing": ("此项必填。", "This is required."),
    "extra_forbidden": ("没有这一项。", "There is no such field."),
    "json_invalid": ("不是正确的 JSON。", "This is not valid JSON."),
    "bool": ("应为 true 或 false。", "This must be true or false."),
    "int": ("应为整数。", "This must be a whole number."),
    "decimal": (
        "应为数字，写成文本，如 “1234.50”，最多两位小数。",
        'This must be a number with at most two decimal places, written as text such as "1234.50".',
    ),
    "string": ("应为文本。", "This must be text."),
    "string_too_short": ("至少 {min_length} 个字。", "The fewest characters here: {min_length}."),
    "string_too_long": ("最多 {max_length} 个字。", "The most characters here: {max_length}."),
    "string_pattern_mismatch": ("格式不正确。", "This is not in the expected form."),
    "no_such_day": ("日历上没有这一天。", "There is no such day in the calendar."),
    "date": ("日期应写作 2015-06-01。", "A date is written 2015-06-01."),
    "datetime": ("时间应写作 2015-06-01T08:00:00+08:00。", "A time is written 2015-06-01T08:00:00+08:00."),
    "timezone": ("时间应带时区，如 +08:00。", "A time needs its offset, such as +08:00."),
    "uuid": ("不是正确的编号。", "This is not an id."),
    "enum": ("应为其中之一：{expected}。", "This must be one of: {expected}."),
    "literal_error": ("应为其中之一：{expected}。", "This must be one of: {expected}."),
    "union_tag_invalid": ("{discriminator} 应为其中之一：{expected}。", "{discriminator} must be one of: {expected}."),
    "union_tag_not_found": ("{discriminator} 必填。", "{discriminator} is required."),
    "list": ("应为列表。", "This must be a list."),
    "tuple": ("应为列表。", "This must be a list."),
    "too_short": ("至少 {min_length} 项。", "The fewest items here: {min_length}."),
    "too_long": ("最多 {max_length} 项。", "The most items here: {max_length}."),
    "model": ("应为一组字段。", "This must be an object."),
    "dict": ("应为一组字段。", "This must be an object."),
    "greater_than": ("应大于 {gt}。", "This must be more than {gt}."),
    "greater_than_equal": ("不应小于 {ge}。", "This must not be less than {ge}."),
    "less_than": ("应小于 {lt}。", "This must be less than {lt}."),
    "less_than_equal": ("不应大于 {le}。", "This must not be more than {le}."),
}


class Malformed(Invalid, code="malformed", zh="填写的内容有 {count} 处不符合要求。"):
    """What was sent is not as expected; places to mend: {count}."""

    def __init__(self, errors: Sequence[Mapping[str, Any]], declared: frozenset[str]) -> None:
        inner = {tuple(error["loc"][:end]) for error in errors for end in range(len(error["loc"]))}
        # pydantic does not count wrong items, and says of a list of them that it is too short.
        told = [error for error in errors if error["type"] not in _LENGTHS or tuple(error["loc"]) not in inner]
        self._errors, self._declared = told[:_MOST], declared
        super().__init__(count=len(told))

    def fields(self, language: Language) -> list[dict[str, str]]:
        """Name each place, its kind of error and what is expected there; at most 100 of them."""
        return [
            {
                "field": "".join(_path(error["loc"], self._declared, UNKNOWN_FIELD[language])),
                "code": error["type"].removesuffix(LABELLED),
                "detail": _sentence(error, language),
            }
            for error in self._errors
        ]


def declared_names(openapi: Any) -> Iterator[str]:
    """Every name an API declares: its fields, its parameters, and the kinds of which an object is one."""
    if isinstance(openapi, list):
        for each in openapi:
            yield from declared_names(each)
    elif isinstance(openapi, dict):
        if isinstance(properties := openapi.get("properties"), dict):
            yield from properties
        if isinstance(discriminator := openapi.get("discriminator"), dict):
            yield from discriminator.get("mapping", {})
        if "in" in openapi and isinstance(openapi.get("name"), str):
            yield openapi["name"]
        for each in openapi.values():
            yield from declared_names(each)


def _path(place: Sequence[str | int], declared: frozenset[str], unknown: str) -> Iterator[str]:
    where, *parts = place
    yield str(where)
    for part in parts:
        if isinstance(part, int):
            yield f"[{part}]"
        else:
            yield "." + (part if part in declared else unknown)


def _sentence(error: Mapping[str, Any], language: Language) -> str:
    kind = error["type"]
    sentences = _SENTENCES.get(kind) or _SENTENCES.get(kind.partition("_")[0]) or _OTHERWISE
    given = error.get("ctx", {})
    # pydantic writes words in quotation marks, and an English "or" between the last two of a list.
    words = re.findall("'([^']*)'", str(given.get("expected") or given.get("expected_tags")))
    facts = {
        "discriminator": str(given.get("discriminator")).strip("'"),
        "expected": given.get(language) or {"zh": "、", "en": ", "}[language].join(words),
    }
    return sentences[language == "en"].format(**{**given, **facts})
