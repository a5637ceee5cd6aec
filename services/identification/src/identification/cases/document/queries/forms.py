"""What a household's own papers show: the application form as it stands, and the sheet of the visit to its home."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from casework.codes import HouseGrade, PovertyCause, SchoolStatus
from casework.income import Income, net_income, per_capita_net_income
from casework.labels import Labelled
from chronicle.handling import Handler
from chronicle.messages import Recorded
from chronicle.refusals import NotFound

from identification.cases.application.decisions.state import Application
from identification.cases.application.events import ApplicationVerified
from identification.cases.application.findings import ApplicantKind, Living, Outcome, Value
from identification.cases.application.gather import application_decider
from identification.cases.document.queries.marks import told_in
from identification.cases.household.events import Member
from identification.cases.household.gather import household_decider
from identification.cases.public_notice.queries import full_name
from identification.paper.forms import Form
from identification.people.persons import PersonField

Texts = Mapping[PersonField, str]


class NoVisitYet(NotFound, code="no-visit-yet", zh="村里还没有登记对该户的入户核查，没有核查表可以打印。"):
    """The village's visit to this household was not recorded yet, so there is no sheet to print."""


class MemberLine(Value):
    """A member on the form; ``name`` is null when the person was erased, ``id_number`` unless the purpose shows it."""

    name: str | None
    id_number: str | None
    relation: str
    health: str
    skill: str
    school: str


class ApplicationForm(Value):
    """An application as it stands; ``restated_on`` when it was amended or corrected since it was filed.

    ``ticked`` are the labels of what was chosen; ``kin_of_cadres`` says of how many cadres members are kin.
    """

    area: str
    filed_on: date
    restated_on: date | None
    members: tuple[MemberLine, ...]
    applicant: str | None
    kin_of_cadres: int
    income: Income
    living: Living
    ticked: tuple[str, ...]


class VisitSheet(Value):
    """A visit to a home: what the household stated before it, line by line, and what the village found and concluded.

    ``findings`` is null when it was erased together with the household; ``proofs`` counts what proves a clause of the
    rule that holds.
    """

    area: str
    head: str | None
    visited_on: date
    stated: tuple[tuple[str, str], ...]
    ticked: tuple[str, ...]
    return_to: int | None
    proofs: int
    findings: str | None
    verifiers: int
    evidence: int


def head_of(history: Sequence[Recorded[Any]]) -> str:
    """Who is the head of the household, as its application stood after its history."""
    return _application(history).filed.head_id


def people_on_form(history: Sequence[Recorded[Any]]) -> list[str]:
    """Whom an application form names: the members, and who applied."""
    filed = _application(history).filed
    return [*dict.fromkeys((*filed.member_ids, filed.applicant.person_id))]


def application_form(
    handler: Handler, history: Sequence[Recorded[Any]], people: Mapping[str, Texts]
) -> ApplicationForm:
    """The form of an application as it stands, with what was read of its people."""
    application, told = _application(history), told_in(Form.APPLICATION_FORM, history)
    filed, stated_on = application.filed, told.valid_on if told else application.filed_on
    members = _members(handler, application, told)
    return ApplicationForm(
        area=full_name(handler, filed.group_code, application.filed_on),
        filed_on=application.filed_on,
        restated_on=stated_on if told and told.stored.version > 1 else None,
        members=tuple(_line(members.get(one), people.get(one, {})) for one in members or filed.member_ids),
        applicant=people.get(filed.applicant.person_id, {}).get(PersonField.NAME),
        kin_of_cadres=len(filed.kin_of_cadres),
        income=filed.income,
        living=filed.living,
        ticked=tuple(_ticked(filed.living, filed.causes, filed.applicant.kind)),
    )


def visited(history: Sequence[Recorded[Any]]) -> Recorded[ApplicationVerified]:
    """The village's last visit to a household; refused as NoVisitYet."""
    if told := told_in(Form.VISIT_SHEET, history):
        return told
    raise NoVisitYet


