"""The lists of industry, built anew, are row for row those that serve; what is heard twice counts once."""

from typing import Any

from chronicle.following import rebuild
from huangxi import accepted
from industry.cases.project.projections import enrolments, projects
from industry.registered_households import registered_households
from ponds import PATH, Ponds


def walk(track: Ponds) -> str:
    """Households come, go and come back; another project is closed."""
    ann, bob, cy = track.registered("ann", "bob", "cy")
    at, other = track.opened(), track.opened()
    accepted(track.enrol(at, ann, bob, cy))
    accepted(track.end(at, bob, cy))
    accepted(track.enrol(at, cy))
    accepted(track.send("officer", f"{other}/closing", {"on": "2015-06-01"}))
    track.registration_ended("ann")
    return at


def served(track: Ponds, at: str) -> list[Any]:
    return [track.ask("county", path).json() for path in (PATH, at, f"{at}/enrolments")]


def test_lists_built_anew_are_the_same(on_every_store: Ponds) -> None:
    track = on_every_store
    before = served(track, at := walk(track))
    installed = track.track.service
    for projection in (projects, enrolments, registered_households):
        rebuilt = rebuild(projection, installed.database, installed.following.log(projection))
        assert rebuilt.differing == {projection.reader: 0}

    assert served(track, at) == before
    assert [row["standing"] for row in before[2]["items"]].count("ended") == 1
    assert len(before[2]["items"]) == 4


def test_what_is_heard_again_changes_nothing(on_every_store: Ponds) -> None:
    track = on_every_store
    before = served(track, at := walk(track))
    track.track.hear_again()
    assert served(track, at) == before
