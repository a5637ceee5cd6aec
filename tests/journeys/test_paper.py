"""Paper: a printed notice shows the rows of the sheet and of the board, and whoever holds a paper can look it up."""

import re
from typing import Any

import pytest
from dossier import Stage
from dossiers import GATEWAY, GROUPS, Countryside, officer, reviewer
from gateway.notice_board.names import shown
from huangxi import API
from printed import everything_in, text_of
from yihu.demo.printed import rows_of

GROUP, VILLAGE = GROUPS[0], GROUPS[0][:12]


def notice_of(countryside: Countryside, stage: Stage) -> str:
    return f"{API}/public-notices/{countryside.at(GROUP, stage).acts['public-notices']}"


def read(countryside: Countryside, path: str) -> Any:
    answer = countryside.served.ask(officer(GROUP), "GET", f"{path}?purpose=public_notice")
    assert answer.is_success, answer.text
    return answer


def test_the_printed_notice_the_sheet_and_the_board_show_the_same_rows(countryside: Countryside) -> None:
    notice = notice_of(countryside, Stage.HANGING)
    sheet, pdf = read(countryside, f"{notice}/sheet").json(), read(countryside, f"{notice}/sheet.pdf").content
    board = countryside.served.http.get(f"{GATEWAY}/notice-board/{VILLAGE}").json()
    (hanging,) = (each for each in board["notices"] if each["number"] == sheet["number"])

    rows = [*rows_of(pdf)]
    assert rows
    assert rows == [(row["group"], row["head"], row["household_size"]) for row in sheet["rows"]]
    masked = [(group, shown(head, board["names"]), size) for group, head, size in rows]
    assert masked == [(row["group"], row["head"], row["household_size"]) for row in hanging["households"]]
    for name in ("number", "how_to_object"):
        assert "".join(hanging[name].split()) in text_of(pdf)


def test_on_a_printed_notice_stands_nothing_that_was_typed_but_the_heads_names(countryside: Countryside) -> None:
    for stage in (Stage.POSTED, Stage.HANGING, Stage.REGISTERED):
        notice = notice_of(countryside, stage)
        heads = [row["head"] for row in read(countryside, f"{notice}/sheet").json()["rows"]]
        printed = everything_in(read(countryside, f"{notice}/sheet.pdf").content)

        assert countryside.canaries.found(printed) == {f"name {head}" for head in heads}


@pytest.mark.parametrize("purpose", ["case_work", "identity_check"])
def test_on_a_filled_form_stand_names_and_only_for_an_identity_check_id_numbers(
    countryside: Countryside, purpose: str
) -> None:
    it = countryside.at(GROUP, Stage.REGISTERED)
    path = f"{API}/applications/{it.application_id}/application-form.pdf?purpose={purpose}"
    answer = countryside.served.ask(officer(GROUP), "GET", path)
    found = countryside.canaries.found(everything_in(answer.content))

    assert answer.is_success, answer.text
    assert {kind.partition(" ")[0] for kind in found} == {"name"} | ({"id_number"} if "check" in purpose else set())
    assert ("id_number " + it.id_number in found) == (purpose == "identity_check")


def test_on_the_papers_of_acts_stand_names_and_what_was_typed_there_and_no_number(countryside: Countryside) -> None:
    it = countryside.at(GROUP, Stage.REGISTERED)
    papers = (
        (officer, f"applications/{it.application_id}/visit-sheet"),
        (officer, f"group-meetings/{it.acts['group-meetings']}/sheet"),
        (reviewer, f"review-rounds/{it.acts['review-rounds']}/table"),
    )
    for who, paper in papers:
        answer = countryside.served.ask(who(GROUP), "GET", f"{API}/{paper}.pdf?purpose=case_work")
        found = countryside.canaries.found(everything_in(answer.content))

        assert answer.is_success, answer.text
        assert {each.partition(" ")[0] for each in found} <= {"name", "text"}
        assert any(each.startswith("name ") for each in found)


def test_whoever_holds_a_printed_notice_is_told_that_it_was_made_here(countryside: Countryside) -> None:
    pdf = read(countryside, f"{notice_of(countryside, Stage.HANGING)}/sheet.pdf").content
    document, _, rest = text_of(pdf).partition("文书编号：")[2].partition("校验码：")
    page = countryside.served.http.get(f"/documents/{document}?digest={rest[:32]}")

    assert page.status_code == 200, page.text
    assert "系统出具过这份文书" in page.text
    assert "公示名单" in page.text
    assert countryside.canaries.found(page.content) == set()
    assert countryside.served.http.get(f"/documents/{document}?digest={'0' * 32}").status_code == 404


def test_whoever_holds_a_receipt_reads_how_the_objection_or_complaint_stands(countryside: Countryside) -> None:
    open_still, decided = countryside.at(GROUPS[1], Stage.OBJECTED), countryside.at(GROUP, Stage.RULED)
    complained = countryside.at(GROUP, Stage.OFFERED)
    told = {
        "逾期，已转上级，由": open_still,
        "已于2015-06-30答复：异议不成立。": decided,
        "已于2015-08-03答复：已排除。": complained,
    }
    for said, it in told.items():
        code = it.receipt
        page = countryside.served.http.post("/objections", data={"receipt_code": code.lower()})

        assert page.status_code == 200, page.text
        assert said in page.text
        assert countryside.canaries.found(page.content) == set()
        assert not re.search("徐|[一二]组", page.text)
        assert code not in countryside.served.log.read_text("utf-8")
