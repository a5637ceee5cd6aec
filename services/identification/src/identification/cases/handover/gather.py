"""What is found before work is handed over: how much of it is open, and who the successor is."""

from collections.abc import Sequence

from chronicle.decider import Decider, Reading

from identification.cases.area.projections import found_of_area
from identification.cases.handover.commands import HandOverWork
from identification.cases.handover.decider import Handover, KnownOfWork, about, decide, evolve
from identification.cases.handover.events import TYPES
from identification.cases.pairing.gather import helped_by, homes_within, is_poor
from identification.cases.substitution.gather import substitution_decider
from identification.histories import folded


def gather(parts: Sequence[tuple[HandOverWork, Handover | None]], reading: Reading) -> list[KnownOfWork]:
    """Count what is open."""
    return [_found(command, reading) for command, _ in parts]


def _found(command: HandOverWork, reading: Reading) -> KnownOfWork:
    asked = reading.asked
    helped = helped_by(reading.connection, command.leaver, command.area_code, reading.codes.on(asked.today))
    named = folded(substitution_decider, command.substitution_ids, reading).values()
    home = homes_within({command.successor}, reading).get(command.successor)
    return KnownOfWork(
        actor=asked.actor,
        today=asked.today,
        **found_of_area(reading, command.area_code, asked.today),
        pairings=len(helped),
        substitutions=sum(not substitution.is_ended for substitution in named),
        successor_is_poor=is_poor(home, reading),
        successor_is_member=home in helped,
    )


handover_decider: Decider[HandOverWork, Handover | None, KnownOfWork] = Decider(
    name="handover",
    types=TYPES,
    initial=None,
    decide=decide,
    evolve=evolve,
    about=about,
    gather=gather,
    rules=("casework",),
)
