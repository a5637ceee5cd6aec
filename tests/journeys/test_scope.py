"""Whoever asks for whatever: nothing of another village is read or written; absent and forbidden answer the same."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import pytest
from asking import Operation, described, send
from casework.areas import prefix_of
from casework.departments import Department
from casework.roles import OF_A_DEPARTMENT, Role
from chronicle.principal import Principal
from chronicle.store.tables import claim, event, handled_command, person_key, sealed_text
from dossier import Dossier, Stage
from dossiers import COUNTY, GROUPS, INDUSTRY, RELOCATION, SAFETY_NET, Countryside
from httpx2 import Response
from huangxi import API
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from operations import ANYBODY, OPERATIONS, READING, TRACKS
from serving import principal
from sqlalchemy import func, select

PREFIXES = sorted({group[:end] for group in GROUPS for end in (2, 4, 6, 9, 12, 14)} | {"11", "360424107"})
ACTS = ("group-meetings", "public-notices", "review-rounds", "village-verifications")
# Together some 1,000 requests by default, and 100,000 in the profile "thorough".
EACH = max(1, settings().max_examples // 12)

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9])[0-9]{17}(?![0-9])")


@dataclass(frozen=True)
class Asking:
    """Somebody asks for something about one household, in its area, in another, or in all there are.

    They are anybody, or else whoever usually does it in the area asked for.
    """

    anybody: Principal | None
    group: str
    stage: Stage
    at: str
    everywhere: bool

    def who(self, operation: Operation) -> Principal:
        """Who asks."""
        return self.anybody or operation.who(self.at)


class Places:
    """Where everything lies that has an id: the prefixes of codes of which one must be somebody's."""

    def __init__(
        self, of: Mapping[str, Collection[str]], of_acts: Mapping[str, str], projects: Collection[str]
    ) -> None:
        self._of, self._projects = of, projects
        self._of_acts = {**of, **{act: {area} for act, area in of_acts.items()}}

    def named(self, text: str) -> set[str]:
        """The ids in a text."""
        return self._of.keys() & set(_ID.findall(text))

    def hidden(self, operation: Operation, who: Principal, text: str, at: str = "") -> set[str]:
        """The ids in a text that this person may not see; what everybody may see lies in the village asked for."""
        of = self._of_acts if operation.resource in ACTS else self._of

        def seen(place: str) -> bool:
            return place.startswith(at[:12]) if operation.roles == ANYBODY else covered(who, operation, place)

        def shared(one: str) -> bool:
            return one in self._projects and any(shares(who, operation, place) for place in of[one])

        return {one for one in self.named(text) if not any(map(seen, of[one])) and not shared(one)}


@pytest.fixture(scope="module")
def places(countryside: Countryside) -> Places:
    """Where everything lies; nobody records anything more by itself."""
    countryside.served.settle()
    countryside.served.settle()
    lying: dict[str, set[str]] = {}
    for it in countryside.dossiers:
        for one in (*it.ids, *it.acts.values(), *it.texts.values()):
            lying.setdefault(one, set()).add(it.group)
    for it in countryside.dossiers:
        if project := it.cases.get("project_id"):
            # It is the village's, and there for all its groups.
            lying[project] |= {group for group in GROUPS if group.startswith(it.group[:12])}
    for row in countryside.read(f"{API}/registered-households")["items"]:
        lying.setdefault(row["household_no"], set()).add(row["group_code"])
    acts = [act for kind in ACTS for act in countryside.read(f"{API}/{kind}?limit=200")["items"]]
    projects = {it.cases["project_id"] for it in countryside.dossiers if "project_id" in it.cases}
    return Places(lying, {act["act_id"]: prefix_of(act["area_code"]) for act in acts}, projects)


def held(who: Principal, operation: Operation) -> Iterator[str]:
    """Where somebody holds a duty that counts: a department's for a department, an officer of one on its own track."""
    track = who.department and TRACKS.get(operation.path.partition("/v1/")[0] + "/v1") == who.department
    for duty in who.duties:
        of_a_department = duty.role in OF_A_DEPARTMENT and operation.roles != ANYBODY
        counts = who.department in set(Department) or not of_a_department
        own_track = track and duty.role == Role.DEPARTMENT_OFFICER and not operation.writes
        if counts and (own_track or duty.role in operation.roles):
            yield duty.area


def covered(who: Principal, operation: Operation, place: str) -> bool:
    return any(place.startswith(area) for area in held(who, operation))


def shares(who: Principal, operation: Operation, place: str) -> bool:
    """A village's project is there for whoever has a duty in a part of the village, too."""
    return any(area.startswith(place[:12]) for area in held(who, operation))


def readable(who: Principal, operation: Operation, place: str) -> bool:
    reading = replace(operation, roles=(*READING, *operation.roles))
    return covered(who, reading, place) or (operation.resource == "projects" and shares(who, reading, place))


def people() -> st.SearchStrategy[Principal]:
    likely = st.sampled_from([Role.GROUP_CONVENER, Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER])
    duty = st.tuples(likely | st.sampled_from(Role), st.sampled_from(PREFIXES))
    departments = st.sampled_from([None, *TRACKS.values(), Department.HEALTH, "homeland"])
    duties = st.lists(duty, min_size=1, max_size=2)
    return st.builds(lambda held, of: principal("somebody", *held, department=of), duties, departments)


askings = st.builds(
    Asking,
    st.none() | people(),
    st.sampled_from(GROUPS),
    st.sampled_from(Stage),
    st.sampled_from(GROUPS),
    st.booleans(),
)


def household(countryside: Countryside, operation: Operation, asking: Asking) -> Dossier:
    there = [it for it in countryside.dossiers if it.group == asking.group and operation.fits(it)]
    return next((it for it in there if it.stage is asking.stage), there[-1])


