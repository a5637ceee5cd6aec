"""What the routes of every service ask for alike: ids, areas, the day, and what they work with."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field
from starlette.requests import Request

from chronicle.handling import Handler
from chronicle.messages import ID
from chronicle.store import Database
from chronicle.web.edge import edge_of, given


async def today(request: Request) -> date:
    """The business date, by the service's clock."""
    return edge_of(request).clock.today()


Today = Annotated[date, Depends(today)]
Id = Annotated[str, Field(pattern=f"^{ID}$")]
AreaCode = Annotated[str, Field(pattern="^[0-9]{12}([0-9]{2})?$")]
InArea = Annotated[AreaCode | None, Query(alias="area", description="Only what lies in this area.")]
Handling = Annotated[Handler, given(Handler)]
Reading = Annotated[Database, given(Database)]
