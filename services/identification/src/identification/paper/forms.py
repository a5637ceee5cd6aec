"""The documents there are, and the mark that each printed one bears."""

from dataclasses import dataclass

from casework.labels import Labelled

DIGITS = 32


class Form(Labelled):
    """A document that is printed, filled in from what is recorded or blank."""

    APPLICATION_FORM = "application-form", "申请表", "application form"
    MEETING_SHEET = "meeting-sheet", "签到和表决表", "attendance and vote sheet"
    VISIT_SHEET = "visit-sheet", "入户核查表", "visit sheet"
    TOWNSHIP_TABLE = "township-table", "乡镇复核情况表", "township table"
    PUBLIC_NOTICE = "public-notice", "公示名单", "public notice"
    RESULT_LETTER = "result-letter", "申请结果告知书", "result letter"
    RECEIPT_SLIP = "receipt-slip", "异议受理回执", "receipt slip"
    COMPLAINT_SLIP = "complaint-slip", "投诉受理回执", "receipt slip of a complaint"


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells a printed document again: its form, the case and the version of it that was printed, and a digest.

    The digest is keyed: it covers the record that was printed, and nobody without the key can try what would fit.
    """

    form: Form
    case_id: str
    version: int
    digest: str

    @property
    def document_id(self) -> str:
        """The id of the document, such as ``public-notice/0197…/1``."""
        return f"{self.form}/{self.case_id}/{self.version}"

    def address(self, site: str) -> str:
        """Where whoever holds the document can check it."""
        return f"{site}/documents/{self.document_id}?digest={self.digest}"
