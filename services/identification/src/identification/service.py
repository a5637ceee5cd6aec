"""What the api, the worker and the embedded edition of this service are made of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from casework.eligibility import require_fit
from chronicle.following import Loops, Projection, Reacting, Reaction
from chronicle.installation import Installation, Substitute
from chronicle.policy import Entry, Policy
from chronicle.sealing import MasterKey, Sealer
from sqlalchemy import Table

from identification.cases.application.decisions.execution import ELIGIBILITY_RULE
from identification.cases.application.projections import applications, late_entries
from identification.cases.area.projections import area_changes, area_names, areas, replacements
from identification.cases.backfill_run.projections import backfill_entries, backfill_runs
from identification.cases.data_match.events import DataMatchExpired
from identification.cases.data_match.projections import waiting_data_matches
from identification.cases.evidence.projections import evidence
from identification.cases.group_meeting.projections import group_meetings
from identification.cases.handover.projections import handovers
from identification.cases.objection.projections import objections
from identification.cases.objector.events import ObjectorErased
from identification.cases.objector.projections import objector_erasures
from identification.cases.pairing.projections import pairings
from identification.cases.person.events import PersonErased
from identification.cases.person.projections import applicants, erasures
from identification.cases.public_notice.projections import public_notices
from identification.cases.recheck.projections import rechecks
from identification.cases.registration.projections import registered_households
from identification.cases.review_round.projections import review_rounds
from identification.cases.substitution.projections import substitute, substitutions
from identification.cases.village_verification.projections import village_verifications
from identification.expiry import FIRST_LOOK, Expiry
from identification.expiry import NAME as EXPIRY
from identification.files.evidence_files import EvidenceFiles
from identification.files.opening import open_storage
from identification.files.scanning import open_scanner
from identification.files.storage import Storage
from identification.files.sweeping import Sweeper
from identification.handing_over import handing_over_with
from identification.matching import reactions_with
from identification.paper.press import Press
from identification.people.erasures import Erasures
from identification.people.reading import VaultReader
from identification.people.vault import Vault
from identification.reactions import assistance
from identification.settings import Settings

PROJECTIONS: tuple[Projection[Any], ...] = (
    areas,
    area_names,
    area_changes,
    applications,
    registered_households,
    late_entries,
    group_meetings,
    public_notices,
    objections,
    evidence,
    village_verifications,
    review_rounds,
    applicants,
    erasures,
    waiting_data_matches,
    rechecks,
    objector_erasures,
    substitutions,
    pairings,
    handovers,
    backfill_runs,
    backfill_entries,
)

# What tells that keys were destroyed.
ERASING = (PersonErased, DataMatchExpired, ObjectorErased)


@dataclass(frozen=True, kw_only=True)
class Service(Installation):
    """One installation of the service, with its vault."""

    settings: Settings
    source: str = "identification"
    alembic_ini: Path = Path(__file__).parents[2] / "alembic.ini"
    projections: Sequence[Projection[Any]] = PROJECTIONS
    replacements: Projection[Table] | None = replacements
    reactions: Sequence[Reaction] = (assistance,)
    substitute: Substitute | None = substitute
    takes_backfill: bool = True

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
    def reacting(self) -> Sequence[Reacting]:
        """Its reactions, those that look people up among them."""
        codes = self.handler.codes
        every = (*self.reactions, *reactions_with(codes), handing_over_with(codes))
        return [Reacting(reaction, self.handler, self.clock) for reaction in every]

    def add_loops(self, loops: Loops, wakes: Collection[str] = ()) -> None:
        """Add its loops, one that gives up what nobody appeared for, and one that sweeps the storage."""
        super().add_loops(loops, wakes)
        loops.add(f"{self.source}/{EXPIRY}", Expiry(self.handler, self.clock, FIRST_LOOK).step)
        if self.settings.evidence_url:
            name = f"{self.source}/evidence-sweeper"
            lacks_events = partial(self.lacks_events, partial(loops.lives, name))
            loops.add(name, Sweeper(self.storage, self.database, self.clock, lacks_events).step)

    @cached_property
    def vault(self) -> Vault:
        """Where people are recorded."""
        return Vault(self.database, self.store, self.sealer, invented_people=self.settings.invented_people)

    @cached_property
    def reader(self) -> VaultReader:
        """Where people are read about."""
        return VaultReader(self.database, self.sealer, self.clock, self.erasures)

    @cached_property
    def press(self) -> Press:
        """What documents are printed with."""
        return Press(self.clock, self.settings.typeface_folder, self.settings.site)

    @cached_property
    def storage(self) -> Storage:
        """Where files are kept."""
        return open_storage(self.settings)

    @cached_property
    def evidence_files(self) -> EvidenceFiles:
        """Evidence files as they are kept and opened."""
        return EvidenceFiles(self.storage, open_scanner(self.settings.scanner_url), self.vault, self.reader)

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
