"""The operations of pairings and of handovers: who helps whom, and who takes that over."""

from asking import Operation
from bodies import county, dated, in_area, in_county
from casework.roles import Role
from chronicle.clock import SystemClock
from dossier import Stage
from dossiers import helper, reviewer
from huangxi import API
from person_ids import person_id

PAIRING, OWN, HANDOVERS = f"{API}/households/{{household_id}}/pairing", f"{API}/my-households", f"{API}/handovers"
NAMING = (Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)


def helping(reading: tuple[Role, ...], following: tuple[Role, ...]) -> tuple[Operation, ...]:
    """Those operations; all that is read comes before what changes it."""
    return (
        Operation("GET", PAIRING, reading),
        Operation("GET", f"{API}/pairings", reading, query=in_area),
        Operation("GET", OWN, (Role.HOUSEHOLD_HELPER,), who=helper),
        Operation("GET", f"{OWN}/{{household_id}}", (Role.HOUSEHOLD_HELPER,), who=helper),
        Operation("GET", HANDOVERS, following, query=in_area),
        Operation("GET", f"{HANDOVERS}/{{handover_id}}", following),
        Operation(
            "POST",
            PAIRING,
            NAMING,
            Stage.OFFERED,
            reviewer,
            body=lambda _it, _at: dated("2015-08-01", helper=person_id("a helper")),
        ),
        Operation(
            "POST",
            f"{API}/staff/{{staff_id}}/handover",
            (Role.COUNTY_OFFICER,),
            who=county,
            body=lambda it, _at: in_county(it, successor=person_id("a successor"), reason="transferred"),
        ),
        Operation(
            "POST",
            f"{PAIRING}/handover",
            NAMING,
            who=county,
            body=lambda _it, _at: {"successor": person_id("a helper"), "reason": "reassigned"},
        ),
        Operation(
            "POST",
            f"{PAIRING}/ending",
            NAMING,
            who=county,
            # On no day before the handovers, which are today's.
            body=lambda _it, _at: {"on": SystemClock().today().isoformat(), "reason": "help_completed"},
        ),
    )
