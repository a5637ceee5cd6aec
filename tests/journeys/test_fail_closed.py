"""No access log, no personal data: everything else goes on, and everything comes back with the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from asking import Operation, send
from dossiers import GROUPS, Countryside
from operations import OPERATIONS
from sqlalchemy import text

GROUP = GROUPS[0]
PERSONAL = [operation for operation in OPERATIONS.values() if operation.personal]
TIMELINE = OPERATIONS["GET /api/gateway/v1/households/{household_id}/timeline"]


def asked(countryside: Countryside, operation: Operation) -> Any:
    request = operation.about(countryside.at(GROUP, operation.stage), GROUP)
    return send(countryside.served, operation.who(GROUP), request)


@contextmanager
def without_access_log(countryside: Countryside) -> Iterator[None]:
    database = countryside.served.databases["identification"]

    def rename(there: str, then: str) -> None:
        with database.writing() as connection:
            connection.execute(text(f"ALTER TABLE {there} RENAME TO {then}"))

    rename("access_log", "away")
    try:
        yield
    finally:
        rename("away", "access_log")


def test_without_the_access_log_nothing_personal_is_shown_and_everything_else_works(countryside: Countryside) -> None:
    with without_access_log(countryside):
        answers = {name: asked(countryside, operation) for name, operation in OPERATIONS.items()}
        timeline = asked(countryside, TIMELINE)
    refused = {name for name, answer in answers.items() if answer.status_code == 503}

    assert refused == {operation.name for operation in PERSONAL}
    assert {name: answer.text for name, answer in answers.items() if not answer.is_success} == {
        name: answers[name].text for name in refused
    }
    assert countryside.canaries.found_in(answer.content for answer in answers.values()) == set()
    assert timeline.json()["names"] is None

    shown = {operation.name: asked(countryside, operation) for operation in (*PERSONAL, TIMELINE)}
    assert [name for name, answer in shown.items() if not answer.is_success] == []
