"""The published language of identification: every event others may rely on."""

from chronicle.messages import EventTypes

from identification.cases.application import events as application
from identification.cases.application.events import amending, data_matches, rechecks
from identification.cases.area import events as area
from identification.cases.backfill_run import events as backfill_run
from identification.cases.data_match import events as data_match
from identification.cases.evidence import events as evidence
from identification.cases.group_meeting import events as group_meeting
from identification.cases.handover import events as handover
from identification.cases.household import events as household
from identification.cases.objection import events as objection
from identification.cases.objector import events as objector
from identification.cases.pairing import events as pairing
from identification.cases.person import events as person
from identification.cases.public_notice import events as public_notice
from identification.cases.recheck import events as recheck
from identification.cases.review_round import events as review_round
from identification.cases.substitution import events as substitution
from identification.cases.village_verification import events as village_verification

PUBLISHED = EventTypes(
    area.AreaOpened,
    area.VillagerGroupOpened,
    area.AreaChangeProposed,
    area.AreaChangeRejected,
    area.AreaRenamed,
    area.AreaReplaced,
    household.HouseholdRecorded,
    household.HouseholdMembersChanged,
    household.HouseholdDissolved,
    household.AssistanceNoted,
    household.AssistanceEnded,
    household.AssistanceDismissed,
    application.ApplicationFiled,
    amending.ApplicationAmended,
    amending.ApplicationCorrected,
    group_meeting.GroupMeetingHeld,
    application.ApplicationDeliberated,
    public_notice.NoticePosted,
    application.ApplicationPosted,
    public_notice.NoticeClosed,
    application.ApplicationNoticePassed,
    public_notice.NoticeAnnulled,
    application.ApplicationNoticeAnnulled,
    village_verification.VillageVerificationHeld,
    application.ApplicationVerified,
    review_round.ReviewSampleDrawn,
    application.ApplicationDrawnForReview,
    review_round.ReviewConcluded,
    application.ApplicationReviewed,
    application.HouseholdRegistered,
    application.RegistrationEnded,
    application.ApplicationWithdrawn,
    objection.ObjectionReceived,
    application.ObjectionRaised,
    objection.ObjectionResolved,
    application.ObjectionDecided,
    application.ReconsiderationRequested,
    application.ReconsiderationDecided,
    evidence.EvidenceAttached,
    evidence.EvidenceSuperseded,
    person.ErasureProposed,
    person.ErasureProposalWithdrawn,
    person.PersonErased,
    person.LegalHoldPlaced,
    person.LegalHoldReleased,
    data_match.DataMatchReceived,
    data_match.DataMatchAttached,
    data_match.DataMatchExpired,
    data_matches.DataMatchRaised,
    data_matches.DataMatchDecided,
    rechecks.ApplicationRechecked,
    recheck.RecheckOpened,
    recheck.RecheckConcluded,
    objector.ObjectorErasureProposed,
    objector.ObjectorErasureProposalWithdrawn,
    objector.ObjectorErased,
    substitution.SubstitutionProposed,
    substitution.SubstitutionConfirmed,
    substitution.SubstitutionEnded,
    pairing.HouseholdPaired,
    pairing.PairingHandedOver,
    pairing.PairingEnded,
    handover.WorkHandedOver,
    backfill_run.BackfillRunOpened,
    backfill_run.BackfillRunSigned,
    backfill_run.BackfillRunClosed,
)
