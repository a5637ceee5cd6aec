"""Words of a closed list, each with its Chinese and English label."""

from enum import StrEnum
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema
from pydantic_core.core_schema import custom_error_schema


class Labelled(StrEnum):
    """A list of words: the member is the stored word, ``zh`` and ``en`` are what people read.

    ``official`` is the code in the national forms' dictionary, kept for printing and exchange. It is None where no
    source gives one; other systems number the same labels differently, so nothing is ever read in by this code alone.
    """

    zh: str
    en: str
    official: str | None

    # Every member gives both labels; the defaults let a look-up such as Sex("male") pass the type checker.
    def __new__(cls, word: str, zh: str = "", en: str = "", official: str | None = None) -> Self:
        """Make one member from its word, labels and official code."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.zh, member.en, member.official = zh, en, official
        return member

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read a word; whoever writes another one is told the labels beside the words."""
        words: Any = handler(source)
        ref = words.pop("ref", None)
        told = {
            "expected": ", ".join(repr(each.value) for each in cls),
            "zh": "、".join(f"{each.zh}（{each.value}）" for each in cls),
            "en": ", ".join(f"{each.value} ({each.en})" for each in cls),
        }
        read: Any = custom_error_schema(
            words,
            custom_error_type="enum_labelled",
            custom_error_message="Input should be {expected}",
            custom_error_context=told,
        )
        return {**read, "ref": ref} if ref else read
