"""What is known of a data match while nobody may know whom it means."""

from casework.labels import Labelled


class Waiting(Labelled):
    """Whether a data match still waits for the person it means."""

    WAITING = "waiting", "等待匹配", "waits for the person"
    ATTACHED = "attached", "已关联", "attached to a household"
    EXPIRED = "expired", "已过期", "expired, and erased"
