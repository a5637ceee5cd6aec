"""The code as the architecture tests read it: its files, its modules, its classes."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = {folder.name: folder for folder in sorted((*ROOT.glob("*/src/*"), *ROOT.glob("services/*/src/*")))}


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its path below the checkout, and its text."""

    path: str
    text: str

    @property
    def lines(self) -> int:
        """How long it is."""
        return len(self.text.splitlines())

    @property
    def tree(self) -> ast.Module:
        """What it says."""
        return ast.parse(self.text)


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files below the given folders, or all that are ours."""
    below = [ROOT / folder for folder in folders] or [*PACKAGES.values(), ROOT / "tests", ROOT / "bench"]
    files = sorted({file for folder in below for file in folder.rglob("*.py")})
    return tuple(read(file) for file in files)


def read(file: Path) -> Source:
    """One file as it is now."""
    return Source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8"))


def subclasses(kind: type[object]) -> list[type[object]]:
    """Every class of a kind that our packages declare, by module and name."""
    unimportable()
    ours = {cls for cls in _below(kind) if cls.__module__.partition(".")[0] in PACKAGES}
    return sorted(ours, key=lambda cls: (cls.__module__, cls.__qualname__))


@cache
def unimportable() -> dict[str, str]:
    """Import every module of our packages; those that cannot be, with the reason."""
    failed = {}
    for module in _modules():
        try:
            import_module(module)
        except Exception as reason:  # noqa: BLE001 - whatever keeps a module from being read is the answer
            failed[module] = repr(reason)
    return failed


def _modules() -> Iterator[str]:
    for name, folder in PACKAGES.items():
        for file in folder.rglob("*.py"):
            parts = file.relative_to(folder).with_suffix("").parts
            yield ".".join((name, *(part for part in parts if part != "__init__")))


def _below(kind: type[object]) -> Iterator[type[object]]:
    yield kind
    for cls in kind.__subclasses__():
        yield from _below(cls)
