"""What must hold after the story, looked at over HTTP as its readers would."""

from collections.abc import Iterator

from casework.roles import Role
from chronicle.verification import verify
from gateway.notice_board import names

from yihu.demo.households import FIRST_LIST, SECOND_LIST
from yihu.demo.printed import rows_of
from yihu.demo.registers import facts_of
from yihu.demo.steps import print_sheet, read_sheet
from yihu.demo.story import REGISTERS, Told
from yihu.demo.village import GATEWAY, GROUP, VILLAGE, Village, eventually, reason_in
from yihu.embedded import officer

Check = tuple[str, bool]
NOTED = "assistance-noted"
REVIEWED = "identification.application-reviewed.v1"
VERIFIED = "identification.application-verified.v1"
ABOVE = "income_above_line"
REFUSED = {
    "second application": "second-open-application",
    "closing 3 early": "notice-not-over",
    "closing 5 early": "notice-not-over",
    "closing 7 early": "notice-not-over",
    "own objection": "objection-judged-by-performer",
    "own work": "rows-refused",
    "open match": "rows-refused",
    "upheld match": "rows-refused",
    "not registered": "household-not-registered",
    "no place left": "rows-refused",
}
REGISTERED = ("黄小满", "陈谷雨", "周立夏", "徐白露")
# By the village, when it visited them.
REJECTED = ("方惊蛰", "许寒露")


def checks(village: Village, told: Told) -> Iterator[Check]:
    """Check refusals, register, queues, history, board and scope."""
    for what, code in REFUSED.items():
        yield f"refused: {what} ({code})", told.refused[what].json().get("code") == code
    yield from _objection(village, told)
    yield from _matches(village, told)
    yield from _register(village, told)
    yield from _decisions(village, told)
    yield from _queues(village)
    yield from _timeline(village, told)
    yield from _assistance(village, told)
    yield from _board(village)
    yield from _paper(village, told)
    yield from _scope(village, told)
    stores = [service.database for service in village.embedded.recording.values()]
    yield "every stored event is as it was recorded", not any(verify(database) for database in stores)


def _objection(village: Village, told: Told) -> Iterator[Check]:
    before, after = told.receipts
    yield "an objection is due in five working days, a holiday not among them", before["due_on"] == "2015-06-23"
    yield "its receipt says when it was dismissed", (after["state"], after["resolution"]) == ("resolved", "dismissed")
    yield "and names nobody", not {"application_id", "household_id", "objector"} & {*before, *after}
    shown = village.read(village.village_officer, told.objection, "").json()
    yield "no event holds what was objected", "门面" not in str(shown)
    yield "it is kept that nobody gave a name", shown["history"][0]["facts"]["objector"] is None
    closed = village.read(village.village_officer, told.notices[3], "").json()["history"][1:]
    days = {each["on"]: len(each["facts"]["closed"]) for each in closed}
    yield "the household objected to stayed on its notice two days longer", days == {"2015-06-19": 5, "2015-06-21": 1}


def _matches(village: Village, told: Told) -> Iterator[Check]:
    cleared, upheld = (told.applications[head] for _, _, head in REGISTERS)
    row_codes = {row["code"] for row in told.refused["open match"].json()["rows"]}
    yield "a household with an open match cannot pass", row_codes == {"data-match-open"}
    upheld_rows = {row["id"]: row["code"] for row in told.refused["upheld match"].json()["rows"]}
    yield "with an upheld one neither, and with a cleared one it can", upheld_rows == {upheld: "data-match-upheld"}
    yield "what the registers say is read as it was sent", told.looked_at == [facts for _, facts, _ in REGISTERS]
    decided = [facts_of(village, one, "data-match-decided")[0]["decision"] for one in (cleared, upheld)]
    yield "one match was cleared and one upheld", decided == ["cleared", "upheld"]
    shown = village.read(village.village_officer, f"/applications/{upheld}").json()
    yield "no event holds what the register said", "工资" not in str(shown)
    verdicts = [each["facts"]["outcome"]["verdict"] for each in shown["history"] if "outcome" in each["facts"]]
    yield "the returned household was visited again and rejected", verdicts == ["pass", "return", "reject"]


def _register(village: Village, told: Told) -> Iterator[Check]:
    rows = village.read(village.village_officer, f"/registered-households?area={VILLAGE}").json()["items"]
    numbers = sorted(row["household_no"] for row in rows)
    yield "four households are in the register", len(rows) == len(REGISTERED)
    yield "their numbers run from 1 in the village", numbers == [f"{VILLAGE}{n:05d}" for n in range(1, len(rows) + 1)]
    yield "each was registered by the line of 2014", {row["poverty_line"] for row in rows} == {"2800.00"}
    ours = {told.applications[head] for head in REGISTERED}
    yield "they are those who passed every step", {row["application_id"] for row in rows} == ours


def _decisions(village: Village, told: Told) -> Iterator[Check]:
    agreed, holding = [], {}
    for head in (*REGISTERED, *REJECTED):
        shown = village.read(village.village_officer, f"/applications/{told.applications[head]}").json()
        decided = VERIFIED if head in REJECTED else REVIEWED
        decision = next(each["event_id"] for each in reversed(shown["history"]) if each["type"] == decided)
        explained = village.read(village.village_officer, f"/decisions/{decision}").json()
        holding[head] = [clause["clause"] for clause in explained["clauses"] if clause["holds"]]
        again = village.write(village.village_officer, f"/decisions/{decision}/verify", None)
        agreed.append(again.json()["agreement"])
    yield "no clause of the rule holds for those who passed", not any(holding[head] for head in REGISTERED)
    yield "with the salary the line is reached, and the village's decision says so", holding["许寒露"] == [ABOVE]
    yield "each decision, executed again, agrees with its receipt", agreed == ["agrees"] * len(holding)


