"""What can be asked of a backfill run."""

from datetime import date

from chronicle.messages import Command

from identification.cases.area.findings import ChangeDocument
from identification.cases.backfill_run.findings import BackfillReason


class OpenBackfillRun(Command):
    """Open a run for the paper of an area, from a first business date to a last, to be entered until a day."""

    run_id: str
    area_code: str
    first_day: date
    last_day: date
    open_until: date
    reason: BackfillReason
    document: ChangeDocument


class SignBackfillRun(Command):
    """Sign a run that somebody else opened."""


class CloseBackfillRun(Command):
    """Close a run before its last day, or take it back unsigned."""


BackfillRunCommand = OpenBackfillRun | SignBackfillRun | CloseBackfillRun
