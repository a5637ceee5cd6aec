"""Words of a closed list, each with its Chinese and English label."""

from enum import StrEnum
from typing import Self


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
