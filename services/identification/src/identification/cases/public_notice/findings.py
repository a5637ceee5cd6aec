"""What the sheet of a public notice shows: nothing but what is named here."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from chronicle.messages import canonical

from identification.cases.application.findings import Value


class SheetRow(Value):
    """One household as everybody may read it; ``head`` is null when the person was erased since."""

    group: str
    head: str | None
    household_size: int


class Sheet(Value):
    """A sheet as it hangs on the board."""

    title: str
    number: str
    area: str
    step: str
    first_day: date
    last_day: date
    how_to_object: str
    rows: tuple[SheetRow, ...]

    def naming(self, heads: Sequence[str | None]) -> Self:
        """The same with other words for the heads, row by row."""
        rows = (row.model_copy(update={"head": head}) for row, head in zip(self.rows, heads, strict=True))
        return self.model_copy(update={"rows": tuple(rows)})

    def text(self) -> str:
        """The sheet as canonical JSON."""
        return canonical(self.model_dump(mode="json"))
