"""The operations that erase people, and those who objected or complained."""

from collections.abc import Iterator

from asking import Operation
from bodies import county, error, in_area, purpose, second_in_county
from casework.roles import Role
from dossier import Stage
from dossiers import ORDER
from huangxi import API

OFFICER, SEEING = (Role.COUNTY_OFFICER,), (Role.COUNTY_OFFICER, Role.AUDITOR)
# Where something is proposed or withdrawn, and where what was proposed before is done.
WHOSE = {
    f"{API}/people/{{person_id}}": (Stage.WITHDRAWN, Stage.REJECTED, Stage.WITHDRAWN),
    f"{API}/objections/{{objection_id}}": (Stage.OBJECTED, Stage.OBJECTED, Stage.RULED),
    f"{API}/rechecks/{{recheck_id}}": (Stage.REGISTERED, Stage.REGISTERED, Stage.OFFERED),
}
OF_OBJECTORS = f"{API}/objector-erasures"


def erasing() -> Iterator[Operation]:
    """Those operations: each is proposed, withdrawn and done where that can be, once."""
    for path, (proposed, withdrawn, done) in WHOSE.items():
        proposal = f"{path}/erasure-proposal"
        yield Operation("POST", proposal, OFFICER, proposed, county, lambda _it, _at: ORDER)
        yield Operation("POST", f"{proposal}/withdrawal", OFFICER, withdrawn, county, error)
        yield Operation("POST", f"{path}/erasure", OFFICER, done, second_in_county)
    for path in (f"{API}/erasures", OF_OBJECTORS):
        yield Operation("GET", path, SEEING, who=county, query=in_area)
    one = f"{OF_OBJECTORS}/{{erasure_id}}"
    yield Operation("GET", one, SEEING, Stage.OFFERED, county)
    yield Operation("GET", f"{one}/texts/{{text_id}}", OFFICER, Stage.OFFERED, county, query=purpose, personal=True)
