"""What can be asked of a village verification round."""

from datetime import date

from casework.eligibility import ClauseStatement, Digest

from identification.cases.acts.commands import ActCommand
from identification.cases.application.commands import VerifyApplication
from identification.cases.application.findings import Outcome, SealedRef, Value


class Visit(Value):
    """One household as visited: when, what is stated clause by clause, what was found, and the verdict."""

    application_id: str
    visited_on: date
    stated: tuple[ClauseStatement, ...] = ()
    outcome: Outcome
    findings: SealedRef
    evidence: tuple[Digest, ...]


class HoldVillageVerification(ActCommand):
    """Record a whole round; ``on`` is the day it ended."""

    verifiers: tuple[str, ...]
    visits: tuple[Visit, ...]

    def row_commands(self) -> dict[str, VerifyApplication]:
        """What the round asks of each application."""
        return {
            visit.application_id: VerifyApplication(
                on=self.on,
                late_reason=self.late_reason,
                round_id=self.act_id,
                area=self.area_code,
                verifiers=self.verifiers,
                visited_on=visit.visited_on,
                stated=visit.stated,
                outcome=visit.outcome,
                findings=visit.findings,
                evidence=visit.evidence,
            )
            for visit in self.visits
        }