def said(answer: Response) -> str:
    own = {"date", "x-correlation-id"}
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in own)
    return f"{answer.status_code}\n{headers}\n" + re.sub("urn:uuid:[0-9a-f-]{36}", "", answer.text)


def recorded(countryside: Countryside) -> list[int]:
    tables = (event, claim, sealed_text, person_key, handled_command)
    counting = select(*(select(func.count()).select_from(table).scalar_subquery() for table in tables))
    counts: list[int] = []
    for service in countryside.served.embedded.recording.values():
        with service.database.reading() as connection:
            counts += connection.execute(counting).one()
    return [*counts, sum(1 for _ in (countryside.served.folder / "evidence").rglob("*"))]


def test_every_operation_has_a_case(countryside: Countryside) -> None:
    assert set(described(countryside.served)) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=EACH, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(asking=askings)
def test_nothing_of_another_village_is_read_or_written(
    countryside: Countryside, places: Places, name: str, asking: Asking
) -> None:
    operation = OPERATIONS[name]
    who = asking.who(operation)
    it = household(countryside, operation, asking)
    theirs = covered(who, operation, asking.group)
    # What is one's own to write is written in other tests.
    assume(not (operation.writes and theirs))
    at = asking.group if operation.names_area else asking.at
    request = operation.about(it, at)
    if everywhere := asking.everywhere and "area" in request.query:
        request = replace(request, query={})
    changes = operation.writes or operation.blind
    before = recorded(countryside) if changes else []
    answer = send(countryside.served, who, request)

    assert answer.status_code < 500
    if operation.blind:
        # Whoever may send is heard alike, of whomever; that it meets nobody elsewhere is told in other tests.
        assert answer.status_code in {202, 403}
        assert answer.is_success or recorded(countryside) == before
        return
    asked_for = places.named(f"{request.path} {request.body}")
    assert places.hidden(operation, who, answer.text, at) - asked_for == set()
    if operation.writes:
        assert not answer.is_success
        assert recorded(countryside) == before
    if operation.roles != ANYBODY and not theirs:
        assert countryside.canaries.found(answer.content) == set()
    if operation.roles != ANYBODY and not readable(who, operation, asking.group) and not everywhere:
        absent = it.absent()
        same = operation.about(absent, absent.group if at == it.group else at)
        assert it.renamed(said(send(countryside.served, who, same)), absent) == said(answer)


@settings(max_examples=4 * EACH)
@given(who=people())
def test_a_queue_counts_what_lies_in_ones_areas_and_nothing_else(countryside: Countryside, who: Principal) -> None:
    queues = OPERATIONS[f"GET {API}/work-queues"]
    counts = countryside.served.ask(who, "GET", queues.path).json()
    everything = countryside.read(f"{API}/applications?limit=200")["items"]
    open_ones = [row for row in everything if row["ending"] is None]

    assert sum(each["count"] for each in counts) == sum(covered(who, queues, row["group_code"]) for row in open_ones)


def test_a_page_marker_of_somebody_with_wider_duties_shows_nothing_more(
    countryside: Countryside, places: Places
) -> None:
    narrow = principal("somebody", (Role.VILLAGE_OFFICER, GROUPS[2][:12]))
    marker = countryside.read(f"{API}/applications?limit=1")["next"]
    operation = OPERATIONS[f"GET {API}/applications"]
    answer = countryside.served.ask(narrow, "GET", f"{operation.path}?cursor={marker}")

    assert answer.is_success, answer.text
    assert places.hidden(operation, COUNTY, answer.text) == set()
    assert places.hidden(operation, narrow, answer.text) == set()
    assert {row["group_code"] for row in answer.json()["items"]} == {GROUPS[2]}


def test_a_villages_projects_are_there_for_each_of_its_groups_and_no_other_villages(
    countryside: Countryside, places: Places
) -> None:
    first, second, elsewhere, _ = GROUPS
    operation = OPERATIONS[f"GET {INDUSTRY}/projects"]
    officer = principal("somebody", (Role.VILLAGE_OFFICER, second))
    projects = {group: countryside.at(group, Stage.OFFERED).cases["project_id"] for group in (first, elsewhere)}

    seen = places.named(countryside.served.ask(officer, "GET", operation.path).text)

    assert projects[first] in seen
    assert places.hidden(operation, officer, " ".join({*seen, *projects.values()})) == {projects[elsewhere]}


def test_a_departments_officer_sees_its_track_and_no_other(countryside: Countryside, places: Places) -> None:
    group = GROUPS[0]
    for path in (f"{INDUSTRY}/projects", f"{RELOCATION}/relocations", f"{SAFETY_NET}/allowances"):
        operation, own = OPERATIONS[f"GET {path}"], TRACKS[path.rpartition("/")[0]]
        for department in (own, Department.HEALTH, "homeland", None):
            officer = principal("somebody", (Role.DEPARTMENT_OFFICER, group[:12]), department=department)
            answer = countryside.served.ask(officer, "GET", path)

            assert answer.status_code == 200
            assert bool(places.named(answer.text)) == (department == own)
            assert places.hidden(operation, officer, answer.text) == set()


def test_whoever_is_on_duty_for_everything_sees_every_household(countryside: Countryside, places: Places) -> None:
    operation = OPERATIONS[f"GET {API}/applications"]
    seen = places.named(str(countryside.read(f"{operation.path}?limit=200")))

    assert {it.application_id for it in countryside.dossiers} <= seen
    assert places.hidden(operation, principal("nobody", (Role.AUDITOR, "11")), " ".join(seen)) == seen
