"""What can be asked of a public notice."""

from casework.reasons import AnnulmentReason

from identification.cases.acts.commands import ActCommand
from identification.cases.application.commands import AnnulPosting, PassNotice, PostApplication
from identification.cases.application.findings import SealedRef
from identification.cases.public_notice.events import NoticeRow, Photos


class PostNotice(ActCommand):
    """Post a list; ``on`` is its first day. ``title``, ``how_to_object`` and ``shown`` are what the sheet shows."""

    step: int
    title: str
    how_to_object: str
    rows: tuple[str, ...]
    shown: tuple[NoticeRow, ...]
    place: SealedRef
    sheet: SealedRef
    performed_by: tuple[str, ...]

    def row_commands(self) -> dict[str, PostApplication]:
        """What posting asks of each application."""
        return {
            application_id: PostApplication(
                on=self.on,
                late_reason=self.late_reason,
                notice_id=self.act_id,
                area=self.area_code,
                step=self.step,
                performed_by=self.performed_by,
            )
            for application_id in self.rows
        }


class CloseNotice(ActCommand):
    """Close a notice for some or all of its rows; for none when each was taken off it."""

    rows: tuple[str, ...]
    photos: Photos
    performed_by: tuple[str, ...]

    def row_commands(self) -> dict[str, PassNotice]:
        """What closing asks of each application."""
        return {
            application_id: PassNotice(
                on=self.on,
                late_reason=self.late_reason,
                notice_id=self.act_id,
                area=self.area_code,
                performed_by=self.performed_by,
            )
            for application_id in self.rows
        }


class AnnulNotice(ActCommand):
    """Annul a notice for all rows that are still on it."""

    reason: AnnulmentReason
    rows: tuple[str, ...]
    performed_by: tuple[str, ...]

    def row_commands(self) -> dict[str, AnnulPosting]:
        """What annulling asks of each application."""
        return {
            application_id: AnnulPosting(
                on=self.on,
                late_reason=self.late_reason,
                notice_id=self.act_id,
                area=self.area_code,
                reason=self.reason,
                performed_by=self.performed_by,
            )
            for application_id in self.rows
        }


NoticeCommand = PostNotice | CloseNotice | AnnulNotice
