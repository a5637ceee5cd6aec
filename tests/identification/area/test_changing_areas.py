"""When an area may get another name or go on under another code: proposed by one, confirmed by another."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from casework.areas import Level
from chronicle.messages import Actor, Event, Recorded, StoredEvent, new_id
from chronicle.refusals import Refusal
from identification.cases.area.commands import ConfirmAreaChange, ProposeAreaChange, RejectAreaChange
from identification.cases.area.decider import about, decide, evolve
from identification.cases.area.decisions.changes import (
    AlreadyReplaced,
    Area,
    AreaUnknown,
    ChangeAlreadyMade,
    ChangeBeforeOpening,
    ChangeRejectedBefore,
    ChangeUnclear,
    ChangeUnknown,
    ConfirmedOwnProposal,
    KnownOfChange,
    OtherChangeProposed,
    PartsCollide,
    PartsWithoutSuccessor,
    SuccessorLeadsBack,
    SuccessorLevelWrong,
    SuccessorNotOpen,
)
from identification.cases.area.events import AreaChangeProposed, AreaOpened, AreaRenamed, AreaReplaced, CodeSource
from identification.cases.area.findings import ChangeDocument, DocumentIssuer, RejectionReason

FIRST, CHANGED, TODAY = date(2014, 1, 1), date(2016, 12, 1), date(2017, 1, 10)
XINGZI, LUSHAN_CITY, LUSHAN = "360427000000", "360483000000", "360402000000"
DOCUMENT = ChangeDocument(issuer=DocumentIssuer.CIVIL_AFFAIRS_MINISTRY, year=2016, number=118)
GIVING, TAKING = "officer of Xingzi", "officer of Lushan"


def known(person: str = TAKING, **changed: Any) -> KnownOfChange:
    found: dict[str, Any] = {"code_now": XINGZI, "successor_valid_from": FIRST, "successor_now": LUSHAN_CITY}
    return KnownOfChange(actor=Actor(person, "county", "county_officer"), today=TODAY, **found | changed)


def after(*events: Event, by: str = GIVING, area: Area | None = None) -> Area | None:
    for event in events:
        stored = StoredEvent(
            "", event.type, "identification", "", "", "", 1, 0, FIRST, Actor(by, "county", "county_officer"), "", "",
            None, None, None, None, "", recorded_at=datetime(2017, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        area = evolve(area, Recorded(event, stored))
    return area


def opened(code: str = XINGZI) -> AreaOpened:
    return AreaOpened(
        code=code,
        name="星子县",
        level=Level.COUNTY,
        parent_code="360400000000",
        code_source=CodeSource.OFFICIAL,
        valid_from=FIRST,
    )


def proposing(**changed: Any) -> ProposeAreaChange:
    facts = {"name": None, "successor_code": LUSHAN_CITY, "valid_from": CHANGED, "document": DOCUMENT}
    return ProposeAreaChange(code=XINGZI, proposal_id=new_id(), **facts | changed)


def proposed(**changed: Any) -> AreaChangeProposed:
    return AreaChangeProposed(**dict(proposing(**changed)))


def confirming(proposal: AreaChangeProposed) -> ConfirmAreaChange:
    return ConfirmAreaChange(code=XINGZI, proposal_id=proposal.proposal_id)


def rejecting(proposal: AreaChangeProposed) -> RejectAreaChange:
    return RejectAreaChange(code=XINGZI, proposal_id=proposal.proposal_id, reason=RejectionReason.LIST_WRONG)


def refusal_of(command: Any, area: Area | None, found: KnownOfChange | None = None) -> type[Refusal]:
    with pytest.raises(Refusal) as refused:
        decide(command, area, found or known())
    return type(refused.value)


def confirmed(proposal: AreaChangeProposed) -> Event:
    (event,) = decide(confirming(proposal), after(opened(), proposal), known())
    return event


def test_a_county_goes_on_under_another_code_once_somebody_else_confirms() -> None:
    command = proposing()
    (proposal,) = decide(command, after(opened()), known(GIVING))
    assert proposal == AreaChangeProposed(**dict(command))
    area = after(opened(), proposal)

    assert decide(confirming(proposal), area, known()) == [
        AreaReplaced(
            proposal_id=command.proposal_id,
            code=XINGZI,
            successor_code=LUSHAN_CITY,
            valid_from=CHANGED,
            document=DOCUMENT,
            proposed_by=GIVING,
        )
    ]
    assert about(confirming(proposal), area, known()).valid_on == CHANGED


def test_an_area_keeps_its_code_and_gets_another_name() -> None:
    event = confirmed(proposed(name="濂溪区", successor_code=None))
    area = after(opened(), event)

    assert isinstance(event, AreaRenamed)
    assert area
    assert [area.name_on(day) for day in (date(2016, 11, 30), CHANGED)] == ["星子县", "濂溪区"]


def test_of_two_names_from_one_day_on_the_later_corrects_the_earlier() -> None:
    wrong, right = proposed(name="濂西区", successor_code=None), proposed(name="濂溪区", successor_code=None)
    area = after(opened(), confirmed(wrong), confirmed(right))

    assert area
    assert area.name_on(CHANGED) == "濂溪区"
    assert decide(proposing(name="濂溪区", successor_code=None), area, known()) == []
    # What was corrected may turn out to have been right.
    assert decide(proposing(name="濂西区", successor_code=None), area, known())


def test_a_change_in_days_to_come_may_be_proposed_and_confirmed() -> None:
    in_july = date(2017, 7, 1)

    event = confirmed(proposed(valid_from=in_july))

    assert isinstance(event, AreaReplaced)
    assert event.valid_from == in_july


def test_nobody_confirms_what_they_proposed_themselves() -> None:
    proposal = proposed()

    assert refusal_of(confirming(proposal), after(opened(), proposal), known(GIVING)) is ConfirmedOwnProposal


def test_the_same_change_twice_is_made_once() -> None:
    proposal = proposed()
    waiting, made = after(opened(), proposal), after(opened(), proposal, confirmed(proposal))

    assert decide(proposing(), waiting, known()) == []
    assert decide(proposing(), made, known()) == []
    assert decide(confirming(proposal), made, known()) == []


def test_one_change_waits_at_a_time() -> None:
    area = after(opened(), proposed())

    assert refusal_of(proposing(successor_code=LUSHAN), area, known(successor_now=LUSHAN)) is OtherChangeProposed


def test_what_was_rejected_is_not_proposed_again_by_the_same_document() -> None:
    proposal = proposed()
    (event,) = decide(rejecting(proposal), after(opened(), proposal), known(GIVING))
    area = after(opened(), proposal, event)

    assert decide(rejecting(proposal), area, known()) == []
    assert refusal_of(proposing(), area) is ChangeRejectedBefore
    assert decide(proposing(document=ChangeDocument.published_list(2017)), area, known())
    assert refusal_of(confirming(proposal), area) is ChangeUnknown


def test_what_was_confirmed_is_not_rejected() -> None:
    proposal = proposed()

    assert refusal_of(rejecting(proposal), after(opened(), proposal, confirmed(proposal))) is ChangeAlreadyMade


def test_what_nobody_proposed_is_neither_confirmed_nor_rejected() -> None:
    for asked in (confirming(proposed()), rejecting(proposed())):
        assert refusal_of(asked, after(opened())) is ChangeUnknown
        assert refusal_of(asked, None) is ChangeUnknown


@pytest.mark.parametrize(
    ("changed", "found", "refusal"),
    [
        ({"successor_code": None}, {}, ChangeUnclear),
        ({"name": "庐山市"}, {}, ChangeUnclear),
        ({"valid_from": FIRST}, {}, ChangeBeforeOpening),
        ({}, {"code_now": LUSHAN}, AlreadyReplaced),
        ({"successor_code": None, "name": "庐山市"}, {"code_now": LUSHAN}, AlreadyReplaced),
        ({"successor_code": XINGZI}, {}, SuccessorLevelWrong),
        ({"successor_code": "360483105000"}, {}, SuccessorLevelWrong),
        ({}, {"successor_valid_from": None}, SuccessorNotOpen),
        ({}, {"successor_valid_from": date(2016, 12, 2)}, SuccessorNotOpen),
        ({}, {"successor_now": LUSHAN}, SuccessorNotOpen),
        ({}, {"leads_back": True}, SuccessorLeadsBack),
    ],
)
def test_a_change_that_cannot_be_right_is_refused(
    changed: dict[str, Any], found: dict[str, Any], refusal: type[Refusal]
) -> None:
    assert refusal_of(proposing(**changed), after(opened()), known(**found)) is refusal


def test_an_area_that_goes_on_later_has_no_other_successor_before() -> None:
    proposal = proposed()
    area = after(opened(), proposal, confirmed(proposal))

    other = proposing(successor_code=LUSHAN, valid_from=date(2016, 1, 1))
    assert refusal_of(other, area, known(successor_now=LUSHAN)) is AlreadyReplaced


def test_an_area_that_nobody_opened_does_not_change() -> None:
    assert refusal_of(proposing(), None) is AreaUnknown


def test_all_in_it_has_somewhere_to_go_before_an_area_is_replaced() -> None:
    proposal = proposed()

    assert decide(proposing(), after(opened()), known(parts_missing=2))
    assert refusal_of(confirming(proposal), after(opened(), proposal), known(parts_missing=2)) is PartsWithoutSuccessor


def test_what_is_two_stays_two_when_an_area_is_replaced() -> None:
    proposal = proposed()

    assert decide(proposing(), after(opened()), known(parts_colliding=2))
    assert refusal_of(confirming(proposal), after(opened(), proposal), known(parts_colliding=2)) is PartsCollide


def test_everything_is_looked_at_again_when_it_is_confirmed() -> None:
    proposal = proposed()

    assert refusal_of(confirming(proposal), after(opened(), proposal), known(leads_back=True)) is SuccessorLeadsBack
