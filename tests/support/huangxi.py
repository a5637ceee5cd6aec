"""Huangxi village over HTTP: its officers, its households, and each step's act as they send it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from applications import filing, income, member
from applications import stating as statements
from casework.codes import Sex
from casework.id_number import invented
from chronicle.decider import Asked
from chronicle.messages import StoredEvent, new_id
from chronicle.principal import Duty, Principal
from chronicle.recording import Part
from chronicle.store.values import Delivery
from drafts import everything
from httpx2 import Response
from identification.cases.application.commands import FileApplication
from identification.cases.application.events import ApplicationFiled
from identification.cases.application.findings import Applicant, ApplicantKind
from identification.cases.application.gather import application_decider
from identification.cases.area.commands import OpenVillagerGroup
from identification.cases.area.gather import area_decider
from identification.cases.household.commands import RecordHousehold
from identification.cases.household.gather import household_decider
from identification.imports.areas import import_areas
from identification.main import create_app
from identification.people.persons import Person
from person_ids import person_id
from running_identification import RunningIdentification, running
from starlette.testclient import TestClient

API = "/api/identification/v1"
MEETINGS, NOTICES = f"{API}/group-meetings", f"{API}/public-notices"
VERIFICATIONS, ROUNDS = f"{API}/village-verifications", f"{API}/review-rounds"
OBJECTIONS = f"{API}/objections"
VILLAGE, TOWNSHIP, COUNTY = "360424106216", "360424106000", "360424000000"
GROUP, SECOND_GROUP = f"{VILLAGE}01", f"{VILLAGE}02"
FIRST, BORN = date(2014, 1, 1), date(1968, 5, 21)
AREAS = """code,name,level,parent_code,code_source
360000000000,江西省,province,,official
360400000000,九江市,prefecture,360000000000,official
360424000000,修水县,county,360400000000,official
360424106000,马坳镇,township,360424000000,official
360424106216,黄溪村委会,village,360424106000,provisional
"""
DUTIES = {
    "convener": Duty("group_convener", GROUP),
    "officer": Duty("village_officer", VILLAGE),
    "arbiter": Duty("village_officer", VILLAGE),
    "reviewer": Duty("township_reviewer", "360424106"),
    "county": Duty("county_officer", "360424"),
    "verifier": Duty("county_officer", "360424"),
    "other_county": Duty("county_officer", "360425"),
    "neighbour": Duty("village_officer", "360424106217"),
    "auditor": Duty("auditor", "3604"),
    "helper": Duty("household_helper", "360424106"),
    "other_helper": Duty("household_helper", "360424"),
    "villager": Duty("public", "36"),
}
PASS = {"verdict": "pass"}
NO = {"stated": "does_not_hold"}
REJECT = {"verdict": "reject", "rejection_reason": "town_property"}
MINUTES, PLACE, FOUND = "逐户评议，举手表决", "祠堂门口公示栏", "入户查看，与所述相符"
OBJECTED, ANSWERED = "去年在县城买了房", "房产登记在其已分户的儿子名下"


class Huangxi:
    """The village with two villager groups, and whoever applies there."""

    def __init__(self, running_service: RunningIdentification, *, is_new: bool = True) -> None:
        self.service, self.catch_up = running_service.service, running_service.catch_up
        self._running, self._numbers = running_service, count(1)
        self._http = TestClient(create_app(self.service), headers={"Accept-Language": "en"})
        if not is_new:
            return
        asked = running_service.asked()
        import_areas(self.service.handler, AREAS.encode(), FIRST, asked)
        for code, name in ((GROUP, "一组"), (SECOND_GROUP, "二组")):
            command = OpenVillagerGroup(code=code, name=name, valid_from=FIRST)
            self.service.handler.handle(asked, [Part(area_decider, code, command)], Delivery())
        self.catch_up()

    def on(self, day: str) -> None:
        """Let it be noon of a day in 2015, such as 06-03, or of any other."""
        written = day if len(day) > len("06-03") else f"2015-{day}"
        self._running.clock.set(datetime.fromisoformat(f"{written}T04:00:00").replace(tzinfo=UTC))

    def send(self, who: str, path: str, body: Any, key: str | None = None, credential: str = "") -> Response:
        """Ask for something; another service has a credential."""
        headers = {"Idempotency-Key": key or new_id()} | ({"Yihu-Service-Credential": credential} if credential else {})
        return self._http.post(path, json=body, headers=self._token(who) | headers)

    def asked(self, role: str, area: str) -> Asked:
        """Somebody with a duty asks for something now, past HTTP."""
        return self._running.asked(role, area)

    def send_as(self, who: Principal, path: str, body: Any, key: str | None = None) -> Response:
        """Ask for something as somebody who is not of the village."""
        headers = {"Authorization": f"Bearer {self._running.issuer.token(who)}", "Idempotency-Key": key or new_id()}
        return self._http.post(path, json=body, headers=headers)

    def ask_as(self, who: Principal, path: str, **parameters: str) -> Response:
        """Ask a question as somebody who is not of the village."""
        self.catch_up()
        headers = {"Authorization": f"Bearer {self._running.issuer.token(who)}"}
        return self._http.get(path, params=parameters, headers=headers)

    def upload(
        self, who: str, path: str, content: bytes | Iterable[bytes], media_type: str, key: str | None = None
    ) -> Response:
        """Send a file, as a whole or in pieces whose sum is not said before."""
        headers = self._token(who) | {"Idempotency-Key": key or new_id(), "Content-Type": media_type}
        return self._http.post(path, content=content, headers=headers)

    def ask(self, who: str, path: str, language: str = "en", **parameters: str) -> Response:
        """Ask a question, of projections that have seen everything."""
        self.catch_up()
        return self._http.get(path, params=parameters, headers=self._token(who) | {"Accept-Language": language})

    @contextmanager
    def under(self, substitution: str) -> Iterator[None]:
        """Have everybody say that they act under a substitution, named by where it is."""
        self._http.headers["Yihu-Substitution"] = substitution.rpartition("/")[2]
        yield
        del self._http.headers["Yihu-Substitution"]

    @contextmanager
    def entering(self, run: str) -> Iterator[None]:
        """Have everybody say that they enter in a backfill run, named by where it is."""
        self._http.headers["Yihu-Backfill"] = run.rpartition("/")[2]
        yield
        del self._http.headers["Yihu-Backfill"]

    def file(self, households: int = 1, group: str = GROUP) -> list[str]:
        """Let households of one person each apply on 1 June; the ids of their applications."""
        numbers = [next(self._numbers) for _ in range(households)]
        return self.apply(
            [Person(id_number=invented(n, BORN, Sex.MALE), name=f"甘{chr(0x4E00 + n)}") for n in numbers], group
        )

    def apply(self, persons: Sequence[Person], group: str = GROUP, household_id: str | None = None) -> list[str]:
        """Let these people apply on 1 June, each as a household, new unless one is named; their applications' ids."""
        self.on("06-01")
        enrolment = self.service.vault.enrol(persons, group, self._running.clock.today())
        filed = [_filing(group, one.person_id, household_id) for one in enrolment.people]
        keys = self.service.vault.seal({each.household_id: {} for each in filed})
        parts = [Part(application_decider, each.application_id, each) for each in filed]
        delivery = Delivery(sealed=enrolment.sealed + keys, claims=enrolment.claims)
        self.service.handler.handle(self._running.asked("village_officer", VILLAGE), parts, delivery)
        # Not with them: of the longest lists it would be more than one append takes.
        homes = [_stated(each) for each in filed]
        self.service.handler.handle(self._running.asked("village_officer", VILLAGE), homes, Delivery())
        return [each.application_id for each in filed]

    def file_again(self, application_id: str) -> str:
        """Let the household of an application that ended apply anew on 1 June; the id of its application."""
        self.on("06-01")
        filed = self._filed(application_id)
        again = _filing(filed.group_code, filed.head_id, filed.household_id)
        self._handle(Part(application_decider, again.application_id, again))
        return again.application_id

    def household_of(self, application_id: str) -> str:
        """The id of the household of an application."""
        return self._filed(application_id).household_id

    def hold(self, step: int, ids: Sequence[str]) -> str:
        """Hold the act of a step on its usual day; where it is."""
        day, who, path, body = {
            2: ("06-03", "convener", MEETINGS, meeting(ids)),
            3: ("06-04", "convener", NOTICES, posting(3, ids)),
            4: ("06-12", "officer", VERIFICATIONS, verification(ids)),
            5: ("06-13", "officer", NOTICES, posting(5, ids)),
            6: ("06-22", "reviewer", ROUNDS, drawing(ids)),
            7: ("06-25", "officer", NOTICES, posting(7, ids)),
        }[step]
        self.on(day)
        return accepted(self.send(who, path, body))

    def end(self, step: int, act: str, ids: Sequence[str]) -> None:
        """Close the notice, or conclude the round, of a step on the first day it may be."""
        if step == 6:
            self.on("06-24")
            accepted(self.send("reviewer", f"{act}/conclusion", conclusion(ids)))
        elif step in CLOSABLE:
            self.on(CLOSABLE[step][5:])
            accepted(self.send("officer", f"{act}/closing", closing(step)))

    def bring(self, ids: Sequence[str], to: int) -> list[str]:
        """Take applications through every step before one; the same ids."""
        for step in range(2, to):
            self.end(step, self.hold(step, ids), ids)
        return list(ids)

    def events(self) -> list[StoredEvent]:
        """Everything recorded, partition by partition."""
        return everything(self.service.store)

    def facts(self, act: str) -> list[dict[str, Any]]:
        """What happened to an act."""
        history = self.ask("county", act).json()["history"]
        return [{**each["facts"], "type": each["type"]} for each in history]

    def _filed(self, application_id: str) -> ApplicationFiled:
        stream = f"application/{application_id}"
        filed: ApplicationFiled = self.service.handler.states.of({stream: application_decider})[stream].state.filed
        return filed

    def _handle(self, part: Part) -> None:
        self.service.handler.handle(self._running.asked("village_officer", VILLAGE), [part], Delivery())

    def _token(self, who: str) -> dict[str, str]:
        principal = Principal(person_id(who), "an-organisation", f"account-of-{who}", (DUTIES[who],))
        return {"Authorization": f"Bearer {self._running.issuer.token(principal)}"}


