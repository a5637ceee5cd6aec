"""公示作废: a sheet that is torn or wrong is annulled before it is closed, for all households still on it."""

from datetime import date

import pytest
from acts import HUANG, RAO, ROWS, VILLAGE, ZHOU, close, never_posted, posted
from amending import annul
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.reasons import AnnulmentReason
from identification.cases.acts.decider import PerformerMissing
from identification.cases.public_notice.decider import (
    NoticeIsAnnulled,
    NoticeOver,
    NoticeUnknown,
    NotOnTheNotice,
)
from identification.cases.public_notice.events import NoticeAnnulled


@pytest.mark.parametrize("reason", AnnulmentReason)
def test_a_notice_is_annulled_with_its_reason_for_everybody_on_it(reason: AnnulmentReason) -> None:
    posted.when(annul(reason=reason)).then(NoticeAnnulled, step=3, reason=reason, rows=ROWS, taken_off=())


def test_who_left_the_notice_or_passed_it_has_nothing_to_lose() -> None:
    without_rao = posted.given(close(ZHOU)).knowing(taken_off=(RAO,))

    without_rao.when(annul(HUANG, on=date(2015, 7, 9))).then(NoticeAnnulled, rows=(HUANG,), taken_off=(RAO,))


def test_every_household_comes_off_on_the_day() -> None:
    rows = annul(HUANG, ZHOU).row_commands()

    assert list(rows) == [HUANG, ZHOU]
    assert (rows[ZHOU].on, rows[ZHOU].notice_id, rows[ZHOU].reason) == (
        date(2015, 7, 3),
        "notice",
        AnnulmentReason.TORN,
    )


def test_what_is_annulled_is_annulled_already() -> None:
    posted.given(annul()).when(annul(reason=AnnulmentReason.OTHER)).then_nothing()


def test_what_is_annulled_is_not_closed() -> None:
    posted.given(annul()).when(close(*ROWS)).then_refused(NoticeIsAnnulled)


def test_what_is_closed_is_not_annulled() -> None:
    posted.given(close(*ROWS)).when(annul(on=date(2015, 7, 9))).then_refused(NoticeOver)


def test_what_everybody_left_is_not_annulled() -> None:
    posted.knowing(taken_off=ROWS).when(annul()).then_refused(NoticeOver)


def test_a_sheet_is_annulled_whole() -> None:
    posted.when(annul(HUANG)).then_refused(NotOnTheNotice, count=2)
    posted.when(annul(*ROWS, "stranger")).then_refused(NotOnTheNotice, count=1)


def test_only_a_posted_notice_is_annulled_where_it_was_posted() -> None:
    never_posted.when(annul()).then_refused(NoticeUnknown)
    posted.when(annul(area_code=VILLAGE)).then_refused(NoticeUnknown)


def test_somebody_annuls() -> None:
    posted.when(annul(performed_by=())).then_refused(PerformerMissing)


def test_not_before_it_hung_nor_tomorrow_and_late_only_for_a_reason() -> None:
    before, day = date(2015, 6, 30), date(2015, 7, 3)
    posted.when(annul(on=before)).then_refused(BeforePreviousAct, on=before, previous=date(2015, 7, 1))
    posted.when(annul(), today=date(2015, 7, 2)).then_refused(DateInFuture, on=day)
    posted.when(annul(), today=date(2015, 7, 20)).then_refused(LateEntryNeedsReason, days=10)
