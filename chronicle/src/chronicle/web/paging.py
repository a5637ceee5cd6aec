"""Pages of a list: where the next one begins is a sealed cursor, never a number of rows to skip."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, literal, tuple_
from starlette.requests import Request

from chronicle.refusals import Invalid
from chronicle.web.edge import edge_of

T = TypeVar("T")
Fingerprint = Callable[[bytes], bytes]


class CursorUnknown(Invalid, code="cursor-unknown", zh="翻页标记无效，请从第一页重新开始。"):
    """This cursor does not belong to this list; begin at its first page."""


class Page(BaseModel, Generic[T]):
    """Some items of a list, and the cursor of the next page while there is one."""

    items: list[T]
    next: str | None = None


@dataclass(frozen=True)
class Paging:
    """Which page of a list is asked for; a cursor is good for the path and the key it came from."""

    limit: int
    cursor: str | None
    path: str
    fingerprint: Fingerprint

    def page(
        self,
        connection: Connection,
        query: Select[Any],
        key: Sequence[ColumnElement[Any]],
        item: Callable[[RowMapping], T],
    ) -> Page[T]:
        """Read one page in the order of a key: selected columns, unique together, never null, without personal text."""
        if self.cursor:
            query = query.where(tuple_(*key) > tuple_(*self._begin(self.cursor, key)))
        rows = connection.execute(query.order_by(*key).limit(self.limit + 1)).mappings().all()
        shown = rows[: self.limit]
        following = self._write(shown[-1], key) if len(rows) > self.limit else None
        return Page(items=[item(row) for row in shown], next=following)

    def _write(self, last: RowMapping, key: Sequence[ColumnElement[Any]]) -> str:
        text = json.dumps([last[column] for column in key], default=date.isoformat).encode()
        return sealed(text, self._list(key), self.fingerprint)

    def _begin(self, cursor: str, key: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        text = unsealed(cursor, self._list(key), self.fingerprint)
        # Said with the column's type: PostgreSQL compares a UUID with no text.
        pairs = zip(json.loads(text), key, strict=True)
        return [literal(_typed(value, column), column.type) for value, column in pairs]

    def _list(self, key: Sequence[ColumnElement[Any]]) -> str:
        return f"{self.path} {' '.join(map(str, key))}"


def sealed(text: bytes, of: str, fingerprint: Fingerprint) -> str:
    """Write a cursor that is good for one list only; what it says can neither be read nor changed."""
    return urlsafe_b64encode(_cipher(fingerprint).encrypt(text, [of.encode()])).decode().rstrip("=")


def unsealed(cursor: str, of: str, fingerprint: Fingerprint) -> bytes:
    """Read what a cursor of this list says; refused as CursorUnknown when it is none."""
    try:
        both = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return _cipher(fingerprint).decrypt(both, [of.encode()])
    except (ValueError, InvalidTag):
        raise CursorUnknown from None


def _cipher(fingerprint: Fingerprint) -> AESSIV:
    # Without a nonce: the same place is the same cursor, as it always was.
    return AESSIV(fingerprint(b"cursor"))


def _typed(value: Any, column: ColumnElement[Any]) -> Any:
    return date.fromisoformat(value) if column.type.python_type is date else value


async def paging(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
    cursor: Annotated[str | None, Query(max_length=1000, description="`next` of the page before.")] = None,
) -> Paging:
    """The page asked for."""
    return Paging(limit, cursor, request.url.path, edge_of(request).fingerprint)


Paged = Annotated[Paging, Depends(paging)]
