"""Four villager groups in two counties with households at every stage, all of it typed over HTTP."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from canaries import Canaries
from casework.roles import Role
from chronicle.messages import new_id
from chronicle.principal import Principal
from chronicle.store.values import Answer, Append
from dossier import NO_DIGEST, NO_RECEIPT, Dossier, Stage
from huangxi import (
    API,
    PASS,
    closing,
    conclusion,
    drawing,
    meeting,
    objecting,
    posting,
    resolving,
    verification,
)
from identification.cases.document.queries.marks import mark
from identification.cases.public_notice.gather import public_notice_decider
from identification.imports.areas import import_areas
from identification.paper.forms import Form
from industry.cases.project.events import HouseholdEnrolled
from industry.cases.project.findings import Pattern
from papers import photo
from person_ids import person_id
from planning import backfilling, renaming, substituting
from running_gateway import told
from serving import Served, principal

GATEWAY = "/api/gateway/v1"
RELOCATION, INDUSTRY, SAFETY_NET = "/api/relocation/v1", "/api/industry/v1", "/api/safety-net/v1"
GROUPS = ("36042410621601", "36042410621602", "36042410621701", "36042820020101")
AREAS = """code,name,level,parent_code,code_source
360000000000,江西省,province,,official
360400000000,九江市,prefecture,360000000000,official
360424000000,修水县,county,360400000000,official
360424106000,马坳镇,township,360424000000,official
360424106216,黄溪村委会,village,360424106000,provisional
360424106217,石溪村委会,village,360424106000,provisional
360428000000,都昌县,county,360400000000,official
360428200000,土塘镇,township,360428000000,official
360428200201,黄溪村委会,village,360428200000,provisional
"""
# Everything was in 2015 and is entered now.
LATE = {"late_reason": "paper_batch"}
ORDER = {"reason": "authority_order", "reference": "第9号"}
# What the tracks are asked, on one day after the register was made.
DAY = {"on": "2015-07-20", **LATE}
MOVING = {"mode": "household", "placement": "concentrated", "place": "township"}
ATTACHING = urlencode({"step": "1", "kind": "dwelling_photo", "on": "2015-06-01", **LATE})
FRUIT = {"pattern": "pattern_fruit_mu", "capacity": "1.5", "led_by": "cooperative"}
COUNTY = principal("county", (Role.COUNTY_OFFICER, "36"))

OTHER_MARKS = 1_800_000

_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

POOR = (Stage.REGISTERED, Stage.OFFERED, Stage.GRANTED)
WITH_TEXTS = ("group-meetings", "public-notices")
WITH_EVIDENCE = (Stage.FILED, Stage.REGISTERED)
# The first group has a household at every stage, the others at these.
SOME = (Stage.FILED, Stage.OBJECTED, Stage.HANGING, Stage.DRAWN, Stage.REGISTERED, Stage.OFFERED)
STAGES = dict.fromkeys(GROUPS, SOME) | {GROUPS[0]: tuple(Stage)}


def form(canaries: Canaries, group: str, **changed: Any) -> dict[str, Any]:
    """A couple applies, with everything that can be typed about them."""
    codes = {"health_status": "healthy", "labour_skill": "ordinary", "school_status": "not_at_school"}
    couple = [canaries.person() | codes | {"relation_to_head": each} for each in ("household_head", "spouse")]
    parts = ("wage_income", "business_expenditure", "property_income", "transfer_income")
    land = dict.fromkeys(("arable_land_mu", "forest_land_mu", "housing_area_m2"), "12.00")
    return {
        "on": "2015-06-01",
        "group_code": group,
        "members": couple,
        "applicant": {"kind": "adult_member", "member": 0},
        "income": dict.fromkeys(parts, "0.00") | {"business_income": "5000.00"},
        "living": {**land, "house_grade": "grade_c", "water_safe": True, "water_difficult": False},
        "causes": ["cause_illness"],
        "consent_to_cross_checks": True,
        **LATE,
        **changed,
    }


class Countryside:
    """An installation in which households were brought through the steps; what was typed are canaries."""

    def __init__(self, served: Served, canaries: Canaries, groups: Sequence[str] = GROUPS) -> None:
        self.served, self.canaries, self.groups = served, canaries, groups
        # What photos carry is kept nowhere, and of strangers nothing is told: it comes out of nothing.
        self.unkept = Canaries(2016, first=OTHER_MARKS)
        self.heard: list[str] = []
        self._stages: dict[tuple[str, Stage], str] = {}
        self._read: dict[str, str] = {}
        self._early: dict[str, str] = {}
        self._receipts: dict[str, str] = {}
        self._cases: dict[tuple[str, Stage], dict[str, str]] = {}
        self._forms: dict[str, dict[str, Any]] = {}
        self._holds: dict[str, dict[str, Any]] = {}
        self._evidence: dict[str, dict[str, Any]] = {}
        self._substitutions: dict[str, str] = {}
        self._handovers: dict[str, str] = {}
        self._runs: dict[str, str] = {}
        self._complaints: dict[str, str] = {}
        self._objectors: dict[str, dict[str, str]] = {}
        self._erasures: dict[str, dict[str, str]] = {}
        self._changes: dict[str, dict[str, str]] = {}
        self._open_areas()
        for group in groups:
            self._enter(group)
        for _, villages in groupby(groups, key=lambda group: group[:12]):
            self._verify(list(villages))
        for _, townships in groupby(groups, key=lambda group: group[:9]):
            self._review(list(townships))
        for _, villages in groupby(groups, key=lambda group: group[:12]):
            villages_groups = list(villages)
            self._notice(7, self._of(villages_groups, *POOR), villages_groups[0][:12], close=True)
        served.settle()
        for group, stage in self._stages:
            if stage in POOR:
                self._cases[group, stage] = self._assist(group, stage)
        # Once until identification has noted what they decided, once more until everybody knows that.
        served.settle()
        self._go_on()
        self.typed = canaries.planted
        self.dossiers = [self._dossier(*place) for place in self._stages]

    def _go_on(self) -> None:
        for group in self.groups:
            self._hold(group)
            self._complain(group)
            self._changes[group] = self._rename(group)
            self._propose_substitution(group)
            self._pair(group)
        # Once for each of the reactions that follow on what a register sent.
        for _ in range(4):
            self.served.settle()

    def at(self, group: str, stage: Stage) -> Dossier:
        """The household of a group at a stage."""
        return next(each for each in self.dossiers if (each.group, each.stage) == (group, stage))

    def typed_about_head(self, it: Dossier) -> set[str]:
        """What was typed about the head of a household, as the canaries call it."""
        return self._planted(self._forms[it.application_id]["members"][0])

    def typed_about_objector(self, it: Dossier) -> set[str]:
        """What was typed about whoever objected to a household or complained of it, as the canaries call it."""
        return self._planted(self._objectors[it.application_id])

    def send(self, who: Principal, path: str, body: dict[str, Any] | bytes) -> str:
        """Have something recorded; where it is."""
        location: str = self.told(who, path, body)["location"]
        return location

    def told(self, who: Principal, path: str, body: dict[str, Any] | bytes) -> Any:
        """Have something recorded; all that is answered."""
        answer = self.served.ask(who, "POST", path, body)
        assert answer.is_success, answer.text
        self.heard.append(f"{answer.headers} {answer.text}")
        return answer.json()

    def read(self, path: str, who: Principal = COUNTY) -> Any:
        """Read something that holds nothing personal."""
        answer = self.served.ask(who, "GET", path)
        assert answer.is_success, answer.text
        self.heard.append(f"{answer.headers} {answer.text}")
        return answer.json()

    def _planted(self, typed: dict[str, str]) -> set[str]:
        return {each for each in self.typed if any(each.endswith(f" {value}") for value in typed.values())}

    def _open_areas(self) -> None:
        embedded = self.served.embedded
        import_areas(embedded.identification.handler, AREAS.encode(), date(2014, 1, 1), embedded.operator())
        for group in self.groups:
            self.served.settle()
            new = {"number": group[12:], "name": "一组", "valid_from": "2014-01-01"}
            self.send(officer(group), f"{API}/areas/{group[:12]}/villager-groups", new)
        self.served.settle()

    def _enter(self, group: str) -> None:
        for stage in STAGES[group]:
            changed = {}
            if stage is Stage.WITHDRAWN:
                changed = {"applicant": {"kind": "authorised_relative", "person": self.canaries.person()}}
            filed = form(self.canaries, group, **changed)
            location = self.send(officer(group), f"{API}/applications", filed)
            self._stages[group, stage] = location.rpartition("/")[2]
            self._forms[self._stages[group, stage]] = filed
            if stage in WITH_EVIDENCE:
                self._evidence[self._stages[group, stage]] = self._attach(group, self._stages[group, stage])
        for one in self._of([group], Stage.MET):
            self._amend(group, one)
        for one in self._of([group], Stage.WITHDRAWN):
            withdrawal = {"on": "2015-06-02", "reason": "own_wish", **LATE}
            self.send(officer(group), f"{API}/applications/{one}/withdrawal", withdrawal)
        for one in self._of([group], Stage.REGISTERED, Stage.OFFERED):
            self._decide_early(group, one)
        self._reject(group)
        deliberated = self._of([group], *set(Stage) - {Stage.FILED, Stage.WITHDRAWN, Stage.REJECTED, Stage.ASKED})
        held = meeting(deliberated, group_code=group, minutes=self.canaries.text(), **LATE)
        self.send(convener(group), f"{API}/group-meetings", held)
        self._notice(3, self._of([group], Stage.POSTED, Stage.OBJECTED, Stage.RULED, Stage.OVER), group)
        self._notice(3, self._of([group], Stage.TORN), group)
        today = self.served.embedded.clock.today().isoformat()
        self._notice(3, self._of([group], Stage.HANGING), group, on=today)
        going_on = self._of([group], Stage.PASSED, Stage.REVIEWABLE, Stage.DRAWN, *POOR)
        self._notice(3, going_on, group, close=True)
        for one in self._of([group], Stage.OBJECTED, Stage.RULED):
            self._object(group, one)
        for one in self._of([group], Stage.REVIEWABLE):
            self._correct(one)

    def _amend(self, group: str, one: str) -> None:
        """A daughter whom the form had left out."""
        codes = {"health_status": "healthy", "labour_skill": "ordinary", "school_status": "not_at_school"}
        daughter = self.canaries.person() | codes | {"relation_to_head": "daughter"}
        members = [*self._forms[one]["members"], daughter]
        self.send(
            officer(group), f"{API}/applications/{one}/amendment", {"on": "2015-06-01", "members": members, **LATE}
        )

    def _correct(self, one: str) -> None:
        """An income that the form had wrong."""
        filing = self.read(f"{API}/applications/{one}")["history"][0]["event_id"]
        why = {"corrects": filing, "reason": "entered_wrongly", "remarks": self.canaries.text()}
        new = {"income": self._forms[one]["income"] | {"business_income": "4000.00"}}
        self.send(COUNTY, f"{API}/applications/{one}/correction", {"on": "2015-06-11", **why, **new, **LATE})

    def _attach(self, group: str, one: str) -> dict[str, Any]:
        """Attach a photo that carries what somebody wrote into it, and say where it was taken."""
        carried = self.unkept.text()
        attached = self.send(officer(group), f"{API}/applications/{one}/evidence?{ATTACHING}", photo(written=carried))
        facts: dict[str, Any] = self.read(attached)["history"][0]["facts"]
        return facts

    def _rename(self, group: str) -> dict[str, str]:
        path = f"{API}/areas/{group}/changes"
        self.send(COUNTY, path, renaming("八组"))
        rejected = self.read(path)[0]["proposal_id"]
        self.send(COUNTY, f"{path}/{rejected}/rejection", {"reason": "entered_wrongly"})
        self.send(COUNTY, path, renaming("九组"))
        return {"rejection": rejected, "confirmation": self.read(path)[1]["proposal_id"]}

    def _reject(self, group: str) -> None:
        if not (rejected := self._of([group], Stage.REJECTED, Stage.ASKED)):
            return
        held = meeting(rejected, group_code=group, minutes=self.canaries.text(), **LATE)
        agenda = [{**item, "votes": {"in_favour": 1, "against": 20, "abstained": 1}} for item in held["agenda"]]
        self.send(convener(group), f"{API}/group-meetings", {**held, "agenda": agenda})
        for one in self._of([group], Stage.REJECTED):
            self.served.settle()
            head = self.read(f"{API}/applications/{one}")["history"][0]["facts"]["head_id"]
            self.send(COUNTY, f"{API}/people/{head}/erasure-proposal", ORDER)
        for one in self._of([group], Stage.ASKED):
            asking = {"on": "2015-06-05", "statement": self.canaries.text(), **LATE}
            self.send(officer(group), f"{API}/applications/{one}/reconsideration-request", asking)

    def _decide_early(self, group: str, one: str) -> None:
        """A track decides on a household before it is registered, so that identification cannot note it yet."""
        household = self.read(f"{API}/applications/{one}")["household_id"]
        facts: dict[str, Any] = {"pattern": Pattern.JOB, "unit": Pattern.JOB.unit, "quantity": "1", "late_reason": None}
        enrolled = HouseholdEnrolled(enrolment_id=new_id(), project_id=new_id(), household_id=household, **facts)
        decided = told(enrolled, f"household/{household}", date(2015, 7, 20), group[:12])
        now = self.served.embedded.clock.now()
        self.served.embedded.industry.store.append(Append([decided], now, Answer(201, None, 1)))
        self._early[one] = decided.event_id
        self.served.wait_until(lambda: decided.event_id in str(self.read(f"{API}/refused-reactions")))

    def _assist(self, group: str, stage: Stage) -> dict[str, str]:
        """Open a project for a household, and let the tracks decide as much as its stage says; their cases."""
        who, filed = officer(group), self.read(f"{API}/applications/{self._stages[group, stage]}")
        it = {"household_id": filed["household_id"], **DAY}
        project = self.send(who, f"{INDUSTRY}/projects", {"area_code": group[:12], **FRUIT, **DAY})
        if stage is Stage.REGISTERED:
            return {"project_id": _last(project)}
        move = self.send(who, f"{RELOCATION}/relocations", it | MOVING)
        allowance = self.send(who, f"{SAFETY_NET}/allowances", it | {"protected_persons": 2})
        cases = {"project_id": project, "relocation_id": move, "allowance_id": allowance}
        if stage is Stage.OFFERED:
            shares = [{"household_id": it["household_id"], "quantity": "0.5"}]
            self.send(who, f"{project}/enrolments", {"households": shares, **DAY})
        else:
            self.send(reviewer(group), f"{allowance}/township-approval", DAY)
            self.send(COUNTY, f"{allowance}/county-approval", DAY)
        return {kind: _last(location) for kind, location in cases.items()}

    def _hold(self, group: str) -> None:
        """An authority needs what is kept of the head of the group's household in a review round."""
        one = self._stages[group, Stage.DRAWN]
        head = self.read(f"{API}/applications/{one}")["history"][0]["facts"]["head_id"]
        hold = {"ground": "audit", "reference": self.canaries.text()}
        held = self.send(COUNTY, f"{API}/people/{head}/legal-holds", hold)
        self._holds[one] = self.read(held)["history"][0]["facts"]

    def _complain(self, group: str) -> None:
        """Somebody complains of two of the group's households, and a register names one's head and somebody else."""
        for one in self._of([group], Stage.OFFERED, Stage.REGISTERED):
            who = self._objectors[one] = self.canaries.objector()
            said = {"on": "2015-08-01", "ground": "not_poor", "facts": self.canaries.text(), "objector": who, **LATE}
            raised = self.told(officer(group), f"{API}/applications/{one}/complaints", said)
            self._complaints[one], self._receipts[one] = raised["location"], raised["receipt_code"]
        over = self._stages[group, Stage.OFFERED]
        answered = self._complaints[over]
        unfounded = {"on": "2015-08-03", "reason": "unfounded", "findings": "经查不属实。", **LATE}
        self.send(COUNTY, f"{answered}/conclusion", unfounded)
        proposed = self.send(COUNTY, f"{answered}/erasure-proposal", ORDER)
        self._erasures[over] = {"objector-erasures": str(self.read(proposed))}
        one = self._stages[group, Stage.REGISTERED]
        head = self._forms[one]["members"][0]
        # Of somebody nobody knows nothing is ever told.
        people = {
            (f"plate-{one}", head["id_number"]): self.canaries,
            (f"plate-{group}", self.unkept.id_number()): self.unkept,
        }
        records = [{"record_id": it, "id_number": its, "facts": marks.text()} for (it, its), marks in people.items()]
        sent = {"kind": "vehicle", "listed_on": "2015-08-01", "records": records}
        self.told(register(group), f"{API}/data-matches", sent)

    def _propose_substitution(self, group: str) -> None:
        """Somebody of the county has a substitute for the group's convener in mind."""
        proposed = self.send(COUNTY, f"{API}/substitutions", substituting(group, convener(group).person))
        self._substitutions[self._stages[group, Stage.REGISTERED]] = _last(proposed)
        run = self.send(COUNTY, f"{API}/backfill-runs", backfilling(group[:12]))
        self._runs[self._stages[group, Stage.REGISTERED]] = _last(run)

    def _pair(self, group: str) -> None:
        """The group's registered household has a helper, and another since, who took all over in the group."""
        one = self._stages[group, Stage.REGISTERED]
        household = self.read(f"{API}/applications/{one}")["household_id"]
        leaver, successor = person_id(f"leaver-{group}"), helper(group).person
        self.send(COUNTY, f"{API}/households/{household}/pairing", {"helper": leaver, "on": "2015-08-01", **LATE})
        over = {"successor": successor, "area_code": group, "reason": "left"}
        self._handovers[one] = _last(self.send(COUNTY, f"{API}/staff/{leaver}/handover", over))

    def _object(self, group: str, one: str) -> None:
        notice = self.read(f"{API}/applications/{one}")["history"][-1]["facts"]["notice_id"]
        who = self._objectors[one] = self.canaries.objector()
        objection = objecting(one, "2015-06-05", facts=self.canaries.text(), objector=who, **LATE)
        raised = self.told(convener(group), f"{API}/public-notices/{notice}/objections", objection)
        self._receipts[one] = raised["receipt_code"]
        if self._stages.get((group, Stage.RULED)) == one:
            # Overdue, so that those above the village may look into it as well.
            ruling = resolving("2015-06-30", findings=self.canaries.text(), **LATE)
            self.send(judge(group), f"{raised['location']}/resolution", ruling)
            self.send(COUNTY, f"{raised['location']}/erasure-proposal", ORDER)
        application = f"{API}/applications/{one}"
        member = self.read(application)["history"][0]["facts"]["member_ids"][0]
        match = {"on": "2015-06-05", "person_id": member, "kind": "vehicle", "facts": self.canaries.text(), **LATE}
        self.send(COUNTY, f"{application}/data-matches", match)

    def _notice(self, step: int, ids: Sequence[str], area: str, *, close: bool = False, on: str = "") -> None:
        if not ids:
            return
        first_day = {"on": on} if on else {}
        posted = posting(step, ids, area_code=area, place=self.canaries.text(), **LATE, **first_day)
        notice = self.send(officer(area), f"{API}/public-notices", posted)
        if close:
            self.send(officer(area), f"{notice}/closing", closing(step, **LATE))

    def _verify(self, groups: Sequence[str]) -> None:
        ids = self._of(groups, Stage.REVIEWABLE, Stage.DRAWN, *POOR)
        held = verification(ids, village_code=groups[0][:12], **LATE)
        visits = [{**visit, "findings": self.canaries.text()} for visit in held["visits"]]
        self.send(officer(groups[0]), f"{API}/village-verifications", {**held, "visits": visits})
        self._notice(5, ids, groups[0][:12], close=True)

    def _review(self, groups: Sequence[str]) -> None:
        who, township = reviewer(groups[0]), f"{groups[0][:9]}000"
        drawn, registered = self._of(groups, Stage.DRAWN), self._of(groups, *POOR)
        self.send(who, f"{API}/review-rounds", drawing(drawn, area_code=township, **LATE))
        held = self.send(who, f"{API}/review-rounds", drawing(registered, area_code=township, **LATE))
        concluded = conclusion(registered, PASS, **LATE)
        reviews = [{**each, "findings": self.canaries.text()} for each in concluded["reviews"]]
        self.send(who, f"{held}/conclusion", {**concluded, "reviews": reviews})

    def _of(self, groups: Sequence[str], *stages: Stage) -> list[str]:
        return [one for (group, stage), one in self._stages.items() if group in groups and stage in stages]

    def _dossier(self, group: str, stage: Stage) -> Dossier:
        one = self._stages[group, stage]
        shown = self.read(f"{API}/applications/{one}")
        facts = {each["type"].split(".")[1]: each["facts"] for each in shown["history"]}
        filed, household = facts["application-filed"], shown["household_id"]
        held, objected = _acts(facts), facts.get("objection-raised", {})
        evidence, hold, complaint = self._evidence.get(one, {}), self._holds.get(one, {}), self._complaints.get(one, "")
        texts = {"applications": str(facts), "evidence": str(evidence), "people": str(hold)}
        texts |= {kind: self._act(f"{API}/{kind}/{held[kind]}") for kind in held if kind in WITH_TEXTS}
        texts |= {"objections": self._act(f"{API}/objections/{objected['objection_id']}")} if objected else {}
        texts |= {"rechecks": self._act(complaint), **self._erasures.get(one, {})} if complaint else {}
        return Dossier(
            *(stage, group),
            one,
            household,
            tuple(facts.get("application-amended", filed)["member_ids"]),
            self._forms[one]["members"][0]["id_number"],
            self._forms[one]["members"][0]["name"],
            objected.get("objection_id", new_id()),
            self._receipts.get(one, NO_RECEIPT),
            self._early.get(one, new_id()),
            hold.get("hold_id", new_id()),
            self._substitutions.get(one, new_id()),
            helper(group).person if stage is Stage.REGISTERED else new_id(),
            self._handovers.get(one, new_id()),
            self._runs.get(one, new_id()),
            next((each["event_id"] for each in shown["history"] if "application-reviewed" in each["type"]), new_id()),
            self._digest(held.get("public-notices")),
            shown["history"][0]["event_id"],
            evidence.get("evidence_id", new_id()),
            held,
            {kind: ids[0] for kind, text in texts.items() if (ids := _text_ids(text))},
            self._cases_of(group, stage, facts) | ({"recheck_id": _last(complaint)} if complaint else {}),
            self._changes[group],
        )

    def _digest(self, notice: str | None) -> str:
        """What the printed sheet of a notice bears, whoever prints it."""
        if notice is None:
            return NO_DIGEST
        stream, service = f"public_notice/{notice}", self.served.embedded.identification
        posted = public_notice_decider.types.read(service.store.load({stream: 0})[stream][0])
        assert posted
        return mark(service.vault, Form.PUBLIC_NOTICE, posted, 1).digest

    def _cases_of(self, group: str, stage: Stage, facts: dict[str, Any]) -> dict[str, str]:
        cases = self._cases.get((group, stage), {})
        enrolled = self.read(f"{INDUSTRY}/projects/{cases['project_id']}/enrolments")["items"] if cases else []
        match = {"data_match_id": facts.get("data-match-raised", {}).get("data_match_id", new_id())}
        return {**cases, **match, **({"enrolment_id": enrolled[0]["enrolment_id"]} if enrolled else {})}

    def _act(self, path: str) -> str:
        if path not in self._read:
            self._read[path] = str(self.read(path))
        return self._read[path]


