"""A typeface of the tests' own, so that printing is tested alike whatever fonts a machine has: each sign is blank."""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.ttLib.tables._g_l_y_f import Glyph  # type: ignore[import-untyped]

FAMILY = "Blanks"
EM, LATIN, WIDE = 1000, 600, 0x2500
# Latin, punctuation of both kinds, boxed signs, the ideographs of everyday use, and full-width forms.
RANGES = (
    (0x20, 0x7F),
    (0xA0, 0x180),
    (0x2010, 0x2070),
    (0x25A0, 0x2600),
    (0x3000, 0x3040),
    (0x3400, 0xA000),
    (0xFF01, 0xFF61),
)


def typeface(folder: Path) -> Path:
    """Make it in a folder; the folder."""
    names = {code: f"u{code:04X}" for first, end in RANGES for code in range(first, end)}
    widths = {".notdef": EM} | {name: EM if code >= WIDE else LATIN for code, name in names.items()}
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(list(widths))
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys(widths, Glyph()))
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in widths.items()})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular", "psName": FAMILY})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120)
    builder.setupPost(keepGlyphNames=False)
    folder.mkdir(parents=True, exist_ok=True)
    builder.save(folder / "blanks.ttf")
    return folder
