"""What is printed on a PDF, as a reader of it finds it again."""

from io import BytesIO

from pypdf import PdfReader

NUL = "\x00"


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, without the spaces and ends of lines that setting it brings."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    """The text of all pages."""
    return "".join(pages_of(pdf))


def everything_in(pdf: bytes) -> str:
    """All that could be read out of it: its text with the spaces left in, and what it says of itself."""
    reader = PdfReader(BytesIO(pdf))
    about = reader.xmp_metadata.rdf_root.toxml() if reader.xmp_metadata else ""
    return "\n".join([*(page.extract_text() for page in reader.pages), str(reader.metadata), about])
