"""Reading allowances over HTTP: lists by area and stage, and what waits for the township and the county."""

from typing import Any

import pytest
from assisted import ALLOWANCES, NEIGHBOURING, QUEUES, WHO, Village, assessment
from chronicle.following import rebuild
from chronicle.principal import Duty
from huangxi import accepted, refused
from running_track import LATE, VILLAGE
from safety_net.cases.allowance.projections import allowances
from safety_net.registered_households import registered_households

ON = {"on": "2015-06-10", **LATE}


def walk(village: Village) -> dict[str, str]:
    """One allowance at every stage; its place by its stage."""
    places = {"for_township": village.assessed(), "for_county": village.assessed(), "rejected": village.assessed()}
    places |= {"granted": village.granted(), "ended": village.granted()}
    places |= {"not_eligible": village.assessed(village.registered("2880.00"))}
    accepted(village.send("reviewer", f"{places['for_county']}/township-approval", ON))
    accepted(village.send("reviewer", f"{places['rejected']}/township-rejection", ON | {"reason": "supporters_able"}))
    accepted(village.send("county", f"{places['ended']}/ending", ON | {"on": "2015-06-20", "reason": "own_wish"}))
    return places


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [f"{ALLOWANCES}/{item['allowance_id']}" for item in items]


def test_allowances_are_listed_with_stage_and_amount(village: Village) -> None:
    places = walk(village)

    items = village.items("officer", ALLOWANCES)
    assert {f"{ALLOWANCES}/{item['allowance_id']}": item["stage"] for item in items} == {
        where: stage for stage, where in places.items()
    }
    [granted] = village.items("officer", ALLOWANCES, stage="granted")
    shown = ("area", "since", "assessed_on", "protected_persons", "standard", "per_capita_income", "monthly_amount")
    assert [granted[name] for name in shown] == [
        VILLAGE,
        "2015-06-12",
        "2015-06-08",
        4,
        "240.00",
        "1800.00",
        "360.00",
    ]


def test_lists_and_pages_name_the_household_and_its_village(everywhere: Village) -> None:
    household_id = everywhere.registered()
    where = everywhere.assessed(household_id)
    everywhere.end_registration(household_id)

    (listed,), (waiting,) = (everywhere.items("county", path) for path in (ALLOWANCES, f"{QUEUES}/township"))
    for row in (listed, waiting, everywhere.ask("county", where).json()):
        named = [row[name] for name in ("household_no", "standing", "area", "area_name")]
        assert named == [f"{VILLAGE}00001", "ended", VILLAGE, "黄溪村"]


def test_each_open_allowance_waits_in_exactly_one_queue(everywhere: Village) -> None:
    places = walk(everywhere)

    assert everywhere.ask("county", QUEUES).json() == [
        {"queue": "township", "duty": "township_reviewer", "count": 1, "first_since": "2015-06-08"},
        {"queue": "county", "duty": "county_officer", "count": 1, "first_since": "2015-06-10"},
    ]
    assert ids(everywhere.items("reviewer", f"{QUEUES}/township")) == [places["for_township"]]
    assert ids(everywhere.items("county", f"{QUEUES}/county")) == [places["for_county"]]


def test_an_empty_queue_is_told_too(village: Village) -> None:
    queues = village.ask("reviewer", QUEUES).json()

    assert [(queue["queue"], queue["count"], queue["first_since"]) for queue in queues] == [
        ("township", 0, None),
        ("county", 0, None),
    ]


def test_who_waits_longest_comes_first(village: Village) -> None:
    days = ("2015-06-09", "2015-06-05", "2015-06-07")
    for on in days:
        accepted(village.send("officer", ALLOWANCES, assessment(village.registered(), on=on)))

    assert [item["since"] for item in village.items("reviewer", f"{QUEUES}/township")] == sorted(days)


def test_everybody_sees_what_lies_in_their_own_areas(village: Village) -> None:
    here = village.assessed()
    there = village.assessed(village.registered(area=NEIGHBOURING), who="neighbour")

    assert ids(village.items("officer", ALLOWANCES)) == [here]
    assert ids(village.items("neighbour", ALLOWANCES)) == [there]
    assert village.items("elsewhere", ALLOWANCES) == village.items("convener", ALLOWANCES) == []
    assert sorted(ids(village.items("auditor", ALLOWANCES))) == sorted([here, there])
    assert ids(village.items("county", ALLOWANCES, area=NEIGHBOURING)) == [there]
    assert village.items("officer", ALLOWANCES, area=NEIGHBOURING) == []
    counts = {who: village.ask(who, QUEUES).json()[0]["count"] for who in ("officer", "county", "elsewhere")}
    assert counts == {"officer": 1, "county": 2, "elsewhere": 0}
    assert village.ask("county", QUEUES, area=VILLAGE).json()[0]["count"] == 1


def test_a_list_comes_in_pages(village: Village) -> None:
    places = {village.assessed() for _ in range(3)}
    first = village.ask("officer", ALLOWANCES, limit=2).json()
    rest = village.ask("officer", ALLOWANCES, limit=2, cursor=first["next"]).json()

    assert set(ids(first["items"] + rest["items"])) == places
    assert (len(first["items"]), rest["next"]) == (2, None)


def test_one_reads_what_one_just_wrote(village: Village) -> None:
    answer = village.send("officer", ALLOWANCES, assessment(village.registered()))
    village.track.settle()
    after = {"Yihu-After": answer.headers["Yihu-Position"]}

    listed = village.track.client(WHO["officer"]).get(ALLOWANCES, headers=after)
    assert ids(listed.json()["items"]) == [answer.headers["Location"]]


@pytest.mark.parametrize(
    ("path", "parameters"),
    [(ALLOWANCES, {"stage": "lost"}), (ALLOWANCES, {"area": "3604"}), (f"{QUEUES}/village", {})],
)
def test_unknown_filters_are_refused(village: Village, path: str, parameters: dict[str, str]) -> None:
    refused(village.ask("officer", path, **parameters), 422, "malformed")


def test_tables_built_anew_are_the_same(everywhere: Village) -> None:
    walk(everywhere)
    served = everywhere.ask("county", ALLOWANCES).json()
    installed, tables = everywhere.track.service, (allowances, registered_households)
    logs = [installed.following.followers[each.name].log for each in tables]
    rebuilt = [rebuild(each, installed.database, log) for each, log in zip(tables, logs, strict=True)]

    assert [each.differing for each in rebuilt] == [{each.reader: 0} for each in tables]
    assert everywhere.ask("county", ALLOWANCES).json() == served


def test_what_is_delivered_again_changes_nothing(village: Village) -> None:
    walk(village)
    served = village.ask("county", ALLOWANCES).json()
    village.track.hear_again()

    assert village.ask("county", ALLOWANCES).json() == served


def test_a_convener_reads_no_allowances_wherever_the_duty_is_held(village: Village) -> None:
    where = village.assessed()
    convener = village.track.client(Duty("group_convener", "36"), person="convener")

    assert convener.get(ALLOWANCES).json()["items"] == []
    refused(convener.get(where), 403, "not-your-duty")
