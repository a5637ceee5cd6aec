"""What is typed about people, wherever it is typed, is in the vault and comes out of it for a purpose; else nowhere."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import chain, cycle
from pathlib import Path

import pytest
from asking import Operation, send
from chronicle.messages import new_id
from chronicle.principal import Principal
from chronicle.store import Database
from chronicle.store.tables import follower_alarm
from dossier import Dossier, Stage
from dossiers import COUNTY, GATEWAY, GROUPS, Countryside, form, judge, officer, reviewer
from httpx2 import Response
from huangxi import API
from misplacing import Misplaced, in_the_address, in_the_body, in_the_headers
from operations import OPERATIONS
from sqlalchemy import inspect, select, text
from starlette.testclient import TestClient

GROUP, VILLAGE = GROUPS[0], GROUPS[0][:12]
DISCLOSURE = OPERATIONS[f"POST {API}/people/{{person_id}}/disclosure"]
RESOLVE = OPERATIONS[f"POST {API}/internal/people/resolve"]
TIMELINE = OPERATIONS[f"GET {GATEWAY}/households/{{household_id}}/timeline"]
BOARD = OPERATIONS[f"GET {GATEWAY}/notice-board/{{village_code}}"]
OBJECTING = OPERATIONS[f"POST {API}/public-notices/{{act_id}}/objections"]
ERASABLE = ("people/{person_id}", "objections/{objection_id}", "rechecks/{recheck_id}")
SHOWING = {operation.name for operation in OPERATIONS.values() if operation.personal} | {TIMELINE.name}


@dataclass
class Spread:
    """Values that were sent where they do not belong, where each was, and what showed of any in an answer."""

    countryside: Countryside
    where: dict[str, str] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    sent: int = 0

    def __post_init__(self) -> None:
        made = self.countryside.canaries
        self._kinds = cycle((made.id_number, made.name, made.phone, made.text, made.account))
        self._made: list[str] = []

    def value(self) -> str:
        """A value to misplace."""
        self._made.append(next(self._kinds)())
        return self._made[-1]

    def send(self, operation: Operation, misplaced: Misplaced, who: Principal) -> None:
        """Send one, and look at the answer."""
        served, place = self.countryside.served, f"{operation.name}: {misplaced.where}"
        self.where |= dict.fromkeys(self._made, place)
        self._made.clear()
        usual = {**served.token(who), "Content-Type": "application/json", "Idempotency-Key": new_id()}
        headers = {name.encode(): value.encode() for name, value in usual.items()}
        headers |= {name.encode(): value for name, value in misplaced.headers.items()}
        answer = served.http.request(misplaced.method, misplaced.path, content=misplaced.content, headers=headers)
        shown = self.countryside.canaries.found(f"{answer.headers} {answer.text}")
        self.repeated |= shown - (self.countryside.typed if operation.name in SHOWING else set())
        self.sent += 1

    def named(self, found: set[str]) -> set[str]:
        """What was found, with where it was sent."""
        return {f"{each} <- {self.where.get(each.partition(' ')[2], 'typed where it belongs')}" for each in found}


@pytest.fixture(scope="module")
def spread(countryside: Countryside) -> Spread:
    """Values in every wrong place of every operation, sent by those on duty."""
    spread = Spread(countryside)
    for operation in OPERATIONS.values():
        request, who = operation.about(countryside.at(GROUP, operation.stage), GROUP), operation.who(GROUP)
        # An address is read alike whatever the store; in the body and the headers is what might be stored.
        places = [] if countryside.served.embedded.urls else [in_the_address(request, spread.value)]
        places += [in_the_body(request, spread.value)] if request.body is not None else []
        places += [in_the_headers(request, spread.value)] if operation in {OBJECTING, RESOLVE, TIMELINE, BOARD} else []
        for misplaced in chain(*places):
            spread.send(operation, misplaced, who)
    countryside.served.settle()
    return spread


def opened(countryside: Countryside, it: Dossier) -> Iterator[Response]:
    """Everything that the vault keeps about a household and the acts it was part of."""
    served, who = countryside.served, officer(it.group)
    shown = countryside.read(f"{API}/applications/{it.application_id}")
    stated = [each["facts"] for each in shown["history"] if "applicant" in each["facts"]]
    people = {one for each in stated for one in (*each["member_ids"], each["applicant"]["person_id"])}
    # Whoever came into a registered household is in no application.
    now = {each["person_id"] for each in countryside.read(f"{API}/households/{it.household_id}")["members"]}
    for person in people | now:
        path = DISCLOSURE.path.replace("{person_id}", person)
        yield served.ask(who, "POST", path, {"purpose": "own_request"})
    resources = {f"{API}/applications/{it.application_id}": str(shown)}
    if "people" in it.texts:
        operation = OPERATIONS[f"GET {API}/people/{{person_id}}/texts/{{text_id}}"]
        yield send(served, operation.who(it.group), operation.about(it, it.group))
    for notice in set(re.findall("'notice_id': '([0-9a-f-]{36})'", str(shown))):
        resources[f"{API}/public-notices/{notice}"] = str(countryside.read(f"{API}/public-notices/{notice}"))
    if meeting := it.acts.get("group-meetings"):
        resources[f"{API}/group-meetings/{meeting}"] = str(countryside.read(f"{API}/group-meetings/{meeting}"))
    yield from objected(countryside, it, str(shown))
    yield from rechecked(countryside, it)
    if "evidence" in it.texts:
        evidence = f"{API}/evidence/{it.evidence_id}"
        yield from (served.ask(who, "GET", f"{evidence}/{part}?purpose=case_work") for part in ("file", "thumbnail"))
    for path, facts in resources.items():
        for text_id in set(re.findall("'text_id': '([0-9a-f-]{36})'", facts)):
            yield served.ask(who, "GET", f"{path}/texts/{text_id}?purpose=case_work")


def objected(countryside: Countryside, it: Dossier, shown: str) -> Iterator[Response]:
    """What was objected to a household, and by whom: opened by those who had no part in what it was objected to."""
    served = countryside.served
    for objection in set(re.findall("'objection_id': '([0-9a-f-]{36})'", shown)):
        path = f"{API}/objections/{objection}"
        received = countryside.read(path)["history"][0]["facts"]
        if received["facts"]:
            told = f"{path}/texts/{received['facts']['text_id']}?purpose=case_work"
            assert served.ask(officer(it.group), "GET", told).json()["code"] == "too-close"
            yield served.ask(judge(it.group), "GET", told)
        if received["objector"]:
            yield served.ask(reviewer(it.group), "GET", f"{path}/objector?purpose=objection")


def rechecked(countryside: Countryside, it: Dossier) -> Iterator[Response]:
    """What was said of a household after its review, and by whom: opened by the county, and by nobody below."""
    found = countryside.read(f"{API}/rechecks?area={it.group}&limit=200")["items"]
    for recheck in (each["recheck_id"] for each in found if each["application_id"] == it.application_id):
        opened = countryside.read(f"{API}/rechecks/{recheck}")["history"][0]["facts"]
        for purpose, kept in (("case_work", opened["facts"]), ("objection", opened["objector"])):
            if kept:
                path = f"{API}/rechecks/{recheck}/texts/{kept['text_id']}?purpose={purpose}"
                below = countryside.served.ask(reviewer(it.group), "GET", path)
                assert below.json()["code"] == "not-your-duty"
                yield countryside.served.ask(COUNTY, "GET", path)


def erased(countryside: Countryside) -> set[str]:
    """What was typed about somebody of the first group, and about who objected or complained there.

    Two of the county erase them, unless they did before.
    """
    person, objection, recheck = (f"{API}/{path}" for path in ERASABLE)
    for path in (f"{person}/erasure-proposal", *(f"{each}/erasure" for each in (person, objection, recheck))):
        operation = OPERATIONS[f"POST {path}"]
        it = countryside.at(GROUP, operation.stage)
        assert send(countryside.served, operation.who(GROUP), operation.about(it, GROUP)).is_success
    objectors = (countryside.typed_about_objector(countryside.at(GROUP, each)) for each in (Stage.RULED, Stage.OFFERED))
    return countryside.typed_about_head(countryside.at(GROUP, Stage.WITHDRAWN)).union(*objectors)


def test_everything_typed_comes_out_of_the_vault_for_a_purpose_until_it_is_erased(countryside: Countryside) -> None:
    gone = erased(countryside)
    answers = [answer for it in countryside.dossiers for answer in opened(countryside, it)]

    assert [answer.json()["code"] for answer in answers if not answer.is_success] == ["text-gone", "text-gone"]
    assert len(gone) == 9
    assert countryside.unkept.found_in(answer.content for answer in answers) == set()
    assert countryside.typed - countryside.canaries.found_in(answer.content for answer in answers) == gone


def test_no_answer_but_the_vaults_shows_it(countryside: Countryside) -> None:
    assert len(countryside.heard) > 100
    assert countryside.canaries.found_in(countryside.heard) == set()


def test_no_answer_repeats_what_was_sent_where_it_does_not_belong(spread: Spread) -> None:
    assert spread.sent > 400
    assert spread.named(spread.repeated) == set()


def test_no_table_holds_it_not_even_the_vaults(spread: Spread) -> None:
    for name, database in spread.countryside.served.databases.items():
        dumped = dict(rows_of(database))

        assert VILLAGE in "".join(dumped.values())
        for table, rows in dumped.items():
            assert (name, table, spread.named(spread.countryside.canaries.found(rows))) == (name, table, set())


def test_no_byte_of_the_files_holds_it(spread: Spread) -> None:
    files = list(files_of(spread.countryside))
    assert any("wal" in str(file) for file in files)
    written = [file.read_bytes() for file in files]

    assert any(VILLAGE.encode() in content for content in written)
    for file, content in zip(files, written, strict=True):
        assert (file.name, spread.named(spread.countryside.canaries.found(content))) == (file.name, set())
        assert (file.name, spread.countryside.unkept.found(content)) == (file.name, set())


def test_no_log_line_holds_it(spread: Spread) -> None:
    lines = spread.countryside.served.log.read_text("utf-8").splitlines()

    assert sum('"request"' in line for line in lines) > spread.sent
    assert spread.named(spread.countryside.canaries.found_in(lines)) == set()


def test_no_measurement_holds_it(spread: Spread) -> None:
    served = spread.countryside.served
    # In one process, only the gateway's are at its address.
    measured = [served.http.get("/metrics")]
    for source, service in served.embedded.recording.items():
        ours = TestClient(import_module(f"{source.replace('-', '_')}.main").create_app(service))
        of_cases = (each for name, each in OPERATIONS.items() if f"POST /api/{source}/" in name and "_id}" in name)
        request = next(of_cases).about(spread.countryside.at(GROUP, Stage.OFFERED), GROUP)
        for misplaced in in_the_address(request, spread.value):
            ours.request(misplaced.method, misplaced.path, headers=served.token(officer(GROUP)))
        measured.append(ours.get("/metrics"))

    assert all("http_request_seconds" in answer.text for answer in measured)
    assert spread.named(spread.countryside.canaries.found_in(answer.content for answer in measured)) == set()


def test_a_fault_says_nothing_of_what_was_sent(countryside: Countryside) -> None:
    served, before = countryside.served, countryside.served.log.stat().st_size
    with away(served.databases["identification"], "sealed_text"):
        answer = served.ask(officer(GROUP), "POST", f"{API}/applications", form(countryside.canaries, GROUP))
    logged = served.log.read_bytes()[before:]

    assert answer.status_code == 500
    assert b'"error"' in logged
    assert countryside.canaries.found_in((answer.content, logged)) == set()


def test_an_alarm_says_nothing_of_what_it_stopped_at(countryside: Countryside) -> None:
    served, database = countryside.served, countryside.served.databases["identification"]
    with away(database, "late_entry_v1"):
        filed = served.ask(officer(GROUP), "POST", f"{API}/applications", form(countryside.canaries, GROUP))
        until = time.monotonic() + 10
        while not (alarms := rows_in(database, str(select(follower_alarm)))) and time.monotonic() < until:
            time.sleep(0.05)
    served.settle()

    assert filed.is_success
    assert "late_entry_v1" in alarms
    assert countryside.canaries.found_in((alarms, served.log.read_bytes())) == set()


def test_what_is_no_http_at_all_is_not_logged(countryside: Countryside) -> None:
    served, canaries = countryside.served, countryside.canaries
    for line in ("GET /{} HTTP/1.1\r\n{}\r\n\r\n", "{} {} HTTP/9\r\n\r\n", "\x16\x03{}{}"):
        with socket.create_connection(("127.0.0.1", served.embedded.port), timeout=5) as connection:
            connection.sendall(line.format(canaries.name(), canaries.id_number()).encode())
            connection.shutdown(socket.SHUT_WR)
            assert canaries.found(connection.recv(100_000)) == set()

    assert canaries.found(served.log.read_bytes()) == set()


def test_the_notice_board_shows_masked_names_and_no_digit_of_an_id_number(countryside: Countryside) -> None:
    board = countryside.served.http.get(f"{GATEWAY}/notice-board/{VILLAGE}").json()
    page = countryside.served.http.get(f"/notice-board/{VILLAGE}").text
    rows = [row for notice in board["notices"] for row in notice["households"]]
    cells = re.findall("<td>([^<]*)</td>", page)

    assert {frozenset(row) for row in rows} == {frozenset({"group", "head", "household_size", "last_day"})}
    assert {row["head"] for row in rows} == {"徐**"}
    assert sorted({*cells}) == sorted({"一组", "徐**", "2人"})
    assert countryside.canaries.found_in((page, json.dumps(board))) == set()
    # Dates, ids and notices' numbers aside, no digits in a row on the page but a village's code, which it is asked by.
    plain = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|20[0-9]{2}年[0-9]+月[0-9]+日|\?[0-9a-f]{8}", "", page)
    plain = re.sub("|".join(re.escape(notice["number"]) for notice in board["notices"]), "", plain)
    assert re.findall("[0-9]{3,}", plain.partition("<main>")[2]) == []


def rows_of(database: Database) -> Iterator[tuple[str, str]]:
    """Every table with all its rows, as text."""
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
    for table in tables:
        yield table, rows_in(database, f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables


def rows_in(database: Database, query: str) -> str:
    """What a query gives, as text."""
    with database.reading() as connection:
        return "\n".join(str(tuple(row)) for row in connection.execute(text(query)))


def files_of(countryside: Countryside) -> Iterator[Path]:
    """The files behind all databases, the logs of changes among them, and evidence as it is stored."""
    urls = countryside.served.embedded.urls
    if not urls:
        yield from (file for file in countryside.served.folder.rglob("*") if file.is_file())
        return
    yield from (file for file in (countryside.served.folder / "evidence").rglob("*") if file.is_file())
    for database in countryside.served.databases.values():
        folder = Path(str(database.url.query["host"]))
        with database.reading() as connection:
            own = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar()
        yield from (folder / "data" / "base" / str(own)).iterdir()
    yield from (file for file in (folder / "data" / "pg_wal").iterdir() if file.is_file())
    yield folder / "server.log"


@contextmanager
def away(database: Database, table: str) -> Iterator[None]:
    """Without one table for a while."""
    for_a_while = f"{table}_away"
    with database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {for_a_while}"))
    try:
        yield
    finally:
        with database.writing() as connection:
            connection.execute(text(f"ALTER TABLE {for_a_while} RENAME TO {table}"))
