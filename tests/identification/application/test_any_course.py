"""Whatever people do with an application, and in whatever order, these laws hold."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from applications import (
    GROUP,
    NINE_STEPS,
    REJECTED,
    REVIEWER,
    SEVEN_STEPS,
    VILLAGE,
    Given,
    deliberation,
    draw,
    filing,
    given,
    objection,
    passing,
    posting,
    rechecking,
    returned,
    review,
    ruling,
    verification,
    withdrawal,
)
from casework.deliberation import Votes
from casework.steps import Chain, StepKind
from chronicle.testing import Told
from hypothesis import example, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from identification.cases.application.commands import ApplicationCommand
from identification.cases.application.decisions.state import Application, Ending
from identification.cases.application.events import (
    ApplicationDeliberated,
    ApplicationNoticePassed,
    ApplicationPosted,
    ApplicationReviewed,
    ApplicationVerified,
    HouseholdRegistered,
    ObjectionDecided,
    ObjectionRaised,
)
from identification.cases.application.findings import ObjectionDecision, Outcome, RecheckDecision, Verdict

Move = Callable[[Application, date, str], ApplicationCommand]


def usual(state: Application, on: date, name: str) -> ApplicationCommand:
    step = state.step
    match step.kind:
        case StepKind.NOTICE if state.posting:
            return passing(step.ordinal, notice_id=state.posting.notice_id, on=on)
        case StepKind.NOTICE:
            return posting(step.ordinal, notice_id=name, on=on)
        case StepKind.VERIFICATION:
            return verification(on=on, visited_on=on, verifiers=(f"verifier {name}",))
        case StepKind.REVIEW if state.draw:
            reviewers = (f"reviewer {name}",)
            return review(step.level, round_id=state.draw.round_id, on=on, visited_on=on, reviewers=reviewers)
        case StepKind.REVIEW:
            return draw(step.level, round_id=name, on=on)
        case _:
            return deliberation(on=on)


def judged(outcome: Outcome) -> Move:
    def move(state: Application, on: date, name: str) -> ApplicationCommand:
        command = usual(state, on, name)
        return command.model_copy(update={"outcome": outcome}) if hasattr(command, "outcome") else command

    return move


def answered(decision: ObjectionDecision, return_to: int | None = None) -> Move:
    return lambda state, on, _: ruling(
        on,
        decision,
        return_to=return_to,
        objection_id=next(iter(state.posting.objections if state.posting else ()), ""),
    )


UNUSUAL: tuple[Move, ...] = (
    judged(returned(2)),
    judged(returned(4)),
    judged(returned(6)),
    judged(REJECTED),
    answered(ObjectionDecision.DISMISSED),
    answered(ObjectionDecision.UPHELD_RETURNED, 2),
    answered(ObjectionDecision.UPHELD_RETURNED, 6),
    answered(ObjectionDecision.UPHELD_REJECTED),
    lambda _, on, __: rechecking(on=on),
    lambda _, on, __: rechecking(RecheckDecision.REJECTED, on=on),
    lambda _, on, name: objection(on, name),
    lambda state, on, name: objection(state.posting.first_day if state.posting else on, name),
    lambda _, on, name: posting(3, notice_id=name, area=GROUP, on=on),
    lambda _, on, name: posting(7, notice_id=name, area=VILLAGE, on=on),
    lambda _, on, __: verification(on=on, visited_on=on, verifiers=(REVIEWER,)),
    lambda _, on, __: review(on=on, visited_on=on),
    lambda _, on, __: deliberation(on=on, votes=Votes(in_favour=1, against=21, abstained=0)),
    lambda _, on, __: withdrawal(on=on),
)
moves = st.lists(
    st.tuples(st.one_of(st.just(usual), st.sampled_from(UNUSUAL)), st.sampled_from([0, 1, 7, 8])), max_size=25
)
chains = st.sampled_from([SEVEN_STEPS, NINE_STEPS])


def courses(chain: Chain, made: Iterable[tuple[Move, int]]) -> Given:
    course = given(filing(), chain=chain)
    for number, (move, days) in enumerate(made):
        state = course.state
        assert state
        if state.ending:
            break
        course = course.when(move(state, state.previous_on + timedelta(days=days), f"act-{number}")).after
    return course


def finished(chain: Chain, made: Iterable[tuple[Move, int]]) -> Given:
    """The same course, and then everything as usual until its end."""
    return courses(chain, [*made, *[(answered(ObjectionDecision.DISMISSED), 0), (usual, 8)] * 15])


def stored_and_read(told: Told) -> Told:
    return replace(told, event=type(told.event).read(told.event.text()))


@settings(max_examples=40)
@drawn(chains, moves)
def test_any_accepted_sequence_replays_to_the_same_state(chain: Chain, made: list[tuple[Move, int]]) -> None:
    course = courses(chain, made)
    again = replace(course.case, history=tuple(map(stored_and_read, course.history)))
    assert again.state == course.state


@settings(max_examples=40)
@drawn(chains, moves)
@example(SEVEN_STEPS, [])
@example(NINE_STEPS, [])
@example(SEVEN_STEPS, [(usual, 8)] * 5 + [(judged(returned(2)), 0)])
@example(NINE_STEPS, [(usual, 8)] * 11 + [(judged(returned(6)), 0)])
def test_no_household_is_registered_without_each_step_done_since_the_last_return(
    chain: Chain, made: list[tuple[Move, int]]
) -> None:
    done: set[int] = {1}
    for told in finished(chain, made).history:
        event = told.event
        match event:
            case ApplicationDeliberated(accepted=True) | ApplicationNoticePassed():
                done.add(event.step)
            case (
                ApplicationVerified(outcome=Outcome(verdict=Verdict.PASS))
                | ApplicationReviewed(outcome=Outcome(verdict=Verdict.PASS))
            ):
                done.add(event.step)
            case ApplicationVerified() | ApplicationReviewed():
                done = {step for step in done if step < (event.outcome.return_to or 0)}
            case ObjectionDecided(return_to=int(step)):
                done = {earlier for earlier in done if earlier < step}
            case HouseholdRegistered():
                assert done | {event.step} == {step.ordinal for step in chain.steps}
            case _:
                pass


@settings(max_examples=40)
@drawn(chains, moves)
def test_every_notice_that_passes_was_posted_at_full_length_since_the_last_return(
    chain: Chain, made: list[tuple[Move, int]]
) -> None:
    posted: ApplicationPosted | None = None
    for told in finished(chain, made).history:
        event = told.event
        match event:
            case ApplicationPosted():
                posted = event
            case ObjectionDecided(return_to=int()):
                posted = None
            case ApplicationNoticePassed() | HouseholdRegistered():
                assert posted
                assert posted.notice_id == event.notice_id
                assert told.on >= posted.first_day + timedelta(days=7)
            case _:
                pass


@settings(max_examples=40)
@drawn(chains, moves)
def test_nobody_who_had_a_part_in_an_earlier_step_ever_reviews(chain: Chain, made: list[tuple[Move, int]]) -> None:
    parts: set[tuple[int, str]] = set()
    for told in finished(chain, made).history:
        event = told.event
        if isinstance(event, ApplicationReviewed):
            earlier = {person for step, person in parts if step < event.step}
            assert not earlier & {*event.performed_by, told.actor.person}
        if step := getattr(event, "step", None):
            parts |= {(step, person) for person in (*getattr(event, "performed_by", ()), told.actor.person)}


@settings(max_examples=40)
@drawn(chains, moves)
def test_members_are_held_while_the_application_is_open_and_free_when_it_has_ended(
    chain: Chain, made: list[tuple[Move, int]]
) -> None:
    course = courses(chain, made)
    assert course.state
    held = {still for (kind, _), still in course.claims().items() if kind == "open-application"}
    assert held == {course.state.ending is None}


@settings(max_examples=40)
@drawn(chains, moves)
def test_business_dates_go_back_only_for_objections_and_never_before_the_notice(
    chain: Chain, made: list[tuple[Move, int]]
) -> None:
    latest = posted_on = date.min
    for told in finished(chain, made).history:
        event = told.event
        match event:
            case ObjectionRaised() | ObjectionDecided(decision=ObjectionDecision.DISMISSED):
                assert told.on >= posted_on
            case _:
                assert told.on >= latest
        posted_on = told.on if isinstance(event, ApplicationPosted) else posted_on
        latest = max(latest, told.on)


@pytest.mark.parametrize(("chain", "events"), [(SEVEN_STEPS, 11), (NINE_STEPS, 15)])
def test_done_as_usual_a_household_is_registered(chain: Chain, events: int) -> None:
    course = finished(chain, [])
    assert course.state
    assert course.state.ending is Ending.REGISTERED
    assert len(course.history) == events
