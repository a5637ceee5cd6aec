"""The list of public notices, with how many of their households are still on them, and which were annulled."""

from functools import partial

from sqlalchemy import Column, Date, Integer, Text

from identification.cases.acts.projections import Begun, Continued, act_list
from identification.cases.public_notice.events import TYPES, NoticeAnnulled, NoticeClosed, NoticeEvent, NoticePosted


def _told(event: NoticeEvent) -> Begun | Continued:
    match event:
        case NoticePosted() as posted:
            more = {"step": posted.step, "last_day": posted.last_day, "annulled": None}
            return Begun(posted.notice_id, posted.area_code, len(posted.rows), len(posted.rows), more)
        case NoticeClosed() as closed:
            return Continued(closed.notice_id, len(closed.remaining))
        case NoticeAnnulled() as annulled:
            return Continued(annulled.notice_id, 0, {"annulled": annulled.reason.value})


public_notices = act_list(
    "public_notice",
    TYPES,
    _told,
    partial(Column, "step", Integer, nullable=False),
    partial(Column, "last_day", Date, nullable=False),
    partial(Column, "annulled", Text),
    version=2,
)
