"""The operations of households: who lives in one, how it stands, and what becomes of it."""

from typing import Any

from asking import Operation
from bodies import dated, head
from casework.roles import Role
from dossier import Dossier, Stage
from huangxi import API

HOUSEHOLD = f"{API}/households/{{household_id}}"
ENTERING = (Role.VILLAGE_OFFICER,)


def widowed(it: Dossier, _at: str) -> Any:
    """The head is left, and the spouse died."""
    left = [{"person_id": it.person_ids[1], "kind": "died"}]
    return {**dated("2015-07-20"), "members": [head(it.id_number, it.name)], "left": left}


def living(reading: tuple[Role, ...]) -> tuple[Operation, ...]:
    """Those operations; of one that withdrew its application, and of one that is registered."""
    return (
        Operation("GET", f"{HOUSEHOLD}/standing", reading),
        Operation("GET", HOUSEHOLD, reading),
        Operation("POST", f"{HOUSEHOLD}/members-change", ENTERING, Stage.GRANTED, body=widowed),
        Operation(
            "POST",
            f"{HOUSEHOLD}/dissolution",
            ENTERING,
            Stage.RULED,
            body=lambda _it, _at: dated("2015-07-01", reason="moved_away"),
        ),
    )
