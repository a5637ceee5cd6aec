"""The story the demo tells: what happens in June and July 2015, and a second list today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casework.roles import Role
from httpx2 import Response

from yihu.demo import assistance, registers, steps
from yihu.demo.households import FIRST_LIST, SECOND_LIST, Household
from yihu.demo.village import GROUP, IDENTIFICATION, TOWNSHIP, VILLAGE, Village, reason_in
from yihu.embedded import officer

Telling = Iterator[str]
STEPS = {
    1: "household application 农户申请",
    2: "group review 组级评议",
    3: "group notice 组级公示",
    4: "village verification 村级审核",
    5: "village notice 村级公示",
    6: "township review 乡级复核",
    7: "final village notice 村级公示",
}
# Which register has whom, and what the township finds of it.
REGISTERS = (
    ("vehicle", "登记有面包车一辆，2014年购置。", "周立夏"),
    ("payroll", "在乡文化站领取工资，每月1800元。", "许寒露"),
)
FOUND = (
    ("register_outdated", "车辆已于2015年3月过户，登记未更新。"),
    ("undeclared", "属实，申请时未申报工资收入。"),
)


@dataclass
class Told:
    """What the story left behind, to look at and to check."""

    households: dict[str, str] = field(default_factory=dict)
    applications: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Response] = field(default_factory=dict)
    notices: dict[int, str] = field(default_factory=dict)
    assisted: dict[str, str] = field(default_factory=dict)
    receipts: list[dict[str, Any]] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)
    objection: str = ""
    open_notice: str = ""

    def ids(self, households: Sequence[Household]) -> list[str]:
        """The applications of some households."""
        return [self.applications[household.head] for household in households]


class Unexpected(Exception):
    """The story went another way than it is told."""


def tell(village: Village, told: Told) -> Telling:
    """Walk the first list through the seven steps and post the second; a sentence for each thing that happens."""
    village.clock.set(date(2015, 6, 1))
    _done(steps.open_group(village))
    yield "2015-06-01     Huangxi village (黄溪村) opens its first villager group (一组)."
    yield from _apply(village, told, [*FIRST_LIST, *SECOND_LIST], date(2015, 6, 2))
    rows = {household.head: told.applications[household.head] for household in FIRST_LIST}
    yield from _deliberate(village, told, rows)
    rows.pop("刘芒种")
    yield from _group_notice(village, told, rows)
    yield from _verify(village, rows)
    rows.pop("方惊蛰")
    yield from _notice(village, told, 5, (date(2015, 6, 24), date(2015, 7, 1)), list(rows.values()))
    yield from _hear_registers(village, told)
    yield from _review(village, told, rows)
    yield from _verify_again(village, rows.pop("许寒露"))
    yield from _notice(village, told, 7, (date(2015, 7, 6), date(2015, 7, 13)), list(rows.values()))
    yield f"               {len(rows)} households are registered 建档立卡."
    yield from _assist(village, told)
    yield from _post_today(village, told, told.ids(SECOND_LIST))


def _apply(village: Village, told: Told, households: Sequence[Household], on: date) -> Telling:
    village.clock.set(on)
    for household in households:
        answer = _done(steps.apply(village, household, on))
        application = answer.headers["Location"].removeprefix(IDENTIFICATION)
        told.applications[household.head] = application.rpartition("/")[2]
        shown = village.read(village.village_officer, application).json()
        told.households[household.head] = shown["household_id"]
    yield f"{_step(on, 1)} {len(households)} households apply; names and ID numbers are sealed, each typed once."
    told.refused["second application"] = steps.apply(village, households[0], on, told.households[households[0].head])
    yield _refused(village, told.refused["second application"])


def _deliberate(village: Village, told: Told, rows: dict[str, str]) -> Telling:
    on = date(2015, 6, 10)
    village.clock.set(on)
    votes = dict.fromkeys(rows.values(), (29, 2, 1)) | {rows["刘芒种"]: (9, 21, 2)}
    _done(steps.deliberate(village, on, votes))
    yield f"{_step(on, 2)} the group meets, 32 of 40 entitled; {len(rows) - 1} of {len(rows)} households accepted."
    later = {told.applications[household.head]: (30, 1, 1) for household in SECOND_LIST}
    _done(steps.deliberate(village, on, later))
    yield f"{_step(on, 2)} a second meeting accepts {len(later)} households, for the list at the end."


def _notice(village: Village, told: Told, step: int, days: tuple[date, date], rows: Sequence[str]) -> Telling:
    posted_on, closed_on = days
    yield from _post(village, told, step, posted_on, rows)
    village.clock.set(closed_on)
    _done(steps.close(village, village.village_officer, told.notices[step], closed_on))
    yield f"{_step(closed_on, step)} the notice is closed by a signed act; nobody objected."


def _post(village: Village, told: Told, step: int, on: date, rows: Sequence[str]) -> Telling:
    who, area = (village.convener, GROUP) if step == 3 else (village.village_officer, VILLAGE)  # noqa: PLR2004
    village.clock.set(on)
    notice = told.notices[step] = _done(steps.post(village, who, area, step, on, rows)).headers["Location"]
    yield f"{_step(on, step)} {len(rows)} households are posted for seven days, the first included."
    early = on.replace(day=on.day + 3)
    village.clock.set(early)
    told.refused[f"closing {step} early"] = steps.close(village, who, notice, early)
    yield _refused(village, told.refused[f"closing {step} early"])


def _group_notice(village: Village, told: Told, rows: dict[str, str]) -> Telling:
    days = [date(2015, 6, day) for day in (12, 15, 17, 19, 21)]
    posted_on, raised_on, decided_on, closed_on, last = days
    yield from _post(village, told, 3, posted_on, list(rows.values()))
    notice = told.notices[3]
    village.clock.set(raised_on)
    raised = _done(steps.object_to(village, notice, rows["徐白露"], raised_on))
    told.objection, code = raised.headers["Location"], raised.json()["receipt_code"]
    yield f"{_step(raised_on, 3)} somebody who gives no name objects 匿名异议 to one household, and gets a receipt."
    told.receipts.append(_looked_up(village, code))
    yield f"               receipt 回执 {code}: {told.receipts[-1]['state']}, due on {told.receipts[-1]['due_on']}."
    village.clock.set(decided_on)
    told.refused["own objection"] = steps.resolve(village, village.village_officer, told.objection, decided_on)
    yield _refused(village, told.refused["own objection"])
    _done(steps.resolve(village, village.arbiter, told.objection, decided_on))
    told.receipts.append(_looked_up(village, code))
    yield f"{_step(decided_on, 3)} the village team looks into it and dismisses it 异议不成立; two days do not count."
    yield f"               receipt 回执 {code}: {told.receipts[-1]['state']}, {told.receipts[-1]['resolution']}."
    village.clock.set(closed_on)
    remaining = _done(steps.close(village, village.convener, notice, closed_on)).json()["remaining"]
    yield f"{_step(closed_on, 3)} the notice is closed by a signed act; {len(remaining)} household stays on it 顺延."
    village.clock.set(last)
    _done(steps.close(village, village.convener, notice, last))
    yield f"{_step(last, 3)} its seven days are full, and the notice is closed for it too."


def _looked_up(village: Village, code: str) -> dict[str, Any]:
    status: dict[str, Any] = _done(steps.look_up(village, code)).json()
    return status


def _verify(village: Village, rows: dict[str, str]) -> Telling:
    on = date(2015, 6, 22)
    village.clock.set(on)
    car = {"verdict": "reject", "rejection_reason": "vehicle_or_machine"}
    _done(steps.verify(village, on, dict.fromkeys(rows.values(), steps.PASS) | {rows["方惊蛰"]: car}))
    yield f"{_step(on, 4)} every household is visited; one owns a car and is rejected, with the reason."


def _hear_registers(village: Village, told: Told) -> Telling:
    on = date(2015, 7, 2)
    village.clock.set(on)
    for kind, facts, head in REGISTERS:
        (household,) = (each for each in FIRST_LIST if each.head == head)
        _done(registers.send(village, kind, household, facts, on))
    yield f"{on}     two departments 数据比对 send whom their registers have, by ID number; each is found by itself."
    for _, _, head in REGISTERS:
        (match,) = registers.raised(village, told.applications[head])
        told.looked_at.append(_done(registers.look(village, match)).text)
    yield "               the township opens what they say, each look written down first: a van, and a salary."


def _decide_matches(village: Village, told: Told, on: date) -> Telling:
    for (_, _, head), (reason, findings) in zip(REGISTERS, FOUND, strict=True):
        (match,) = registers.raised(village, told.applications[head])
        _done(registers.decide(village, match, reason, findings, on))
    yield f"{_step(on, 6)} the van was sold, and that match is cleared 已排除; the salary is true, and upheld 属实."


def _review(village: Village, told: Told, rows: dict[str, str]) -> Telling:
    on = date(2015, 7, 3)
    village.clock.set(on)
    passed = dict.fromkeys(rows.values(), steps.PASS)
    review_round = _done(steps.draw(village, on, list(passed))).headers["Location"]
    yield f"{_step(on, 6)} the township draws whom to visit, from a seed anybody can draw again."
    own_work = officer(Role.TOWNSHIP_REVIEWER, TOWNSHIP[:9], village.verifiers[0])
    told.refused["own work"] = steps.review(village, own_work, review_round, on, passed)
    yield _refused(village, told.refused["own work"])
    told.refused["open match"] = steps.review(village, village.reviewer, review_round, on, passed)
    yield _refused(village, told.refused["open match"])
    yield from _decide_matches(village, told, on)
    told.refused["upheld match"] = steps.review(village, village.reviewer, review_round, on, passed)
    yield _refused(village, told.refused["upheld match"])
    returned = {"verdict": "return", "return_to": 4, "return_reason": "income_unclear"}
    _done(steps.review(village, village.reviewer, review_round, on, passed | {rows["许寒露"]: returned}))
    yield f"{_step(on, 6)} {len(rows) - 1} households pass, income below the line of 2014, each with its receipt;"
    yield "               the one with the salary is returned 退回 to the village, its income unclear."


def _verify_again(village: Village, returned: str) -> Telling:
    on = date(2015, 7, 5)
    village.clock.set(on)
    salary = {"verdict": "reject", "rejection_reason": "income_above_line"}
    _done(steps.correct_wages(village, returned, "21600.00", on))
    _done(steps.verify(village, on, {returned: salary}))
    yield f"{_step(on, 4)} the salary is entered as income; visited again, the household is rejected, above the line."


def _assist(village: Village, told: Told) -> Telling:
    on = date(2015, 7, 20)
    village.clock.set(on)
    moving, fishing, farming, poor = (told.households[head] for head in ("黄小满", "周立夏", "徐白露", "陈谷雨"))
    told.refused["not registered"] = assistance.propose(village, told.households["刘芒种"], on)
    yield _refused(village, told.refused["not registered"])
    relocation = _done(assistance.propose(village, moving, on)).headers["Location"]
    registered = village.read(village.village_officer, f"/applications/{told.applications['黄小满']}").json()
    _done(assistance.accept(village, relocation, registered["history"][-1]["facts"]["head_id"], on))
    yield f"{on}  relocation 易地搬迁: one household may move, floor area and own contribution worked out; it accepts."
    project = _done(assistance.open_project(village, on)).headers["Location"]
    _done(assistance.enrol(village, project, [fishing, farming], on))
    told.refused["no place left"] = assistance.enrol(village, project, [moving], on)
    yield f"{on}  industry 产业扶贫: a poultry project opens with two places, and two households take part."
    yield _refused(village, told.refused["no place left"])
    allowance = _done(assistance.assess(village, poor, 2, on)).headers["Location"]
    _done(assistance.approve(village, village.reviewer, allowance, "township", on))
    _done(assistance.approve(village, village.county_officer, allowance, "county", on))
    shown = village.read(village.village_officer, allowance, "").json()
    told.assisted |= {"relocation": moving, "industry": fishing, "safety-net": poor}
    yield f"{on}  safety net 农村低保: {shown['explained']['en']}"
    yield f"{on}  safety net 农村低保: the township approves, then the county, three persons in all."


def _post_today(village: Village, told: Told, rows: Sequence[str]) -> Telling:
    village.clock.release()
    today = village.clock.today()
    told.open_notice = _done(steps.post(village, village.convener, GROUP, 3, today, rows)).headers["Location"]
    yield f"{_step(today, 3)} on this day, the real one, a second list of {len(rows)} households is posted;"
    yield "               it stays open, so that there is a notice board to look at."


def _step(on: date, number: int) -> str:
    return f"{on}  {number}  {STEPS[number]}:"


def _done(answer: Response) -> Response:
    if not answer.is_success:
        raise Unexpected(f"{answer.status_code} {answer.text}")
    return answer


def _refused(village: Village, answer: Response) -> str:
    if answer.is_success:
        raise Unexpected("this should have been refused")
    why, indent = reason_in(answer), " " * 15
    return f"{indent}refused: {why['detail']} ({why['code']})\n{indent}         {village.told_in_chinese(answer)}"
