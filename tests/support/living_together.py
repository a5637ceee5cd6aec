"""Households of Huangxi that are registered, change their members and are dissolved, over HTTP."""

from datetime import date
from typing import Any

from casework.codes import Sex
from casework.id_number import invented
from forms import form, typed
from huangxi import API, Huangxi, accepted

APPLICATIONS, HOUSEHOLDS = f"{API}/applications", f"{API}/households"
FATHER, SON, BABY, BRIDE = (
    invented(number, born, sex)
    for number, born, sex in (
        (9_201, date(1940, 1, 1), Sex.MALE),
        (9_202, date(1968, 5, 21), Sex.MALE),
        (9_203, date(2015, 6, 30), Sex.FEMALE),
        (9_204, date(1992, 1, 1), Sex.FEMALE),
    )
)
OLD, YOUNG = typed("甘老根", FATHER, "household_head"), typed("甘长生", SON, "household_head")
POOR = form()["income"] | {"wage_income": "1000.00"}
BORN = typed("甘小满", BABY, "daughter", came="newborn")


def filed(village: Huangxi, *members: dict[str, Any], on: str = "2015-06-01", **changed: Any) -> tuple[str, str]:
    """An application and its household."""
    village.on(on)
    sent = form(members=[*members], on=on, income=POOR, **changed)
    location = accepted(village.send("officer", APPLICATIONS, sent))
    return location, f"{HOUSEHOLDS}/{village.ask('county', location).json()['household_id']}"


def registered(village: Huangxi, *members: dict[str, Any]) -> tuple[str, str]:
    """An application that led to a registration, and its household."""
    location, household = filed(village, *members)
    village.bring([location.rpartition("/")[2]], to=8)
    return location, household


def withdraw(village: Huangxi, location: str, on: str = "2015-06-01") -> None:
    """Let a household withdraw its application."""
    village.on(on)
    accepted(village.send("officer", f"{location}/withdrawal", {"on": on, "reason": "own_wish"}))


def end(village: Huangxi, location: str, reason: str) -> None:
    """End the registration that an application led to."""
    village.on("07-03")
    accepted(village.send("county", f"{location}/registration-ending", {"on": "2015-07-03", "reason": reason}))


def change(village: Huangxi, household: str, *members: dict[str, Any], who: str = "officer", **sent: Any) -> Any:
    """State anew who lives in a registered household."""
    key = sent.pop("key", None)
    body = {"on": "2015-07-04", "members": [*members], **sent}
    village.on("07-04")
    return village.send(who, f"{household}/members-change", body, key)


def dissolve(village: Huangxi, household: str, who: str = "officer", **sent: Any) -> Any:
    """Dissolve a household."""
    body = {"on": "2015-07-04", "reason": "household_dissolved", **sent}
    village.on(body["on"])
    return village.send(who, f"{household}/dissolution", body)


def living(village: Huangxi, household: str) -> list[str]:
    """Who lives in a household now."""
    return [member["person_id"] for member in village.ask("county", household).json()["members"]]
