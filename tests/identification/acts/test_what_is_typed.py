"""What people type, and who the heads are, stands in no event, no table in clear, no log line and no refusal."""

from pathlib import Path

import pytest
from huangxi import (
    FOUND,
    MEETINGS,
    MINUTES,
    NOTICES,
    PLACE,
    ROUNDS,
    VERIFICATIONS,
    conclusion,
    huangxi,
    meeting,
    posting,
    verification,
)


def test_nothing_typed_for_an_act_is_readable_outside_the_vault(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with huangxi(f"sqlite:///{tmp_path / 'village.db'}", tmp_path) as village:
        ids = village.bring(village.file(2), to=8)
        notice = village.ask("officer", NOTICES).json()["items"][0]["act_id"]
        heads = village.ask("officer", f"{NOTICES}/{notice}/sheet", purpose="public_notice").json()["rows"]
        names = [row["head"] for row in heads]
        bodies = [(MEETINGS, meeting(ids)), (NOTICES, posting(7, ids)), (VERIFICATIONS, verification(ids))]
        refusals = [village.send("officer", path, body) for path, body in bodies]
        round_id = village.ask("reviewer", ROUNDS).json()["items"][0]["act_id"]
        refusals.append(village.send("reviewer", f"{ROUNDS}/{round_id}/conclusion", conclusion(ids)))
        events = [event.data + str(event.receipt) + event.subject for event in village.events()]

    assert len(names) == 2
    assert [answer.status_code for answer in refusals] == [409] * 4
    written = b"".join(file.read_bytes() for file in tmp_path.glob("village.db*"))
    spoken = "".join([*capfd.readouterr(), *events, *(answer.text for answer in refusals)])
    for text in (MINUTES, PLACE, FOUND, *names):
        assert text.encode() not in written
        assert text not in spoken
