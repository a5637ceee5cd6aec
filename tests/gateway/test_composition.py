"""The gateway put together from its environment: an API, loops, a database of its own."""

import json
from pathlib import Path

import pytest
from chronicle.clock import SystemClock
from chronicle.following import Loops
from chronicle.messages import partition_of
from chronicle.principal import Issuer
from chronicle.store.values import Position
from gateway import main, worker
from gateway.service import Service
from gateway.settings import Settings
from identification.cases.area.events import VillagerGroupOpened
from running_gateway import FIRST_DAY, VILLAGE, RunningGateway, told
from running_service import ROOT
from starlette.testclient import TestClient


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable the gateway cannot do without."""
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps(Issuer("issuer", "yihu", SystemClock()).jwks()))
    variables = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'gateway.db'}",
        "POLICY_FOLDER": str(ROOT / "policy" / "gateway"),
        "IDENTIFICATION_URL": "http://127.0.0.1:9",
        "ISSUER": "issuer",
        "JWKS_FILE": str(jwks),
        "SERVICE_CREDENTIAL": "a credential that only services know",
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"GATEWAY_{name}", value)
    # How a process logs is settled once and for all, and this one runs other tests, too.
    monkeypatch.setattr(main, "log_as_json", lambda: None)


@pytest.mark.usefixtures("environment")
def test_it_is_ready_once_its_database_is() -> None:
    client = TestClient(main.app())
    assert client.get("/health/ready").status_code == 503

    service = Service(settings=Settings())
    service.migrate()
    service.database.close()
    assert client.get("/health/ready").status_code == 200


@pytest.mark.usefixtures("environment")
def test_neither_credential_nor_database_shows_when_settings_are_printed() -> None:
    assert "credential that" not in repr(Settings())
    assert "sqlite" not in repr(Settings())


def test_its_loops_keep_the_board_up_to_date(gateway: RunningGateway) -> None:
    subject, loops = f"area/{VILLAGE}02", Loops()
    worker.add_loops(gateway.service, loops)
    group = VillagerGroupOpened(code=f"{VILLAGE}02", name="下屋组", village_code=VILLAGE, valid_from=FIRST_DAY)
    gateway.relay(told(group, subject))
    partition = partition_of(subject)
    last = gateway.identification.service.store.heads()[partition].sequence
    recorded = Position("identification", partition, last)
    assert not gateway.service.following.wait_for([recorded], seconds=0)

    loops.start()
    try:
        assert gateway.service.following.wait_for([recorded])
    finally:
        assert loops.stop()
