"""Whoever is refused learns why, in Chinese and in English, under a code that does not change."""

import re
from collections import Counter
from inspect import cleandoc
from string import Formatter
from typing import cast

from chronicle.refusals import Refusal
from codebase import subclasses


def refusals() -> list[type[Refusal]]:
    return [cast("type[Refusal]", cls) for cls in subclasses(Refusal)]


def english(refusal: type[Refusal]) -> str:
    return cleandoc(vars(refusal)["__doc__"] or "").partition("\n")[0]


def facts(sentence: str) -> set[str]:
    # A word of a list is one fact, said by its label in each language.
    return {name.removesuffix(".zh").removesuffix(".en") for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_refusal_is_a_sentence_in_english() -> None:
    assert [cls.__name__ for cls in refusals() if not re.fullmatch(r"[A-Z{][\x00-\x7f]*\.", english(cls))] == []


def test_every_refusal_is_a_sentence_in_chinese() -> None:
    unsaid = [cls.__name__ for cls in refusals() if not re.search(r"[\u4e00-\u9fff].*。$", vars(cls).get("zh", ""))]

    assert unsaid == []


def test_both_sentences_name_the_same_facts() -> None:
    assert [cls.__name__ for cls in refusals() if facts(english(cls)) != facts(cls.zh)] == []


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = Counter(vars(cls).get("code", "") for cls in refusals())

    assert [code for code, times in codes.items() if times > 1 or not re.fullmatch(r"[a-z][a-z0-9-]*", code)] == []


def test_a_refusal_is_named_for_why_not() -> None:
    assert [cls.__name__ for cls in refusals() if cls.__name__.endswith(("Error", "Exception"))] == []
