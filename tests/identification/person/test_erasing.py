"""清除个人信息: proposed by one of the county, done by another, when nothing forbids it."""

from datetime import date
from typing import Any

import pytest
from casework.four_eyes import OwnHousehold
from chronicle.decider import Claim
from chronicle.messages import Actor, Command
from chronicle.testing import Case, by
from identification.cases.application.decider import OPEN_APPLICATION
from identification.cases.application.findings import SealedRef
from identification.cases.person.commands import (
    ErasePerson,
    PersonCommand,
    PlaceLegalHold,
    ProposeErasure,
    ReleaseLegalHold,
    WithdrawErasureProposal,
)
from identification.cases.person.decider import (
    AlreadyErased,
    ApplicationsNotKnownYet,
    ErasedOwnProposal,
    ErasureDone,
    ErasureNotProposed,
    KnownOfPerson,
    LegalHoldUnknown,
    NoErasureProposed,
    OrderReferenceMissing,
    RetentionNotOver,
    StillApplying,
    StillRegistered,
    UnderLegalHold,
)
from identification.cases.person.events import (
    ErasureProposalWithdrawn,
    ErasureProposed,
    LegalHoldPlaced,
    LegalHoldReleased,
    PersonErased,
)
from identification.cases.person.findings import (
    ErasureReason,
    ErasureWithdrawalReason,
    LegalHoldGround,
    LegalHoldReleaseReason,
)
from identification.cases.person.gather import person_decider

TODAY, VILLAGE = date(2046, 3, 1), "360424106216"
ONE, ANOTHER = (Actor(person, "the-county", "county_officer") for person in ("one", "another"))
WHOSE: dict[str, Any] = {"person_id": "zhang", "household_id": "household"}
ASKED: dict[str, Any] = {**WHOSE, "area": VILLAGE, "on": TODAY}
DOCUMENT = SealedRef(text_id="a-text", digest="d" * 64)

proposed = ErasureProposed(**WHOSE, reason=ErasureReason.OWN_REQUEST, reference=None)
ordered = ErasureProposed(**WHOSE, reason=ErasureReason.AUTHORITY_ORDER, reference=DOCUMENT)
withdrawn = ErasureProposalWithdrawn(**WHOSE, reason=ErasureWithdrawalReason.NO_LONGER_WANTED)
SENT: dict[str, Any] = {"data_matches": ("data_match/match",)}
erased = PersonErased(**WHOSE, **SENT, reason=ErasureReason.OWN_REQUEST, proposed_by="one", of_household=True)
held = LegalHoldPlaced(**WHOSE, hold_id="hold", ground=LegalHoldGround.COURT, reference=DOCUMENT)
released = LegalHoldReleased(**WHOSE, hold_id="hold", reason=LegalHoldReleaseReason.MATTER_CLOSED)

erase = ErasePerson(**ASKED, **SENT, of_household=True)
withdraw = WithdrawErasureProposal(**ASKED, reason=ErasureWithdrawalReason.NO_LONGER_WANTED)
hold = PlaceLegalHold(**ASKED, hold_id="hold", ground=LegalHoldGround.COURT, reference=DOCUMENT)
release = ReleaseLegalHold(**ASKED, hold_id="hold", reason=LegalHoldReleaseReason.MATTER_CLOSED)

person = Case(person_decider)
to_be_erased = person.given(by(proposed, ONE))


def propose(reason: ErasureReason = ErasureReason.OWN_REQUEST, reference: SealedRef | None = None) -> ProposeErasure:
    return ProposeErasure(**ASKED, reason=reason, reference=reference)


def known(actor: Actor = ANOTHER, **changed: Any) -> KnownOfPerson:
    nothing = {"together_with": ("li",), "is_applying": False, "is_registered": False, "kept_until": None}
    return KnownOfPerson(actor=actor, today=TODAY, **{"applications": 1, **nothing, **changed})


def test_what_one_proposes_another_does() -> None:
    person.when(propose(), known(ONE)).then(proposed).when(erase, known()).then(erased)


def test_it_is_done_once() -> None:
    to_be_erased.given(erased).when(erase, known(ONE)).then_nothing()
    to_be_erased.given(erased).when(propose(), known()).then_nothing()
    to_be_erased.when(propose(), known()).then_nothing()


@pytest.mark.parametrize("actor", [ONE, ANOTHER], ids=["who proposed it", "another"])
def test_what_was_proposed_is_withdrawn_by_either_and_not_done_any_more(actor: Actor) -> None:
    kept = to_be_erased.when(withdraw, known(actor)).then(withdrawn)
    kept.when(erase, known()).then_refused(ErasureNotProposed)
    kept.when(withdraw, known(actor)).then_refused(NoErasureProposed)
    # Proposed anew, it is the new one's proposal.
    anew = kept.when(propose(), known(ANOTHER)).then(proposed)
    anew.when(erase, known(ANOTHER)).then_refused(ErasedOwnProposal)


def test_what_nobody_proposed_or_what_is_done_is_not_withdrawn() -> None:
    person.when(withdraw, known()).then_refused(NoErasureProposed)
    person.given(held).when(withdraw, known()).then_refused(NoErasureProposed)
    to_be_erased.given(erased).when(withdraw, known()).then_refused(ErasureDone)


def test_nobody_withdraws_what_was_proposed_of_their_own_household() -> None:
    for own in ("zhang", "li"):
        actor = Actor(own, "the-county", "county_officer")
        to_be_erased.when(withdraw, known(actor)).then_refused(OwnHousehold)


def test_another_reason_is_another_proposal_whoever_made_the_first() -> None:
    again = to_be_erased.when(propose(ErasureReason.AUTHORITY_ORDER, DOCUMENT), known(ANOTHER)).then(ordered)
    again.when(erase, known(ANOTHER)).then_refused(ErasedOwnProposal)


