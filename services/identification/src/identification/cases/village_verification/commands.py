"""What can be asked of a village verification round."""

from datetime import date

from identification.cases.application.commands import Dated, VerifyApplication
from identification.cases.application.findings import Digest, Outcome, SealedRef, Value


class Visit(Value):
    """One household as visited: when, what was found, and the verdict."""

    application_id: str
    visited_on: date
    outcome: Outcome
    findings: SealedRef
    evidence: tuple[Digest, ...]


class HoldVillageVerification(Dated):
    """Record a whole round; ``on`` is the day it ended."""

    round_id: str
    village_code: str
    verifiers: tuple[str, ...]
    visits: tuple[Visit, ...]

    def row_commands(self) -> dict[str, VerifyApplication]:
        """What the round asks of each application."""
        return {
            visit.application_id: VerifyApplication(
                on=self.on,
                late_reason=self.late_reason,
                round_id=self.round_id,
                area=self.village_code,
                verifiers=self.verifiers,
                **{
                    name: getattr(visit, name)
                    for name in ("visited_on", "outcome", "findings", "evidence")
                },
            )
            for visit in self.visits
        }
