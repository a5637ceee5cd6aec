"""The values that a person's commands and events share."""

from casework.labels import Labelled


class ErasureReason(Labelled):
    """Why what is kept of a person is erased."""

    OWN_REQUEST = "own_request", "本人要求", "the person's own request"
    RETENTION_OVER = "retention_over", "保存期限届满", "the retention period is over"
    AUTHORITY_ORDER = "authority_order", "法院或主管机关决定", "an order of a court or authority"


class ErasureWithdrawalReason(Labelled):
    """Why what was proposed to be erased is kept after all."""

    NO_LONGER_WANTED = "no_longer_wanted", "本人不再要求", "the person no longer asks for it"
    ORDER_REVOKED = "order_revoked", "决定已撤销", "the order was revoked"
    PROPOSED_IN_ERROR = "proposed_in_error", "提出有误", "proposed in error"


class LegalHoldGround(Labelled):
    """Who needs what is kept of a person."""

    COURT = "court", "法院、检察院办案", "a court or prosecutor"
    SUPERVISION = "supervision", "纪检监察", "discipline inspection or supervision"
    AUDIT = "audit", "审计", "an audit"
    COMPLAINT = "complaint", "信访、复议或申诉", "a petition, review or appeal"


class LegalHoldReleaseReason(Labelled):
    """Why a legal hold ends."""

    MATTER_CLOSED = "matter_closed", "事由已办结", "the matter is closed"
    AUTHORITY_RELEASED = "authority_released", "有关机关通知解除", "the authority released it"
    PLACED_IN_ERROR = "placed_in_error", "保全有误", "placed in error"
