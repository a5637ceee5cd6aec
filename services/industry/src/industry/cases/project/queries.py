"""Reading projects: those of an area with what is left of them, and who takes part, or took part, in what."""

from datetime import date
from decimal import Decimal

from casework.heard_rows import name_on, whose
from casework.registration import Standing
from chronicle.store import Database
from chronicle.web import Listing
from pydantic import BaseModel
from sqlalchemy import RowMapping, func, select

from industry.areas import areas, replacements
from industry.cases.project.decider import Project
from industry.cases.project.findings import EndingReason, LeadEntity, Pattern, Quantity, Unit
from industry.cases.project.projections import enrolments, projects
from industry.registered_households import registered_households


class ProjectListed(BaseModel):
    """One project: how much there is in its unit, how much of it is given to how many households, and what is left."""

    project_id: str
    area: str
    area_name: str | None
    pattern: Pattern
    unit: Unit
    capacity: Quantity
    enrolled: Quantity
    left: Quantity
    households: int
    led_by: LeadEntity
    opened_on: date
    closed_on: date | None


class ProjectShown(ProjectListed):
    """One project at its version."""

    version: int

    @classmethod
    def of(cls, version: int, project: Project, database: Database) -> "ProjectShown":
        """Show a project as it stands now."""
        with database.reading() as connection:
            named = connection.scalar(
                select(name_on(areas.tables, replacements.tables, project.area, project.opened_on))
            )
        return cls(
            **project.opened.model_dump(),
            area_name=named,
            version=version,
            area=project.area,
            enrolled=project.given,
            left=project.left,
            households=project.households,
            opened_on=project.opened_on,
            closed_on=project.closed_on,
        )


class EnrolmentListed(BaseModel):
    """A household's share of a project, and how the household stands now, as far as was heard."""

    enrolment_id: str
    project_id: str
    household_id: str
    household_no: str | None
    area: str
    area_name: str | None
    standing: Standing | None
    pattern: Pattern
    unit: Unit
    quantity: Quantity
    enrolled_on: date
    ended_on: date | None
    reason: EndingReason | None


def all_projects() -> Listing[ProjectListed]:
    """The projects, open or closed, by their first day."""
    project, enrolment = projects.tables, enrolments.tables
    taking_part = (enrolment.c.project_id == project.c.id) & enrolment.c.ended_on.is_(None)
    # Counted for the rows of one page only: a project's row and those of its enrolments follow different subjects.
    given = select(func.coalesce(func.sum(enrolment.c.hundredths), 0)).where(taking_part).scalar_subquery()
    households = select(func.count()).where(taking_part).scalar_subquery()
    named = name_on(areas.tables, replacements.tables, project.c.area, project.c.opened_on).label("area_name")
    query = select(project, named, given.label("given"), households.label("households"))
    return Listing(query, project.c.area, [project.c.opened_on, project.c.id], _project)


def enrolments_of(*, project_id: str | None = None, household_id: str | None = None) -> Listing[EnrolmentListed]:
    """The enrolments in a project, or of a household, ended or not, by the day they began."""
    enrolment = enrolments.tables
    named = name_on(areas.tables, replacements.tables, enrolment.c.area, enrolment.c.enrolled_on).label("area_name")
    query = select(enrolment, named, *whose(registered_households.tables, enrolment.c.household_id))
    for column, wanted in ((enrolment.c.project_id, project_id), (enrolment.c.household_id, household_id)):
        query = query.where(column == wanted) if wanted else query
    order = [enrolment.c.enrolled_on, enrolment.c.id]
    return Listing(query, enrolment.c.area, order, _enrolment)


def _project(row: RowMapping) -> ProjectListed:
    capacity, enrolled = Decimal(row["capacity"]), Decimal(row["given"]) / 100
    amounts = {"capacity": capacity, "enrolled": enrolled, "left": capacity - enrolled}
    return ProjectListed(**{**row, "project_id": row["id"], **amounts})


def _enrolment(row: RowMapping) -> EnrolmentListed:
    return EnrolmentListed(**row, enrolment_id=row["id"], quantity=Decimal(row["hundredths"]) / 100)