@contextmanager
def huangxi(url: str, folder: Path, *, is_new: bool = True, **settings: Any) -> Iterator[Huangxi]:
    """Run the village for a while; one that is not new is in its database already."""
    with running(url, folder, **settings) as service:
        yield Huangxi(service, is_new=is_new)


CLOSABLE = {3: "2015-06-11", 5: "2015-06-20", 7: "2015-07-02"}


def meeting(ids: Sequence[str], on: str = "2015-06-03", **changed: Any) -> dict[str, Any]:
    """22 of 30 entitled are there and 18 vote in favour of each household."""
    votes = {"in_favour": 18, "against": 3, "abstained": 1}
    return {
        "group_code": GROUP,
        "convener": person_id("convener"),
        "recorder": person_id("recorder"),
        "sessions": [{"number": 1, "held_on": on, "entitled": 30, "present": 22}],
        "agenda": [{"application_id": one, "session": 1, "votes": votes} for one in ids],
        "minutes": MINUTES,
        **changed,
    }


def posting(step: int, ids: Sequence[str], **changed: Any) -> dict[str, Any]:
    """A list goes up, at the group for step 3, else at the village."""
    return {
        "area_code": GROUP if step == 3 else VILLAGE,
        "step": step,
        "on": {3: "2015-06-04", 5: "2015-06-13", 7: "2015-06-25"}[step],
        "application_ids": list(ids),
        "place": PLACE,
        "performed_by": [person_id("convener" if step == 3 else "officer")],
        **changed,
    }


