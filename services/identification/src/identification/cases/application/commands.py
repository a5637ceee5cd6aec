"""What can be asked of a household application. Acts over lists ask it once for each row."""

from datetime import date

from casework.areas import Level
from casework.codes import PovertyCause
from casework.dates import Dated
from casework.deliberation import Votes
from casework.eligibility import ClauseStatement, Digest
from casework.income import Income
from casework.reasons import AnnulmentReason, ObjectionGround

from identification.cases.application.findings import (
    Applicant,
    CorrectionReason,
    DataMatchKind,
    DataMatchReason,
    FormField,
    Living,
    ObjectionDecision,
    Outcome,
    RecheckDecision,
    RecheckReason,
    ReconsiderationDecision,
    Recusal,
    RegistrationEndReason,
    SealedRef,
    WithdrawalReason,
)
from identification.cases.household.events import Member


class FileApplication(Dated):
    """Apply for a household; ``relative_born`` is the birth date of a relative who applies for it."""

    application_id: str
    household_id: str
    group_code: str
    members: tuple[Member, ...]
    applicant: Applicant
    kin_of_cadres: tuple[str, ...]
    income: Income
    living: Living
    causes: tuple[PovertyCause, ...]
    consent_to_cross_checks: bool
    relative_born: date | None = None


class StateAnew(Dated):
    """State anew what an application states, whole; ``relative_born`` as in filing.

    ``retyped`` is what else was typed anew, of which an application's events hold nothing: codes of members, and what
    is sealed about people.
    """

    members: tuple[Member, ...]
    applicant: Applicant
    kin_of_cadres: tuple[str, ...]
    income: Income
    living: Living
    causes: tuple[PovertyCause, ...]
    relative_born: date | None = None
    retyped: tuple[FormField, ...] = ()


class AmendApplication(StateAnew):
    """Change what an application states, before it is deliberated on; ``amends`` is the event whose statement it read.

    What was left out of an amendment was taken from there.
    """

    amends: str


class CorrectApplication(StateAnew):
    """Correct what an application states later; ``corrects`` is the id of the event that states it wrongly."""

    corrects: str
    reason: CorrectionReason
    remarks: SealedRef


class DeliberateApplication(Dated):
    """One item of a group meeting; ``area`` is the group whose meeting it was."""

    meeting_id: str
    session: int
    area: str
    convener: str
    recorder: str
    substitute: str | None
    present: int
    recused: tuple[Recusal, ...]
    votes: Votes


class PostApplication(Dated):
    """One row of a public notice, to be posted at a step from ``on`` as the first day."""

    notice_id: str
    area: str
    step: int
    performed_by: tuple[str, ...]


class PassNotice(Dated):
    """Close a notice for one row; at the last step this registers the household under ``household_no``."""

    notice_id: str
    area: str
    performed_by: tuple[str, ...]


class AnnulPosting(Dated):
    """Annul a notice for a row that is still on it."""

    notice_id: str
    area: str
    reason: AnnulmentReason
    performed_by: tuple[str, ...]


class VerifyApplication(Dated):
    """One row of a village verification round; ``stated`` is what the day's rule asks of whoever is rejected."""

    round_id: str
    area: str
    visited_on: date
    verifiers: tuple[str, ...]
    stated: tuple[ClauseStatement, ...] = ()
    outcome: Outcome
    findings: SealedRef
    evidence: tuple[Digest, ...]


class DrawForReview(Dated):
    """One row of a township (or county) review round as it begins; sampled rows must be visited in person."""

    round_id: str
    area: str
    level: Level
    sampled: bool


class ReviewApplication(Dated):
    """One row of a review round as it ends, drawn into this round; ``stated`` is what the day's rule asks of it."""

    round_id: str
    area: str
    level: Level
    visited_on: date | None
    reviewers: tuple[str, ...]
    stated: tuple[ClauseStatement, ...] = ()
    outcome: Outcome
    findings: SealedRef


class WithdrawApplication(Dated):
    """Withdraw an application."""

    reason: WithdrawalReason


class EndRegistration(Dated):
    """End the registration that an application led to."""

    reason: RegistrationEndReason


class RaiseObjection(Dated):
    """Hold a household on its notice by an objection; ``matter`` is the same for the same ground and facts."""

    objection_id: str
    ground: ObjectionGround
    matter: Digest | None


class DecideObjection(Dated):
    """Decide an objection for a household that it holds."""

    objection_id: str
    decision: ObjectionDecision
    return_to: int | None
    findings: SealedRef
    performed_by: tuple[str, ...]


class RequestReconsideration(Dated):
    """Ask, for a household that was rejected, that others look at it once more."""

    statement: SealedRef


class DecideReconsideration(Dated):
    """Confirm a rejection, or reopen the application at the step that rejected it."""

    decision: ReconsiderationDecision
    findings: SealedRef
    performed_by: tuple[str, ...]


class RaiseDataMatch(Dated):
    """Hold against an application that a member was found in a department's register; ``on`` is the list's day.

    ``attached`` is what is held against the household already, since its department sent it by itself or an officer,
    ``raised_by``, entered it against an application before.
    """

    data_match_id: str
    person_id: str
    kind: DataMatchKind
    facts: SealedRef
    attached: bool = False
    raised_by: str | None = None


class DecideDataMatch(Dated):
    """Clear or uphold a data match, as its reason says."""

    data_match_id: str
    reason: DataMatchReason
    findings: SealedRef
    performed_by: tuple[str, ...]


class RecheckApplication(Dated):
    """Send an open application back, or end it, for what a re-check of its household upheld."""

    recheck_id: str
    decision: RecheckDecision
    reason: RecheckReason
    return_to: int | None
    findings: SealedRef
    performed_by: tuple[str, ...]


ApplicationCommand = (
    FileApplication
    | AmendApplication
    | CorrectApplication
    | DeliberateApplication
    | PostApplication
    | PassNotice
    | AnnulPosting
    | VerifyApplication
    | DrawForReview
    | ReviewApplication
    | WithdrawApplication
    | EndRegistration
    | RaiseObjection
    | DecideObjection
    | RequestReconsideration
    | DecideReconsideration
    | RaiseDataMatch
    | DecideDataMatch
    | RecheckApplication
)
