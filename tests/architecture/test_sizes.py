"""Everything stays small enough to be read in one go. Raising a number takes a decision record."""

import ast

from codebase import ROOT, Source, read, sources

FUNCTION = 40
SOURCE_FILE = 300
TEST_FILE = 500
HANDLING = 90
CHRONICLE = 8_415  # docs/decisions/0006
CASEWORK = 1_600  # backfill runs: what a date is held against, in one place for all services
README = 150


def longer_than(limit: int, files: tuple[Source, ...]) -> list[str]:
    return [f"{file.path}: {file.lines} lines" for file in files if file.lines > limit]


def test_a_function_fits_on_a_screen() -> None:
    functions = (
        (file.path, node)
        for file in sources()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    lengths = ((path, node, (node.end_lineno or 0) - node.lineno + 1) for path, node in functions)

    assert [f"{path}:{node.lineno}: {node.name} has {n} lines" for path, node, n in lengths if n > FUNCTION] == []


def test_a_source_file_is_one_room() -> None:
    assert longer_than(SOURCE_FILE, tuple(file for file in sources() if not file.path.startswith("tests/"))) == []


def test_a_test_file_is_one_stage_of_the_process() -> None:
    assert longer_than(TEST_FILE, sources("tests")) == []


def test_handling_a_command_is_read_at_once() -> None:
    assert longer_than(HANDLING, tuple(file for file in sources() if file.path.endswith("/handling.py"))) == []


def test_chronicle_is_a_small_library() -> None:
    assert sum(file.lines for file in sources("chronicle/src")) <= CHRONICLE


def test_casework_is_what_cases_share_and_no_more() -> None:
    assert sum(file.lines for file in sources("casework/src")) <= CASEWORK


def test_a_readme_is_read_to_its_end() -> None:
    assert longer_than(README, tuple(read(file) for file in ROOT.glob("README*.md"))) == []
