"""A folder that is there whole or not at all, and the digests of what is in it."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from yihu.backup.manifest import File, Manifest
from yihu.backup.refused import BackupRefused

UNFINISHED = ".unfinished-"


@contextmanager
def whole(place: Path) -> Iterator[Path]:
    """A folder to write to, which gets its name when all of it is on the disk; half of it never does.

    What a backup that was killed had left beside it is removed. Only its owner can read it.
    """
    if place.exists():
        raise BackupRefused(f"{place} is there already; a backup takes the place of no other")
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(place.parent):
        for left in place.parent.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        unfinished = Path(mkdtemp(prefix=UNFINISHED, dir=place.parent))
        try:
            yield unfinished
            for path in (unfinished, *unfinished.rglob("*")):
                sync(path)
            unfinished.rename(place)
            sync(place.parent)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def digests(folder: Path, *services: str) -> dict[str, File]:
    """Every file of these services, by its path in a backup."""
    files = sorted(path for name in services for path in (folder / name).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _file(path) for path in files}


def require_as_made(folder: Path, manifest: Manifest, *services: str) -> None:
    """Refuse a backup in which a file of these services is missing, torn, changed or more than there was."""
    said = {name: file for name, file in manifest.files.items() if name.partition("/")[0] in services}
    found = digests(folder, *services)
    wrong = sorted(name for name in said.keys() | found.keys() if said.get(name) != found.get(name))
    if wrong:
        others = f", and so are {len(wrong) - 1} more" if wrong[1:] else ""
        raise BackupRefused(f"the backup is not as it was made: {wrong[0]} is missing, torn or changed{others}")


def sync(path: Path) -> None:
    """Have a file or the names in a folder on the disk before this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _file(path: Path) -> File:
    with path.open("rb") as file:
        return File(bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BackupRefused(f"another backup is being made in {folder}") from None
