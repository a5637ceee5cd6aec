"""A process of its own in which a file from outside is taken apart and put together again without what it carries.

A photo is decoded and encoded anew: no position, no camera, no picture within the picture, nothing appended stays.
A PDF is written anew without metadata; one that does something or holds other files is refused. Whatever a hostile
file makes of this process, it has no secrets, little memory and little time: ``cleaning`` sees to that.
"""

import json
import resource
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pikepdf
from PIL import ExifTags, Image, ImageOps

MOST_PIXELS = 50_000_000
MEMORY, SECONDS = 768 * 1024 * 1024, 20
THUMBNAIL = (320, 320)
QUALITY, THUMBNAIL_QUALITY = 90, 80

_KEPT_MODES = {"JPEG": {"L", "RGB"}, "PNG": {"1", "L", "LA", "RGB", "RGBA"}}
_ACTIVE_KEYS = {"/JS", "/XFA", "/EF", "/RichMediaContent", "/AA"}
_ACTIVE_TYPES = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMedia", "/EmbeddedFile", "/Movie"}
_METADATA = ("/Metadata", "/PieceInfo", "/OpenAction")
_START_OF_SCAN, _MARKER, _ALONE = 0xDA, 0xFF, {0x01, *range(0xD0, 0xD9)}
_CARRYING = {0xFE, *range(0xE1, 0xEE), 0xEF}  # comments and application segments; JFIF's and Adobe's say how to decode


class Refused(Exception):
    """The file is not taken, for this reason."""


def main() -> None:
    """Clean what comes in, of the type said; what goes out is a line of JSON, the file, and the thumbnail."""
    with suppress(ValueError):  # not every system limits memory
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    content, (media_type,) = sys.stdin.buffer.read(), sys.argv[1:]
    said: dict[str, Any] = {}
    file = thumbnail = b""
    try:
        if media_type == "application/pdf":
            file = clean_pdf(content)
        else:
            file, thumbnail, said["position"] = clean_photo(media_type.partition("/")[2].upper(), content)
    except Refused as refused:
        said["refused"] = str(refused)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it cannot be read
        said["refused"] = "unreadable"
    said["size"] = len(file)
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + file + thumbnail)


def clean_photo(form: str, content: bytes) -> tuple[bytes, bytes, dict[str, str] | None]:
    """The photo and a thumbnail, upright and without anything but pixels, and where it was taken if it said so."""
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(BytesIO(content), formats=[form]) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise Refused("too-many-pixels")
        position = _position(opened)
        photo: Image.Image = ImageOps.exif_transpose(opened)
    if photo.mode not in _KEPT_MODES[form]:
        photo = photo.convert("RGBA" if form == "PNG" and photo.has_transparency_data else "RGB")
    photo.info.clear()
    kept, small = BytesIO(), BytesIO()
    photo.save(kept, form, quality=QUALITY)
    photo.thumbnail(THUMBNAIL)
    photo.convert("RGB").save(small, "JPEG", quality=THUMBNAIL_QUALITY)
    return kept.getvalue(), small.getvalue(), position


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
            _clean_object(inner)
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        written = BytesIO()
        pdf.save(written, deterministic_id=True)
        return written.getvalue()


def _require_passive(found: Any) -> None:
    said = {str(found.get(name)) for name in ("/S", "/Type", "/Subtype")}
    if _ACTIVE_KEYS.intersection(found.keys()) or said & _ACTIVE_TYPES:
        raise Refused("active")


def _clean_object(found: Any) -> None:
    for name in _METADATA:
        if name in found:
            del found[name]
    if isinstance(found, pikepdf.Stream) and found.get("/Subtype") == "/Image" and _is_jpeg(found):
        coded: Any = found.get("/Filter")
        parameters: Any = found.get("/DecodeParms")
        found.write(without_segments(found.read_raw_bytes()), filter=coded, decode_parms=parameters)


def _is_jpeg(found: Any) -> bool:
    said = found.get("/Filter")
    return [str(each) for each in (said if isinstance(said, pikepdf.Array) else [said])] == ["/DCTDecode"]


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


def without_segments(jpeg: bytes) -> bytes:
    """A JPEG without comments and what programs and cameras wrote beside the picture."""
    kept, place = [jpeg[:2]], 2
    while place + 4 <= len(jpeg) and jpeg[place] == _MARKER and jpeg[place + 1] != _START_OF_SCAN:
        marker = jpeg[place + 1]
        if marker in _ALONE or marker == _MARKER:
            length = 2 if marker in _ALONE else 1
        else:
            length = 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if marker not in _CARRYING:
            kept.append(jpeg[place : place + length])
        place += length
    return b"".join(kept) + jpeg[place:]


def _position(photo: Image.Image) -> dict[str, str] | None:
    with suppress(Exception):  # it is what the camera wrote, or anybody else
        said = photo.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(said[ExifTags.GPS.GPSLatitude], said[ExifTags.GPS.GPSLatitudeRef], "S", 90)
        longitude = _degrees(said[ExifTags.GPS.GPSLongitude], said[ExifTags.GPS.GPSLongitudeRef], "W", 180)
        return {"latitude": latitude, "longitude": longitude}
    return None


def _degrees(parts: Any, side: str, negative: str, most: int) -> str:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not 0 <= value <= most:
        raise ValueError("there is no such place")
    return f"{-value if side == negative else value:.6f}"


if __name__ == "__main__":
    main()
