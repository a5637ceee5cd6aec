"""Where sealed files are kept: named contents, and nothing else is known of them."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from chronicle.refusals import Unavailable

UNFINISHED = ".unfinished"
# Where a disk of its own is mounted it has this folder, which is only root's to read.
OF_THE_DISK = "lost+found"


class StorageAway(Unavailable, code="storage-away", zh="文件存储暂时不可用，请稍候再试。"):
    """The files' storage cannot be reached at the moment; try again shortly."""


class StorageRefused(Exception):
    """The storage does not know this installation: its bucket or the key to it is another."""

    def __init__(self) -> None:
        super().__init__(str(self.__doc__))


@dataclass(frozen=True, slots=True)
class Kept:
    """A name in the storage, and when its content came there."""

    name: str
    since: datetime


class Storage(Protocol):
    """Keeps contents by name, such as ``<household>/<evidence>/file``; raises StorageAway when it cannot."""

    def require_access(self) -> None:
        """Raise StorageRefused where a process need not start: what it says of itself will never be taken."""

    def put(self, name: str, content: bytes) -> None:
        """Keep a content for good before this returns."""

    def get(self, name: str) -> bytes:
        """Give what is kept under a name."""

    def delete(self, names: Iterable[str]) -> None:
        """Keep these no longer; those not there are passed over."""

    def kept(self) -> Iterator[Kept]:
        """Everything that is kept."""


class NoStorage:
    """There is none: an installation that was not told of any takes no files."""

    def require_access(self) -> None:
        """There is nothing to be let into."""

    def put(self, name: str, content: bytes) -> None:  # noqa: ARG002 - as the port has it
        """Refuse."""
        raise StorageAway

    def get(self, name: str) -> bytes:  # noqa: ARG002 - as the port has it
        """Refuse."""
        raise StorageAway

    def delete(self, names: Iterable[str]) -> None:
        """There is nothing."""

    def kept(self) -> Iterator[Kept]:
        """Give nothing."""
        return iter(())


class FolderStorage:
    """Keeps them in a folder that all processes of the service share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def require_access(self) -> None:
        """Whether a folder can be written shows with the first file: it may be mounted later."""

    def put(self, name: str, content: bytes) -> None:
        """Write it beside its place, then move it there: whoever reads finds all of it or nothing."""
        place = self.folder / name
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=place.parent, suffix=UNFINISHED, delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).rename(place)
            for folder in (place.parent, place.parent.parent, self.folder):
                _sync(folder)
        except OSError:
            raise StorageAway from None

    def get(self, name: str) -> bytes:
        """Read it."""
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            raise StorageAway from None

    def delete(self, names: Iterable[str]) -> None:
        """Delete files, and the folders that are empty then."""
        try:
            for name in names:
                place = self.folder / name
                place.unlink(missing_ok=True)
                for folder in (place.parent, place.parent.parent):
                    if folder.is_dir() and not any(folder.iterdir()):
                        folder.rmdir()
        except OSError:
            raise StorageAway from None

    def kept(self) -> Iterator[Kept]:
        """Every file, one that was never finished among them; none where there is no folder yet."""
        households = (each for each in _within(self.folder) if each.name != OF_THE_DISK)
        for place in (file for household in households for piece in _within(household) for file in _within(piece)):
            try:
                since = datetime.fromtimestamp(place.stat().st_mtime, UTC)
            except FileNotFoundError:
                continue
            except OSError:
                raise StorageAway from None
            yield Kept(place.relative_to(self.folder).as_posix(), since)


def _within(folder: Path) -> Iterable[Path]:
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return ()  # swept meanwhile, or nothing of ours
    except OSError:
        raise StorageAway from None


def _sync(folder: Path) -> None:
    # A file's name is in its folder, and is lost with it.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
