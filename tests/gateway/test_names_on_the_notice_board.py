"""Names come from identification when somebody reads, all or none, and stay nowhere else."""

from pathlib import Path

import pytest
from chronicle.messages import new_id
from chronicle.store.tables import access_log, person_key
from erasing import erase_who_never_applied
from gateway.people import AT_ONCE, ROWS
from person_ids import person_id
from running_gateway import VILLAGE, RunningGateway, posted, row, running, told
from running_service import principal_in
from sqlalchemy import select

JSON, PAGE = f"/api/gateway/v1/notice-board/{VILLAGE}", f"/notice-board/{VILLAGE}"


def heads(gateway: RunningGateway) -> list[str | None]:
    board = gateway.client().get(JSON).json()
    return [household["head"] for notice in board["notices"] for household in notice["households"]]


def erase_everybody(gateway: RunningGateway) -> None:
    with gateway.identification.service.database.reading() as connection:
        everybody = connection.execute(select(person_key.c.owner)).scalars().all()
    erase_who_never_applied(gateway.identification, *everybody)


def then_no_list_is_shown(gateway: RunningGateway) -> None:
    answer = gateway.client().get(JSON)
    assert (answer.status_code, answer.json()["code"]) == (503, "names-unavailable")
    assert int(answer.headers["Retry-After"]) > 0

    page = gateway.client().get(PAGE)
    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) > 0
    assert "暂时读不到姓名" in page.text
    assert "上屋组" not in page.text


def test_without_identification_no_list_is_shown(tmp_path: Path) -> None:
    nobody_there = "http://127.0.0.1:9"
    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path, identification_url=nobody_there) as gateway:
        gateway.open_areas()
        gateway.post("张三丰")

        then_no_list_is_shown(gateway)


def test_an_empty_board_needs_nobody(tmp_path: Path) -> None:
    nobody_there = "http://127.0.0.1:9"
    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path, identification_url=nobody_there) as gateway:
        gateway.open_areas()

        assert heads(gateway) == []


def test_when_one_name_is_missing_no_list_is_shown(gateway: RunningGateway) -> None:
    gateway.post("张三丰")
    gateway.record(told(posted([row(new_id())]), "area/1"))

    then_no_list_is_shown(gateway)


def test_when_too_many_wait_for_names_the_next_is_asked_to_come_back(gateway: RunningGateway) -> None:
    gateway.post("张三丰")
    for _ in range(AT_ONCE):
        gateway.service.people.turns.acquire()

    then_no_list_is_shown(gateway)
    gateway.service.people.turns.release()
    assert heads(gateway) == ["张**"]


def test_without_a_token_no_list_is_shown(tmp_path: Path) -> None:
    token = tmp_path / "public.token"
    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path, public_token_file=token) as gateway:
        gateway.open_areas()
        gateway.post("张三丰")

        then_no_list_is_shown(gateway)


def test_the_token_is_read_anew_each_time(tmp_path: Path) -> None:
    token = tmp_path / "public.token"
    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path, public_token_file=token) as gateway:
        gateway.open_areas()
        gateway.post("张三丰")
        issuer = gateway.identification.issuer

        token.write_text("stale")
        then_no_list_is_shown(gateway)
        token.write_text(issuer.token(principal_in("public", "36")) + "\n")
        assert heads(gateway) == ["张**"]
        token.write_text(issuer.token(principal_in("public", "11")))
        then_no_list_is_shown(gateway)


def test_the_name_of_somebody_erased_is_gone_at_once(gateway: RunningGateway) -> None:
    gateway.post("张三丰")
    assert heads(gateway) == ["张**"]

    erase_everybody(gateway)

    assert heads(gateway) == [None]
    assert "<td>—</td>" in gateway.client().get(PAGE).text


def test_who_asks_for_names_is_written_down(gateway: RunningGateway) -> None:
    gateway.post("张三丰", "李四")
    gateway.client().get(PAGE)

    with gateway.identification.service.database.reading() as connection:
        read = connection.execute(select(access_log.c.person, access_log.c.purpose, access_log.c.fields)).all()
    assert [tuple(one) for one in read] == [(person_id("gateway"), "public_notice", "name")] * 2


def test_more_heads_than_can_be_asked_for_at_once_are_asked_for_in_turn(gateway: RunningGateway) -> None:
    gateway.post(*["张三丰"] * ROWS)
    gateway.post("李四", area=VILLAGE)

    assert heads(gateway) == ["张**"] * ROWS + ["李*"]


def test_names_are_in_no_log_and_no_table(
    gateway: RunningGateway, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.post("张三丰")
    gateway.client().get(JSON)
    gateway.client().get(PAGE)
    erase_everybody(gateway)
    gateway.close()

    assert "三丰" not in capsys.readouterr().out
    assert all("三丰".encode() not in file.read_bytes() for file in tmp_path.glob("*.db*"))


def test_nobody_asks_the_board_for_more(gateway: RunningGateway) -> None:
    assert gateway.client().get(f"{JSON}?names=full").json()["code"] == "unknown-parameter"
