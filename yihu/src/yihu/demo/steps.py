"""The seven steps as the demo's people enter them, each a list of one act over HTTP."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from chronicle.principal import Principal
from httpx2 import Response

from yihu.demo.households import Household
from yihu.demo.village import GATEWAY, GROUP, IDENTIFICATION, TOWNSHIP, VILLAGE, Village

PASS = {"verdict": "pass"}


def open_group(village: Village) -> Response:
    """The village opens its first villager group."""
    body = {"number": "01", "name": "一组", "valid_from": "2014-01-01"}
    return village.write(village.village_officer, f"/areas/{VILLAGE}/villager-groups", body)


def apply(village: Village, household: Household, on: date, household_id: str | None = None) -> Response:
    """Step 1: a household applies, known already or not."""
    body = {**household.body, "group_code": GROUP, "on": on.isoformat(), "household_id": household_id}
    return village.write(village.village_officer, "/applications", body)


def deliberate(village: Village, on: date, votes: Mapping[str, tuple[int, int, int]]) -> Response:
    """Step 2: the villager group meets, 32 of 40 entitled are there, and votes on each household."""
    names = ("in_favour", "against", "abstained")
    return village.write(
        village.convener,
        "/group-meetings",
        {
            "group_code": GROUP,
            "convener": village.convener.person,
            "recorder": village.recorder,
            "sessions": [{"number": 1, "held_on": on.isoformat(), "entitled": 40, "present": 32}],
            "agenda": [
                {"application_id": one, "session": 1, "votes": dict(zip(names, cast, strict=True))}
                for one, cast in votes.items()
            ],
            "minutes": "逐户宣读申请，逐户评议，举手表决。",
        },
    )


def post(village: Village, who: Principal, area: str, step: int, on: date, rows: Sequence[str]) -> Response:
    """Steps 3, 5 and 7: a list is posted."""
    return village.write(
        who,
        "/public-notices",
        {
            "area_code": area,
            "step": step,
            "on": on.isoformat(),
            "application_ids": list(rows),
            "place": "村民小组公示栏" if step == 3 else "村委会公示栏",  # noqa: PLR2004 - the third of seven steps
            "performed_by": [who.person],
        },
    )


def object_to(village: Village, notice: str, one: str, on: date) -> Response:
    """Steps 3, 5 and 7: somebody who gives no name objects to a household that is posted."""
    body = {
        "on": on.isoformat(),
        "against": "row",
        "application_id": one,
        "ground": "property_undeclared",
        "facts": "他家在县城有一间门面出租，没有申报。",
    }
    return village.write(village.village_officer, f"{_path(notice)}/objections", body)


def resolve(village: Village, who: Principal, objection: str, on: date) -> Response:
    """One level above those who judged what the notice shows, it is found that the objection does not stand."""
    findings = "经核实，门面登记在同名的外村人名下。"
    body = {"on": on.isoformat(), "resolution": "dismissed", "findings": findings}
    return village.write(who, f"{_path(objection)}/resolution", body)


def look_up(village: Village, receipt_code: str) -> Response:
    """Whoever holds a receipt looks up how the objection stands, without signing in."""
    return village.inquire(f"{GATEWAY}/objections/search", {"receipt_code": receipt_code})


def close(village: Village, who: Principal, notice: str, on: date) -> Response:
    """Steps 3, 5 and 7: a list is taken down, by a signed act."""
    photos = {day: sha256(f"{notice} {day}".encode()).hexdigest() for day in ("first_day", "last_day")}
    body = {"on": on.isoformat(), "photos": photos, "performed_by": [who.person]}
    return village.write(who, f"{_path(notice)}/closing", body)


def verify(village: Village, on: date, outcomes: Mapping[str, Mapping[str, Any]]) -> Response:
    """Step 4: the village visits every household at home."""
    visits = [
        {
            "application_id": one,
            "visited_on": on.isoformat(),
            "outcome": outcome,
            "findings": "入户核实，与申请表对照。",
            "evidence": [sha256(one.encode()).hexdigest()],
        }
        for one, outcome in outcomes.items()
    ]
    body = {"village_code": VILLAGE, "on": on.isoformat(), "verifiers": list(village.verifiers), "visits": visits}
    return village.write(village.village_officer, "/village-verifications", body)


def correct_wages(village: Village, application: str, wages: str, on: date) -> Response:
    """The township corrects what a household stated of its income, after what was found since."""
    history = village.read(village.reviewer, f"/applications/{application}").json()["history"]
    stated = next(each for each in reversed(history) if "income" in each["facts"])
    body = {
        "on": on.isoformat(),
        "corrects": stated["event_id"],
        "reason": "left_out",
        "remarks": "申请时未申报工资收入，经核实补入。",
        "income": stated["facts"]["income"] | {"wage_income": wages},
    }
    return village.write(village.reviewer, f"/applications/{application}/correction", body)


def draw(village: Village, on: date, rows: Sequence[str]) -> Response:
    """Step 6: the township draws whom to visit."""
    body = {"area_code": TOWNSHIP, "on": on.isoformat(), "application_ids": list(rows)}
    return village.write(village.reviewer, "/review-rounds", body)


def review(
    village: Village, who: Principal, review_round: str, on: date, outcomes: Mapping[str, Mapping[str, Any]]
) -> Response:
    """Step 6: the township reviews every household, its income against the line."""
    findings = "抽查入户，核算收入。"
    reviews = [
        {"application_id": one, "visited_on": on.isoformat(), "outcome": outcome, "findings": findings}
        for one, outcome in outcomes.items()
    ]
    body = {"on": on.isoformat(), "reviewers": [who.person], "reviews": reviews}
    return village.write(who, f"{_path(review_round)}/conclusion", body)


def _path(location: str) -> str:
    return location.removeprefix(IDENTIFICATION)


def read_sheet(village: Village, notice: str) -> Response:
    """Read the sheet of a notice of the group."""
    return village.read(village.convener, f"{notice}/sheet?purpose=public_notice", "")


def print_sheet(village: Village, notice: str) -> Response:
    """Print the same sheet."""
    return village.read(village.convener, f"{notice}/sheet.pdf?purpose=public_notice", "")
