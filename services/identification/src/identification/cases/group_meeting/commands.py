"""What can be asked of a group meeting."""

from casework.deliberation import Votes

from identification.cases.acts.commands import ActCommand
from identification.cases.application.commands import DeliberateApplication
from identification.cases.application.findings import Recusal, SealedRef, Value
from identification.cases.group_meeting.events import Session


class AgendaItem(Value):
    """One household on the agenda: in which session, who did not vote, and the votes."""

    application_id: str
    session: int
    substitute: str | None = None
    recused: tuple[Recusal, ...] = ()
    votes: Votes


class HoldGroupMeeting(ActCommand):
    """Record a whole meeting; ``on`` is the day of its last session."""

    convener: str
    recorder: str
    sessions: tuple[Session, ...]
    agenda: tuple[AgendaItem, ...]
    minutes: SealedRef

    def row_commands(self) -> dict[str, DeliberateApplication]:
        """What the meeting asks of each application whose session took place."""
        sessions = {session.number: session for session in self.sessions}
        return {
            item.application_id: DeliberateApplication(
                on=sessions[item.session].held_on,
                late_reason=self.late_reason,
                meeting_id=self.act_id,
                session=item.session,
                area=self.area_code,
                convener=self.convener,
                recorder=self.recorder,
                substitute=item.substitute,
                present=sessions[item.session].present,
                recused=item.recused,
                votes=item.votes,
            )
            for item in self.agenda
            if item.session in sessions
        }
