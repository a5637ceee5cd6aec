"""The published language of identification: every event others may rely on."""

from chronicle.messages import EventTypes

from identification.cases.application import events as application
from identification.cases.area import events as area
from identification.cases.group_meeting import events as group_meeting
from identification.cases.household import events as household
from identification.cases.objection import events as objection
from identification.cases.person import events as person
from identification.cases.public_notice import events as public_notice
from identification.cases.review_round import events as review_round
from identification.cases.substitution import events as substitution
from identification.cases.village_verification import events as village_verification

PUBLISHED = EventTypes(
    area.AreaOpened,
    area.VillagerGroupOpened,
    household.HouseholdRecorded,
    household.HouseholdMembersChanged,
    household.AssistanceNoted,
    household.AssistanceEnded,
    household.AssistanceDismissed,
    application.ApplicationFiled,
    group_meeting.GroupMeetingHeld,
    application.ApplicationDeliberated,
    public_notice.NoticePosted,
    application.ApplicationPosted,
    public_notice.NoticeClosed,
    application.ApplicationNoticePassed,
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
    person.ErasureProposed,
    person.PersonErased,
    person.LegalHoldPlaced,
    person.LegalHoldReleased,
    substitution.SubstitutionProposed,
    substitution.SubstitutionConfirmed,
    substitution.SubstitutionEnded,
)