def officer(group: str) -> Principal:
    """The officer of a group's village."""
    return principal(f"officer-{group[:12]}", (Role.VILLAGE_OFFICER, group[:12]))


def judge(group: str) -> Principal:
    """Another officer of the village, who had no part in anything yet."""
    return principal(f"judge-{group[:12]}", (Role.VILLAGE_OFFICER, group[:12]))


def convener(group: str) -> Principal:
    """The convener of a group."""
    return principal(f"convener-{group}", (Role.GROUP_CONVENER, group))


def helper(group: str) -> Principal:
    """The helper of a group's registered household."""
    return principal(f"helper-{group}", (Role.HOUSEHOLD_HELPER, group))


def register(group: str) -> Principal:
    """The vehicle register of a group's village."""
    register = principal(f"register-{group[:12]}", (Role.DEPARTMENT_SYSTEM, group[:12]))
    return replace(register, scopes=frozenset({"data-match:vehicle"}), department="public_security")


def reviewer(group: str) -> Principal:
    """The reviewer of a group's township."""
    return principal(f"reviewer-{group[:9]}", (Role.TOWNSHIP_REVIEWER, group[:9]))


def _last(location: str) -> str:
    return location.rpartition("/")[2]


def _acts(facts: dict[str, dict[str, Any]]) -> dict[str, str]:
    acts = {
        "group-meetings": facts.get("application-deliberated", {}).get("meeting_id"),
        "public-notices": facts.get("application-posted", {}).get("notice_id"),
        "village-verifications": facts.get("application-verified", {}).get("round_id"),
        "review-rounds": facts.get("application-drawn-for-review", {}).get("round_id"),
    }
    return {kind: act for kind, act in acts.items() if act}


def _text_ids(shown: str) -> list[str]:
    return re.findall(f"'text_id': '({_ID.pattern})'", shown)
