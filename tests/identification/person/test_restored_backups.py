"""A backup from before an erasure brings nobody back: nothing personal is answered before every erasure is known."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from canaries import Canaries
from chronicle.feed.embedded import EmbeddedFeed, install_history
from chronicle.refusals import Unavailable
from chronicle.relay import Relay
from chronicle.store import Database
from chronicle.store.tables import (
    access_log,
    claim,
    event,
    handled_command,
    partition_head,
    person_key,
    sealed_text,
)
from chronicle.verification import verify
from erasing import PEOPLE, Couple, couple, erase_objector, readable
from httpx2 import Response
from huangxi import API, GROUP, Huangxi, accepted, huangxi, objecting, refused, resolving
from identification.people.erasures import ASK_AGAIN
from identification.people.finding import FINDING
from migrated import migrate
from running_service import CREDENTIAL
from serving import typed
from sqlalchemy import delete, insert, select

KEPT = (event, partition_head, handled_command, claim, sealed_text, person_key, access_log)
Backup = dict[str, list[dict[str, Any]]]


@dataclass
class Installation:
    """A village whose service shares its events, and where it does so."""

    village: Huangxi
    couple: Couple
    folder: Path
    url: str
    history: str
    notice: str
    objection: str

    def erase(self) -> None:
        """Have the head erased, and who said that somebody was left out."""
        self.couple.erase()
        erase_objector(self.village, self.objection)

    def share(self) -> None:
        """Send what was recorded to the shared history."""
        with closing(Database(self.history)) as database:
            service = self.village.service
            relay = Relay(service.store, service.database, EmbeddedFeed(database))
            while relay.step():
                pass

    def backup(self) -> Backup:
        """Keep what the store holds now, but for what is made from it."""
        with self.village.service.database.reading() as connection:
            return {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in KEPT}

    @contextmanager
    def restored(self, backup: Backup, url: str, history: str | None = None) -> Iterator[Huangxi]:
        """Run the village on what was kept, as it comes back from a backup."""
        folder = self.folder / "restored"
        folder.mkdir()
        with closing(Database(url)) as database:
            migrate(database, self.village.service.alembic_ini)
            with database.writing() as connection:
                connection.execute(delete(partition_head))
                for table in KEPT:
                    rows = sorted(backup[table.name], key=lambda row: row.get("sequence", 0))
                    connection.execute(insert(table), rows or [])
        settings = {"feed_url": history or self.history, "master_key_file": self.folder / "master.key"}
        with huangxi(url, folder, is_new=False, **settings) as village:
            village.catch_up()
            yield village

    def adopt(self, url: str) -> None:
        """What an operator types."""
        code, said = typed("store", "adopt", "identification", "--database", url, "--feed", self.history)
        assert code == 0, said


@pytest.fixture
def before(store_url: str, tmp_path: Path) -> Iterator[Installation]:
    """A couple that was on a notice once and withdrew, and who was said to be left out of it, all of it shared."""
    history = f"sqlite:///{tmp_path / 'history.db'}"
    with closing(Database(history)) as database, database.writing() as connection:
        install_history(connection)
    folder = tmp_path / "first"
    folder.mkdir()
    with huangxi(f"sqlite:///{folder / 'first.db'}", folder, feed_url=history) as village:
        two = couple(village, Canaries())
        village.bring([two.application_id], to=3)
        notice = village.hold(3, [two.application_id])
        omitted = objecting(None, "2015-06-04", against="omission", ground="left_out", facts=two.canaries.text())
        objection = accepted(village.send("officer", f"{notice}/objections", omitted))
        accepted(village.send("arbiter", f"{objection}/resolution", resolving("2015-06-04")))
        withdrawal = {"on": "2015-06-04", "reason": "own_wish"}
        accepted(village.send("officer", f"{API}/applications/{two.application_id}/withdrawal", withdrawal))
        installation = Installation(village, two, folder, store_url, history, notice, objection)
        installation.share()
        yield installation


def asked(village: Huangxi, it: Installation) -> dict[str, Response]:
    """Everything that shows something of the head, and of who was said to be left out."""
    head, number = it.couple.person_ids[0], it.couple.typed[0]["id_number"]
    omission = village.facts(it.objection)[0]["facts"]["text_id"]
    wanted = {"person_ids": [head], "fields": ["name"], "purpose": "public_notice"}
    return {
        "disclosure": village.send("officer", f"{PEOPLE}/{head}/disclosure", {"purpose": "own_request"}),
        "search": village.send(
            "officer",
            f"{API}/households/search",
            {"purpose": "identity_check", "by": "id_number", "value": number},
        ),
        "sheet": village.ask("officer", f"{it.notice}/sheet", purpose="public_notice"),
        "omission": village.ask("arbiter", f"{it.objection}/texts/{omission}", purpose="case_work"),
        "resolve": village.send("officer", f"{API}/internal/people/resolve", wanted, credential=CREDENTIAL),
    }


def require_gone(village: Huangxi, it: Installation) -> None:
    """The name is nowhere; the household is everywhere it was."""
    answers, head = asked(village, it), it.couple.person_ids[0]
    assert answers["disclosure"].json() == {"person_id": head, "erased": True, "texts": {}}
    assert answers["search"].json() == {"items": [], "next": None}
    (row,) = answers["sheet"].json()["rows"]
    assert (row["head"], row["household_size"]) == (None, 2)
    refused(answers["omission"], 404, "text-gone")
    assert answers["resolve"].json()["people"] == [{"person_id": head, "erased": True, "texts": {}}]
    assert it.couple.canaries.found_in(answer.content for answer in answers.values()) == set()
    with village.service.database.reading() as connection:
        kept = connection.execute(select(person_key.c.wrapped, person_key.c.state).where(person_key.c.owner == head))
        assert kept.one() == (None, "erased")
        assert connection.execute(select(sealed_text).where(sealed_text.c.owner == head)).all() == []
        of_head = claim.c.kind.in_(FINDING), claim.c.stream == f"person/{head}"
        assert connection.execute(select(claim).where(*of_head)).all() == []
        assert connection.execute(select(claim).where(claim.c.kind == "id-number")).mappings().one()["stream"] == (
            f"person/{it.couple.person_ids[1]}"
        )


def test_after_adopting_the_name_is_nowhere_and_everything_else_is_as_it_was(before: Installation) -> None:
    backup = before.backup()
    before.erase()
    before.share()
    rows = [row["application_id"] for row in before.village.ask("county", f"{API}/applications").json()["items"]]

    with before.restored(backup, before.url) as village:
        for answer in asked(village, before).values():
            refused(answer, 503, "erasures-unknown")
            assert int(answer.headers["Retry-After"]) > 0
        before.adopt(before.url)
        require_gone(village, before)

        assert len(village.events()) == len(before.village.events())
        assert verify(village.service.database) == []
        shown = village.ask("county", f"{API}/applications").json()["items"]
        assert [row["application_id"] for row in shown] == rows
        (erased,) = village.ask("county", f"{API}/erasures").json()["items"]
        assert erased["erased_on"] == "2015-06-04"
        assert before.couple.canaries.found(readable(village.service.database)) == set()


def test_what_is_adopted_is_erased_before_anybody_asks(before: Installation) -> None:
    backup = before.backup()
    before.erase()
    before.share()

    with before.restored(backup, before.url) as village:
        before.adopt(before.url)
        with village.service.database.reading() as connection:
            gone = select(person_key.c.owner).where(person_key.c.state == "erased")
            objection = f"objection/{before.objection.rpartition('/')[2]}"
            assert {*connection.execute(gone).scalars()} == {before.couple.person_ids[0], objection}


def test_keys_from_another_moment_than_the_events_are_destroyed_again(before: Installation) -> None:
    older = before.backup()
    before.erase()
    before.share()
    newer = before.backup()
    mixed = newer | {table.name: older[table.name] for table in (person_key, sealed_text, claim)}

    with before.restored(mixed, before.url) as village:
        require_gone(village, before)


def test_a_backup_that_lacks_nothing_is_answered_from_at_once(before: Installation) -> None:
    with before.restored(before.backup(), before.url) as village:
        answers = asked(village, before)

    assert answers["disclosure"].json()["texts"]["name"] == before.couple.typed[0]["name"]
    assert before.couple.canaries.found(answers["omission"].text) != set()
    assert answers["sheet"].json()["rows"][0]["head"] == before.couple.typed[0]["name"]


ON_SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@ON_SQLITE
def test_while_the_history_is_away_it_is_not_known_who_was_erased(
    before: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = f"sqlite:///{before.folder / 'nowhere' / 'history.db'}"
    with before.restored(before.backup(), before.url, away) as village:
        refused(asked(village, before)["disclosure"], 503, "erasures-unknown")
        assert village.ask("county", f"{API}/applications", area=GROUP).is_success

        asking = []
        monkeypatch.setattr(village.service.erasures, "lacks_events", lambda: asking.append(1))
        refused(asked(village, before)["disclosure"], 503, "erasures-unknown")
        assert asking == []  # not again and again
        monkeypatch.setattr(village.service.erasures, "lacks_events", village.service.lacks_events)
        monkeypatch.setattr("identification.people.erasures.monotonic", lambda: monotonic() + ASK_AGAIN)
        (before.folder / "nowhere").mkdir()
        with closing(Database(away)) as database, database.writing() as connection:
            install_history(connection)
        assert asked(village, before)["disclosure"].is_success


@ON_SQLITE
def test_what_was_found_out_at_the_start_is_known_while_the_history_is_away(
    before: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> bool:
        raise Unavailable

    with before.restored(before.backup(), before.url) as village:
        village.service.erasures.look()
        monkeypatch.setattr(village.service.erasures, "lacks_events", away)

        assert asked(village, before)["disclosure"].is_success


@ON_SQLITE
def test_a_start_while_the_history_is_away_is_none_the_worse(
    before: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> bool:
        raise Unavailable

    with before.restored(before.backup(), before.url) as village:
        monkeypatch.setattr(village.service.erasures, "lacks_events", away)
        village.service.erasures.look()

        refused(asked(village, before)["disclosure"], 503, "erasures-unknown")


@ON_SQLITE
def test_a_restored_store_that_went_on_by_itself_answers_nothing(before: Installation) -> None:
    backup = before.backup()
    before.erase()
    before.share()
    with before.restored(backup, before.url) as village:
        for _ in range(4):
            hold = {"ground": "court", "reference": "7"}
            accepted(village.send("county", f"{before.couple.head}/legal-holds", hold))

        refused(asked(village, before)["disclosure"], 503, "erasures-unknown")
