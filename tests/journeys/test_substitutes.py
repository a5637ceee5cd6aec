"""Every track and the gateway take a substitute for one as soon as they heard of it, and until they hear of its end."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from casework.roles import Role
from chronicle.messages import new_id
from chronicle.principal import Duty
from identification.cases.substitution.events import SubstitutionConfirmed, SubstitutionEnded
from identification.cases.substitution.findings import AbsenceReason, SubstitutionEndReason
from person_ids import person_id
from running_gateway import running, told
from running_track import VILLAGE, RunningTrack

LISTS = {
    "industry": "/api/industry/v1/projects",
    "relocation": "/api/relocation/v1/relocations",
    "safety_net": "/api/safety-net/v1/allowances",
}
DAY, ID = date(2015, 6, 1), new_id()
WHO: dict[str, Any] = {"substitution_id": ID, "substitute": person_id("li"), "absent": person_id("wang")}
NAMED = SubstitutionConfirmed(
    **WHO,
    role=Role.VILLAGE_OFFICER,
    area_code=VILLAGE,
    first_day=DAY,
    last_day=DAY,
    reason=AbsenceReason.LEAVE,
    proposed_by=person_id("one"),
)
ENDED = SubstitutionEnded(**WHO, reason=SubstitutionEndReason.RETURNED)
UNDER, SUBJECT = {"Yihu-Substitution": ID}, f"substitution/{ID}"


@pytest.fixture(params=sorted(LISTS))
def track(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningTrack]:
    track = RunningTrack(request.param, f"sqlite:///{tmp_path / 'track.db'}", tmp_path)
    yield track
    track.close()


def test_a_track_knows_substitutes_from_the_shared_history(track: RunningTrack) -> None:
    path = LISTS[track.service.source.replace("-", "_")]
    li, other = track.client(person="li"), track.client(person="zhao")
    assert li.get(path, headers=UNDER).json()["code"] == "not-your-substitution"

    track.hear(NAMED, subject=SUBJECT)
    assert li.get(path, headers=UNDER).status_code == 200
    assert other.get(path, headers=UNDER).json()["code"] == "not-your-substitution"

    track.hear_again()
    assert li.get(path, headers=UNDER).status_code == 200

    track.hear(ENDED, subject=SUBJECT)
    assert li.get(path, headers=UNDER).json()["code"] == "not-your-substitution"


def test_so_does_the_gateway(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'gateway.db'}", tmp_path) as gateway:
        client, path = gateway.client(Duty("public", "36")), f"/api/gateway/v1/households/{new_id()}/timeline"
        mine = NAMED.model_copy(update={"substitute": person_id("officer")})
        assert client.get(path, headers=UNDER).json()["code"] == "not-your-substitution"

        gateway.record(told(mine, SUBJECT, DAY, VILLAGE))
        assert client.get(path, headers=UNDER).json()["code"] == "not-found"
        assert client.get(path).json()["code"] == "not-your-duty"

        gateway.record(told(ENDED, SUBJECT, DAY, VILLAGE))
        assert client.get(path, headers=UNDER).json()["code"] == "not-your-substitution"
