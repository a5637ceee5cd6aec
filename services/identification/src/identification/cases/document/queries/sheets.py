"""What the papers of acts over lists show: the votes of a group meeting, and the verdicts of a review round."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.areas import Level, village_of
from casework.income import per_capita_net_income
from chronicle.handling import Handler
from chronicle.messages import Recorded

from identification.cases.application.decisions.state import Application
from identification.cases.application.events import (
    ApplicationDeliberated,
    ApplicationDrawnForReview,
    ApplicationFiled,
    ApplicationReviewed,
)
from identification.cases.application.events.data_matches import DataMatchDecided, DataMatchRaised
from identification.cases.application.findings import DataMatchDecision, Outcome, Recusal, Value, Verdict
from identification.cases.application.gather import application_decider
from identification.cases.group_meeting.events import GroupMeetingHeld, Session
from identification.cases.public_notice.queries import full_name, names_on
from identification.cases.review_round.events import ReviewConcluded

_TITLES = {Level.TOWNSHIP: "乡镇复核情况表", Level.COUNTY: "县级复核情况表"}
_UNDECIDED, _RECHECKED = "未决", "回头看"


class VoteLine(Value):
    """The vote on one household; ``head`` is null when the person was erased."""

    head: str | None
    session: int
    in_favour: int
    against: int
    abstained: int
    recused: str
    result: str


class MeetingSheet(Value):
    """A group meeting; ``minutes`` is null when it was erased."""

    area: str
    held_on: date
    sessions: tuple[Session, ...]
    rows: tuple[VoteLine, ...]
    minutes: str | None


class ReviewLine(Value):
    """One household of a review round; ``head`` is null when the person was erased, ``verdict`` until it is judged."""

    village: str
    group: str
    head: str | None
    household_size: int
    per_capita: str
    visited: str
    data_matches: str
    verdict: str | None
    reason: str


class TownshipTable(Value):
    """A review round as it stands; ``concluded_on`` is the day of its last verdicts, null before the first."""

    title: str
    area: str
    drawn_on: date
    concluded_on: date | None
    sampled: int
    reviewers: int
    rows: tuple[ReviewLine, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """An application on the list of an act: as it stood when the act dealt with it last, by which event, and before."""

    application: Application
    dealt: Any
    history: Sequence[Recorded[Any]]


def listed(handler: Handler, application_ids: Iterable[str], act_id: str) -> list[Listed]:
    """The applications on the list of an act, in its order."""
    streams = [f"{application_decider.name}/{one}" for one in application_ids]
    stored = handler.store.load(dict.fromkeys(streams, 0))
    read = ([each for each in map(application_decider.types.read, stored[stream]) if each] for stream in streams)
    dealt_with = (_until(act_id, history) for history in read)
    folded = ((application_decider.fold(history), history) for history in dealt_with if history)
    return [Listed(application, history[-1].event, history) for application, history in folded if application]


def heads_of(rows: Iterable[Listed]) -> list[str]:
    """Whom a list names."""
    return [row.application.filed.head_id for row in rows]


def meeting_sheet(
    handler: Handler,
    held: Recorded[GroupMeetingHeld],
    rows: Iterable[Listed],
    names: Mapping[str, str],
    minutes: str | None,
) -> MeetingSheet:
    """The sheet of a group meeting, with the heads' names and the minutes as they were read."""
    return MeetingSheet(
        area=full_name(handler, held.event.group_code, held.valid_on),
        held_on=held.valid_on,
        sessions=held.event.sessions,
        rows=tuple(_vote(row.dealt, names.get(row.application.filed.head_id)) for row in rows),
        minutes=minutes,
    )


def township_table(
    handler: Handler, history: Sequence[Recorded[Any]], rows: Sequence[Listed], names: Mapping[str, str]
) -> TownshipTable:
    """The table of a review round as it stands, with the heads' names as they were read."""
    drawn, last = history[0], history[-1]
    concluded = [each.event for each in history if isinstance(each.event, ReviewConcluded)]
    codes = handler.codes().on(last.valid_on)
    groups = [codes.now(row.application.filed.group_code) for row in rows]
    places = names_on(handler, {*groups, *map(village_of, groups)}, last.valid_on)
    return TownshipTable(
        title=_TITLES[drawn.event.level],
        area=full_name(handler, drawn.event.area_code, drawn.valid_on),
        drawn_on=drawn.valid_on,
        concluded_on=last.valid_on if concluded else None,
        sampled=len(drawn.event.sample),
        reviewers=len({one for event in concluded for one in event.reviewers}),
        rows=tuple(
            ReviewLine(
                village=places[village_of(group)],
                group=places[group],
                head=names.get(row.application.filed.head_id),
                household_size=len(row.application.filed.member_ids),
                per_capita=_per_capita(row.application.filed),
                data_matches=_data_matches(row.history),
                **_judged(row.dealt),
            )
            for group, row in zip(groups, rows, strict=True)
        ),
    )


def _until(act_id: str, history: Sequence[Recorded[Any]]) -> Sequence[Recorded[Any]]:
    """The history up to the last event that is of an act; nothing when none is."""
    last = max((at for at, each in enumerate(history, 1) if _act_of(each.event) == act_id), default=0)
    return history[:last]


def _act_of(event: Any) -> str | None:
    match event:
        case ApplicationDeliberated():
            return event.meeting_id
        case ApplicationDrawnForReview() | ApplicationReviewed():
            return event.round_id
        case _:
            return None


def _vote(event: ApplicationDeliberated, head: str | None) -> VoteLine:
    return VoteLine(
        head=head,
        session=event.session,
        **dict(event.votes),
        recused=_recused(event.recused),
        result="通过" if event.accepted else "未通过",
    )


def _recused(recused: Iterable[Recusal]) -> str:
    return "、".join(f"{ground.zh}{count}人" for ground, count in Counter(one.ground for one in recused).items())


def _per_capita(filed: ApplicationFiled) -> str:
    return f"{per_capita_net_income(filed.income, len(filed.member_ids)):.2f}"


def _data_matches(history: Iterable[Recorded[Any]]) -> str:
    matches: dict[str, str] = {}
    for event in (each.event for each in history):
        if isinstance(event, DataMatchRaised):
            matches[event.data_match_id] = _RECHECKED if event.after_review else _UNDECIDED
        elif isinstance(event, DataMatchDecided):
            decision: DataMatchDecision = event.decision
            matches[event.data_match_id] = decision.zh
    return "、".join(f"{said}{count}条" for said, count in Counter(matches.values()).items()) or "无"


def _judged(event: ApplicationDrawnForReview | ApplicationReviewed) -> dict[str, Any]:
    if isinstance(event, ApplicationDrawnForReview):
        return {"visited": "应入户" if event.sampled else "未抽中", "verdict": None, "reason": ""}
    on = event.visited_on
    visited = f"{on.year}年{on.month}月{on.day}日" if on else "否"
    return {"visited": visited, "verdict": _verdict(event.outcome), "reason": "、".join(_reasons(event.outcome))}


def _verdict(outcome: Outcome) -> str:
    return f"退回到第{outcome.return_to}步" if outcome.verdict is Verdict.RETURN else outcome.verdict.zh


def _reasons(outcome: Outcome) -> Iterator[str]:
    yield from (each.zh for each in (outcome.rejection_reason, outcome.return_reason) if each)
