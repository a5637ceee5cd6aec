"""A process of its own in which a file from outside is taken apart and put together again without what it carries.

A photo is decoded and encoded anew: no position, no camera, no picture within the picture, nothing appended stays.
A PDF is written anew without metadata; one that does something or holds other files is refused. Whatever a hostile
file makes of this process, it has no secrets, little memory and little time: ``cleaning`` sees to that.
"""

import json
import resource
import sys
import warnings
from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageOps

from identification.files.documents import clean_pdf
from identification.files.refused import Refused

MOST_PIXELS = 50_000_000
MEMORY, SECONDS = 768 * 1024 * 1024, 20
THUMBNAIL = (320, 320)
QUALITY, THUMBNAIL_QUALITY = 90, 80

_KEPT_MODES = {"JPEG": {"L", "RGB"}, "PNG": {"1", "L", "LA", "RGB", "RGBA"}}


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
    if photo.mode.startswith("I"):
        photo = photo.point(lambda light: light / 256).convert("L")  # 16 bits, as scanners write grey
    if photo.mode not in _KEPT_MODES[form]:
        photo = photo.convert("RGBA" if form == "PNG" and photo.has_transparency_data else "RGB")
    photo.info.clear()
    kept, small = BytesIO(), BytesIO()
    photo.save(kept, form, quality=QUALITY)
    photo.thumbnail(THUMBNAIL)
    photo.convert("RGB").save(small, "JPEG", quality=THUMBNAIL_QUALITY)
    return kept.getvalue(), small.getvalue(), position


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
