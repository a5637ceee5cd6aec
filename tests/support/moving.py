"""修水县 as it goes on under another code, invented, with everything in it: for tests of what was begun before."""

from datetime import date
from typing import Any

from chronicle.messages import new_id
from chronicle.principal import Duty, Principal
from huangxi import API, COUNTY, GROUP, VILLAGE
from identification.imports.areas import import_areas
from person_ids import person_id
from running_identification import RunningIdentification
from starlette.testclient import TestClient

OLD, NEW = COUNTY, "360483000000"
NEW_VILLAGE, NEW_GROUP = f"360483{VILLAGE[6:]}", f"360483{GROUP[6:]}"
CITY = Duty("county_officer", "3604")
DOCUMENT = {"issuer": "civil_affairs_ministry", "year": 2015, "number": 7}
COMING = """code,name,level,parent_code,code_source
360483000000,庐山市,county,360400000000,official
360483106000,马坳镇,township,360483000000,official
360483106216,黄溪村委会,village,360483106000,official
"""


def open_new_county(running: RunningIdentification) -> None:
    """Open what the county goes on as, down to the village, long before."""
    import_areas(running.service.handler, COMING.encode(), date(2015, 1, 1), running.asked())


def replace_county(running: RunningIdentification, since: str) -> None:
    """Let the county go on under the other code from a day on: proposed by the city, confirmed where it comes to."""
    replace_area(running, OLD, NEW, since)


def replace_area(running: RunningIdentification, code: str, successor: str, since: str) -> None:
    """Let an area go on under another code from a day on: proposed by the city, confirmed where it comes to."""
    path = f"{API}/areas/{code}/changes"
    change = {"successor_code": successor, "valid_from": since, "document": DOCUMENT}
    proposed = _informed(running, CITY).post(path, json=change, headers=key())
    assert proposed.status_code == 201, proposed.text
    waiting = [each for each in _informed(running, CITY).get(path).json() if each["standing"] == "proposed"]
    taking = _informed(running, Duty("county_officer", successor[:6]), person="somebody-else")
    confirmed = taking.post(f"{path}/{waiting[-1]['proposal_id']}/confirmation", headers=key())
    assert confirmed.status_code == 201, confirmed.text
    running.catch_up()
    running.service.codes.read()  # type: ignore[union-attr]


def key() -> dict[str, str]:
    """A new idempotency key."""
    return {"Idempotency-Key": new_id()}


def holding(who: str, duty: Duty) -> Principal:
    """Somebody of the village, by the duty they hold now."""
    return Principal(person_id(who), "an-organisation", f"account-of-{who}", (duty,))


def _informed(running: RunningIdentification, *duties: Duty, **who: Any) -> TestClient:
    running.catch_up()
    running.service.codes.read()  # type: ignore[union-attr]
    return running.client(*duties, **who)
