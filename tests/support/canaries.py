"""Canaries: made-up names, numbers and texts that stand nowhere else, and where any of them shows."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from random import Random
from typing import Any
from urllib.parse import unquote_to_bytes

from casework.codes import Sex
from casework.id_number import invented

# Characters nobody uses: two of them side by side are a mark, and each mark is made once.
RARE, LAST_RARE = 0x3400, 0x4DBF
DIGEST = 64  # of the digits of SHA-256
# Digits are a part of a number from nine on: the eight of a birth date stand in events. In a UUID, a digest, a fraction
# or a count of microseconds so few meet by chance; there it takes twelve, or all of a telephone's eleven.
PART, AMONG_RANDOM, PHONE = 9, 12, 11

_RARE_UTF8 = rb"(?:\xe3[\x90-\xbf]|\xe4[\x80-\xb6])[\x80-\xbf]"
_MARK = re.compile(rb"(?=(%b%b))" % (_RARE_UTF8, _RARE_UTF8))
# Each begins with the one byte, or class of bytes, that the search can skip to: whole databases are looked through.
_MAYBE_MARKS = re.compile(rb"[\xe3\xe4][\x80-\xbf]{2}(?:[\xe3\xe4][\x80-\xbf]{2})+")
_DIGITS = re.compile(rb"[0-9][0-9]{%d,}" % (PART - 1))
_RANDOM = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,}|(?<![0-9])1[0-9]{15}(?![0-9])"
    rb"|(?<=[0-9]\.)[0-9]{9,}"
)
_HEX = re.compile(rb"[0-9a-f][0-9a-f]{63,}")
_ESCAPED = re.compile(rb"\\u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*")
_PERCENT = re.compile(rb"%[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2}){5,}")


class Canaries:
    """Makes values that are told from all others, and finds them again in bytes; others have other marks."""

    def __init__(self, seed: int = 2015, first: int = 0) -> None:
        self._random, self._numbers = Random(seed), count(first)  # noqa: S311 - not for secrets
        self._planted: dict[bytes, str] = {}
        self._parts: dict[bytes, str] = {}

    def name(self) -> str:
        """A surname that many bear, and a given name nobody else does."""
        return self._marked("name", "徐{}")

    def text(self) -> str:
        """What somebody typed."""
        return self._marked("text", "经查证{}，情况属实。")

    def phone(self) -> str:
        """A telephone number."""
        return self._digits("phone", f"19{self._random.randrange(10**9):09}")

    def account(self) -> str:
        """A bank account."""
        return self._digits("bank_account", f"62{self._random.randrange(10**17):017}")

    def id_number(self) -> str:
        """The ID number of an adult who cannot exist."""
        born = date(1950, 1, 1) + timedelta(self._random.randrange(15_000))
        number = invented(self._random.randrange(5_000_000), born, self._random.choice(list(Sex)))
        return self._digits("id_number", number)

    def person(self) -> dict[str, str]:
        """All that can be typed about somebody."""
        address = self._marked("address", "老屋场{}号")
        known = {"name": self.name(), "id_number": self.id_number(), "phone": self.phone(), "address": address}
        return {**known, "bank_account": self.account()}

    def objector(self) -> dict[str, str]:
        """Who objects or complains, as it is typed."""
        return {"name": self.name(), "phone": self.phone()}

    @property
    def planted(self) -> set[str]:
        """Everything made so far, each with its kind."""
        return set(self._planted.values())

    def found(self, content: bytes | str) -> set[str]:
        """What of it shows there: as it is, escaped, percent-encoded, in part, or as a digest without a key."""
        raw = content.encode() if isinstance(content, str) else content
        whole = {self._planted[piece] for piece in _pieces(raw) if piece in self._planted}
        parts = _in_digits(_RANDOM.sub(b" ", raw), PART)
        return whole | {self._parts[part] for part in parts if part in self._parts}

    def found_in(self, contents: Iterable[Any]) -> set[str]:
        """What of it shows in any of them."""
        return {each for content in contents for each in self.found(content)}

    def _marked(self, kind: str, form: str) -> str:
        number = next(self._numbers)
        mark = chr(RARE + number % 6000) + chr(RARE + 6000 + number // 6000)
        return self._plant(kind, form.format(mark), mark.encode())

    def _digits(self, kind: str, number: str) -> str:
        digits = number.rstrip("X").encode()
        self._parts.update(dict.fromkeys(_windows(digits, PART), f"{kind} {number}"))
        return self._plant(kind, number, *_windows(digits, min(AMONG_RANDOM, len(digits))))

    def _plant(self, kind: str, value: str, *pieces: bytes) -> str:
        digest = sha256(value.encode()).hexdigest().encode()
        self._planted.update(dict.fromkeys((*pieces, digest), f"{kind} {value}"))
        return value


def _pieces(raw: bytes) -> Iterator[bytes]:
    yield from _marks(raw)
    yield from (digest for digest in _HEX.findall(raw) if len(digest) == DIGEST)
    yield from _in_digits(raw, PHONE)
    yield from _in_digits(raw, AMONG_RANDOM)
    for escaped in _ESCAPED.findall(raw):
        units = bytes.fromhex(escaped.replace(b"\\u", b"").decode())
        yield from _marks(units.decode("utf-16-be", "replace").encode())
    for encoded in _PERCENT.findall(raw):
        yield from _marks(unquote_to_bytes(encoded))


def _marks(raw: bytes) -> Iterator[bytes]:
    for several in _MAYBE_MARKS.findall(raw):
        yield from _MARK.findall(several)


def _in_digits(raw: bytes, size: int) -> Iterator[bytes]:
    return (part for digits in _DIGITS.findall(raw) for part in _windows(digits, size))


def _windows(digits: bytes, size: int) -> Iterator[bytes]:
    return (digits[start : start + size] for start in range(len(digits) - size + 1))
