"""Other services' events as the gateway reads them: only the fields it uses."""

from datetime import date

from chronicle.messages import Event
from pydantic import BaseModel, ConfigDict


class NoticeRow(BaseModel):
    """One household on a notice."""

    model_config = ConfigDict(frozen=True)

    application_id: str
    head_id: str
    group_code: str
    household_size: int


class AreaOpened(Event, type="identification.area-opened.v1"):
    """An area exists under this name from a day on."""

    code: str
    name: str
    valid_from: date


class VillagerGroupOpened(Event, type="identification.villager-group-opened.v1"):
    """A villager group exists under this name from a day on."""

    code: str
    name: str
    valid_from: date


class AreaRenamed(Event, type="identification.area-renamed.v1"):
    """An area has another name from a day on."""

    code: str
    name: str
    valid_from: date


class AreaReplaced(Event, type="identification.area-replaced.v1"):
    """An area goes on under another code from a day on."""

    code: str
    successor_code: str
    valid_from: date


class NoticePosted(Event, type="identification.notice-posted.v1"):
    """A list of households was posted."""

    notice_id: str
    area_code: str
    title: str
    how_to_object: str
    first_day: date
    last_day: date
    days: int
    rows: tuple[NoticeRow, ...]


class NoticeAnnulled(Event, type="identification.notice-annulled.v1"):
    """A notice was annulled for the households still on it."""

    notice_id: str
    rows: tuple[str, ...]


class ApplicationCorrected(Event, type="identification.application-corrected.v1"):
    """What the household states was corrected; it came off a notice if that showed it otherwise."""

    application_id: str
    notice_id: str | None


class ApplicationWithdrawn(Event, type="identification.application-withdrawn.v1"):
    """The household withdrew its application."""

    application_id: str


class ApplicationRechecked(Event, type="identification.application-rechecked.v1"):
    """What a re-check upheld sent an open application back, or ended it, off the notice it hung on."""

    application_id: str
    notice_id: str | None


class ObjectionRaised(Event, type="identification.objection-raised.v1"):
    """Somebody objected to a posted household."""

    application_id: str
    objection_id: str
    notice_id: str


class ObjectionDecided(Event, type="identification.objection-decided.v1"):
    """An objection to a posted household was decided."""

    application_id: str
    objection_id: str
    notice_id: str
    decision: str


class SubstitutionConfirmed(Event, type="identification.substitution-confirmed.v1"):
    """Somebody acts in another's place, in a role and area, from a first day to a last."""

    substitute: str
    absent: str
    role: str
    area_code: str
    first_day: date
    last_day: date


class SubstitutionEnded(Event, type="identification.substitution-ended.v1"):
    """Somebody acts in another's place no longer."""
