"""The values that a backfill run's commands and events share."""

from casework.labels import Labelled


class BackfillReason(Labelled):
    """Why paper from long ago is entered."""

    BEFORE_THE_SYSTEM = "before_the_system", "系统启用前的纸质档案", "files on paper from before the system"
    FOUND_LATER = "found_later", "事后找到的纸质材料", "papers that were found later"
    SYSTEM_UNREACHABLE = "system_unreachable", "系统长期不能使用", "the system could not be reached for long"