def visit_sheet(
    handler: Handler, history: Sequence[Recorded[Any]], head: str | None, findings: str | None
) -> VisitSheet:
    """The sheet of the village's last visit to a household; refused as NoVisitYet."""
    visit = visited(history)
    before = history[: visit.stored.version - 1]
    application = _application(before)
    filed, place = application.filed, handler.codes().on(visit.valid_on).now(application.filed.group_code)
    members = _members(handler, application, told_in(Form.APPLICATION_FORM, before))
    persons = len(filed.member_ids)
    eligibility = visit.event.eligibility
    return VisitSheet(
        area=full_name(handler, place, visit.valid_on),
        head=head,
        visited_on=visit.event.visited_on,
        stated=(
            *_of_members(persons, members.values()),
            ("上年收入", _income(filed.income, persons)),
            ("耕地林地", f"耕地{filed.living.arable_land_mu}亩，林地{filed.living.forest_land_mu}亩"),
            ("住房安全", f"{filed.living.house_grade.zh}，{filed.living.housing_area_m2}平方米"),
            ("饮水安全", "，".join(_water(filed.living))),
            ("致贫原因", "、".join(cause.zh for cause in filed.causes)),
        ),
        ticked=tuple(_verdict(visit.event.outcome)),
        return_to=visit.event.outcome.return_to,
        proofs=sum(len(statement.evidence) for statement in eligibility.stated) if eligibility else 0,
        findings=findings,
        verifiers=len(visit.event.performed_by),
        evidence=len(visit.event.evidence),
    )


def _application(history: Sequence[Recorded[Any]]) -> Application:
    application = application_decider.fold(history)
    if application is None:
        raise NotFound
    return application


def _members(handler: Handler, application: Application, told: Recorded[Any] | None) -> dict[str, Member]:
    """The members as the household had them when the application stated what it tells; each under their id."""
    stream = f"{household_decider.name}/{application.filed.household_id}"
    stored = handler.store.load({stream: 0})[stream] if told else ()
    then = [
        each
        for each in stored
        # Stated together they are in one command; partitions may have other clocks.
        if told and (each.command_id == told.stored.command_id or each.recorded_at < told.recorded_at)
    ]
    household = household_decider.fold(each for each in map(household_decider.types.read, then) if each)
    mine = frozenset(application.filed.member_ids)
    return {one.person_id: one for one in household.members if one.person_id in mine} if household else {}


def _line(member: Member | None, texts: Texts) -> MemberLine:
    facts = (member.relation_to_head, member.health_status, member.labour_skill, member.school_status) if member else ()
    relation, health, skill, school = (fact.zh for fact in facts) if facts else ("",) * 4
    return MemberLine(
        name=texts.get(PersonField.NAME),
        id_number=texts.get(PersonField.ID_NUMBER),
        relation=relation,
        health=health,
        skill=skill,
        school=school,
    )


def _ticked(living: Living, causes: Iterable[PovertyCause], kind: ApplicantKind) -> list[str]:
    grade: HouseGrade = living.house_grade
    return [grade.zh, kind.zh, *(cause.zh for cause in causes)]


def _of_members(persons: int, members: Iterable[Member]) -> tuple[tuple[str, str], ...]:
    known = [*members]
    at_school = [one.school_status for one in known if one.school_status is not SchoolStatus.NOT_AT_SCHOOL]
    return (
        ("家庭成员", f"{persons}人：" + "、".join(one.relation_to_head.zh for one in known)),
        ("健康状况", _counted(one.health_status for one in known)),
        ("劳动力", _counted(one.labour_skill for one in known)),
        ("在校学生", _counted(at_school) or "无"),
    )


def _counted(words: Iterable[Labelled]) -> str:
    return "、".join(f"{word.zh}{count}人" for word, count in Counter(words).items())


def _income(income: Income, persons: int) -> str:
    net, each = net_income(income), per_capita_net_income(income, persons)
    return f"纯收入{_money(net)}元，人均{_money(each)}元"


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _water(living: Living) -> tuple[str, str]:
    return "安全" if living.water_safe else "不安全", "困难" if living.water_difficult else "不困难"


def _verdict(outcome: Outcome) -> list[str]:
    said = (outcome.verdict, outcome.rejection_reason, outcome.return_reason)
    return [each.zh for each in said if each]
