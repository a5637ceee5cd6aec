"""Pictures as bytes: what programs and cameras wrote beside a JPEG or JPEG 2000, cut out without decoding it."""

import re

_MARKER, _START, _START_OF_SCAN, _END = 0xFF, b"\xff\xd8", 0xDA, 0xD9
_ALONE = {0x01, *range(0xD0, 0xD8)}
_CARRYING = {0xFE, *range(0xE1, 0xEE), 0xEF}  # comments and application segments; JFIF's and Adobe's say how to decode
# Of what a scan is made of, only these are markers of something else.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_CODESTREAM, _START_OF_TILE, _COMMENT = b"\xff\x4f", 0x90, 0x64
_DRAWN = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}
_HEAD, _LONG_HEAD = 8, 16


class NoPicture(Exception):
    """It is not what it is said to be."""


def bare_jpeg(jpeg: bytes) -> bytes:
    """A JPEG up to its first end, without comments and what programs and cameras wrote beside the picture."""
    if not jpeg.startswith(_START):
        raise NoPicture
    kept, place = [_START], 2
    while place + 2 <= len(jpeg) and jpeg[place] == _MARKER:
        marker, end = jpeg[place + 1], place + 2
        if marker == _MARKER:
            end = place + 1  # filling
        elif marker == _END:
            kept.append(jpeg[place:end])
            break
        elif marker not in _ALONE:
            end += int.from_bytes(jpeg[end : end + 2], "big")
            if marker == _START_OF_SCAN:
                following = _AFTER_SCAN.search(jpeg, end)
                end = following.start() if following else len(jpeg)
        if marker not in {_MARKER, *_CARRYING}:
            kept.append(jpeg[place:end])
        place = end
    return b"".join(kept)


def bare_jpeg_2000(picture: bytes) -> bytes:
    """A JPEG 2000, or its codestream alone, without comments and without boxes that are not drawn."""
    if picture.startswith(_CODESTREAM):
        return _without_comments(picture)
    kept: list[bytes] = []
    place = 0
    while place < len(picture):
        size, kind = int.from_bytes(picture[place : place + 4], "big"), picture[place + 4 : place + _HEAD]
        head = _HEAD
        if size == 1:
            size, head = int.from_bytes(picture[place + _HEAD : place + _LONG_HEAD], "big"), _LONG_HEAD
        size = size or len(picture) - place
        if size < head or (not kept and kind != b"jP  "):
            raise NoPicture
        content = picture[place + head : place + size]
        if kind in _DRAWN:
            drawn = _without_comments(content) if kind == b"jp2c" else content
            kept.append((len(drawn) + _HEAD).to_bytes(4, "big") + kind + drawn)
        place += size
    return b"".join(kept)


def _without_comments(codestream: bytes) -> bytes:
    kept, place = [codestream[:2]], 2
    while place + 4 <= len(codestream) and codestream[place] == _MARKER and codestream[place + 1] != _START_OF_TILE:
        end = place + 2 + int.from_bytes(codestream[place + 2 : place + 4], "big")
        if codestream[place + 1] != _COMMENT:
            kept.append(codestream[place:end])
        place = end
    return b"".join(kept) + codestream[place:]
