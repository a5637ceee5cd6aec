"""Cleaning files: what a photo or a PDF carries does not come through, and what would do harm is refused."""

import base64 as b64
import subprocess
import zlib
from io import BytesIO
from threading import Thread
from typing import Any

import pikepdf
import pytest
from canaries import Canaries
from identification.files import cleaning
from identification.files.cleaning import (
    Cleaning,
    CleaningBusy,
    FileActive,
    FileEncrypted,
    FileUnreadable,
    PictureUncleanable,
    Position,
    TooManyPixels,
)
from identification.files.pictures import NoPicture, bare_jpeg
from papers import HUANGXI, JPEG, LATITUDE, LONGITUDE, PDF, PNG, paper, photo
from PIL import Image

NAME, DICTIONARY = pikepdf.Name, pikepdf.Dictionary


def flat_png(width: int, height: int) -> bytes:
    file = BytesIO()
    Image.new("1", (width, height)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(("form", "media_type"), [("JPEG", JPEG), ("PNG", PNG)])
def test_of_a_photo_only_the_picture_stays_upright_and_where_it_was_taken_is_told_apart(
    form: str, media_type: str
) -> None:
    canaries = Canaries()
    carried = photo(form, canaries.name()) + f"PK\x03\x04{canaries.text()}".encode()
    assert canaries.found(carried) == canaries.planted

    clean = Cleaning().clean(media_type, carried)

    with Image.open(BytesIO(clean.content)) as picture, Image.open(BytesIO(clean.thumbnail)) as thumbnail:
        assert (picture.format, picture.size, dict(picture.getexif())) == (form, (48, 64), {})
        assert (thumbnail.format, dict(thumbnail.getexif())) == ("JPEG", {})
    assert canaries.found(clean.content) | canaries.found(clean.thumbnail) == set()
    assert clean.position == Position(LATITUDE, LONGITUDE)
    assert LATITUDE not in repr(clean)


@pytest.mark.parametrize("place", [None, ((91.0, 0.0, 0.0), HUANGXI[1]), (HUANGXI[0], (181.0, 0.0, 0.0))])
def test_a_place_that_cannot_be_is_none(place: Any) -> None:
    assert Cleaning().clean(JPEG, photo(place=place)).position is None


def test_a_picture_of_more_pixels_than_anybody_needs_is_refused_unopened() -> None:
    with pytest.raises(TooManyPixels):
        Cleaning().clean(PNG, flat_png(50_001, 1_000))


def test_a_pdf_loses_who_wrote_it_and_what_its_pictures_carry_and_comes_out_the_same_each_time() -> None:
    canaries = Canaries()
    written = paper(picture=photo(written=canaries.name()))
    assert canaries.found(written) == canaries.planted

    clean = Cleaning().clean(PDF, written)

    assert canaries.found(clean.content) == set()
    assert (clean.thumbnail, clean.position) == (b"", None)
    assert Cleaning().clean(PDF, written).content == clean.content
    with pikepdf.open(BytesIO(written)) as before, pikepdf.open(BytesIO(clean.content)) as pdf:
        assert ("/Info" in before.trailer, "/Info" in pdf.trailer) == (True, False)
        picture: Any = pdf.pages[0].Resources.XObject.Im0
        assert pikepdf.PdfImage(picture).as_pil_image().size == (64, 48)


SCRIPT = DICTIONARY(S=NAME.JavaScript, JS="app.alert(1)")
ATTACHED = DICTIONARY(EmbeddedFiles=DICTIONARY(Names=["x", DICTIONARY(Type=NAME.Filespec, EF=DICTIONARY())]))


@pytest.mark.parametrize(
    "root",
    [
        {"OpenAction": SCRIPT},
        {"OpenAction": DICTIONARY(S=NAME.Launch, F="calc.exe")},
        {"Names": ATTACHED},
        {"AcroForm": DICTIONARY(XFA="<form/>")},
        {"Outlines": DICTIONARY(First=DICTIONARY(A=DICTIONARY(S=NAME.SubmitForm)))},
    ],
)
def test_a_pdf_that_does_something_or_holds_other_files_is_refused(root: dict[str, Any]) -> None:
    with pytest.raises(FileActive):
        Cleaning().clean(PDF, paper(**root))


@pytest.mark.parametrize("password", ["", "secret"])
def test_an_encrypted_pdf_is_refused(password: str) -> None:
    file = BytesIO()
    with pikepdf.open(BytesIO(paper())) as pdf:
        pdf.save(file, encryption=pikepdf.Encryption(user=password, owner="owner"))

    with pytest.raises(FileEncrypted):
        Cleaning().clean(PDF, file.getvalue())


def test_a_pdf_that_unpacks_to_more_than_memory_is_refused_and_leaves_us_alone() -> None:
    packed = zlib.compress(b"1 0 " + bytes(1_000_000_000), 9)
    opening = b"%%PDF-1.5\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    bomb = opening + packed + b"\nendstream\nendobj\ntrailer<</Root 5 0 R>>\nstartxref\n0\n%%EOF"

    with pytest.raises(FileUnreadable):
        Cleaning().clean(PDF, bomb)


def test_a_process_that_dies_or_takes_too_long_refuses_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "TIME", 0.01)
    with pytest.raises(FileUnreadable):
        Cleaning().clean(JPEG, photo())


def test_it_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTIFICATION_MASTER_KEY", "secret")
    told: list[Any] = []

    def run(*_: Any, **given: Any) -> Any:
        told.append(given["env"])
        raise subprocess.TimeoutExpired("", 0)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(FileUnreadable):
        Cleaning().clean(JPEG, photo())
    assert told == [{}]