def test_another_document_of_the_same_authority_is_recorded_as_well() -> None:
    other = SealedRef(text_id="other", digest="e" * 64)
    again = ErasureProposed(**WHOSE, reason=ErasureReason.AUTHORITY_ORDER, reference=other)
    case = to_be_erased.given(by(ordered, ONE))
    case.when(propose(ErasureReason.AUTHORITY_ORDER, other), known(ANOTHER)).then(again)


def test_nobody_erases_what_nobody_proposed() -> None:
    person.when(erase, known()).then_refused(ErasureNotProposed)
    person.given(held, released).when(erase, known()).then_refused(ErasureNotProposed)


def test_nobody_erases_what_they_proposed_themselves_in_whatever_office() -> None:
    elsewhere = Actor("one", "another-office", "county_officer")
    to_be_erased.when(erase, known(elsewhere)).then_refused(ErasedOwnProposal)


@pytest.mark.parametrize("command", [propose(), erase, hold, release])
@pytest.mark.parametrize("officer", ["zhang", "li"])
def test_nobody_acts_on_themselves_or_those_they_applied_with(command: Command, officer: str) -> None:
    to_be_erased.given(held).when(command, known(Actor(officer, "the-county", "county_officer"))).then_refused(
        OwnHousehold
    )


@pytest.mark.parametrize(
    ("found", "why"),
    [({"is_applying": True}, StillApplying), ({"is_registered": True}, StillRegistered)],
)
def test_nothing_is_erased_that_is_in_use_not_even_by_order(found: dict[str, Any], why: Any) -> None:
    person.when(propose(), known(**found)).then_refused(why)
    to_be_erased.when(erase, known(**found)).then_refused(why)
    person.given(by(ordered, ONE)).when(erase, known(**found)).then_refused(why)


def test_nothing_is_erased_of_somebody_whose_applications_are_not_known_yet() -> None:
    person.when(propose(), known(applications=0)).then_refused(ApplicationsNotKnownYet)
    to_be_erased.when(erase, known(applications=0)).then_refused(ApplicationsNotKnownYet)
    person.given(by(ordered, ONE)).when(erase, known(applications=0)).then_refused(ApplicationsNotKnownYet)


@pytest.mark.parametrize("reason", [ErasureReason.OWN_REQUEST, ErasureReason.RETENTION_OVER])
def test_files_are_kept_to_the_end_of_the_last_day(reason: ErasureReason) -> None:
    person.when(propose(reason), known(kept_until=TODAY)).then_refused(RetentionNotOver, until=TODAY)
    to_be_erased.when(erase, known(kept_until=TODAY)).then_refused(RetentionNotOver, until=TODAY)
    person.when(propose(reason), known(kept_until=date(2046, 2, 28))).then(
        proposed.model_copy(update={"reason": reason})
    )


def test_an_order_ends_the_retention_period_and_names_its_document() -> None:
    order = ErasureReason.AUTHORITY_ORDER
    person.when(propose(order), known(ONE)).then_refused(OrderReferenceMissing)
    case = person.when(propose(order, DOCUMENT), known(ONE, kept_until=TODAY)).then(ordered)
    case.when(erase, known(kept_until=TODAY)).then(erased.model_copy(update={"reason": order}))


def test_a_legal_hold_forbids_it_until_it_is_released() -> None:
    case = to_be_erased.when(hold, known()).then(held)
    case.when(erase, known()).then_refused(UnderLegalHold, count=1)
    case.when(propose(ErasureReason.AUTHORITY_ORDER, DOCUMENT), known()).then_refused(UnderLegalHold, count=1)
    case.when(release, known()).then(released).when(erase, known()).then(erased)


def test_of_two_holds_each_is_released() -> None:
    other = held.model_copy(update={"hold_id": "other"})
    to_be_erased.given(held, other, released).when(erase, known()).then_refused(UnderLegalHold, count=1)


def test_a_hold_is_placed_and_released_once() -> None:
    person.given(held).when(hold, known()).then_nothing()
    person.given(held, released).when(hold, known()).then_nothing()
    person.given(held, released).when(release, known()).then_nothing()


def test_what_was_never_held_is_not_released() -> None:
    person.when(release, known()).then_refused(LegalHoldUnknown)
    to_be_erased.when(release, known()).then_refused(LegalHoldUnknown)


def test_of_somebody_erased_there_is_nothing_left_to_hold() -> None:
    to_be_erased.given(erased).when(hold, known()).then_refused(AlreadyErased)


@pytest.mark.parametrize("command", [propose(), erase, hold, release], ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("household_id", ["household", "another", None])
def test_it_is_about_the_person_and_not_in_the_history_of_a_household(
    command: PersonCommand, household_id: str | None
) -> None:
    command = command.model_copy(update={"household_id": household_id})

    for state in (None, to_be_erased.state):
        about = person_decider.about(command, state, known())
        assert (about.subject, about.area, about.valid_on) == ("person/zhang", VILLAGE, TODAY)


def test_somebody_erased_is_in_no_application_filed_at_the_same_moment() -> None:
    assert person_decider.claims(erased, None) == (Claim(OPEN_APPLICATION, "zhang", StillApplying),)
    assert person_decider.claims(held, None) == ()


def test_an_erasure_tells_whose_keys_went() -> None:
    assert erased.owners == ("zhang", "household", *erased.data_matches)
    assert erased.model_copy(update={"of_household": False}).owners == ("zhang", *erased.data_matches)
    assert erased.model_copy(update={"household_id": None}).owners == ("zhang", *erased.data_matches)
