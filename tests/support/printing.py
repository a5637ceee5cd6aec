"""The operations that print what was filled in once, for the list of all operations."""

from collections.abc import Iterator

from asking import Operation
from bodies import purpose
from casework.roles import Role
from dossiers import reviewer
from huangxi import API

APPLICATION = f"{API}/applications/{{application_id}}"


def printing(deciding: tuple[Role, ...]) -> Iterator[Operation]:
    """The papers of an application and of the acts it went through."""
    of_those_who_enter = (
        f"{APPLICATION}/application-form.pdf",
        f"{APPLICATION}/visit-sheet.pdf",
        f"{API}/group-meetings/{{act_id}}/sheet.pdf",
    )
    yield from (Operation("GET", path, deciding, query=purpose, personal=True) for path in of_those_who_enter)
    table, reviewing = f"{API}/review-rounds/{{act_id}}/table.pdf", (Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)
    yield Operation("GET", table, reviewing, who=reviewer, query=purpose, personal=True)
