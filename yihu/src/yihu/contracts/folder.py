"""The folder ``contracts/``: written anew unless that would break a reader, and compared with the code."""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from chronicle.messages import Event
from pydantic import ValidationError

from yihu.contracts.compatibility import broken, unreadable
from yihu.contracts.language import Language
from yihu.contracts.samples import sample

READ: dict[str, Callable[[str], Any]] = {".json": json.loads, ".yaml": yaml.safe_load}


def write(folder: Path, language: Language) -> None:
    """Write every document, and a golden sample where an event has none yet; a sample is never rewritten."""
    for path, document in language.documents().items():
        _write(folder / path, document)
    for path, event in language.samples.items():
        if not (folder / path).exists():
            _write(folder / path, sample(event))


def drift(folder: Path, language: Language) -> Iterator[str]:
    """Say what in the folder is not what the code publishes."""
    generated, samples = language.documents(), language.samples
    for path in (*generated, *samples):
        if not (folder / path).exists():
            yield f"{path} is missing"
        elif path in generated and (folder / path).read_text("utf-8") != _text_of(folder / path, generated[path]):
            yield f"{path} differs from the code"
        elif path in samples:
            yield from _misread(path, samples[path], (folder / path).read_text("utf-8"))
    for path in documents(folder):
        if path not in generated and path not in samples:
            yield f"{path} is published by nobody"


def refused(folder: Path, language: Language, released: Mapping[str, Any]) -> list[str]:
    """Say what breaks readers of the folder or of a release, and what one of our own readers cannot read."""
    generated, present = language.documents(), documents(folder)
    changes = (*broken(present, generated), *broken(released, generated), *_rewritten(released, present))
    schemas = {event.type: generated[path] for path, event in language.events}
    samples = {event.type: present.get(path) or sample(event) for path, event in language.samples.items()}
    return [*dict.fromkeys(changes), *unreadable(language.heard, schemas, samples)]


def documents(folder: Path) -> dict[str, Any]:
    """Every document of a folder by its path."""
    files = sorted(file for file in folder.rglob("*") if file.suffix in READ)
    return {file.relative_to(folder).as_posix(): READ[file.suffix](file.read_text("utf-8")) for file in files}


def released(folder: Path, reference: str | None = None) -> dict[str, Any]:
    """Every document as it was at a git reference, or at the last release tag; none where nothing was released."""
    reference = reference or _git(folder, "describe", "--tags", "--abbrev=0").decode().strip()
    archive = _git(folder, "archive", reference, ".") if reference else b""
    if not archive:
        return {}
    with tarfile.open(fileobj=BytesIO(archive)) as files, TemporaryDirectory() as scratch:
        files.extractall(scratch, filter="data")
        return documents(Path(scratch))


def _git(folder: Path, *arguments: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        return b""
    return subprocess.run([git, "-C", folder, *arguments], capture_output=True, check=False).stdout  # noqa: S603 - git


def _misread(path: str, event: type[Event], text: str) -> Iterator[str]:
    try:
        event.read(text)
    except ValidationError:
        yield f"{path} cannot be read by the code"


def _rewritten(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for path, document in before.items():
        if path.startswith("samples/") and after.get(path) != document:
            yield f"{path}: the sample is {'rewritten' if path in after else 'gone'}"


def _write(file: Path, document: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_text_of(file, document), "utf-8")


def _text_of(file: Path, document: Any) -> str:
    if file.suffix == ".yaml":
        return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
