"""What comes of a promise where its installation does not start, or what it needs is not there."""

import pytest
from private_servers import CannotRun, NotInstalled
from tests.trust import __main__ as trust
from tests.trust.promises import Outcome, Promise, Trial, Verdict


def never(_it: object, _trial: Trial) -> Outcome:
    raise AssertionError


KILLED = Promise("killed", "What was acknowledged is stored once", never)


@pytest.mark.parametrize(
    ("reason", "verdict"),
    [(NotInstalled("java is not installed"), Verdict.UNTRIED), (CannotRun("no answer within 60 s"), Verdict.BROKEN)],
)
def test_only_where_something_is_missing_a_promise_that_cannot_be_tried_is_not_broken(
    reason: CannotRun, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    def installed(*_: object) -> None:
        raise reason

    monkeypatch.setattr(trust, "installed", installed)

    [result] = trust.results([KILLED], 11, full=False)

    assert result.verdict is verdict
    assert str(reason) in result.line
