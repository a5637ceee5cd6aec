"""Who acts in somebody's place, followed from the shared history."""

from functools import partial

from casework.substitutions import confirmed_row, ended_row, stand_in, substitution_columns
from chronicle.following import one_row_each

from industry.heard import SubstitutionConfirmed, SubstitutionEnded

substitutions = one_row_each(
    "substitution", 1, substitution_columns, {SubstitutionConfirmed: confirmed_row, SubstitutionEnded: ended_row}
)
substitute = partial(stand_in, substitutions.tables)
