"""What the api, the worker and the embedded edition of this service are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from casework.eligibility import require_fit
from chronicle.following import Projection, Reaction
from chronicle.installation import Installation, Substitute
from chronicle.policy import Entry, Policy
from chronicle.sealing import MasterKey, Sealer

from identification.cases.application.decisions.execution import ELIGIBILITY_RULE
from identification.cases.application.projections import applications, late_entries
from identification.cases.area.projections import areas
from identification.cases.group_meeting.projections import group_meetings
from identification.cases.objection.projections import objections
from identification.cases.person.events import ERASING
from identification.cases.person.projections import applicants, erasures
from identification.cases.public_notice.projections import public_notices
from identification.cases.registration.projections import registered_households
from identification.cases.review_round.projections import review_rounds
from identification.cases.substitution.projections import substitute, substitutions
from identification.cases.village_verification.projections import village_verifications
from identification.people.erasures import Erasures
from identification.people.reading import VaultReader
from identification.people.vault import Vault
from identification.reactions import assistance
from identification.settings import Settings

PROJECTIONS: tuple[Projection[Any], ...] = (
    areas,
    applications,
    registered_households,
    late_entries,
    group_meetings,
    public_notices,
    objections,
    village_verifications,
    review_rounds,
    applicants,
    erasures,
    substitutions,
)


@dataclass(frozen=True, kw_only=True)
class Service(Installation):
    """One installation of the service, with its vault."""

    settings: Settings
    source: str = "identification"
    alembic_ini: Path = Path(__file__).parents[2] / "alembic.ini"
    projections: Sequence[Projection[Any]] = PROJECTIONS
    reactions: Sequence[Reaction] = (assistance,)
    substitute: Substitute | None = substitute

    @cached_property
    def policy(self) -> Policy:
        """Its rules and numbers; an eligibility rule that no household can be held against is refused at once."""
        policy = Policy.load(self.settings.policy_folder)
        for entry in policy:
            if entry.name == ELIGIBILITY_RULE:
                _require_fit(entry)
        return policy

    @cached_property
    def sealer(self) -> Sealer:
        """Seals and opens under the master key."""
        file = self.settings.master_key_file
        written = file.read_text("ascii") if file else self.settings.master_key.get_secret_value()
        return Sealer(MasterKey.read(written, demo=self.settings.invented_people))

    @cached_property
    def vault(self) -> Vault:
        """Where people are recorded."""
        return Vault(self.database, self.store, self.sealer, invented_people=self.settings.invented_people)

    @cached_property
    def reader(self) -> VaultReader:
        """Where people are read about."""
        return VaultReader(self.database, self.sealer, self.clock, self.erasures)

    @cached_property
    def erasures(self) -> Erasures:
        """Who was erased."""
        return Erasures(self.database, ERASING, self.lacks_events)


def _require_fit(entry: Entry) -> None:
    try:
        require_fit(entry.rule)
    except ValueError as error:
        error.add_note(f"in {entry.name} of {entry.area} from {entry.valid_from}")
        raise
