"""Lists over HTTP: each shows what lies in the areas of whoever asks, page by page."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, RowMapping, Select

from chronicle.principal import AreaScope
from chronicle.store import Database
from chronicle.web.paging import Page, Paging

T = TypeVar("T")


class Listing(NamedTuple, Generic[T]):
    """What a list shows: its rows, the column that says where they lie, their order, and how one is shown."""

    query: Select[Any]
    place: ColumnElement[str]
    order: Sequence[ColumnElement[Any]]
    item: Callable[[RowMapping], T]

    def page(self, database: Database, paged: Paging, scope: AreaScope) -> Page[T]:
        """Read one page of what lies within a scope."""
        with database.reading() as connection:
            return paged.page(connection, self.query.where(scope.where(self.place)), self.order, self.item)
