"""What can happen to a public notice."""

from datetime import date
from typing import Annotated, get_args

from casework.eligibility import Digest
from casework.reasons import AnnulmentReason, LateEntryReason
from chronicle.messages import INTERNAL, OPEN, Event, EventTypes

from identification.cases.application.findings import SealedRef, Value


class NoticeRow(Value):
    """One household as posted: group, head and household size, and nothing else."""

    application_id: str
    household_id: str
    head_id: str
    group_code: str
    household_size: int


class Photos(Value):
    """The digests of the photos taken on the first and on the last day."""

    first_day: Digest
    last_day: Digest


class NoticePosted(Event, type="identification.notice-posted.v1"):
    """A list of households was posted for everybody to read."""

    notice_id: Annotated[str, OPEN]
    area_code: Annotated[str, OPEN]
    step: Annotated[int, OPEN]
    title: Annotated[str, OPEN]
    how_to_object: Annotated[str, OPEN]
    first_day: Annotated[date, OPEN]
    last_day: Annotated[date, OPEN]
    days: Annotated[int, OPEN]
    rows: Annotated[tuple[NoticeRow, ...], INTERNAL]
    place: Annotated[SealedRef, INTERNAL]
    sheet: Annotated[SealedRef, INTERNAL]
    performed_by: Annotated[tuple[str, ...], INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


class NoticeClosed(Event, type="identification.notice-closed.v1"):
    """A notice was closed for the households named; those taken off it before and those remaining are named too."""

    notice_id: Annotated[str, OPEN]
    area_code: Annotated[str, OPEN]
    step: Annotated[int, OPEN]
    closed: Annotated[tuple[str, ...], INTERNAL]
    taken_off: Annotated[tuple[str, ...], INTERNAL]
    remaining: Annotated[tuple[str, ...], INTERNAL]
    photos: Annotated[Photos, INTERNAL]
    performed_by: Annotated[tuple[str, ...], INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


class NoticeAnnulled(Event, type="identification.notice-annulled.v1"):
    """A notice was annulled before it was closed for the households named; they are to be posted anew."""

    notice_id: Annotated[str, OPEN]
    area_code: Annotated[str, OPEN]
    step: Annotated[int, OPEN]
    reason: Annotated[AnnulmentReason, OPEN]
    rows: Annotated[tuple[str, ...], INTERNAL]
    taken_off: Annotated[tuple[str, ...], INTERNAL]
    performed_by: Annotated[tuple[str, ...], INTERNAL]
    late_reason: Annotated[LateEntryReason | None, INTERNAL]


NoticeEvent = NoticePosted | NoticeClosed | NoticeAnnulled

TYPES = EventTypes(*get_args(NoticeEvent))
