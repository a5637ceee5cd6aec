"""What is found before anything is decided on a substitution: the area, and how long one may be."""

from collections.abc import Sequence

from chronicle.decider import Decider, Reading

from identification.cases.area.projections import found_of_area
from identification.cases.substitution.commands import ProposeSubstitution, SubstitutionCommand
from identification.cases.substitution.decider import KnownOfSubstitution, Substitution, about, decide, evolve
from identification.cases.substitution.events import TYPES


def gather(
    parts: Sequence[tuple[SubstitutionCommand, Substitution | None]], reading: Reading
) -> list[KnownOfSubstitution]:
    """Look the areas up."""
    return [_found(command, substitution, reading) for command, substitution in parts]


def _found(command: SubstitutionCommand, substitution: Substitution | None, reading: Reading) -> KnownOfSubstitution:
    proposed = command if isinstance(command, ProposeSubstitution) else substitution and substitution.proposed
    area, today = proposed.area_code if proposed else "", reading.asked.today
    return KnownOfSubstitution(
        actor=reading.asked.actor,
        today=today,
        most_days=reading.value("substitution_days_maximum", area, today),
        **found_of_area(reading, area, today),
    )


substitution_decider: Decider[SubstitutionCommand, Substitution | None, KnownOfSubstitution] = Decider(
    name="substitution",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    rules=("casework",),
)
