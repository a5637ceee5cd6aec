"""What the sheet of a public notice shows: nothing but what is named here."""

from datetime import date

from chronicle.messages import canonical

from identification.cases.application.findings import Value


class SheetRow(Value):
    """One household as everybody may read it."""

    group: str
    head: str
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

    def text(self) -> str:
        """The sheet as canonical JSON, the way it is sealed."""
        return canonical(self.model_dump(mode="json"))
