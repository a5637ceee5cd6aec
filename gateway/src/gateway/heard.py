"""Other services' events as the gateway reads them: only the fields it uses."""

from datetime import date

from chronicle.messages import Event
from pydantic import BaseModel, ConfigDict


class NoticeRow(BaseModel):
    """One household on a notice."""

    model_config = ConfigDict(frozen=True)

    head_id: str
    group_code: str
    household_size: int


class AreaOpened(Event, type="identification.area-opened.v1"):
    """An area exists under this name."""

    code: str
    name: str


class VillagerGroupOpened(Event, type="identification.villager-group-opened.v1"):
    """A villager group exists under this name."""

    code: str
    name: str


class NoticePosted(Event, type="identification.notice-posted.v1"):
    """A list of households was posted."""

    notice_id: str
    area_code: str
    first_day: date
    last_day: date
    rows: tuple[NoticeRow, ...]
