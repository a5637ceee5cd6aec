"""The service as it is put together: migrations, settings, readiness, loops."""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from chronicle.following import Loops
from chronicle.sealing import DEMO_SECRET, MasterKey, MasterKeyUnfit
from chronicle.store.tables import event, metadata, partition_head
from identification import main
from identification.cases.area.projections import areas, replacements
from identification.imports.areas import import_areas
from identification.main import create_app
from identification.service import PROJECTIONS, Service
from identification.settings import Settings
from pydantic import ValidationError
from running_identification import RunningIdentification, running
from running_service import CREDENTIAL, ROOT
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

PROVINCE = "code,name,level,parent_code,code_source\n360000000000,江西省,province,,official\n".encode()


@pytest.fixture
def identification(store_url: str, tmp_path: Path) -> Iterator[RunningIdentification]:
    with running(store_url, tmp_path) as service:
        yield service


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[RunningIdentification]:
    with running(f"sqlite:///{tmp_path / 'identification.db'}", tmp_path) as service:
        yield service


def open_province(service: RunningIdentification) -> None:
    import_areas(service.service.handler, PROVINCE, date(2014, 1, 1), service.asked())


def test_stored_events_cannot_be_changed_after_a_migration(identification: RunningIdentification) -> None:
    open_province(identification)

    for change in ("UPDATE event SET data = '{}'", "DELETE FROM event"):
        with pytest.raises(DBAPIError, match="never change"), identification.service.database.writing() as connection:
            connection.execute(text(change))


def test_the_guards_of_stored_events_are_there_after_a_migration(identification: RunningIdentification) -> None:
    with identification.service.database.reading() as connection:
        guards = _guards(connection)

    assert {"event_no_update", "event_no_delete"} <= guards or {"event_no_change", "event_no_truncate"} <= guards


def test_an_api_finds_out_who_was_erased_as_it_starts(
    on_sqlite: RunningIdentification, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Event()
    monkeypatch.setattr(on_sqlite.service.erasures, "look", looked.set)
    monkeypatch.setattr(main, "Settings", lambda: on_sqlite.service.settings)
    monkeypatch.setattr(main, "Service", lambda settings: on_sqlite.service)  # noqa: ARG005 - as it is called
    # How a process logs is settled once and for all, and this one runs other tests, too.
    monkeypatch.setattr(main, "log_as_json", lambda: None)

    main.app()
    assert looked.wait(10)


def test_migrating_again_changes_nothing(identification: RunningIdentification) -> None:
    open_province(identification)
    identification.service.migrate()

    with identification.service.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(partition_head)).scalar_one() == 16
        assert connection.execute(select(func.count()).select_from(event)).scalar_one() == 1


def test_the_migrations_make_what_the_tables_say(identification: RunningIdentification) -> None:
    # Made along, but from events, and made anew whenever it has another shape.
    made_of_events = {replacements.tables.name}

    def is_migrated(_table: object, name: str | None, *_: object) -> bool:
        return name not in made_of_events

    with identification.service.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_migrated})
        assert compare_metadata(context, metadata) == []


def test_every_projection_has_its_own_name() -> None:
    assert len({projection.reader for projection in PROJECTIONS}) == len(PROJECTIONS)


def test_the_loops_bring_the_projections_up_to_date(on_sqlite: RunningIdentification) -> None:
    loops = Loops()
    on_sqlite.service.add_loops(loops)
    loops.start()
    try:
        open_province(on_sqlite)
        heads = on_sqlite.service.store.heads()
        until = time.monotonic() + 10
        while time.monotonic() < until and not _has_province(on_sqlite):
            time.sleep(0.01)
        assert _has_province(on_sqlite)
        assert sum(head.sequence for head in heads.values()) == 1
    finally:
        assert loops.stop()


