"""The substitutions as the county lists them, and as substitutes act under them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from casework.substitutions import confirmed_row, ended_row, stand_in, substitution_columns
from chronicle.following import one_row_each
from chronicle.messages import Recorded
from sqlalchemy import Column, Date, Text

from identification.cases.substitution.events import SubstitutionConfirmed, SubstitutionEnded, SubstitutionProposed


def _columns() -> tuple[Column[Any], ...]:
    own = (Column("reason", Text), Column("proposed_on", Date), Column("proposed_by", Text))
    return (*substitution_columns(), *own)


def _proposed_row(recorded: Recorded[SubstitutionProposed]) -> Mapping[str, Any]:
    facts = recorded.event.model_dump(exclude={"substitution_id"})
    return {**facts, "proposed_on": recorded.valid_on, "proposed_by": recorded.actor.person}


substitutions = one_row_each(
    "substitution",
    1,
    _columns,
    {SubstitutionProposed: _proposed_row, SubstitutionConfirmed: confirmed_row, SubstitutionEnded: ended_row},
)
substitute = partial(stand_in, substitutions.tables)
