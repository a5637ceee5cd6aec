"""What is printed on a notice, as whoever reads the PDF finds it again."""

import re
from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader

_ROW = re.compile(r"^(\S*组) (\S+) (\d+) ?人$", re.MULTILINE)


def rows_of(pdf: bytes) -> Iterator[tuple[str, str, int]]:
    """The rows of a printed notice: group, head, household size."""
    for page in PdfReader(BytesIO(pdf)).pages:
        for group, head, size in _ROW.findall(page.extract_text()):
            yield group, head, int(size)