def test_it_is_ready_while_its_database_answers(on_sqlite: RunningIdentification) -> None:
    client = TestClient(create_app(on_sqlite.service))
    assert client.get("/health/ready").status_code == 200

    with on_sqlite.service.database.writing() as connection:
        connection.execute(text("ALTER TABLE partition_head RENAME TO lost"))
    assert client.get("/health/ready").status_code == 503


def test_its_api_is_described(on_sqlite: RunningIdentification) -> None:
    paths = TestClient(create_app(on_sqlite.service)).get("/api/identification/v1/openapi.json").json()["paths"]

    assert {"/api/identification/v1/areas", "/api/identification/v1/people/{person_id}/disclosure"} <= paths.keys()


def test_without_an_account_nothing_is_answered(on_sqlite: RunningIdentification) -> None:
    assert TestClient(create_app(on_sqlite.service)).get("/api/identification/v1/areas").status_code == 401


def test_a_rule_that_no_household_can_be_held_against_keeps_it_from_starting(tmp_path: Path) -> None:
    shipped = ROOT / "policy" / "identification"
    policy = tmp_path / "policy"
    policy.mkdir()
    for file in shipped.iterdir():
        content = file.read_text("utf-8")
        (policy / file.name).write_text(content.replace("kind: line", "kind: limit"), "utf-8")

    with pytest.raises(ValueError, match="limit") as refused:
        _ = Service(settings=running_settings(tmp_path, policy_folder=policy)).policy
    assert refused.value.__notes__ == ["in eligibility_rule of 36 from 2017-01-01"]
    assert Service(settings=running_settings(tmp_path, policy_folder=shipped)).policy.labels


def test_a_short_service_credential_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="service_credential"):
        running_settings(tmp_path, service_credential="short")


def test_the_master_key_of_the_demo_protects_nobody_real(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'identification.db'}"
    demo = tmp_path / "demo.key"
    demo.write_text(MasterKey(DEMO_SECRET).text())

    with running(url, tmp_path, master_key_file=demo) as service:
        assert service.service.sealer.blind_index("kind", "value")
    with running(url, tmp_path, master_key_file=demo, invented_people=False) as service, pytest.raises(MasterKeyUnfit):
        assert service.service.sealer.blind_index("kind", "value")


def test_the_master_key_may_be_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTIFICATION_MASTER_KEY", MasterKey.generate().text())

    with running(f"sqlite:///{tmp_path / 'identification.db'}", tmp_path, master_key_file=None) as service:
        assert service.service.sealer.blind_index("kind", "value")


def test_the_master_key_may_be_in_a_file_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "identification_master_key").write_text(MasterKey.generate().text() + "\n")
    monkeypatch.setitem(Settings.model_config, "secrets_dir", tmp_path)

    with running(f"sqlite:///{tmp_path / 'identification.db'}", tmp_path, master_key_file=None) as service:
        assert service.service.sealer.blind_index("kind", "value")


def test_settings_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in running_settings(tmp_path).model_dump(exclude_none=True).items():
        monkeypatch.setenv(f"IDENTIFICATION_{name.upper()}", str(value))
    monkeypatch.setenv("IDENTIFICATION_SERVICE_CREDENTIAL", CREDENTIAL)

    settings = Settings()
    assert (settings.issuer, settings.invented_people) == ("issuer", False)
    assert CREDENTIAL not in repr(settings)
    assert settings.database_url not in repr(settings)


def running_settings(folder: Path, **changed: object) -> Settings:
    fields = {
        "database_url": "sqlite:///somewhere.db",
        "policy_folder": folder,
        "issuer": "issuer",
        "jwks_file": folder / "jwks.json",
        "service_credential": CREDENTIAL,
    }
    return Settings.model_validate(fields | changed)


def _guards(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        found = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    return set(connection.execute(text(found)).scalars())


def _has_province(service: RunningIdentification) -> bool:
    with service.service.database.reading() as connection:
        there = connection.dialect.has_table(connection, areas.reader)
        return there and connection.execute(select(areas.tables.c.code)).first() is not None
