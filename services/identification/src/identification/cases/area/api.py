"""Areas over HTTP: which there are, and the villager groups that villages keep."""

from datetime import date
from typing import Annotated

from casework.areas import Level
from casework.roles import Role
from chronicle.recording import Part
from chronicle.refusals import NotFound
from chronicle.store.values import Delivery
from chronicle.web import Body, Caller, Page, Paged, Reading, Writing, acting, resource
from pydantic import BaseModel, Field
from starlette.responses import Response

from identification.cases.area.commands import GroupName, OpenVillagerGroup
from identification.cases.area.events import CodeSource
from identification.cases.area.gather import area_decider
from identification.cases.area.projections import area_at, areas, children

PATH = "/api/identification/v1/areas"

router = resource(PATH, "areas")


class Area(BaseModel):
    """One administrative area or villager group."""

    code: str
    name: str
    level: Level
    parent_code: str | None
    code_source: CodeSource
    valid_from: date


class NewVillagerGroup(Body):
    """A villager group to open: its two digits after the village's code, its name, its first day."""

    number: Annotated[str, Field(pattern="^[0-9]{2}$")]
    name: GroupName
    valid_from: date


@router.get("")
def list_areas(_: Caller, paged: Paged, database: Reading, parent: str | None = None) -> Page[Area]:
    """The areas directly below one; without ``parent``, those with nothing above them."""
    with database.reading() as connection:
        code = areas.tables.c.code
        return paged.page(connection, children(parent), [code], Area.model_validate)


@router.get("/{code}")
def show_area(_: Caller, code: str, database: Reading) -> Area:
    """One area."""
    with database.reading() as connection:
        found = area_at(connection, code)
    if found is None:
        raise NotFound
    return Area.model_validate(found)


@router.post("/{village_code}/villager-groups", status_code=201)
def open_villager_group(
    village_code: str, group: NewVillagerGroup, writing: Annotated[Writing, acting(Role.VILLAGE_OFFICER)]
) -> Response:
    """Open a villager group of one's own village."""
    code = f"{village_code}{group.number}"
    command = OpenVillagerGroup(code=code, name=group.name, valid_from=group.valid_from)
    return writing.at(village_code).record([Part(area_decider, code, command)], Delivery(location=f"{PATH}/{code}"))
