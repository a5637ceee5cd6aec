"""contracts/ is written anew where nobody is hurt: samples stay, and what was released is remembered."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from chronicle.messages import EventTypes
from identification.cases.area.events import AreaOpened
from yihu.contracts.folder import drift, refused, released, write
from yihu.contracts.language import Language

SCHEMA = "identification/area-opened.v1.json"


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """The folder as committed, in a repository of its own where it was released."""
    copy = tmp_path / "contracts"
    shutil.copytree(folder, copy)
    git(copy, "init", "--quiet")
    release(copy, "v1.0.0")
    return copy


def git(folder: Path, *arguments: str) -> None:
    named = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.invalid", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True)  # noqa: S603, S607 - our own words


def release(folder: Path, tag: str) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", tag)
    git(folder, "tag", tag)


def change(file: Path, **values: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | values), "utf-8")


def test_writing_an_empty_folder_writes_everything(language: Language, tmp_path: Path, folder: Path) -> None:
    write(tmp_path, language)

    assert list(drift(tmp_path, language)) == []
    assert (tmp_path / SCHEMA).read_text("utf-8") == (folder / SCHEMA).read_text("utf-8")


def test_a_sample_is_never_rewritten(language: Language, copy: Path) -> None:
    sample = copy / "samples" / SCHEMA
    change(sample, name="溪口村")
    before = sample.read_text("utf-8")

    write(copy, language)

    assert sample.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (SCHEMA, "{} differs from the code"),
        ("asyncapi.yaml", "{} differs from the code"),
        ("openapi/gateway.json", "{} differs from the code"),
        ("nobody/came.v1.json", "{} is published by nobody"),
        (f"samples/{SCHEMA}", "{} cannot be read by the code"),
    ],
)
def test_what_differs_is_named(path: str, sentence: str, language: Language, copy: Path) -> None:
    (copy / path).parent.mkdir(exist_ok=True)
    (copy / path).write_text("{}", "utf-8")

    assert list(drift(copy, language)) == [sentence.format(path)]


@pytest.mark.parametrize("path", [SCHEMA, "asyncapi.yaml", "openapi/gateway.json", f"samples/{SCHEMA}"])
def test_what_is_missing_is_named(path: str, language: Language, copy: Path) -> None:
    (copy / path).unlink()

    assert list(drift(copy, language)) == [f"{path} is missing"]


def test_an_event_that_is_gone_is_refused(language: Language, copy: Path) -> None:
    left = EventTypes(*(event for event in language.published["identification"] if event is not AreaOpened))
    without = replace(language, published={**language.published, "identification": left})

    readers = ("gateway", "industry", "relocation", "safety-net")
    assert set(refused(copy, without, {})) == {
        f"{SCHEMA}: the event is gone",
        *(f"{reader} hears identification.area-opened.v1, which nobody publishes" for reader in readers),
    }


def test_what_was_released_is_compared_though_the_folder_was_changed(language: Language, copy: Path) -> None:
    sample = copy / "samples" / SCHEMA
    change(copy / SCHEMA, required=["code"])
    release(copy, "v1.1.0")
    write(copy, language)
    git(copy, "commit", "--quiet", "--all", "--message", "as if it had always been so")
    change(sample, name="溪口村")

    fields = ("name", "level", "parent_code", "code_source", "valid_from")
    assert refused(copy, language, released(copy)) == [
        *(f"{SCHEMA}: {field} is newly required" for field in fields),
        f"samples/{SCHEMA}: the sample is rewritten",
    ]
    assert refused(copy, language, released(copy, "v1.0.0")) == [f"samples/{SCHEMA}: the sample is rewritten"]


def test_a_sample_that_was_released_may_not_go(language: Language, copy: Path) -> None:
    (copy / "samples" / SCHEMA).unlink()

    assert refused(copy, language, released(copy)) == [f"samples/{SCHEMA}: the sample is gone"]


def test_where_nothing_was_released_nothing_is_remembered(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")

    assert released(tmp_path) == {}
