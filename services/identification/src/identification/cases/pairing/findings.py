"""The values that a pairing's commands and events share."""

from casework.labels import Labelled


class HandoverReason(Labelled):
    """Why somebody else becomes responsible for a household, or takes over somebody's open work."""

    # Nobody's illness is in an event.
    LEFT = "left", "离任", "left, for whatever reason"
    TRANSFERRED = "transferred", "工作调动", "transferred elsewhere"
    REASSIGNED = "reassigned", "工作调整", "work is divided anew"
    HOUSEHOLD_ASKED = "household_asked", "农户要求更换", "the household asked for somebody else"


class PairingEndReason(Labelled):
    """Why nobody is responsible for a household any longer."""

    PAIRED_IN_ERROR = "paired_in_error", "结对有误", "paired in error"
    HELP_COMPLETED = "help_completed", "帮扶期满", "the time of help is over"
    HOUSEHOLD_LEFT = "household_left", "农户迁出", "the household moved away or is no more"
    HELPER_LEFT = "helper_left", "帮扶责任人离任，暂无接替", "the helper left, and nobody takes over yet"
