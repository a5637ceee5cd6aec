"""What can happen to a household application."""

from datetime import date
from typing import Annotated, get_args

from casework.areas import Level
from casework.codes import IdentificationStandard, PovertyCause
from casework.deliberation import Votes
from casework.eligibility import Digest, Eligibility
from casework.income import Income
from casework.money import NonNegativeYuan, Yuan
from casework.reasons import AnnulmentReason, LateEntryReason, ObjectionGround
from casework.roles import Role
from casework.steps import Chain
from chronicle.messages import INTERNAL, OPEN, SENSITIVE, Event, EventTypes

from identification.cases.application.events.amending import Restated
from identification.cases.application.events.data_matches import DataMatchDecided, DataMatchRaised
from identification.cases.application.events.rechecks import ApplicationRechecked
from identification.cases.application.findings import (
    Applicant,
    Living,
    ObjectionDecision,
    Outcome,
    ReconsiderationDecision,
    Recusal,
    RegistrationEndReason,
    SealedRef,
    WithdrawalReason,
)
from identification.cases.household.findings import HOUSEHOLD_REGISTERED

ApplicationId = Annotated[str, INTERNAL]
HouseholdId = Annotated[str, INTERNAL]
GroupCode = Annotated[str, INTERNAL]
Performers = Annotated[tuple[str, ...], INTERNAL]
LateReason = Annotated[LateEntryReason | None, INTERNAL]
# The event ids of the results and notices that a return undoes.
Voids = Annotated[tuple[str, ...], INTERNAL]


class ApplicationFiled(Event, type="identification.application-filed.v1"):
    """A household applied to be registered as poor; the procedure, the period and its line are fixed from here on."""

    application_id: ApplicationId
    household_id: HouseholdId
    group_code: GroupCode
    head_id: Annotated[str, INTERNAL]
    member_ids: Annotated[tuple[str, ...], INTERNAL]
    applicant: Annotated[Applicant, INTERNAL]
    kin_of_cadres: Annotated[tuple[str, ...], SENSITIVE]
    income: Annotated[Income, SENSITIVE]
    living: Annotated[Living, SENSITIVE]
    causes: Annotated[tuple[PovertyCause, ...], SENSITIVE]
    consent_to_cross_checks: Annotated[bool, INTERNAL]
    chain: Annotated[Chain, OPEN]
    reference_year: Annotated[int, OPEN]
    standard: Annotated[IdentificationStandard, OPEN]
    poverty_line: Annotated[NonNegativeYuan, OPEN]
    late_reason: LateReason


class ApplicationDeliberated(Event, type="identification.application-deliberated.v1"):
    """The villager group deliberated on the household and voted."""

    application_id: ApplicationId
    household_id: HouseholdId
    meeting_id: Annotated[str, INTERNAL]
    session: Annotated[int, OPEN]
    step: Annotated[int, OPEN]
    present: Annotated[int, OPEN]
    convener: Annotated[str, INTERNAL]
    substitute: Annotated[str | None, INTERNAL]
    performed_by: Performers
    recused: Annotated[tuple[Recusal, ...], SENSITIVE]
    votes: Annotated[Votes, INTERNAL]
    accepted: Annotated[bool, INTERNAL]
    late_reason: LateReason


class ApplicationPosted(Event, type="identification.application-posted.v1"):
    """The household was posted on a public notice."""

    application_id: ApplicationId
    household_id: HouseholdId
    notice_id: Annotated[str, INTERNAL]
    step: Annotated[int, OPEN]
    first_day: Annotated[date, OPEN]
    days: Annotated[int, OPEN]
    performed_by: Performers
    late_reason: LateReason


class ApplicationNoticePassed(Event, type="identification.application-notice-passed.v1"):
    """The notice was closed for the household, with no objection standing against it."""

    application_id: ApplicationId
    household_id: HouseholdId
    notice_id: Annotated[str, INTERNAL]
    step: Annotated[int, OPEN]
    performed_by: Performers
    late_reason: LateReason


class ApplicationNoticeAnnulled(Event, type="identification.application-notice-annulled.v1"):
    """The notice was annulled before it was closed for the household, which is to be posted anew at the same step."""

    application_id: ApplicationId
    household_id: HouseholdId
    notice_id: Annotated[str, INTERNAL]
    step: Annotated[int, OPEN]
    reason: Annotated[AnnulmentReason, OPEN]
    voids: Voids
    performed_by: Performers
    late_reason: LateReason


class ApplicationVerified(Event, type="identification.application-verified.v1"):
    """The village visited the household and said whether what was stated is so."""

    application_id: ApplicationId
    household_id: HouseholdId
    round_id: Annotated[str, INTERNAL]
    step: Annotated[int, OPEN]
    visited_on: Annotated[date, INTERNAL]
    outcome: Annotated[Outcome, SENSITIVE]
    voids: Voids
    findings: Annotated[SealedRef, INTERNAL]
    evidence: Annotated[tuple[Digest, ...], INTERNAL]
    # As whoever is rejected is held against the rule. None where nothing was stated, and before that was kept.
    eligibility: Annotated[Eligibility | None, SENSITIVE] = None
    performed_by: Performers
    late_reason: LateReason


