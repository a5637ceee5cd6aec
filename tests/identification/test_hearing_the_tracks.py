"""What a track decides is noted on the household, once, and what cannot be noted waits for the county."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from chronicle.following import Loops
from chronicle.following.reactions import system_actor
from chronicle.messages import Actor, new_id
from chronicle.refusals import Conflict
from hearing import Hearing, allowed, enrolled, hearing, left, moving, staying, stopped
from httpx2 import Response
from huangxi import API, VILLAGE, accepted, refused
from person_ids import person_id
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


def dismiss(here: Hearing, event_id: str, who: str = "county", key: str | None = None, **body: str) -> Response:
    path = f"{REFUSED}/{event_id}/dismissal"
    return here.village.send(who, path, body or {"reason": "registration_ended"}, key)


def end_registration(here: Hearing, application_id: str) -> None:
    """The county ends a registration, on 3 July."""
    here.village.on("07-03")
    path = f"{API}/applications/{application_id}/registration-ending"
    accepted(here.village.send("county", path, ENDING))


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
    move = moving(household)
    here.tell(share, another, move)
    here.tell(allowance)
    here.react()
    here.tell(left(share))
    here.tell(staying(move))
    here.tell(stopped(allowance))
    here.react()

    assert [each["reference"] for each in here.assistance(household)] == [another.enrolment_id]


def test_what_nobody_had_accepted_is_withdrawn_and_nothing_waits_for_anybody(here: Hearing) -> None:
    household, _ = registered(here)
    here.tell(staying(moving(household), accepted=False))
    here.react()

    assert (here.noted(), waiting(here)) == ([], [])


def test_what_is_noted_says_what_caused_it_and_follows_it_for_every_reader(everywhere: Hearing) -> None:
    household, _ = registered(everywhere)
    causes = everywhere.tell(moving(household), enrolled(household), allowed(household))
    everywhere.react()

    noted = everywhere.noted()
    assert [note.causation_id for note in noted] == [cause.event_id for cause in causes]
    known = [json.loads(note.receipt or "")["known"] for note in noted]
    assert [(each["standing"], bool(each["read_at"])) for each in known] == [("registered", True)] * 3
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
    reacting = everywhere.service.reacting[0]
    recorded = reacting.types.read(cause)
    assert recorded
    everywhere.village.catch_up()
    reacting.take([recorded])
    noted = everywhere.noted()

    everywhere.react()

    assert everywhere.noted() == noted
    assert len(noted) == 1


def test_what_was_decided_after_the_registration_ended_waits_for_the_county_and_the_rest_goes_on(
    here: Hearing,
) -> None:
    (gone, application_id), (other, _) = registered(here), registered(here)
    end_registration(here, application_id)
    (cause,) = here.tell(enrolled(gone), on=date(2015, 7, 4))
    later = moving(other)
    here.tell(later)
    here.react()

    (row,) = here.village.ask("county", REFUSED).json()["items"]
    assert row["since"]
    assert {name: row[name] for name in row if name != "since"} == {
        "event_id": cause.event_id,
        "type": "industry.household-enrolled.v1",
        "title": {"zh": "参加产业项目", "en": "Enrolled in a project"},
        "subject": f"household/{gone}",
        "household_no": f"{VILLAGE}00001",
        "area": VILLAGE,
        "area_name": "黄溪村委会",
        "code": "household-registration-ended",
        "detail": "The registration of the household has ended.",
        "facts": {},
    }
    (in_chinese,) = here.village.ask("county", REFUSED, language="zh-CN").json()["items"]
    assert in_chinese == row | {"detail": "该户的建档立卡已经终止。"}
    assert here.assistance(gone) == []
    assert [each["reference"] for each in here.assistance(other)] == [later.relocation_id]


@pytest.mark.parametrize("day", [2, 3])
def test_what_was_decided_while_it_was_registered_is_noted_though_that_ended_since(
    everywhere: Hearing, day: int
) -> None:
    household, application_id = registered(everywhere)
    share = enrolled(household)
    everywhere.tell(share, on=date(2015, 7, day))
    end_registration(everywhere, application_id)
    everywhere.react()

    assert waiting(everywhere) == []
    assert [each["reference"] for each in everywhere.assistance(household)] == [share.enrolment_id]

    everywhere.tell(left(share), on=date(2015, 8, 1))
    everywhere.react()
    assert (waiting(everywhere), everywhere.assistance(household)) == ([], [])


def test_what_was_decided_before_the_registration_is_not_noted(here: Hearing) -> None:
    household, _ = registered(here)
    (cause,) = here.tell(enrolled(household), on=date(2015, 7, 1))
    here.react()

    refused(here.village.send("county", f"{REFUSED}/{cause.event_id}/retry", None), 409, "household-not-registered")


def test_while_the_register_lacks_what_was_just_recorded_nothing_is_decided(here: Hearing) -> None:
    household, application_id = registered(here)
    reacting = here.service.reacting[0]
    (cause,) = [each for event in here.tell(enrolled(household)) if (each := reacting.types.read(event))]
    with pytest.raises(Conflict):
        reacting.take([cause])

    here.village.catch_up()
    end_registration(here, application_id)
    with pytest.raises(Conflict):
        reacting.take([cause])

    here.react()
    assert (waiting(here), len(here.noted())) == ([], 1)


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
    here.village.catch_up()
    assert retry(here, cause.event_id) == 204

    assert waiting(here) == []
    assert [each["reference"] for each in here.assistance(household)] == [share.enrolment_id]
    (noted,) = here.noted()
    assert noted.causation_id == cause.event_id
    assert noted.actor == Actor(person_id("county"), "an-organisation", "county_officer")
    assert retry(here, cause.event_id) == 404


def test_an_end_whose_beginning_could_not_be_noted_waits_too_and_is_noted_after_it(here: Hearing) -> None:
    (application_id,) = here.village.bring(here.village.file(), to=7)
    household = here.village.household_of(application_id)
    share = enrolled(household)
    began, ended = here.tell(share, left(share))
    here.react()
    assert set(waiting(here)) == {began.event_id, ended.event_id}

    here.village.end(7, here.village.hold(7, [application_id]), [application_id])
    here.village.catch_up()
    refused(here.village.send("county", f"{REFUSED}/{ended.event_id}/retry", None), 409, "assistance-not-noted")
    assert [retry(here, event.event_id) for event in (began, ended)] == [204, 204]
    assert (waiting(here), here.assistance(household)) == ([], [])


def test_a_household_nobody_recorded_waits_for_the_county(here: Hearing) -> None:
    (cause,) = here.tell(allowed(new_id()))
    here.react()
    assert waiting(here) == [cause.event_id]
    refused(here.village.send("county", f"{REFUSED}/{cause.event_id}/retry", None), 409, "household-not-known")


def test_what_cannot_be_noted_is_dismissed_by_the_county_with_a_reason(everywhere: Hearing) -> None:
    household, application_id = registered(everywhere)
    end_registration(everywhere, application_id)
    share = enrolled(household)
    (cause,) = everywhere.tell(share, on=date(2015, 7, 4))
    everywhere.react()
    everywhere.village.on("07-06")

    answer = dismiss(everywhere, cause.event_id, key="once")

    assert (answer.status_code, waiting(everywhere), everywhere.assistance(household)) == (201, [], [])
    (dismissed,) = everywhere.noted()
    assert (dismissed.type, dismissed.subject) == ("identification.assistance-dismissed.v1", f"household/{household}")
    assert (dismissed.causation_id, dismissed.valid_on) == (cause.event_id, date(2015, 7, 6))
    assert dismissed.actor == Actor(person_id("county"), "an-organisation", "county_officer")
    assert json.loads(dismissed.data) == {
        "household_id": household,
        "track": "industry",
        "reference": share.enrolment_id,
        "refusal": "household-registration-ended",
        "reason": "registration_ended",
    }
    assert dismiss(everywhere, cause.event_id, key="once").json() == answer.json()
    assert dismiss(everywhere, cause.event_id).status_code == retry(everywhere, cause.event_id) == 404


def test_what_follows_on_what_was_dismissed_waits_for_nobody(here: Hearing) -> None:
    household, application_id = registered(here)
    end_registration(here, application_id)
    share = enrolled(household)
    (began,) = here.tell(share, on=date(2015, 7, 4))
    (ended,) = here.tell(left(share), on=date(2015, 7, 5))
    here.react()
    assert set(waiting(here)) == {began.event_id, ended.event_id}

    assert [dismiss(here, event.event_id).status_code for event in (began, ended)] == [201, 200]
    here.tell(left(share), on=date(2015, 7, 6))
    here.react()

    assert (waiting(here), len(here.noted())) == ([], 1)


def test_what_a_track_decided_on_nobodys_household_is_dismissed_too(here: Hearing) -> None:
    (cause,) = here.tell(allowed(strange := new_id()))
    here.react()
    (row,) = here.village.ask("county", REFUSED).json()["items"]
    assert (row["code"], row["household_no"]) == ("household-not-known", None)

    assert dismiss(here, cause.event_id, reason="wrong_household").status_code == 201

    assert waiting(here) == []
    assert [(event.subject, event.area) for event in here.noted()] == [(f"household/{strange}", VILLAGE)]
    assert here.village.ask("officer", f"{API}/households/{strange}").status_code == 404


def test_a_dismissal_needs_a_reason_from_the_list_and_the_duty(here: Hearing) -> None:
    (cause,) = here.tell(allowed(new_id()))
    here.react()
    assert dismiss(here, cause.event_id, reason="嫌麻烦").status_code == 422
    assert dismiss(here, cause.event_id, "other_county").status_code == 404
    assert dismiss(here, cause.event_id, "officer").status_code == 403
    assert dismiss(here, new_id()).status_code == 404
    assert (waiting(here), here.noted()) == ([cause.event_id], [])


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
