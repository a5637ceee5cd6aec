"""Each module says what it is for, in its name and in its first line."""

import ast
from pathlib import PurePath

from codebase import PACKAGES, ROOT, sources, unimportable

ANYTHING = {"base", "common", "core", "helper", "helpers", "kit", "manager", "misc", "shared", "util", "utils"}


def test_every_module_opens_with_what_it_is_for() -> None:
    silent = [file.path for file in sources() if file.text.strip() and not ast.get_docstring(file.tree)]

    assert silent == []


def test_every_module_can_be_imported() -> None:
    assert unimportable() == {}


def test_no_module_is_named_for_anything_and_everything() -> None:
    named = [file.path for file in sources() for part in PurePath(file.path).with_suffix("").parts if part in ANYTHING]

    assert named == []


def test_every_package_ships_its_types() -> None:
    assert [name for name, folder in PACKAGES.items() if not (folder / "py.typed").exists()] == []


def test_every_package_is_checked_for_imports_and_types() -> None:
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    roots = settings.partition("root_packages = [")[2].partition("]")[0]

    assert [name for name in PACKAGES if f'"{name}"' not in roots] == []
    assert [folder for folder in PACKAGES.values() if f"/{folder.parent.relative_to(ROOT)}" not in settings] == []