class ApplicationDrawnForReview(Event, type="identification.application-drawn-for-review.v1"):
    """The household came into a review round; the drawn ones are visited in person."""

    application_id: ApplicationId
    household_id: HouseholdId
    round_id: Annotated[str, INTERNAL]
    step: Annotated[int, OPEN]
    level: Annotated[Level, OPEN]
    sampled: Annotated[bool, INTERNAL]
    late_reason: LateReason


class ApplicationReviewed(Event, type="identification.application-reviewed.v1"):
    """The township, or the county, reviewed the household and held it against the rule of who is eligible."""

    application_id: ApplicationId
    household_id: HouseholdId
    round_id: Annotated[str, INTERNAL]
    step: Annotated[int, OPEN]
    level: Annotated[Level, OPEN]
    sampled: Annotated[bool, INTERNAL]
    visited_on: Annotated[date | None, INTERNAL]
    outcome: Annotated[Outcome, SENSITIVE]
    voids: Voids
    eligibility: Annotated[Eligibility, SENSITIVE]
    findings: Annotated[SealedRef, INTERNAL]
    performed_by: Performers
    late_reason: LateReason


class HouseholdRegistered(Event, type=HOUSEHOLD_REGISTERED):
    """The final notice was closed and the household is registered as poor."""

    application_id: ApplicationId
    household_id: HouseholdId
    notice_id: Annotated[str, INTERNAL]
    step: Annotated[int, OPEN]
    household_no: Annotated[str, INTERNAL]
    group_code: GroupCode
    head_id: Annotated[str, INTERNAL]
    member_ids: Annotated[tuple[str, ...], INTERNAL]
    standard: Annotated[IdentificationStandard, OPEN]
    poverty_line: Annotated[NonNegativeYuan, OPEN]
    reference_year: Annotated[int, OPEN]
    per_capita_income: Annotated[Yuan, SENSITIVE]
    performed_by: Performers
    late_reason: LateReason


class RegistrationEnded(Event, type="identification.registration-ended.v1"):
    """The household is no longer registered as poor, for another reason than having left poverty."""

    application_id: ApplicationId
    household_id: HouseholdId
    reason: Annotated[RegistrationEndReason, INTERNAL]
    late_reason: LateReason


class ApplicationWithdrawn(Event, type="identification.application-withdrawn.v1"):
    """The household withdrew its application."""

    application_id: ApplicationId
    household_id: HouseholdId
    reason: Annotated[WithdrawalReason, INTERNAL]
    late_reason: LateReason


class ObjectionRaised(Event, type="identification.objection-raised.v1"):
    """Somebody objected to the household while it was posted, or to the act that posted it; this holds it."""

    application_id: ApplicationId
    household_id: HouseholdId
    objection_id: Annotated[str, INTERNAL]
    notice_id: Annotated[str, INTERNAL]
    step: Annotated[int, OPEN]
    ground: Annotated[ObjectionGround, SENSITIVE]
    # The keyed digest of ground and facts; none when no facts were told.
    matter: Annotated[Digest | None, SENSITIVE]
    late_reason: LateReason


class ObjectionDecided(Event, type="identification.objection-decided.v1"):
    """An objection was decided: it does not stand, or the application goes back, or it ends."""

    application_id: ApplicationId
    household_id: HouseholdId
    objection_id: Annotated[str, INTERNAL]
    notice_id: Annotated[str, INTERNAL]
    step: Annotated[int, OPEN]
    decision: Annotated[ObjectionDecision, SENSITIVE]
    # It tells the decision.
    return_to: Annotated[int | None, SENSITIVE]
    voids: Voids
    findings: Annotated[SealedRef, INTERNAL]
    performed_by: Performers
    late_reason: LateReason


class ReconsiderationRequested(Event, type="identification.reconsideration-requested.v1"):
    """The household, rejected, asked that others look at it once more."""

    application_id: ApplicationId
    household_id: HouseholdId
    step: Annotated[int, OPEN]
    duty: Annotated[Role, OPEN]
    statement: Annotated[SealedRef, INTERNAL]
    late_reason: LateReason


class ReconsiderationDecided(Event, type="identification.reconsideration-decided.v1"):
    """The rejection was confirmed, or the application was reopened at the step that rejected it."""

    application_id: ApplicationId
    household_id: HouseholdId
    step: Annotated[int, OPEN]
    decision: Annotated[ReconsiderationDecision, SENSITIVE]
    voids: Voids
    findings: Annotated[SealedRef, INTERNAL]
    performed_by: Performers
    late_reason: LateReason


ApplicationEvent = (
    ApplicationFiled
    | Restated
    | ApplicationDeliberated
    | ApplicationPosted
    | ApplicationNoticePassed
    | ApplicationNoticeAnnulled
    | ApplicationVerified
    | ApplicationDrawnForReview
    | ApplicationReviewed
    | HouseholdRegistered
    | RegistrationEnded
    | ApplicationWithdrawn
    | ObjectionRaised
    | ObjectionDecided
    | ReconsiderationRequested
    | ReconsiderationDecided
    | DataMatchRaised
    | DataMatchDecided
    | ApplicationRechecked
)

TYPES = EventTypes(*get_args(ApplicationEvent))
