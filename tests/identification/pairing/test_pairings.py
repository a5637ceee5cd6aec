"""结对帮扶: a registered household has one helper at a time, who is neither poor nor of the household."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from casework.dates import BeforePreviousAct, DateInFuture, LateEntryNeedsReason
from casework.four_eyes import OwnHousehold
from casework.reasons import LateEntryReason
from casework.registration import HouseholdNotRegistered, HouseholdRegistrationEnded, Standing
from chronicle.decider import Claim
from chronicle.messages import EPOCH, Actor, Command
from chronicle.refusals import Refusal
from chronicle.testing import Case, by
from identification.cases.pairing.commands import EndPairing, HandOverPairing, PairHousehold
from identification.cases.pairing.decider import (
    PAIRING,
    HelperIsPoor,
    HelpsOwnHousehold,
    KnownOfPairing,
    NotPaired,
    PairedAlready,
    claims,
)
from identification.cases.pairing.events import HouseholdPaired, PairingEnded, PairingEvent, PairingHandedOver
from identification.cases.pairing.findings import HandoverReason, PairingEndReason
from identification.cases.pairing.gather import pairing_decider

TODAY, BEFORE, GROUP = date(2016, 3, 1), date(2016, 2, 1), "36042410621601"
TOWNSHIP = Actor("zhou", "the-township", "township_reviewer")
WHERE: dict[str, Any] = {"household_id": "household", "group_code": GROUP}
paired = HouseholdPaired(**WHERE, helper="li", late_reason=None)
handed_over = PairingHandedOver(
    **WHERE, helper="li", successor="wang", reason=HandoverReason.REASSIGNED, handover_id=None
)
ended = PairingEnded(**WHERE, helper="li", reason=PairingEndReason.HELP_COMPLETED, late_reason=None)
NEW = Case(pairing_decider)
PAIRED = NEW.given(by(paired, TOWNSHIP, BEFORE))
ENDED = PAIRED.given(by(ended, TOWNSHIP, TODAY))
END = EndPairing(on=TODAY, reason=PairingEndReason.HELP_COMPLETED)


def pair(helper: str = "li", on: date = TODAY, **more: Any) -> PairHousehold:
    return PairHousehold(household_id="household", helper=helper, on=on, **more)


def hand_over(successor: str = "wang", **more: Any) -> HandOverPairing:
    return HandOverPairing(successor=successor, reason=HandoverReason.REASSIGNED, **more)


def known(**found: Any) -> KnownOfPairing:
    usual: dict[str, Any] = {
        "actor": TOWNSHIP,
        "today": TODAY,
        "late_entry_days": 30,
        "group_code": GROUP,
        "standing": Standing.REGISTERED,
        **dict.fromkeys(("helper_is_poor", "helper_is_member", "actor_is_member"), False),
    }
    return KnownOfPairing(**usual | found)


def test_a_household_is_paired_handed_over_and_its_pairing_ends() -> None:
    case = NEW.when(pair(), known()).then(paired)
    case = case.when(hand_over(), known()).then(handed_over)
    case.when(END, known()).then(ended.model_copy(update={"helper": "wang"}))


def test_a_household_without_a_helper_is_paired_anew() -> None:
    ENDED.when(pair("wang"), known()).then(paired.model_copy(update={"helper": "wang"}))


def test_doing_it_again_records_nothing() -> None:
    PAIRED.when(pair(), known()).then_nothing()
    PAIRED.given(handed_over).when(hand_over(), known()).then_nothing()
    ENDED.when(END, known()).then_nothing()


def test_nobody_is_paired_beside_a_helper() -> None:
    PAIRED.when(pair("wang"), known()).then_refused(PairedAlready)


@pytest.mark.parametrize("case", [NEW, ENDED])
def test_what_is_not_paired_is_not_handed_over(case: Case) -> None:
    case.when(hand_over(), known()).then_refused(NotPaired)


def test_what_never_was_paired_does_not_end() -> None:
    NEW.when(END, known()).then_refused(NotPaired)


@pytest.mark.parametrize(
    ("standing", "refusal"),
    [(Standing.RECORDED, HouseholdNotRegistered), (Standing.ENDED, HouseholdRegistrationEnded)],
)
def test_only_a_registered_household_is_paired(standing: Standing, refusal: type[Refusal]) -> None:
    NEW.when(pair(), known(standing=standing)).then_refused(refusal)


def test_after_its_registration_a_household_keeps_its_helper_who_may_change() -> None:
    PAIRED.when(hand_over(), known(standing=None)).then(handed_over)


@pytest.mark.parametrize(
    ("found", "refusal"),
    [("helper_is_poor", HelperIsPoor), ("helper_is_member", HelpsOwnHousehold), ("actor_is_member", OwnHousehold)],
)
@pytest.mark.parametrize(("case", "command"), [(NEW, pair()), (PAIRED, hand_over())])
def test_no_helper_is_poor_and_nobody_decides_on_their_own(
    case: Case, command: Command, found: str, refusal: type[Refusal]
) -> None:
    case.when(command, known(**{found: True})).then_refused(refusal)


def test_nobody_ends_the_pairing_of_their_own_household() -> None:
    PAIRED.when(END, known(actor_is_member=True)).then_refused(OwnHousehold)


def test_dates_are_past_or_today_in_order_and_late_ones_have_a_reason() -> None:
    NEW.when(pair(on=TODAY + timedelta(1)), known()).then_refused(DateInFuture)
    early = TODAY - timedelta(31)
    NEW.when(pair(on=early), known()).then_refused(LateEntryNeedsReason, days=30)
    late = LateEntryReason.NO_NETWORK
    case = NEW.when(pair(on=early, late_reason=late), known())
    case.then(paired.model_copy(update={"late_reason": late}))
    PAIRED.when(END.model_copy(update={"on": BEFORE - timedelta(1)}), known()).then_refused(BeforePreviousAct)
    ENDED.when(pair(on=BEFORE), known()).then_refused(BeforePreviousAct)


def test_a_handover_of_all_work_takes_what_was_the_leavers_by_then_and_nothing_else() -> None:
    whole: dict[str, Any] = {"handover_id": "handover", "leaver": "li", "before": EPOCH}
    PAIRED.when(hand_over(**whole), known()).then(handed_over.model_copy(update={"handover_id": "handover"}))
    for other in (NEW, ENDED, PAIRED.given(handed_over)):
        other.when(hand_over(**whole), known()).then_nothing()
    PAIRED.when(hand_over(**whole | {"leaver": "zhao"}), known()).then_nothing()
    # Paired again after the handover: that one stays.
    earlier = datetime(1969, 12, 31, tzinfo=UTC)
    PAIRED.when(hand_over(**whole | {"before": earlier}), known()).then_nothing()


@pytest.mark.parametrize(
    ("event", "held"),
    [(paired, {"li": True}), (handed_over, {"li": False, "wang": True}), (ended, {"li": False})],
)
def test_each_helper_holds_the_households_they_are_responsible_for(event: PairingEvent, held: dict[str, bool]) -> None:
    expected = {Claim(PAIRING, f"{person}/{GROUP}/household", held=holds) for person, holds in held.items()}

    assert set(claims(event, None)) == expected


def test_state_names_the_last_helper() -> None:
    assert (PAIRED.state.helper, PAIRED.given(handed_over).state.helper, ENDED.state.helper) == ("li", "wang", None)
