"""What can happen to a backfill run."""

from datetime import date
from typing import Annotated, get_args

from chronicle.messages import INTERNAL, Event, EventTypes

from identification.cases.area.findings import ChangeDocument
from identification.cases.backfill_run.findings import BackfillReason

BackfillRunId = Annotated[str, INTERNAL]
PersonId = Annotated[str, INTERNAL]


class BackfillRunOpened(Event, type="identification.backfill-run-opened.v1"):
    """Somebody of the county opened a run for paper from long ago; another has to sign it."""

    run_id: BackfillRunId
    area_code: Annotated[str, INTERNAL]
    first_day: Annotated[date, INTERNAL]
    last_day: Annotated[date, INTERNAL]
    open_until: Annotated[date, INTERNAL]
    reason: Annotated[BackfillReason, INTERNAL]
    document: Annotated[ChangeDocument, INTERNAL]


class BackfillRunSigned(Event, type="identification.backfill-run-signed.v1"):
    """Another of the county signed the run: paper of its area and period may be entered until its last day."""

    run_id: BackfillRunId
    area_code: Annotated[str, INTERNAL]
    first_day: Annotated[date, INTERNAL]
    last_day: Annotated[date, INTERNAL]
    open_until: Annotated[date, INTERNAL]
    reason: Annotated[BackfillReason, INTERNAL]
    document: Annotated[ChangeDocument, INTERNAL]
    opened_by: PersonId


class BackfillRunClosed(Event, type="identification.backfill-run-closed.v1"):
    """The county closed the run: nothing is entered in it any longer."""

    run_id: BackfillRunId


BackfillRunEvent = BackfillRunOpened | BackfillRunSigned | BackfillRunClosed

TYPES = EventTypes(*get_args(BackfillRunEvent))
