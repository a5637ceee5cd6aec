"""What the routes of every service ask for alike: ids, areas, and what they work with."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from chronicle.handling import Handler
from chronicle.messages import ID
from chronicle.store import Database
from chronicle.web.edge import given

Id = Annotated[str, Field(pattern=f"^{ID}$")]
AreaCode = Annotated[str, Field(pattern="^[0-9]{12}([0-9]{2})?$")]
InArea = Annotated[AreaCode | None, Query(alias="area", description="Only what lies in this area.")]
Handling = Annotated[Handler, given(Handler)]
Reading = Annotated[Database, given(Database)]
