"""Which persons a timeline names by id."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from chronicle.messages import ID

from gateway.case_history.timeline import Entry

# The fields of any service's events that hold the id of a person, or several.
FIELDS = {
    "absent",
    "answered_by",
    "confirmed_by",
    "convener",
    "head_id",
    "helper",
    "kin_of_cadres",
    "leaver",
    "member_ids",
    "opened_by",
    "performed_by",
    "person_id",
    "proposed_by",
    "raised_by",
    "recorder",
    "reviewers",
    "substitute",
    "successor",
    "verifiers",
}

_ID = re.compile(ID)


def persons_in(entries: Iterable[Entry]) -> set[str]:
    """The ids of the persons who acted, and of those named in the data; accounts that are nobody's are left out."""
    named = {
        person for entry in entries for person in (entry.actor.person, entry.actor.on_behalf_of, *_named(entry.data))
    }
    return {person for person in named if person and _ID.fullmatch(person)}


def _named(value: Any, field: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _named(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner, field)
    elif field in FIELDS and isinstance(value, str):
        yield value