def closing(step: int, **changed: Any) -> dict[str, Any]:
    """A list is taken down on the first day it may be."""
    photos = {"first_day": "a" * 64, "last_day": "b" * 64}
    return {"on": CLOSABLE[step], "photos": photos, "performed_by": [person_id("officer")], **changed}


def verification(ids: Sequence[str], outcome: Any = None, **changed: Any) -> dict[str, Any]:
    """Every household was visited the day before."""
    visit = {"visited_on": "2015-06-11", "outcome": outcome or PASS, "findings": FOUND, "evidence": ["e" * 64]}
    visits, verifiers = [{"application_id": one, **visit} for one in ids], [person_id("verifier")]
    return {"village_code": VILLAGE, "on": "2015-06-12", "verifiers": verifiers, "visits": visits, **changed}


def drawing(ids: Sequence[str], **changed: Any) -> dict[str, Any]:
    """The township begins a round."""
    return {"area_code": TOWNSHIP, "on": "2015-06-22", "application_ids": list(ids), **changed}


def conclusion(ids: Sequence[str], outcome: Any = None, **changed: Any) -> dict[str, Any]:
    """Every household was visited, and passes."""
    review = {"visited_on": "2015-06-23", "outcome": outcome or PASS, "findings": FOUND}
    reviews = [{"application_id": one, **review} for one in ids]
    return {"on": "2015-06-24", "reviewers": [person_id("checker")], "reviews": reviews, **changed}


