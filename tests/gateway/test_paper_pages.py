"""Pages for whoever holds a paper: they ask for a code, say how things stand, and show nobody's name."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from casework.roles import Role
from gateway.notice_board.pages import page
from gateway.notice_board.papers import ObjectionStatus
from identification.cases.recheck.findings import RecheckState
from identification.cases.recheck.queries import ComplaintStatus
from person_ids import person_id
from running_gateway import RunningGateway, running

OBJECTIONS, DOCUMENT = "/objections", f"/documents/public-notice/{person_id('nobody')}/1"
NO_RECEIPT, NO_DOCUMENT = "没有这个回执编号，请核对后再试。", "系统没有出具过这样的文书，请核对编号和校验码。"
AWAY = [{"identification_url": "http://127.0.0.1:9"}, {"public_token_file": None}]
STATUS = ObjectionStatus(
    state="resolved",
    received_on=date(2015, 6, 5),
    due_on=date(2015, 6, 12),
    duties=["village_officer"],
    resolution="dismissed",
    resolved_on=date(2015, 6, 9),
    said="已于2015-06-09答复：异议不成立。",
)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[RunningGateway]:
    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path) as gateway:
        yield gateway


def test_a_receipt_is_asked_for_in_a_form_that_keeps_its_code_out_of_the_address(gateway: RunningGateway) -> None:
    answer = gateway.client().get(OBJECTIONS)

    assert '<form action="/objections" method="post">' in answer.text
    assert 'name="receipt_code"' in answer.text
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert f'href="{OBJECTIONS}"' in gateway.client().get("/").text


def test_how_an_objection_stands_is_told_with_its_days() -> None:
    shown = bytes(page("objection.html", objection=STATUS, sentence=None).body).decode()

    for said in (STATUS.said, "2015年6月5日", "2015年6月12日", "2015年6月9日", "本页不显示任何人的姓名。"):
        assert said in shown


def test_a_complaint_that_repeats_another_is_shown_without_a_day_of_its_own() -> None:
    told = ComplaintStatus(
        state=RecheckState.REPEATED,
        received_on=date(2015, 9, 1),
        due_on=None,
        duties=[Role.COUNTY_OFFICER],
        resolution=None,
        resolved_on=None,
        said="与先前的投诉或异议相同，不再另行答复。",
    )
    status = ObjectionStatus.model_validate_json(told.model_dump_json())
    shown = bytes(page("objection.html", objection=status, sentence=None).body).decode()

    assert told.said in shown
    assert "期限" not in shown


@pytest.mark.parametrize("code", ["00000-00000", "", "1" * 41, "<b>"])
def test_a_code_on_no_receipt_is_answered_with_the_form_again(gateway: RunningGateway, code: str) -> None:
    answer = gateway.client().post(OBJECTIONS, data={"receipt_code": code})

    assert answer.status_code == 404
    assert NO_RECEIPT in answer.text
    assert 'name="receipt_code"' in answer.text
    assert "<b>" not in answer.text


@pytest.mark.parametrize("body", [b"", b"\xff\xfe=%ff", b"&" * 5, b'{"receipt_code": "7KQ4M-2XV9T"}'])
def test_what_is_no_form_is_no_receipt(gateway: RunningGateway, body: bytes) -> None:
    assert gateway.client().post(OBJECTIONS, content=body).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"{DOCUMENT}?digest={'0' * 32}",
        f"{DOCUMENT}?digest={'0' * 31}",
        DOCUMENT,
        f"{DOCUMENT}0000000?digest={'0' * 32}",
        f"/documents/banknote/{person_id('nobody')}/1?digest={'0' * 32}",
        f"/documents/%2e%2e/areas?digest={'0' * 32}",
    ],
)
def test_a_document_that_was_never_made_here_is_told_to_be_none(gateway: RunningGateway, path: str) -> None:
    answer = gateway.client().get(path)

    assert answer.status_code == 404
    assert NO_DOCUMENT in answer.text or "公示栏" in answer.text


@pytest.mark.parametrize("settings", AWAY)
def test_where_identification_cannot_be_asked_one_is_told_to_come_back(
    tmp_path: Path, settings: dict[str, object]
) -> None:
    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path, **settings) as gateway:
        asked = gateway.client().post(OBJECTIONS, data={"receipt_code": "00000-00000"})
        document = gateway.client().get(f"{DOCUMENT}?digest={'0' * 32}")

    for answer in (asked, document):
        assert answer.status_code == 503
        assert "请过几分钟再试" in answer.text
    assert document.headers["Retry-After"]


@pytest.mark.parametrize(
    ("standing", "annulled_on", "said"),
    [
        ("current", None, "没有变化"),
        ("older", None, "又有办理记录"),
        ("annulled", date(2015, 6, 6), "已作废</strong>（2015年6月6日）"),
    ],
)
def test_how_a_document_stands_is_told(standing: str, annulled_on: date | None, said: str) -> None:
    document = {"called": "公示名单", "document_id": "public-notice/1", "standing": standing}
    shown = bytes(page("document.html", document=document, on=date(2015, 6, 4), annulled_on=annulled_on).body).decode()

    assert said in shown
    assert ("已作废" in shown) == (standing == "annulled")
