"""Refusals: why something may not happen, in a sentence the person who asked understands."""

import re
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from typing import ClassVar, Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

# Text beyond ASCII, or digits in the number of a telephone, an ID card or a bank account.
_PERSONAL = re.compile(r"[^ -~]|(?<![0-9])[0-9]{11}(?![0-9])|[0-9]{15}")


class Refusal(Exception):
    """This is not allowed now.

    A subclass pins its ``code`` and gives the Chinese sentence; its docstring is the English one.
    Both may name facts in braces: ids, codes, counts and dates only, never what a person typed.
    """

    code: ClassVar[str] = "refused"
    zh: ClassVar[str] = "现在不能这样做。"

    def __init_subclass__(cls, *, code: str | None = None, zh: str | None = None) -> None:
        super().__init_subclass__()
        if code is not None:
            cls.code = code
        if zh is not None:
            cls.zh = zh

    def __init__(self, **facts: object) -> None:
        self.facts: Mapping[str, object] = facts
        super().__init__(self.code)

    def sentence(self, language: Language = "zh") -> str:
        """Say why not, in Chinese or English."""
        template = self.zh if language == "zh" else cleandoc(type(self).__doc__ or "").splitlines()[0]
        return template.format(**self.facts)

    def shown(self) -> dict[str, int | str]:
        """The facts as JSON holds them, but for those that could be somebody's."""
        shown = {name: fact if isinstance(fact, int) else str(fact) for name, fact in self.facts.items()}
        return {name: fact for name, fact in shown.items() if isinstance(fact, int) or not _PERSONAL.search(fact)}


class Invalid(Refusal, code="invalid", zh="填写的内容不正确。"):
    """What was entered cannot be right."""


class Forbidden(Refusal, code="forbidden", zh="您没有办理此事的权限。"):
    """This is not yours to do."""


class NotFound(Refusal, code="not-found", zh="没有找到。"):
    """There is no such thing, or it is not yours to see."""


class Conflict(Refusal, code="changed-meanwhile", zh="其他人刚刚办理了同一事项，请刷新后再试。"):
    """Somebody else acted on the same thing just now; look again and retry."""


class Stale(Refusal, code="stale", zh="您看到的内容已经过时，请刷新后再办理。"):
    """What you saw has changed since; look again before acting."""


class KeyReused(Refusal, code="idempotency-key-reused", zh="同一个请求编号已用于另一份内容。"):
    """This idempotency key was already used for something else."""


class Busy(Refusal, code="busy", zh="同一请求正在处理，请稍候再试。"):
    """The same request is still being handled; try again in a moment."""


class Unavailable(Refusal, code="unavailable", zh="系统暂时无法办理，请稍候再试。"):
    """The system cannot do this at the moment; try again shortly."""


class RowsRefused(Refusal, code="rows-refused", zh="名单中有 {count} 户不能办理，整份名单未登记。"):
    """Part of the list cannot go on (rows: {count}); nothing of the list was recorded."""

    def __init__(self, rows: Sequence[tuple[str, Refusal]]) -> None:
        self.rows = tuple(rows)
        super().__init__(count=len(self.rows))
