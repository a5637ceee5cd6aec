"""The list of public notices, with how many of their households are still on them."""

from functools import partial

from chronicle.messages import EventTypes
from sqlalchemy import Column, Date, Integer

from identification.cases.acts.projections import Begun, Continued, act_list
from identification.cases.public_notice.events import NoticeClosed, NoticePosted


def _told(event: NoticePosted | NoticeClosed) -> Begun | Continued:
    match event:
        case NoticePosted() as posted:
            more = {"step": posted.step, "last_day": posted.last_day}
            return Begun(posted.notice_id, posted.area_code, len(posted.rows), len(posted.rows), more)
        case NoticeClosed() as closed:
            return Continued(closed.notice_id, len(closed.remaining))


public_notices = act_list(
    "public_notice",
    EventTypes(NoticePosted, NoticeClosed),
    _told,
    partial(Column, "step", Integer, nullable=False),
    partial(Column, "last_day", Date, nullable=False),
)