def objecting(application_id: str | None, on: str, **changed: Any) -> dict[str, Any]:
    """Somebody who gives no name objects to a household on a notice, or to something else if none is named."""
    what = {"against": "row", "application_id": application_id, "ground": "not_poor", "facts": OBJECTED}
    return {"on": on, **what, **changed}


def resolving(on: str, resolution: str = "dismissed", **changed: Any) -> dict[str, Any]:
    """The objection does not stand, unless told otherwise."""
    return {"on": on, "resolution": resolution, "findings": ANSWERED, **changed}


def stating(stated: str = "does_not_hold", *codes: str, **proof: Any) -> list[dict[str, Any]]:
    """What is stated on the seven strike-offs and four strict examinations: this of the codes, no of the others."""
    asked = [each.clause for each in statements()]
    return [{"clause": code, **({"stated": stated, **proof} if code in codes else NO)} for code in asked]


def verified_in_2017(ids: Sequence[str], reason: str, stated: Any) -> dict[str, Any]:
    """The village visits households in 2017 and rejects them."""
    held = verification(ids, {"verdict": "reject", "rejection_reason": reason}, on="2017-03-01")
    return {**held, "visits": [{**visit, "stated": stated} for visit in held["visits"]]}


def reviewed_in_2017(ids: Sequence[str], outcome: Any = None, **changed: Any) -> dict[str, Any]:
    """Every household is reviewed by the rule of 2017, which asks about clauses; none holds."""
    held = conclusion(ids, outcome, on="2017-03-01", **changed)
    return {**held, "reviews": [{**review, "stated": stating()} for review in held["reviews"]]}


def accepted(response: Response) -> str:
    """Expect that it was recorded; where."""
    assert response.status_code in {200, 201}, response.json()
    return response.headers["Location"]


def refused(response: Response, status: int, code: str) -> dict[str, Any]:
    """Expect a refusal, and give all it says."""
    problem: dict[str, Any] = response.json()
    assert (response.status_code, problem.get("code")) == (status, code), problem
    return problem


def refused_rows(response: Response) -> dict[str, str]:
    """Expect that rows of a list were refused; each with its code."""
    return {row["id"]: row["code"] for row in refused(response, 409, "rows-refused")["rows"]}


def _stated(command: FileApplication) -> Part:
    known: dict[str, Any] = {name: getattr(command, name) for name in RecordHousehold.model_fields}
    return Part(household_decider, command.household_id, RecordHousehold(**known))


def _filing(group: str, head: str, household_id: str | None = None) -> FileApplication:
    return filing(
        application_id=new_id(),
        household_id=household_id or new_id(),
        group_code=group,
        members=(member(head),),
        applicant=Applicant(person_id=head, kind=ApplicantKind.ADULT_MEMBER),
        income=income("2700.00"),
    )