def test_one_file_is_cleaned_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "WAIT", 0.01)
    at_work, refused = Cleaning(), list[bool]()
    first = Thread(target=at_work.clean, args=(JPEG, photo(size=(3000, 2000))))
    first.start()
    while first.is_alive() and not refused:
        try:
            at_work.clean(JPEG, b"")
        except CleaningBusy:
            refused.append(True)
        except FileUnreadable:
            continue
    first.join()
    assert refused


def jpeg_2000(written: str, box: bytes) -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "JPEG2000")
    content = b"a camera" + written.encode()
    return file.getvalue() + (len(content) + 8).to_bytes(4, "big") + box + content


@pytest.mark.parametrize(
    ("packed", "pack"),
    [
        (["/ASCII85Decode", "/DCTDecode"], lambda jpeg: b64.a85encode(jpeg) + b"~>"),
        (["/FlateDecode", "/DCTDecode"], zlib.compress),
        (["/ASCIIHexDecode", "/FlateDecode", "/DCTDecode"], lambda jpeg: zlib.compress(jpeg).hex().encode() + b">"),
    ],
    ids=["as ReportLab writes", "deflated", "both"],
)
def test_a_packed_picture_in_a_pdf_loses_what_it_carries(packed: list[str], pack: Any) -> None:
    canaries = Canaries()
    jpeg = photo(written=canaries.name())
    assert canaries.found(jpeg) == canaries.planted

    clean = Cleaning().clean(PDF, paper(picture=pack(jpeg), packed=packed))

    with pikepdf.open(BytesIO(clean.content)) as pdf:
        picture: Any = pdf.pages[0].Resources.XObject.Im0
        assert canaries.found(picture.read_raw_bytes()) == set()
        with Image.open(BytesIO(picture.read_raw_bytes())) as drawn, Image.open(BytesIO(jpeg)) as before:
            assert drawn.tobytes() == before.tobytes()


@pytest.mark.parametrize("form", ["baseline", "progressive"])
def test_a_jpeg_ends_at_its_first_end_and_shows_what_it_showed(form: str) -> None:
    canaries, file = Canaries(), BytesIO()
    Image.effect_noise((64, 48), 60).save(file, "JPEG", progressive=form == "progressive", comment=canaries.name())
    carried = file.getvalue() + photo(written=canaries.name())

    bare = bare_jpeg(carried)

    assert canaries.found(carried) == canaries.planted
    assert canaries.found(bare) == set()
    with Image.open(BytesIO(bare)) as after, Image.open(BytesIO(file.getvalue())) as before:
        assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("box", [b"uuid", b"xml ", b"exif"])
def test_of_a_jpeg_2000_in_a_pdf_only_what_is_drawn_stays(box: bytes) -> None:
    canaries = Canaries()
    picture = jpeg_2000(canaries.name(), box)
    assert canaries.found(picture) == canaries.planted

    clean = Cleaning().clean(PDF, paper(picture=picture, packed=["/JPXDecode"]))

    with pikepdf.open(BytesIO(clean.content)) as pdf:
        kept = pdf.pages[0].Resources.XObject.Im0.read_raw_bytes()
    assert canaries.found(kept) == set()
    with Image.open(BytesIO(kept)) as after, Image.open(BytesIO(picture)) as before:
        assert after.tobytes() == before.tobytes()


def test_a_comment_in_the_codestream_of_a_jpeg_2000_does_not_stay() -> None:
    canaries, file = Canaries(), BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "JPEG2000", no_jp2=True, comment=canaries.name())
    assert canaries.found(file.getvalue()) == canaries.planted

    clean = Cleaning().clean(PDF, paper(picture=file.getvalue(), packed=["/JPXDecode"]))

    assert canaries.found(clean.content) == set()


def test_a_picture_within_what_a_page_draws_is_refused() -> None:
    drawing = b"BI /W 64 /H 48 /BPC 8 /CS /RGB /F /DCT ID " + photo() + b" EI"

    with pytest.raises(PictureUncleanable):
        Cleaning().clean(PDF, paper(drawing=drawing))


@pytest.mark.parametrize("filters", ["/DCTDecode", "/JPXDecode"])
def test_what_only_calls_itself_a_picture_is_refused(filters: str) -> None:
    with pytest.raises(FileUnreadable):
        Cleaning().clean(PDF, paper(picture=b"no picture at all", packed=[filters]))


def test_sixteen_bits_of_grey_stay_grey() -> None:
    grey, file = Image.new("I;16", (64, 48)), BytesIO()
    for x in range(64):
        grey.putpixel((x, 0), x * 1024)
    grey.save(file, "PNG")

    clean = Cleaning().clean(PNG, file.getvalue())

    with Image.open(BytesIO(clean.content)) as kept:
        assert [kept.getpixel((x, 0)) for x in range(64)] == [x * 4 for x in range(64)]


@pytest.mark.parametrize("jpeg", [b"", b"\xff", b"GIF89a"])
def test_what_does_not_begin_as_a_jpeg_is_none(jpeg: bytes) -> None:
    with pytest.raises(NoPicture):
        bare_jpeg(jpeg)


@pytest.mark.parametrize(
    "jpeg", [b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\x00", b"\xff\xd8\xff\xe1\x00\x00\xff"]
)
def test_segments_of_what_is_cut_off_are_passed_over(jpeg: bytes) -> None:
    assert len(bare_jpeg(jpeg)) <= len(jpeg)
