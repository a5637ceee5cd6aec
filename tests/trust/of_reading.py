"""What is personal when it cannot be kept or noted down who read it, and what goes on all the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from canaries import Canaries
from chronicle.messages import new_id
from dossiers import DAY, FRUIT, INDUSTRY
from huangxi import API
from tests.trust.clients import GROUP, OFFICER, OPENED, application
from tests.trust.history import Command
from tests.trust.installation import Trusted
from tests.trust.promises import Outcome, Promise, Trial

CASE_WORK = {"purpose": "case_work"}
TABLES = ("access_log", "person_key")


def reading_closed(it: Trusted, trial: Trial) -> Outcome:
    """Take the access log away, then the keys; ask for what is personal, and for what is not."""
    began, found = monotonic(), []
    with it.under_load():
        sleep(trial.of(5, 30))
    head = it.registered.head_id
    before = _disclosed(it, head)
    found += [] if before == 200 else [f"a name was answered {before} when nothing was wrong"]
    for table in TABLES:
        with _away(it, table):
            statuses = {"a name": _disclosed(it, head), **_others(it)}
            if table == "person_key":
                statuses["an application"] = _filed(it)
        found += _wrong(table, statuses)
    found += [] if _disclosed(it, head) == 200 else ["a name was refused when all was well again"]
    figure = (
        f"personal: 503 without {' and without '.join(TABLES)}; {it.history.accepted(began)} commands accepted before"
    )
    return Outcome(figure, "personal 503, all else as before", [*found, *it.findings()])


def _wrong(table: str, statuses: dict[str, int]) -> list[str]:
    personal = {"a name", "an application"}
    closed = [f"without {table} {what} was answered {status}" for what, status in statuses.items()]
    return [
        said
        for said, (what, status) in zip(closed, statuses.items(), strict=True)
        if (status != 503 if what in personal else status not in (200, 201))
    ]


def _disclosed(it: Trusted, person_id: str) -> int:
    headers = {"Idempotency-Key": new_id()}
    return it.ask(OFFICER, "POST", f"{API}/people/{person_id}/disclosure", CASE_WORK, **headers).status_code


def _filed(it: Trusted) -> int:
    return it.counter.once(application(Canaries(1, first=3_100_000)), it.history).status


def _others(it: Trusted) -> dict[str, int]:
    """How what holds nothing personal is answered."""
    project = {"area_code": GROUP[:12], **FRUIT, **DAY}
    opened = it.counter.once(Command(OFFICER, f"{INDUSTRY}/projects", project, OPENED), it.history)
    return {
        "a list of applications": it.ask(OFFICER, "GET", f"{API}/applications?area={GROUP}").status_code,
        "an area": it.ask(OFFICER, "GET", f"{API}/areas/{GROUP}").status_code,
        "a project": opened.status,
    }


@contextmanager
def _away(it: Trusted, table: str) -> Iterator[None]:
    it.do("identification", f"ALTER TABLE {table} RENAME TO {table}_away")
    try:
        yield
    finally:
        it.do("identification", f"ALTER TABLE {table}_away RENAME TO {table}")


PROMISES = (
    Promise("reading-closed", "What cannot be unsealed or noted down is not shown; all else goes on", reading_closed),
)
