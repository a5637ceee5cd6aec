"""Organised acts for tests: given / when / then over the history of one act."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from casework.deliberation import Votes
from chronicle.messages import Actor, Event
from chronicle.refusals import Refusal
from chronicle.testing import Case
from chronicle.testing import Outcome as CaseOutcome
from identification.cases.acts.commands import ActCommand
from identification.cases.acts.decider import KnownOfAct
from identification.cases.application.findings import Outcome, SealedRef, Verdict
from identification.cases.group_meeting.commands import AgendaItem, HoldGroupMeeting
from identification.cases.group_meeting.decider import KnownOfMeeting
from identification.cases.group_meeting.events import Session
from identification.cases.group_meeting.gather import group_meeting_decider
from identification.cases.public_notice.commands import CloseNotice, PostNotice
from identification.cases.public_notice.decider import KnownOfNotice
from identification.cases.public_notice.events import NoticeRow, Photos
from identification.cases.public_notice.gather import public_notice_decider
from identification.cases.review_round.commands import ConcludeReview, DrawReviewSample, Review, SampleRule
from identification.cases.review_round.decider import KnownOfRound
from identification.cases.review_round.gather import review_round_decider
from identification.cases.village_verification.commands import HoldVillageVerification, Visit
from identification.cases.village_verification.gather import village_verification_decider

GROUP, VILLAGE, TOWNSHIP, COUNTY = "36042410621601", "360424106216", "360424106000", "360424000000"
HUANG, ZHOU, RAO = "application-huang", "application-zhou", "application-rao"
ROWS = (HUANG, ZHOU, RAO)
SEALED = SealedRef(text_id="text", digest="d" * 64)
PASSED = Outcome(verdict=Verdict.PASS)
PHOTOS = Photos(first_day="a" * 64, last_day="b" * 64)
RULE = SampleRule(share="0.05", minimum=1)


@dataclass(frozen=True, slots=True)
class Act:
    """One act, and what is usually found before anything is decided on it."""

    case: Case
    known: KnownOfAct

    def knowing(self, **found: Any) -> "Act":
        """The same, with something else found."""
        return replace(self, known=self.known.model_copy(update=found))

    def given(self, *commands: ActCommand) -> "Act":
        """The same after these commands, each entered on its day."""
        case = self.case
        for command in commands:
            outcome = replace(self, case=case).when(command).outcome
            case = outcome.then(*outcome.decided)
        return replace(self, case=case)

    def when(self, command: ActCommand, today: date | None = None) -> "Then":
        """Ask for something, on its day unless told otherwise."""
        return Then(self.case.when(command, self.known.model_copy(update={"today": today or command.on})))


@dataclass(frozen=True, slots=True)
class Then:
    """What was recorded, or refused."""

    outcome: CaseOutcome

    def then(self, kind: type[Event], **facts: Any) -> None:
        """Expect one event with these facts."""
        assert [type(event) for event in self.outcome.decided] == [kind], str(self.outcome)
        assert {name: getattr(self.outcome.decided[0], name) for name in facts} == facts

    def then_nothing(self) -> None:
        """Expect that it was already true."""
        self.outcome.then_nothing()

    def then_refused(self, kind: type[Refusal], **facts: Any) -> None:
        """Expect a refusal with just these facts."""
        self.outcome.then_refused(kind, **facts)
        assert self.outcome.refusal
        assert self.outcome.refusal.facts == facts


def found(**more: Any) -> dict[str, Any]:
    """What is found before any act on 30 June 2015."""
    officer = Actor("officer", "huangxi", "village_officer")
    usual = {"actor": officer, "today": date(2015, 6, 30), "area_is_valid": True}
    return {**usual, "late_entry_days": 10, "rows_maximum": 300, **more}


def session(number: int = 1, day: int = 3, *, entitled: int = 30, present: int = 22) -> Session:
    """One session: 22 of 30 entitled were there on 3 June."""
    return Session(number=number, held_on=date(2015, 6, day), entitled=entitled, present=present)


def item(application_id: str = HUANG, session: int = 1, **changed: Any) -> AgendaItem:
    """A household on the agenda: 20 in favour of 22."""
    fields: dict[str, Any] = {
        "application_id": application_id,
        "session": session,
        "votes": Votes(in_favour=20, against=1, abstained=1),
    }
    return AgendaItem(**fields | changed)


def hold_meeting(**changed: Any) -> HoldGroupMeeting:
    """A group meeting of one session on 3 June, over one household."""
    fields: dict[str, Any] = {
        "act_id": "meeting",
        "area_code": GROUP,
        "convener": "convener",
        "recorder": "recorder",
        "sessions": (session(),),
        "agenda": (item(),),
        "minutes": SEALED,
        "on": date(2015, 6, 3),
    }
    return HoldGroupMeeting(**fields | changed)


def visit(application_id: str = HUANG, outcome: Outcome = PASSED) -> Visit:
    """A household visited on 11 June that passes."""
    return Visit(
        application_id=application_id,
        visited_on=date(2015, 6, 11),
        outcome=outcome,
        findings=SEALED,
        evidence=("e" * 64,),
    )


def hold_verification(**changed: Any) -> HoldVillageVerification:
    """A village verification on 12 June, over one household."""
    fields: dict[str, Any] = {
        "act_id": "round",
        "area_code": VILLAGE,
        "verifiers": ("verifier", "secretary"),
        "visits": (visit(),),
        "on": date(2015, 6, 12),
    }
    return HoldVillageVerification(**fields | changed)


def posted_row(application_id: str = HUANG) -> NoticeRow:
    """One household as it is posted."""
    return NoticeRow(
        application_id=application_id, household_id="household", head_id="head", group_code=GROUP, household_size=4
    )


def post(*rows: str, **changed: Any) -> PostNotice:
    """A notice of a villager group, from 1 July."""
    fields: dict[str, Any] = {
        "act_id": "notice",
        "area_code": GROUP,
        "step": 3,
        "title": "组级公示",
        "how_to_object": "如有异议，请提出。",
        "rows": rows,
        "shown": tuple(posted_row(each) for each in rows),
        "place": SEALED,
        "sheet": SEALED,
        "performed_by": ("convener",),
        "on": date(2015, 7, 1),
    }
    return PostNotice(**fields | changed)


def close(*rows: str, **changed: Any) -> CloseNotice:
    """The end of that notice, on 8 July."""
    fields: dict[str, Any] = {
        "act_id": "notice",
        "area_code": GROUP,
        "rows": rows,
        "photos": PHOTOS,
        "performed_by": ("convener",),
        "on": date(2015, 7, 8),
    }
    return CloseNotice(**fields | changed)


def draw(*rows: str, **changed: Any) -> DrawReviewSample:
    """A review round of the township begins on 22 June."""
    fields: dict[str, Any] = {
        "act_id": "round",
        "area_code": TOWNSHIP,
        "rows": rows,
        "seed": "seed",
        "rule": RULE,
        "on": date(2015, 6, 22),
    }
    return DrawReviewSample(**fields | changed)


def conclude(*rows: str, **changed: Any) -> ConcludeReview:
    """It ends on 24 June, and everybody passes."""
    passed = Outcome(verdict=Verdict.PASS)
    fields: dict[str, Any] = {
        "act_id": "round",
        "area_code": TOWNSHIP,
        "reviewers": ("reviewer",),
        "reviews": tuple(Review(application_id=row, visited_on=None, outcome=passed, findings=SEALED) for row in rows),
        "on": date(2015, 6, 24),
    }
    return ConcludeReview(**fields | changed)


meeting = Act(Case(group_meeting_decider), KnownOfMeeting(**found(quorum_share="2/3")))
verification = Act(Case(village_verification_decider), KnownOfAct(**found()))
never_posted = Act(Case(public_notice_decider), KnownOfNotice(**found(notice_days=7, posted_in=GROUP)))
posted = never_posted.given(post(*ROWS))
never_drawn = Act(Case(review_round_decider), KnownOfRound(**found(rule=RULE, drawn_in=TOWNSHIP)))
drawn = never_drawn.given(draw(*ROWS))
