"""清除异议人信息: proposed by one of the county, done by another, once it was answered and need not be kept."""

from datetime import date
from typing import Any

import pytest
from casework.four_eyes import OwnHousehold
from chronicle.messages import Actor, Command
from chronicle.testing import Case, by
from identification.cases.application.findings import SealedRef
from identification.cases.objector.commands import (
    EraseObjector,
    ProposeObjectorErasure,
    WithdrawObjectorErasureProposal,
)
from identification.cases.objector.decider import KnownOfObjector, ObjectionNotAnswered, ObjectorNotKept
from identification.cases.objector.events import (
    ObjectorErased,
    ObjectorErasureProposalWithdrawn,
    ObjectorErasureProposed,
)
from identification.cases.objector.gather import objector_decider
from identification.cases.person.decider import (
    ErasedOwnProposal,
    ErasureDone,
    ErasureNotProposed,
    NoErasureProposed,
    OrderReferenceMissing,
    RetentionNotOver,
    UnderLegalHold,
)
from identification.cases.person.findings import ErasureReason, ErasureWithdrawalReason

TODAY, VILLAGE, OWNER = date(2026, 3, 1), "360424106216", "objection/one"
ONE, ANOTHER = (Actor(person, "the-county", "county_officer") for person in ("one", "another"))
ASKED: dict[str, Any] = {"owner": OWNER, "area": VILLAGE, "on": TODAY}
DOCUMENT = SealedRef(text_id="a-text", digest="d" * 64)
ORDER = ErasureReason.AUTHORITY_ORDER

proposed = ObjectorErasureProposed(owner=OWNER, reason=ErasureReason.OWN_REQUEST, reference=None)
ordered = ObjectorErasureProposed(owner=OWNER, reason=ORDER, reference=DOCUMENT)
withdrawn = ObjectorErasureProposalWithdrawn(owner=OWNER, reason=ErasureWithdrawalReason.PROPOSED_IN_ERROR)
erased = ObjectorErased(owner=OWNER, reason=ErasureReason.OWN_REQUEST, proposed_by="one")

erase = EraseObjector(**ASKED)
withdraw = WithdrawObjectorErasureProposal(**ASKED, reason=ErasureWithdrawalReason.PROPOSED_IN_ERROR)

objector = Case(objector_decider)
to_be_erased = objector.given(by(proposed, ONE))


def propose(
    reason: ErasureReason = ErasureReason.OWN_REQUEST, reference: SealedRef | None = None
) -> ProposeObjectorErasure:
    return ProposeObjectorErasure(**ASKED, reason=reason, reference=reference)


def known(actor: Actor = ANOTHER, **changed: Any) -> KnownOfObjector:
    over = {"is_kept": True, "kept_until": date(2026, 2, 28), "holds": 0, "stakeholders": ("huang",)}
    return KnownOfObjector(actor=actor, today=TODAY, **{**over, **changed})


def test_what_one_proposes_another_does() -> None:
    objector.when(propose(), known(ONE)).then(proposed).when(erase, known()).then(erased)


def test_it_is_proposed_and_done_once() -> None:
    to_be_erased.when(propose(), known()).then_nothing()
    to_be_erased.given(erased).when(erase, known(ONE)).then_nothing()
    to_be_erased.given(erased).when(propose(), known(is_kept=False)).then_nothing()


def test_nobody_erases_what_they_proposed_themselves_in_whatever_office() -> None:
    elsewhere = Actor("one", "another-office", "county_officer")
    to_be_erased.when(erase, known(elsewhere)).then_refused(ErasedOwnProposal)


def test_nobody_erases_what_nobody_proposed() -> None:
    objector.when(erase, known()).then_refused(ErasureNotProposed)


@pytest.mark.parametrize("actor", [ONE, ANOTHER], ids=["who proposed it", "another"])
def test_what_was_proposed_is_withdrawn_by_either_and_not_done_any_more(actor: Actor) -> None:
    kept = to_be_erased.when(withdraw, known(actor)).then(withdrawn)
    kept.when(erase, known()).then_refused(ErasureNotProposed)
    kept.when(withdraw, known(actor)).then_refused(NoErasureProposed)
    # Proposed anew, it is the new one's proposal.
    kept.when(propose(), known(ANOTHER)).then(proposed).when(erase, known(ANOTHER)).then_refused(ErasedOwnProposal)


def test_what_nobody_proposed_or_what_is_done_is_not_withdrawn() -> None:
    objector.when(withdraw, known()).then_refused(NoErasureProposed)
    to_be_erased.given(erased).when(withdraw, known()).then_refused(ErasureDone)


def test_another_reason_is_another_proposal_whoever_made_the_first() -> None:
    again = to_be_erased.when(propose(ORDER, DOCUMENT), known(ANOTHER)).then(ordered)
    again.when(erase, known(ANOTHER)).then_refused(ErasedOwnProposal)


def test_nothing_is_erased_before_it_is_answered_not_even_by_order() -> None:
    objector.when(propose(), known(kept_until=None)).then_refused(ObjectionNotAnswered)
    objector.when(propose(ORDER, DOCUMENT), known(kept_until=None)).then_refused(ObjectionNotAnswered)
    to_be_erased.when(erase, known(kept_until=None)).then_refused(ObjectionNotAnswered)


def test_of_whoever_gave_no_name_and_said_it_of_a_household_nothing_is_erased() -> None:
    objector.when(propose(), known(is_kept=False)).then_refused(ObjectorNotKept)
    to_be_erased.when(erase, known(is_kept=False)).then_refused(ObjectorNotKept)


@pytest.mark.parametrize("reason", [ErasureReason.OWN_REQUEST, ErasureReason.RETENTION_OVER])
def test_it_is_kept_to_the_end_of_the_last_day(reason: ErasureReason) -> None:
    objector.when(propose(reason), known(kept_until=TODAY)).then_refused(RetentionNotOver, until=TODAY)
    to_be_erased.when(erase, known(kept_until=TODAY)).then_refused(RetentionNotOver, until=TODAY)
    objector.when(propose(reason), known()).then(proposed.model_copy(update={"reason": reason}))


def test_an_order_ends_the_retention_period_and_names_its_document() -> None:
    objector.when(propose(ORDER), known(ONE)).then_refused(OrderReferenceMissing)
    case = objector.when(propose(ORDER, DOCUMENT), known(ONE, kept_until=TODAY)).then(ordered)
    case.when(erase, known(kept_until=TODAY)).then(erased.model_copy(update={"reason": ORDER}))


def test_a_legal_hold_on_those_objected_to_holds_it_even_against_an_order() -> None:
    objector.when(propose(ORDER, DOCUMENT), known(ONE, holds=2)).then_refused(UnderLegalHold, count=2)
    to_be_erased.when(erase, known(holds=1)).then_refused(UnderLegalHold, count=1)


@pytest.mark.parametrize("command", [propose(), withdraw, erase], ids=lambda command: type(command).__name__)
def test_nobody_acts_on_who_objected_to_their_own_household(command: Command) -> None:
    member = Actor("huang", "the-county", "county_officer")
    to_be_erased.when(command, known(member)).then_refused(OwnHousehold)


@pytest.mark.parametrize("command", [propose(), withdraw, erase], ids=lambda command: type(command).__name__)
def test_it_is_about_the_objection_alone_of_which_no_village_reads(command: Any) -> None:
    about = objector_decider.about(command, None, known())
    assert (about.subject, about.area, about.valid_on) == (OWNER, VILLAGE, TODAY)


def test_an_erasure_tells_whose_key_went() -> None:
    assert erased.owners == (OWNER,)
