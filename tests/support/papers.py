"""Photos and papers for tests, and who attaches them: each photo is another, and carries what cameras write."""

from collections.abc import Sequence
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pikepdf
from httpx2 import Response
from huangxi import API, Huangxi, accepted
from PIL import ExifTags, Image

APPLICATIONS, EVIDENCE = f"{API}/applications", f"{API}/evidence"
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
HUANGXI = ((28.0, 59.0, 30.0), (114.0, 30.0, 0.0))
LATITUDE, LONGITUDE = "28.991667", "114.500000"

_numbers = count()


def photo(
    form: str = "JPEG", written: str = "a camera", place: Any = HUANGXI, size: tuple[int, int] = (64, 48)
) -> bytes:
    """A photo, taken with the camera on its side, that says who took it and where."""
    image, exif, file = Image.new("RGB", size, "teal"), Image.Exif(), BytesIO()
    # Blocks of light, the number's digits: what differs less, JPEG may not tell.
    number = next(_numbers)
    for bit in range(16):
        if number >> bit & 1:
            image.paste("white", (bit * 8 % 64, bit // 8 * 8, bit * 8 % 64 + 8, bit // 8 * 8 + 8))
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.Artist] = 6, written.encode()
    if place:
        position = exif.get_ifd(ExifTags.IFD.GPSInfo)
        position[ExifTags.GPS.GPSLatitudeRef], position[ExifTags.GPS.GPSLatitude] = "N", place[0]
        position[ExifTags.GPS.GPSLongitudeRef], position[ExifTags.GPS.GPSLongitude] = "E", place[1]
    image.save(file, form, exif=exif)
    return file.getvalue()


def paper(
    written: str = "a program",
    picture: bytes = b"",
    packed: Sequence[str] = ("/DCTDecode",),
    drawing: bytes = b"",
    **root: Any,
) -> bytes:
    """A PDF of one page that says who wrote it, with a picture if there is one, packed as the filters say."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200))
        if picture:
            filters = pikepdf.Array([pikepdf.Name(each) for each in packed])
            kind = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Filter": filters}
            shape = {"Width": 64, "Height": 48, "ColorSpace": pikepdf.Name.DeviceRGB, "BitsPerComponent": 8}
            drawn = pikepdf.Stream(pdf, picture, **kind, **shape)
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=drawn))
        page.Contents = pikepdf.Stream(pdf, f"q 200 0 0 {next(_numbers)} 0 0 cm Q ".encode() + drawing)
        pdf.docinfo["/Author"] = written
        for name, value in root.items():
            pdf.Root[f"/{name}"] = value
        file = BytesIO()
        pdf.save(file)
        return file.getvalue()


def upload(village: Huangxi, path: str, content: bytes, who: str = "officer", key: str | None = None) -> Response:
    """Send a file in somebody's name, as what it is or, if it is nothing, as a photo."""
    kinds = {b"%PDF": PDF, b"\x89PNG": PNG}
    return village.upload(who, path, content, kinds.get(content[:4], JPEG), key)


def attaching(application_id: str, **said: Any) -> str:
    """The address to attach to: a home-visit log to the application itself, on 2 June, unless told otherwise."""
    usual = {"step": 1, "kind": "home_visit_log", "on": "2015-06-02"}
    return f"{APPLICATIONS}/{application_id}/evidence?{urlencode(usual | said)}"


def attach(village: Huangxi, application_id: str, content: bytes, who: str = "officer", **said: Any) -> Response:
    """Attach a file on 2 June."""
    village.on("06-02")
    return upload(village, attaching(application_id, **said), content, who)


def proof(village: Huangxi, application_id: str, content: bytes | None = None, on: str = "2017-03-01") -> str:
    """Attach a photo on a day that has come; the digest it is named by."""
    place = accepted(upload(village, attaching(application_id, on=on), content or photo()))
    return str(village.facts(place)[0]["digest"])
