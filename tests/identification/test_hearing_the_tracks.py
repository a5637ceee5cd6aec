"""What a track decides is noted on the household, once, and what cannot be noted waits for the county."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from chronicle.following import Loops
from chronicle.following.reactions import system_actor
from chronicle.messages import new_id
from hearing import Hearing, allowed, enrolled, hearing, left, moving, stopped
from huangxi import API, VILLAGE, accepted, refused
from running_identification import running

REFUSED = f"{API}/refused-reactions"
ENDING = {"on": "2015-07-03", "reason": "registered_in_error"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Hearing]:
    with hearing(f"sqlite:///{tmp_path / 'identification.db'}", tmp_path) as heard:
        yield heard


@pytest.fixture
def everywhere(store_url: str, tmp_path: Path) -> Iterator[Hearing]:
    with hearing(store_url, tmp_path) as heard:
        yield heard


def registered(here: Hearing) -> tuple[str, str]:
    """A household that is registered, and the application that led to it."""
    (application_id,) = here.village.bring(here.village.file(), to=8)
    return here.village.household_of(application_id), application_id


def waiting(here: Hearing, who: str = "county") -> list[str]:
    """The events that wait for somebody to see to."""
    return [row["event_id"] for row in here.village.ask(who, REFUSED).json()["items"]]


def retry(here: Hearing, event_id: str, who: str = "county") -> int:
    status: int = here.village.send(who, f"{REFUSED}/{event_id}/retry", None).status_code
    return status


def test_the_page_of_a_household_shows_how_each_track_assists_it(everywhere: Hearing) -> None:
    household, _ = registered(everywhere)
    move, share, allowance = moving(household), enrolled(household), allowed(household)
    everywhere.tell(move)
    everywhere.tell(share, on=date(2015, 7, 4))
    everywhere.tell(allowance, on=date(2015, 7, 5))
    everywhere.react()

    assert everywhere.assistance(household) == [
        {"track": "relocation", "kind": "relocation", "reference": move.relocation_id, "since": "2015-07-03"},
        {"track": "industry", "kind": "project", "reference": share.enrolment_id, "since": "2015-07-04"},
        {"track": "safety-net", "kind": "allowance", "reference": allowance.allowance_id, "since": "2015-07-05"},
    ]


def test_what_has_ended_is_shown_no_longer(here: Hearing) -> None:
    household, _ = registered(here)
    share, allowance, another = enrolled(household), allowed(household), enrolled(household)
    here.tell(share, another)
    here.tell(allowance)
    here.react()
    here.tell(left(share))
    here.tell(stopped(allowance))
    here.react()

    assert [each["reference"] for each in here.assistance(household)] == [another.enrolment_id]


def test_what_is_noted_says_what_caused_it_and_follows_it_for_every_reader(everywhere: Hearing) -> None:
    household, _ = registered(everywhere)
    causes = everywhere.tell(moving(household), enrolled(household), allowed(household))
    everywhere.react()

    noted = everywhere.noted()
    assert [note.causation_id for note in noted] == [cause.event_id for cause in causes]
    assert {note.actor for note in noted} == {system_actor("identification")}
    for cause, note in zip(causes, noted, strict=True):
        in_order = [event.event_id for event in everywhere.feed.read(cause.partition, 0, 1000)]
        assert in_order.index(cause.event_id) < in_order.index(note.event_id)
        assert note.command_id == str(uuid5(UUID(cause.event_id), "assistance"))


def test_what_is_heard_twice_is_noted_once(everywhere: Hearing) -> None:
    household, _ = registered(everywhere)
    share = enrolled(household)
    everywhere.tell(share, left(share), enrolled(household))
    everywhere.react()
    noted = everywhere.noted()

    everywhere.forget()
    everywhere.react()

    assert everywhere.noted() == noted
    assert len(noted) == 3


def test_killed_between_noting_and_remembering_that_it_notes_nothing_again(everywhere: Hearing) -> None:
    household, _ = registered(everywhere)
    (cause,) = everywhere.tell(enrolled(household))
    (reacting,) = everywhere.service.reacting
    recorded = reacting.types.read(cause)
    assert recorded
    reacting.take([recorded])
    noted = everywhere.noted()

    everywhere.react()

    assert everywhere.noted() == noted
    assert len(noted) == 1


def test_a_household_that_is_registered_no_longer_waits_for_the_county_and_the_rest_goes_on(here: Hearing) -> None:
    (gone, application_id), (other, _) = registered(here), registered(here)
    here.village.on("07-03")
    accepted(here.village.send("county", f"{API}/applications/{application_id}/registration-ending", ENDING))
    (cause,) = here.tell(enrolled(gone))
    later = moving(other)
    here.tell(later)
    here.react()

    (row,) = here.village.ask("county", REFUSED).json()["items"]
    assert row["since"]
    assert {name: row[name] for name in row if name != "since"} == {
        "event_id": cause.event_id,
        "type": "industry.household-enrolled.v1",
        "subject": f"household/{gone}",
        "area": VILLAGE,
        "code": "household-not-registered",
        "facts": {},
    }
    assert here.assistance(gone) == []
    assert [each["reference"] for each in here.assistance(other)] == [later.relocation_id]


def test_it_is_tried_again_when_the_reason_is_gone(here: Hearing) -> None:
    (application_id,) = here.village.bring(here.village.file(), to=7)
    household = here.village.household_of(application_id)
    share = enrolled(household)
    (cause,) = here.tell(share)
    here.react()
    problem = refused(
        here.village.send("county", f"{REFUSED}/{cause.event_id}/retry", None), 409, "household-not-registered"
    )
    assert problem["detail"] == "The household is not registered as poor."
    assert waiting(here) == [cause.event_id]

    here.village.end(7, here.village.hold(7, [application_id]), [application_id])
    assert retry(here, cause.event_id) == 204

    assert waiting(here) == []
    assert [each["reference"] for each in here.assistance(household)] == [share.enrolment_id]
    (noted,) = here.noted()
    assert noted.causation_id == cause.event_id
    assert retry(here, cause.event_id) == 404


def test_an_end_whose_beginning_could_not_be_noted_waits_too_and_is_noted_after_it(here: Hearing) -> None:
    (application_id,) = here.village.bring(here.village.file(), to=7)
    household = here.village.household_of(application_id)
    share = enrolled(household)
    began, ended = here.tell(share, left(share))
    here.react()
    assert set(waiting(here)) == {began.event_id, ended.event_id}

    here.village.end(7, here.village.hold(7, [application_id]), [application_id])
    refused(here.village.send("county", f"{REFUSED}/{ended.event_id}/retry", None), 409, "assistance-not-noted")
    assert [retry(here, event.event_id) for event in (began, ended)] == [204, 204]
    assert (waiting(here), here.assistance(household)) == ([], [])


def test_a_household_nobody_recorded_waits_for_the_county(here: Hearing) -> None:
    (cause,) = here.tell(allowed(new_id()))
    here.react()
    assert waiting(here) == [cause.event_id]
    refused(here.village.send("county", f"{REFUSED}/{cause.event_id}/retry", None), 409, "household-not-known")


def test_only_the_county_of_the_area_sees_and_retries_what_was_refused(here: Hearing) -> None:
    (cause,) = here.tell(allowed(new_id()))
    here.react()
    assert waiting(here, "officer") == waiting(here, "auditor") == waiting(here, "other_county") == []
    assert retry(here, cause.event_id, "other_county") == 404
    assert retry(here, cause.event_id, "officer") == 403
    assert retry(here, new_id()) == 404


def test_what_waits_is_shown_in_pages_the_longest_waiting_first(here: Hearing) -> None:
    causes = here.tell(*[allowed(new_id()) for _ in range(3)])
    here.react()
    first = here.village.ask("county", REFUSED, limit="2").json()
    second = here.village.ask("county", REFUSED, limit="2", cursor=first["next"]).json()
    shown = [row["event_id"] for row in first["items"] + second["items"]]
    assert sorted(shown) == sorted(cause.event_id for cause in causes)


def test_without_a_feed_it_runs_and_reacts_to_nothing(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'identification.db'}", tmp_path) as alone:
        loops = Loops()
        alone.service.add_loops(loops)
        assert not [name for name in loops.health() if "reaction" in name or "relay" in name]
