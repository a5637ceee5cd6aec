"""Files from outside, cleaned by a process that has no secrets, little memory and little time."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from chronicle.refusals import Invalid, Refusal, Unavailable

# A large photo takes some hundred megabytes while it is open.
AT_ONCE = 1
WAIT, TIME = 10.0, 45.0


class FileUnreadable(Invalid, code="file-unreadable", zh="文件已损坏或无法读取，请重新拍照或扫描。"):
    """The file is damaged or cannot be read; take the photo or scan it anew."""


class TooManyPixels(Invalid, code="too-many-pixels", zh="图片像素过多，最多 5000 万像素，请缩小后再传。"):
    """The picture has too many pixels; 50 million is the most."""


class FileEncrypted(Invalid, code="file-encrypted", zh="PDF 已加密，请去除密码后再传。"):
    """The PDF is encrypted; send it without a password."""


class FileActive(Invalid, code="file-active", zh="PDF 内含脚本、附件或可填表单，不能接收；请打印成普通 PDF。"):
    """The PDF holds scripts, other files or a form that does something; print it to a plain PDF."""


class PictureUncleanable(
    Invalid, code="picture-uncleanable", zh="PDF 中有图片无法清除拍摄信息，请打印成普通 PDF，或改传照片。"
):
    """A picture in the PDF cannot be freed of what its camera wrote; print it to a plain PDF, or send a photo."""


class CleaningBusy(Unavailable, code="cleaning-busy", zh="正在处理其他文件，请稍候再传。"):
    """Other files are being handled; send it again shortly."""


_REFUSALS: dict[str, type[Refusal]] = {
    "active": FileActive,
    "encrypted": FileEncrypted,
    "too-many-pixels": TooManyPixels,
    "uncleanable": PictureUncleanable,
}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a photo was taken, in degrees."""

    latitude: str
    longitude: str


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file without what it carried, its thumbnail if it is a photo, and where that was taken if it said so."""

    content: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    position: Position | None = field(repr=False)


class Cleaning:
    """Cleans one file after another."""

    def __init__(self) -> None:
        self._turn = BoundedSemaphore(AT_ONCE)

    def clean(self, media_type: str, content: bytes) -> CleanFile:
        """Clean a file; refused as CleaningBusy, or for what is wrong with the file."""
        if not self._turn.acquire(timeout=WAIT):
            raise CleaningBusy
        try:
            done = subprocess.run(  # noqa: S603 - our own program, told nothing but one of three types
                [sys.executable, "-I", "-m", "identification.files.cleaner", media_type],
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                timeout=TIME,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise FileUnreadable from None
        finally:
            self._turn.release()
        if done.returncode:
            raise FileUnreadable
        line, _, files = done.stdout.partition(b"\n")
        said = json.loads(line)
        if refused := said.get("refused"):
            raise _REFUSALS.get(refused, FileUnreadable)
        position = said.get("position")
        return CleanFile(files[: said["size"]], files[said["size"] :], position and Position(**position))
