"""What can be asked of a public notice."""

from identification.cases.application.commands import Dated, PassNotice, PostApplication
from identification.cases.application.findings import SealedRef
from identification.cases.public_notice.events import NoticeRow, Photos


class PostNotice(Dated):
    """Post a list; ``on`` is its first day."""

    notice_id: str
    area_code: str
    step: int
    rows: tuple[NoticeRow, ...]
    place: SealedRef
    sheet: SealedRef
    performed_by: tuple[str, ...]

    def row_commands(self) -> dict[str, PostApplication]:
        """What posting asks of each application."""
        return {
            row.application_id: PostApplication(
                on=self.on,
                late_reason=self.late_reason,
                notice_id=self.notice_id,
                area=self.area_code,
                step=self.step,
                performed_by=self.performed_by,
            )
            for row in self.rows
        }


class CloseNotice(Dated):
    """Close a notice for some or all of its rows."""

    notice_id: str
    area_code: str
    rows: tuple[str, ...]
    photos: Photos
    performed_by: tuple[str, ...]

    def row_commands(self) -> dict[str, PassNotice]:
        """What closing asks of each application."""
        return {
            application_id: PassNotice(
                on=self.on,
                late_reason=self.late_reason,
                notice_id=self.notice_id,
                area=self.area_code,
                performed_by=self.performed_by,
            )
            for application_id in self.rows
        }


NoticeCommand = PostNotice | CloseNotice