def _queues(village: Village) -> Iterator[Check]:
    queues = village.read(village.village_officer, f"/work-queues?area={VILLAGE}").json()
    yield "every open application is in one queue", sum(queue["count"] for queue in queues) == len(SECOND_LIST)
    lists = [
        village.read(village.village_officer, f"/work-queues/{queue['queue']}?area={VILLAGE}").json()["items"]
        for queue in queues
    ]
    yield "every count equals its list", [queue["count"] for queue in queues] == [len(rows) for rows in lists]


def _timeline(village: Village, told: Told) -> Iterator[Check]:
    path = f"/households/{told.households['黄小满']}/timeline"
    entries = village.read(village.village_officer, path, GATEWAY).json()["entries"]
    kinds = [entry["type"].partition(".")[2].rpartition(".")[0] for entry in entries]
    yield "the history begins with the application", {"application-filed", "household-recorded"} == set(kinds[:2])
    yield "seven steps lead to the registration", kinds.count("household-registered") == 1
    yield (
        "every entry says who, when and by which rule",
        all(
            entry["actor"]["person"] and entry["valid_on"] and entry["recorded_at"] and entry["receipt"]
            for entry in entries
        ),
    )
    known = village.read(village.village_officer, f"{path}?known_at=2015-06-30T00:00:00%2B08:00", GATEWAY).json()
    yield "on 30 June nothing of the registration was known", len(known["entries"]) < len(entries)
    yield "no name and no ID number is in the history", not _personal(str(entries))


def _assistance(village: Village, told: Told) -> Iterator[Check]:
    for track, household in told.assisted.items():
        path = f"/households/{household}/timeline"
        entries = eventually(
            lambda: village.read(village.village_officer, path, GATEWAY).json()["entries"],  # noqa: B023 - asked here
            lambda entries: NOTED in entries[-1]["type"],
        )
        sources = [entry["source"] for entry in entries]
        in_order = track in sources and sources.index("identification") < sources.index(track)
        yield f"the history tells of {track} after the registration", in_order
        yield f"identification noted what {track} decided", NOTED in entries[-1]["type"]


def _board(village: Village) -> Iterator[Check]:
    # A public page waits for nothing: the list is on it when the gateway has heard of it.
    board = eventually(
        lambda: village.look(f"{GATEWAY}/notice-board/{VILLAGE}").json(), lambda board: bool(board["notices"])
    )
    page = village.look(f"/notice-board/{VILLAGE}")
    heads = [row["head"] for notice in board["notices"] for row in notice["households"]]
    yield "the notice board shows today's list alone", len(heads) == len(SECOND_LIST)
    yield "given names are masked on the web", sorted(heads) == ["孙**", "郑**"]
    yield "the page answers without a login", page.status_code == 200 and "孙**" in page.text  # noqa: PLR2004
    yield (
        "no ID number is on the page",
        not any(member["id_number"] in page.text for household in SECOND_LIST for member in household.body["members"]),
    )


def _paper(village: Village, told: Told) -> Iterator[Check]:
    pdf = print_sheet(village, told.open_notice)
    if not pdf.is_success:
        yield "without a Chinese typeface one is asked for", reason_in(pdf)["code"] == "typeface-missing"
        return
    rows = [*rows_of(pdf.content)]
    sheet = read_sheet(village, told.open_notice).json()
    on_sheet = [(row["group"], row["head"], row["household_size"]) for row in sheet["rows"]]
    yield "the printed notice shows the rows of its sheet", len(rows) == len(SECOND_LIST) and rows == on_sheet
    board = village.look(f"{GATEWAY}/notice-board/{VILLAGE}").json()
    (notice,) = (each for each in board["notices"] if each["number"] == sheet["number"])
    on_board = [(row["group"], row["head"], row["household_size"]) for row in notice["households"]]
    masked = [(group, names.shown(head, board["names"]), size) for group, head, size in rows]
    yield "and those of the notice board, names masked as there", masked == on_board


def _scope(village: Village, told: Told) -> Iterator[Check]:
    stranger = officer(Role.VILLAGE_OFFICER, "360424107201")
    absent = village.read(stranger, "/applications/00000000-0000-7000-8000-000000000000")
    elsewhere = village.read(stranger, f"/applications/{told.applications['黄小满']}")
    yield (
        "another village's officer finds nothing",
        (elsewhere.status_code, elsewhere.json()["code"])
        == (
            absent.status_code,
            absent.json()["code"],
        ),
    )
    other_group = officer(Role.GROUP_CONVENER, GROUP[:12] + "02")
    body = village.read(other_group, f"/registered-households?area={VILLAGE}")
    yield "another group's convener sees nobody of this one", not body.is_success or not body.json()["items"]


def _personal(text: str) -> bool:
    members = [member for household in FIRST_LIST for member in household.body["members"]]
    return any(member["name"] in text or member["id_number"] in text for member in members)
