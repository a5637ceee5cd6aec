"""PDFs written anew without metadata of their own or of their pictures; what does something is refused."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from identification.files.pictures import NoPicture, bare_jpeg, bare_jpeg_2000
from identification.files.refused import Refused

_ACTIVE_KEYS = {"/JS", "/XFA", "/EF", "/RichMediaContent", "/AA"}
_ACTIVE_TYPES = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMedia", "/EmbeddedFile", "/Movie"}
_METADATA = ("/Metadata", "/PieceInfo", "/OpenAction")
_BARE = {"/DCTDecode": bare_jpeg, "/DCT": bare_jpeg, "/JPXDecode": bare_jpeg_2000}
_FONT_KEYS = {"/Length1", "/Length2", "/Length3"}


def clean_pdf(content: bytes) -> bytes:
    """The document without metadata, in the same bytes each time."""
    try:
        opened = pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError:
        raise Refused("encrypted") from None
    with opened as pdf:
        if pdf.is_encrypted:
            raise Refused("encrypted")
        if not len(pdf.pages):
            raise Refused("unreadable")
        found = [inner for each in pdf.objects for inner in _within(each)]
        for inner in found:
            _require_passive(inner)
        for inner in found:
            _clean_object(pdf, inner)
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        written = BytesIO()
        pdf.save(written, deterministic_id=True)
        return written.getvalue()


def _require_passive(found: Any) -> None:
    said = {str(found.get(name)) for name in ("/S", "/Type", "/Subtype")}
    if _ACTIVE_KEYS.intersection(found.keys()) or said & _ACTIVE_TYPES:
        raise Refused("active")


def _clean_object(pdf: pikepdf.Pdf, found: Any) -> None:
    for name in _METADATA:
        if name in found:
            del found[name]
    if isinstance(found, pikepdf.Stream):
        _clean_stream(pdf, found)


def _clean_stream(pdf: pikepdf.Pdf, found: Any) -> None:
    filters, parameters = _listed(found.get("/Filter")), _listed(found.get("/DecodeParms"))
    bare = _BARE.get(str(filters[-1])) if filters else None
    if bare:
        raw = _unpacked(pdf, found.read_raw_bytes(), filters[:-1], parameters[: len(filters) - 1])
        last = parameters[len(filters) - 1 :]
        try:
            found.write(bare(raw), filter=filters[-1], decode_parms=last[0] if last else None)
        except NoPicture:
            raise Refused("unreadable") from None
    elif found.get("/Subtype") != "/Image" and not _FONT_KEYS.intersection(found.keys()):
        _require_no_picture_within(found)


def _require_no_picture_within(found: Any) -> None:
    # A picture written into what a page draws is no object of its own, and cannot be taken out and put back.
    if b"/DCT" in _read(found):
        raise Refused("uncleanable")


def _read(found: Any) -> bytes:
    try:
        return bytes(found.read_bytes())
    except pikepdf.PdfError:
        return bytes(found.read_raw_bytes())


def _unpacked(pdf: pikepdf.Pdf, raw: bytes, filters: list[Any], parameters: list[Any]) -> bytes:
    if not filters:
        return raw
    packed: Any = pikepdf.Stream(pdf, raw, Filter=pikepdf.Array(filters))
    if parameters:
        packed.DecodeParms = pikepdf.Array(parameters)
    return bytes(packed.read_bytes())


def _listed(said: Any) -> list[Any]:
    if said is None:
        return []
    return list(said) if isinstance(said, pikepdf.Array) else [said]


def _within(found: Any) -> Iterator[Any]:
    # What is an object of its own is met by itself.
    if isinstance(found, pikepdf.Stream):
        yield found
        found = found.stream_dict
        yield from (inner for each in found.values() for inner in _direct(each))
    else:
        yield from _direct(found)


def _direct(found: Any) -> Iterator[Any]:
    if isinstance(found, pikepdf.Array):
        for each in found:
            if not getattr(each, "is_indirect", False):
                yield from _direct(each)
    elif isinstance(found, pikepdf.Dictionary):
        yield found
        for each in found.values():
            if not getattr(each, "is_indirect", False):
                yield from _direct(each)
