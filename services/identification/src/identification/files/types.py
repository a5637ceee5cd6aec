"""Which types of files are taken, told by how their bytes begin and never by their name."""

from enum import StrEnum

from chronicle.refusals import Invalid


class MediaType(StrEnum):
    """The type of a file."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"

    @property
    def ending(self) -> str:
        """How the name of such a file ends."""
        return _ENDINGS[self]


MEDIA_TYPES = tuple(each.value for each in MediaType)
MEGABYTES = 10
_ENDINGS = {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.PDF: "pdf"}
_BEGINNINGS = {MediaType.JPEG: b"\xff\xd8\xff", MediaType.PNG: b"\x89PNG\r\n\x1a\n", MediaType.PDF: b"%PDF-"}


class FileNotAsSaid(Invalid, code="file-not-as-said", zh="文件内容与所说的类型不符；只收 JPG、PNG 图片和 PDF。"):
    """The file is not of the type it is said to be; photos as JPG or PNG are taken, and PDF."""


def require_type(media_type: MediaType, content: bytes) -> None:
    """Refuse a file that does not begin as its type does."""
    if not content.startswith(_BEGINNINGS[media_type]):
        raise FileNotAsSaid
