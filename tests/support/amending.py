"""What sets an application right, for tests: notices annulled."""

from datetime import date
from typing import Any

from acts import GROUP, ROWS
from applications import posting
from casework.reasons import AnnulmentReason
from identification.cases.application.commands import AnnulPosting
from identification.cases.public_notice.commands import AnnulNotice


def annulling(step: int, on: date, **changed: Any) -> AnnulPosting:
    """The notice of a step is torn, and counts no more for the household."""
    posted = posting(step)
    fields = {
        "notice_id": posted.notice_id,
        "area": posted.area,
        "reason": AnnulmentReason.TORN,
        "performed_by": posted.performed_by,
        "on": on,
    }
    return AnnulPosting.model_validate(fields | changed)


def annul(*rows: str, **changed: Any) -> AnnulNotice:
    """The group's notice of 1 July is torn on the 3rd."""
    fields: dict[str, Any] = {
        "act_id": "notice",
        "area_code": GROUP,
        "reason": AnnulmentReason.TORN,
        "rows": rows or ROWS,
        "performed_by": ("convener",),
        "on": date(2015, 7, 3),
    }
    return AnnulNotice(**fields | changed)
