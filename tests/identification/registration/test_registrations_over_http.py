"""The register over HTTP: a registration is ended by the county, stays in the register, and another may follow."""

from typing import Any

import pytest
from huangxi import API, VILLAGE, Huangxi, accepted, refused

APPLICATIONS, REGISTER, QUEUES = f"{API}/applications", f"{API}/registered-households", f"{API}/work-queues"
ENDING = {"on": "2015-07-03", "reason": "moved_away"}


def end(village: Huangxi, application_id: str, who: str = "county", **changed: Any) -> Any:
    village.on("07-03")
    return village.send(who, f"{APPLICATIONS}/{application_id}/registration-ending", ENDING | changed)


def standing(village: Huangxi, application_id: str) -> dict[str, Any]:
    household_id = village.household_of(application_id)
    told: dict[str, Any] = village.ask("officer", f"{API}/households/{household_id}/standing").json()
    return told


def test_the_county_ends_a_registration_which_stays_in_the_register_and_waits_nowhere(village: Huangxi) -> None:
    one, another = village.bring(village.file(2), to=8)
    assert accepted(end(village, one)) == f"{APPLICATIONS}/{one}"

    assert village.ask("officer", f"{APPLICATIONS}/{one}").json()["ending"] == "registration_ended"
    rows = {row["application_id"]: row for row in village.ask("officer", REGISTER).json()["items"]}
    shown = ("standing", "ended_on", "end_reason")
    assert [rows[one][name] for name in shown] == ["ended", "2015-07-03", "moved_away"]
    assert [rows[another][name] for name in shown] == ["registered", None, None]
    assert village.ask("officer", QUEUES).json() == []
    assert standing(village, one) == {
        "standing": "ended",
        "household_no": rows[one]["household_no"],
        "applications": [one],
    }


def test_ending_it_again_records_nothing(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=8)
    assert end(village, one).status_code == 201
    before = len(village.events())
    assert end(village, one).status_code == 200
    assert len(village.events()) == before


def test_afterwards_the_household_may_apply_and_gets_a_new_number(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=8)
    accepted(end(village, one))
    again = village.file_again(one)
    assert standing(village, one) == {
        "standing": "applying",
        "household_no": f"{VILLAGE}00001",
        "applications": [one, again],
    }
    village.bring([again], to=8)

    assert standing(village, one)["standing"] == "registered"
    rows = village.ask("officer", REGISTER).json()["items"]
    assert [(row["household_no"][-5:], row["standing"]) for row in rows] == [
        ("00001", "ended"),
        ("00002", "registered"),
    ]


def test_only_a_registration_is_ended(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=7)
    refused(end(village, one), 409, "household-not-registered")


@pytest.mark.parametrize("who", ["officer", "reviewer", "auditor"])
def test_only_the_county_ends_it(village: Huangxi, who: str) -> None:
    (one,) = village.bring(village.file(), to=8)
    refused(end(village, one, who), 403, "not-your-duty")


def test_only_the_county_of_the_area_ends_it(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=8)
    refused(end(village, one, "other_county"), 404, "not-found")


def test_whoever_had_a_part_in_it_does_not_end_it_in_another_office_either(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=8)
    refused(end(village, one, "verifier"), 409, "ended-own-work")


def test_leaving_poverty_is_no_reason_to_end_it_so(village: Huangxi) -> None:
    (one,) = village.bring(village.file(), to=8)
    refused(end(village, one, reason="left_poverty"), 422, "malformed")
