"""Every field of a published event that may name a person is known to the timeline, whoever publishes it."""

import json
from collections.abc import Iterator
from typing import Any

from gateway.case_history.persons import FIELDS
from running_service import ROOT
from yihu.contracts.schemas import inlined

# Text of which the schema says nothing more, and yet nobody's id.
OTHERS = {
    *("allowance_id", "application_id", "data_match_id", "data_matches", "dissolved", "enrolment_id", "evidence_id"),
    *("handover_id", "hold_id"),
    *("household_id", "meeting_id", "notice_id", "objection_id", "held", "owner", "project_id", "proposal_id"),
    *("recheck_id", "reference", "relocation_id", "repeats", "round_id", "run_id", "substitution_id", "superseded_by"),
    *("text_id", "voids"),
    *("seed", "share"),
    *("agenda", "closed", "remaining", "rows", "sample", "taken_off"),
    *("area_code", "code", "group_code", "household_no", "parent_code", "successor_code", "village_code"),
    *("en", "how_to_object", "name", "refusal", "source", "title", "zh"),
}


def texts(shape: Any, field: str = "") -> Iterator[str]:
    """The fields that hold text which nothing says more about, or lists of such."""
    match shape:
        case {"const": _} | {"enum": _} | {"format": _} | {"pattern": _}:
            return
        case {"type": "string"}:
            yield field
        case {"properties": fields}:
            for name, inner in fields.items():
                yield from texts(inner, name)
        case {"items": inner}:
            yield from texts(inner, field)
        case {"anyOf": choices}:
            for choice in choices:
                yield from texts(choice, field)
        case _:
            return


def test_whoever_an_event_may_name_is_named_on_the_timeline() -> None:
    files = [*(ROOT / "contracts").glob("*/*.v*.json")]
    found = {field for file in files for field in texts(inlined(json.loads(file.read_text("utf-8"))))}

    assert len(files) > 30
    assert found - FIELDS - OTHERS == set(), "a person's id belongs into FIELDS, anything else into OTHERS"
    assert found == FIELDS | OTHERS, "no event has this field any longer"
