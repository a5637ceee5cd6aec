"""What sets an application right, for tests: amended, corrected, and notices annulled."""

from datetime import date
from typing import Any

from acts import GROUP, ROWS
from applications import FINDINGS, filing, posting
from casework.reasons import AnnulmentReason
from identification.cases.application.commands import AmendApplication, AnnulPosting, CorrectApplication
from identification.cases.application.findings import CorrectionReason
from identification.cases.public_notice.commands import AnnulNotice

FORM = ("members", "applicant", "kin_of_cadres", "income", "living", "causes")


def amendment(**changed: Any) -> AmendApplication:
    """The next day, what is changed is stated anew, and all else as it was filed."""
    return AmendApplication.model_validate({**_as_filed(), "amends": "event-1", "on": date(2015, 6, 2), **changed})


def correction(on: date, **changed: Any) -> CorrectApplication:
    """What is changed is corrected, and all else is as it was filed."""
    why = {"corrects": "event-1", "reason": CorrectionReason.ENTERED_WRONGLY, "remarks": FINDINGS}
    return CorrectApplication.model_validate({**_as_filed(), **why, "on": on, **changed})


def _as_filed() -> dict[str, Any]:
    filed = filing()
    return {name: getattr(filed, name) for name in FORM}


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
