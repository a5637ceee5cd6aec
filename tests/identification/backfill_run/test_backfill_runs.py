"""补录: a run is opened by one of the county, signed by another, open for a time; what is entered in it keeps to it."""

from datetime import date, timedelta
from typing import Any

import pytest
from casework.areas import AreaNotValid
from casework.dates import (
    BackfillRunClosedAlready,
    BackfillRunNotSigned,
    BackfillRunOver,
    Dated,
    DateInFuture,
    KnownOfDate,
    OutsideBackfillPeriod,
    RunOfDate,
    TooLateWithoutRun,
    require_date,
)
from casework.reasons import LateEntryReason
from chronicle.messages import Actor
from chronicle.refusals import Refusal
from chronicle.testing import Case, by
from identification.cases.area.findings import ChangeDocument, DocumentIssuer
from identification.cases.backfill_run.commands import CloseBackfillRun, OpenBackfillRun, SignBackfillRun
from identification.cases.backfill_run.decider import (
    BackfillPeriodReversed,
    BackfillRunTooLong,
    KnownOfBackfillRun,
    NoSuchBackfillRun,
    SignsOwnRun,
)
from identification.cases.backfill_run.events import BackfillRunClosed, BackfillRunOpened, BackfillRunSigned
from identification.cases.backfill_run.findings import BackfillReason
from identification.cases.backfill_run.gather import backfill_run_decider

TODAY, COUNTY = date(2016, 3, 1), "360424000000"
ONE, ANOTHER = (Actor(person, "the-county", "county_officer") for person in ("one", "another"))
FACTS: dict[str, Any] = {
    "run_id": "run",
    "area_code": COUNTY,
    "first_day": date(2014, 1, 1),
    "last_day": date(2014, 12, 31),
    "open_until": date(2016, 3, 31),
    "reason": BackfillReason.BEFORE_THE_SYSTEM,
    "document": ChangeDocument(issuer=DocumentIssuer.COUNTY, year=2016, number=7),
}
opened, closed = BackfillRunOpened(**FACTS), BackfillRunClosed(run_id="run")
signed = BackfillRunSigned(**FACTS, opened_by="one")
NEW = Case(backfill_run_decider)
OPENED = NEW.given(by(opened, ONE))
SIGNED = OPENED.given(by(signed, ANOTHER))
CLOSED = SIGNED.given(by(closed, ONE))
DAYS: dict[str, Any] = {name: FACTS[name] for name in ("run_id", "first_day", "last_day", "open_until")}


def opening(**changed: Any) -> OpenBackfillRun:
    return OpenBackfillRun(**FACTS | changed)


def known(actor: Actor = ONE, **found: Any) -> KnownOfBackfillRun:
    return KnownOfBackfillRun(**{"actor": actor, "today": TODAY, "area_is_valid": True, "most_days": 92, **found})


def test_one_opens_another_signs_and_anybody_of_the_county_closes() -> None:
    NEW.when(opening(), known()).then(opened)
    OPENED.when(SignBackfillRun(), known(ANOTHER)).then(signed)
    for case in (OPENED, SIGNED):
        case.when(CloseBackfillRun(), known(ANOTHER)).then(closed)


def test_doing_it_again_records_nothing() -> None:
    OPENED.when(opening(), known()).then_nothing()
    SIGNED.when(SignBackfillRun(), known(ONE)).then_nothing()
    CLOSED.when(CloseBackfillRun(), known()).then_nothing()


def test_whoever_opened_does_not_sign_whatever_account_they_use() -> None:
    OPENED.when(SignBackfillRun(), known(ONE)).then_refused(SignsOwnRun)
    OPENED.when(SignBackfillRun(), known(Actor("one", "the-city", "county_officer", "wang"))).then_refused(SignsOwnRun)


def test_what_is_closed_or_over_or_was_never_opened_is_not_signed() -> None:
    OPENED.given(by(closed, ONE)).when(SignBackfillRun(), known(ANOTHER)).then_refused(BackfillRunClosedAlready)
    OPENED.when(SignBackfillRun(), known(ANOTHER, today=date(2016, 4, 1))).then_refused(BackfillRunOver)
    NEW.when(SignBackfillRun(), known()).then_refused(NoSuchBackfillRun)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"last_day": date(2013, 12, 31)}, BackfillPeriodReversed),
        ({"last_day": TODAY + timedelta(1)}, DateInFuture),
        ({"open_until": TODAY - timedelta(1)}, BackfillRunOver),
        ({"open_until": TODAY + timedelta(92)}, BackfillRunTooLong),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], refusal: type[Refusal]) -> None:
    NEW.when(opening(**changed), known()).then_refused(refusal)


def test_an_area_that_is_not_there_has_no_paper() -> None:
    NEW.when(opening(), known(area_is_valid=False)).then_refused(AreaNotValid)


def entered(on: date, today: date = TODAY, run: RunOfDate | None = None) -> LateEntryReason | None:
    found = KnownOfDate(actor=ONE, today=today, late_entry_days=10, late_entry_days_maximum=183, run=run)
    return require_date(Dated(on=on, late_reason=LateEntryReason.PAPER_BATCH), found)


def in_run(*, is_signed: bool = True, is_closed: bool = False) -> RunOfDate:
    return RunOfDate(**DAYS, is_signed=is_signed, is_closed=is_closed)


def test_half_a_year_late_needs_a_reason_only_and_a_day_more_a_run() -> None:
    assert entered(TODAY - timedelta(183)) is LateEntryReason.PAPER_BATCH
    with pytest.raises(TooLateWithoutRun) as refused:
        entered(TODAY - timedelta(184))
    assert refused.value.sentence("zh") == "办理已超过183天，须按县里签批的补录批次录入。"


@pytest.mark.parametrize("on", [DAYS["first_day"], DAYS["last_day"]])
def test_from_the_first_day_of_its_period_to_the_last_a_run_takes_it(on: date) -> None:
    assert entered(on, today=DAYS["open_until"], run=in_run()) is LateEntryReason.PAPER_BATCH


@pytest.mark.parametrize(
    ("on", "today", "run", "refusal"),
    [
        (date(2014, 6, 1), TODAY, in_run(is_signed=False), BackfillRunNotSigned),
        (date(2014, 6, 1), TODAY, in_run(is_closed=True), BackfillRunClosedAlready),
        (date(2014, 6, 1), date(2016, 4, 1), in_run(), BackfillRunOver),
        (date(2013, 12, 31), TODAY, in_run(), OutsideBackfillPeriod),
        (date(2015, 1, 1), TODAY, in_run(), OutsideBackfillPeriod),
        (TODAY + timedelta(1), TODAY, in_run(), DateInFuture),
    ],
)
def test_a_run_takes_nothing_else(on: date, today: date, run: RunOfDate, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        entered(on, today, run)
