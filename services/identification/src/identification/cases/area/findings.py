"""What is said of a change of an area: by which document, and why a proposed one is not made."""

from typing import Annotated, Self

from casework.labels import Labelled
from pydantic import BaseModel, ConfigDict, Field


class DocumentIssuer(Labelled):
    """Who issued the document by which an area changes."""

    STATE_COUNCIL = "state_council", "国务院", "State Council"
    CIVIL_AFFAIRS_MINISTRY = "civil_affairs_ministry", "民政部", "Ministry of Civil Affairs"
    STATISTICS_BUREAU = "statistics_bureau", "国家统计局", "statistics bureau"
    PROVINCE = "province", "省级人民政府", "provincial government"
    PREFECTURE = "prefecture", "市级人民政府", "prefecture government"
    COUNTY = "county", "县级人民政府", "county government"


class ChangeDocument(BaseModel):
    """A document by who issued it, its year and its number in that year; a published list has none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: DocumentIssuer
    year: Annotated[int, Field(ge=1949, le=2100)]
    number: Annotated[int | None, Field(ge=1, le=9999)] = None

    @classmethod
    def published_list(cls, year: int) -> Self:
        """The list of areas that is published every year."""
        return cls(issuer=DocumentIssuer.STATISTICS_BUREAU, year=year)


class RejectionReason(Labelled):
    """Why a proposed change of an area is not made."""

    ENTERED_WRONGLY = "entered_wrongly", "填写有误", "entered wrongly"
    NOT_IN_DOCUMENT = "not_in_document", "与文件不符", "not what the document says"
    NOT_IN_FORCE = "not_in_force", "文件尚未生效", "the document is not in force yet"
    LIST_WRONG = "list_wrong", "名单有误", "the list is wrong"
