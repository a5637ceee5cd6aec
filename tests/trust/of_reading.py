"""Personal data that cannot be sealed, or of which nobody could note down who read it; and what goes on then."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from canaries import Canaries
from chronicle.messages import new_id
from dossiers import DAY, FRUIT, INDUSTRY
from huangxi import API
from tests.trust.clients import GROUP, OFFICER, OPENED, application
from tests.trust.history import Command
from tests.trust.installation import Trusted
from tests.trust.promises import Outcome, Promise, Trial

CASE_WORK = {"purpose": "case_work"}
NAME, APPLICATION = "the name of somebody", "a couple's application"
# What cannot be done when nobody can write there.
CLOSED = {"access_log": NAME, "person_key": APPLICATION}
DONE = {200, 201}
_FULL = b"""CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE 'no space left on device' USING ERRCODE = 'disk_full'; END $$"""


def reading_closed(it: Trusted, trial: Trial) -> Outcome:
    """Let nobody write to the access log, then to the keys; ask for what needs them, and for what does not."""
    with it.under_load():
        it.accepts()
        trial.longer(30)
    found = _otherwise(it, "when all is well")
    for table, closed in CLOSED.items():
        with _unwritable(it, table):
            found += _otherwise(it, f"while nobody can write to {table}", closed)
    found += _otherwise(it, "when all is well again")
    figure = f"503 for {' and for '.join(CLOSED.values())}; {len(_asked(it))} other answers as before"
    return Outcome(figure, "personal data 503, all else as before", [*found, *it.findings()])


def _otherwise(it: Trusted, when: str, closed: str = "") -> list[str]:
    """What is not answered as it should be: 503 to the one thing that is closed, all else done."""
    answers = {**_asked(it), NAME: _name(it), APPLICATION: _application(it)}
    wrong = {what: status for what, status in answers.items() if status not in ({503} if what == closed else DONE)}
    return [f"{what} was answered {status} {when}" for what, status in wrong.items()]


def _asked(it: Trusted) -> dict[str, int]:
    """How what holds nothing personal is answered."""
    project = Command(OFFICER, f"{INDUSTRY}/projects", {"area_code": GROUP[:12], **FRUIT, **DAY}, OPENED)
    return {
        "a list of applications": it.ask(OFFICER, "GET", f"{API}/applications?area={GROUP}").status_code,
        "an area": it.ask(OFFICER, "GET", f"{API}/areas/{GROUP}").status_code,
        "a project": it.counter.once(project, it.history).status,
    }


def _name(it: Trusted) -> int:
    path = f"{API}/people/{it.registered.head_id}/disclosure"
    return it.ask(OFFICER, "POST", path, CASE_WORK, **{"Idempotency-Key": new_id()}).status_code


def _application(it: Trusted) -> int:
    couple = Canaries(it.random.randrange(10**9), first=3_100_000)
    return it.counter.once(application(couple), it.history).status


@contextmanager
def _unwritable(it: Trusted, table: str) -> Iterator[None]:
    """Let every row for a table be refused as on a disk that is full, of which nothing else knows."""
    server = it.running.postgres
    where = f"host={server.folder} port={server.port} user=postgres dbname=identification"
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute(_FULL)
        before = f"CREATE TRIGGER disk_is_full BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION is_full()"
        connection.execute(before.encode())
        try:
            yield
        finally:
            connection.execute(b"DROP FUNCTION is_full CASCADE")


PROMISES = (
    Promise("reading-closed", "What cannot be sealed or noted down is refused; all else goes on", reading_closed),
)
