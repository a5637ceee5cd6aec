"""The press: fills in a template and sets it as a PDF, with the Chinese typeface the machine has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import segno
from chronicle.clock import Clock
from chronicle.messages import canonical
from chronicle.refusals import Unavailable
from pydantic import BaseModel
from typst import Compiler, Fonts, TypstError

from identification.paper.forms import Form, Mark

# The first that is there is used: those of Debian's packages, and those of desktops.
TYPEFACES = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "AR PL UMing CN",
    "SimSun",
    "Songti SC",
)
TEMPLATES = Path(str(files("identification.paper").joinpath("templates")))
# Every sign must be printable and found again as text: of a name, no part may be left out in silence.
STANDARD: Final = "a-2u"
NOWHERE = Path("/dev/null")


class TypefaceMissing(Unavailable, code="typeface-missing", zh="服务器没有安装中文字体，不能打印，请联系管理员。"):
    """No Chinese typeface is installed on the server, so nothing can be printed; an operator has to install one."""


class SignMissing(
    Unavailable, code="sign-missing", zh="服务器的中文字体缺少这份文书中的一个字，不能打印，请联系管理员。"
):
    """The server's typeface lacks a sign of this document, so it cannot be printed; an operator has to install more."""


@dataclass(frozen=True)
class Press:
    """Prints with a typeface found in a folder, or else among those of the system.

    ``site`` is the address at which whoever holds a document checks it.
    """

    clock: Clock
    typeface_folder: Path | None
    site: str

    def printed(self, mark: Mark, it: BaseModel, annulled_on: date | None = None) -> bytes:
        """Set a document as a PDF, marked 作废 if it was annulled; refused as TypefaceMissing or SignMissing."""
        address = mark.address(self.site)
        annulled = annulled_on and annulled_on.isoformat()
        shown = {"id": mark.document_id, "digest": mark.digest, "qr": _qr(address), "annulled": annulled}
        return self._set(mark.form, {"it": it.model_dump(mode="json"), "mark": shown})

    def blank(self, form: Form) -> bytes:
        """Set a document as a PDF that is filled in by hand."""
        template = TEMPLATES.joinpath(f"{form}.typ").read_bytes()
        shown = {"id": f"blank-forms/{form}", "digest": sha256(template).hexdigest()[:8]}
        return self._set(form, {"it": None, "mark": {**shown, "qr": _qr(" ".join(shown.values())), "annulled": None}})

    def _set(self, form: Form, given: Mapping[str, Any]) -> bytes:
        fonts, families = self._typefaces
        # What was typed by people comes in as data, never as part of a template: to typst it is nothing but text.
        inputs = {"given": canonical({**given, "typefaces": families, "on": self.clock.today().isoformat()})}
        try:
            compiler = Compiler(
                TEMPLATES / f"{form}.typ",
                root=TEMPLATES,
                font_paths=fonts,
                sys_inputs=inputs,
                package_path=NOWHERE,
                package_cache_path=NOWHERE,
            )
            made_at = int(self.clock.now().timestamp())
            pdf = compiler.compile(format="pdf", pdf_standards=STANDARD, pdf_tags=False, timestamp=made_at)
        except TypstError as error:
            # Its message shows the text, so it goes no further.
            if "could not be displayed" in error.message:
                raise SignMissing from None
            raise
        if not isinstance(pdf, bytes):
            raise TypeError(f"one file was set as {type(pdf).__name__}")
        return pdf

    @cached_property
    def _typefaces(self) -> tuple[Fonts, list[str]]:
        folder = self.typeface_folder
        fonts = Fonts(folder is None, include_embedded_fonts=False, font_paths=[folder] if folder else [])
        there = fonts.families()
        # In a folder of its own is what the operator wants, whatever it is called.
        if families := there if folder else [each for each in TYPEFACES if each in there][:1]:
            return fonts, families
        raise TypefaceMissing


def _qr(text: str) -> str:
    written = BytesIO()
    segno.make(text, error="m", micro=False).save(written, kind="svg", border=2, xmldecl=False, svgns=True)
    return written.getvalue().decode()
