"""A laptop's installation is backed up, lost and brought back by nothing but what an operator types."""

from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from backups import leave
from casework.roles import Role
from chronicle.feed.adopting import Search
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.refusals import Unavailable
from httpx2 import Client
from serving import free_port, typed
from yihu.demo.telling import OWN_AREAS
from yihu.embedded import Embedded, officer

KEPT_APART = ("master.key", "issuer.pem", "jwks.json", "service.credential")
RECORDING = ("identification", "relocation", "industry", "safety-net")
PROVINCES = "/api/identification/v1/areas"


def areas_of(folder: Path, *more: str) -> Path:
    file = folder / "areas.csv"
    file.write_text(
        OWN_AREAS.read_text("utf-8") + "".join(f"{code},某省,province,,official\n" for code in more), "utf-8"
    )
    return file


def import_areas(folder: Path, *more: str) -> str:
    file = areas_of(folder.parent, *more)
    return done("areas", "import", file, "--valid-from", "2014-01-01", "--folder", folder)


def done(*words: str | Path) -> str:
    code, said = typed(*words)
    assert code == 0, said
    return said


def served(folder: Path) -> list[str]:
    """The provinces it shows, once everybody has heard of everything."""
    embedded = Embedded(folder, free_port())
    with embedded.running(), Client(base_url=embedded.address, trust_env=False) as client:
        embedded.settle()
        token = embedded.issuer.token(officer(Role.COUNTY_OFFICER, "36"))
        answer = client.get(PROVINCES, headers={"Authorization": f"Bearer {token}"})
        assert answer.is_success, answer.text
        return [each["code"] for each in answer.json()["items"]]


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """An installation that was backed up, and recorded one more province since."""
    there = tmp_path / "there"
    import_areas(there)
    served(there)
    done("backup", tmp_path / "backup", "--folder", there)
    assert "1 of them new" in import_areas(there, "990000000000")
    assert "990000000000" in served(there)
    return there


class Away(Search):
    """Looks through nothing, as one of the stores is away."""

    def __init__(self, *_: Any) -> None:
        raise Unavailable


@pytest.mark.parametrize("at_once", [True, False], ids=["looked for at once", "each for itself, as one is away"])
def test_what_was_recorded_after_the_backup_is_taken_back_from_the_history_that_was_kept(
    there: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, at_once: bool
) -> None:
    if not at_once:
        monkeypatch.setattr("yihu.topics.Search", Away)
    before, verified = served(there), done("verify", "--folder", there)
    for service in Embedded(there, 0).recording.values():
        leave(service.database)

    services = [word for name in RECORDING for word in ("--service", name)]
    done("restore", tmp_path / "backup", *services, "--folder", there)
    held = areas_of(tmp_path, "980000000000")
    assert typed("areas", "import", held, "--valid-from", "2014-01-01", "--folder", there)[0] == 1

    taken = [f"{name}: {int(name == 'identification')} events taken back" for name in RECORDING]
    assert done("store", "adopt", "--folder", there) == " ".join(taken)
    assert done("verify", "--folder", there) == verified
    assert served(there) == before


def test_an_installation_restored_as_a_whole_reads_nothing_again_and_counts_as_another_for_whoever_read_on(
    there: Path, tmp_path: Path
) -> None:
    back = tmp_path / "back"
    back.mkdir()
    for name in KEPT_APART:
        copy(there / name, back / name)

    done("restore", tmp_path / "backup", "--folder", back)
    done("store", "adopt", "--folder", back)
    assert "every event is as it was recorded" in done("verify", "--folder", back)

    embedded = Embedded(back, free_port())
    feed, before = (EmbeddedFeed(each.gateway.database) for each in (embedded, Embedded(there, 0)))
    assert feed.generation != before.generation
    behind = {}
    for name, service in embedded.services.items():
        for follower in service.following.followers.values():
            follower.open()
            behind[f"{name}/{follower.name}"] = sum(follower.behind().values())
    assert {name: number for name, number in behind.items() if number} == {}
    assert "990000000000" not in served(back)
    assert "1 of them new" in import_areas(back, "990000000000")
    assert served(back) == served(there)
