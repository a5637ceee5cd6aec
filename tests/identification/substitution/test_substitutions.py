"""代理: proposed by one of the county, confirmed by another, for days to come; nobody names themselves."""

from datetime import date, timedelta
from typing import Any

import pytest
from casework.areas import AreaNotValid
from casework.roles import SUBSTITUTED, Role
from chronicle.messages import Actor, Command
from chronicle.refusals import Refusal
from chronicle.testing import Case, by
from identification.cases.substitution.commands import ConfirmSubstitution, EndSubstitution, ProposeSubstitution
from identification.cases.substitution.decider import (
    AreaUnfitForRole,
    ConfirmsOwnAbsence,
    ConfirmsOwnProposal,
    KnownOfSubstitution,
    NamedBySubstitute,
    NamesOneself,
    RoleWithoutSubstitutes,
    SubstitutesOneself,
    SubstitutionBackdated,
    SubstitutionDaysReversed,
    SubstitutionEndedAlready,
    SubstitutionOver,
    SubstitutionTooLong,
)
from identification.cases.substitution.events import SubstitutionConfirmed, SubstitutionEnded, SubstitutionProposed
from identification.cases.substitution.findings import AbsenceReason, SubstitutionEndReason
from identification.cases.substitution.gather import substitution_decider

TODAY, VILLAGE, TOWNSHIP = date(2016, 3, 1), "360424106216", "360424106000"
ONE, ANOTHER, SUBSTITUTE, ABSENT = (
    Actor(person, "the-county", "county_officer") for person in ("one", "another", "li", "wang")
)
FACTS: dict[str, Any] = {
    "substitution_id": "substitution",
    "substitute": "li",
    "absent": "wang",
    "role": Role.VILLAGE_OFFICER,
    "area_code": VILLAGE,
    "first_day": TODAY,
    "last_day": date(2016, 3, 31),
    "reason": AbsenceReason.TRAINING,
}
proposed = SubstitutionProposed(**FACTS)
confirmed = SubstitutionConfirmed(**FACTS, proposed_by="one")
ended = SubstitutionEnded(
    substitution_id="substitution", substitute="li", absent="wang", reason=SubstitutionEndReason.RETURNED
)
CONFIRM, END = ConfirmSubstitution(), EndSubstitution(reason=SubstitutionEndReason.RETURNED)
NEW = Case(substitution_decider)
PROPOSED = NEW.given(by(proposed, ONE))
CONFIRMED = PROPOSED.given(by(confirmed, ANOTHER))
ENDED = CONFIRMED.given(by(ended, ONE))


def propose(**changed: Any) -> ProposeSubstitution:
    return ProposeSubstitution(**FACTS | changed)


def known(actor: Actor = ONE, **found: Any) -> KnownOfSubstitution:
    return KnownOfSubstitution(**{"actor": actor, "today": TODAY, "area_is_valid": True, "most_days": 183, **found})


def test_one_of_the_county_proposes_and_another_confirms() -> None:
    NEW.when(propose(), known()).then(proposed)
    PROPOSED.when(CONFIRM, known(ANOTHER)).then(confirmed)


def test_either_of_them_and_anybody_of_the_county_may_end_it_before_and_after() -> None:
    for case in (PROPOSED, CONFIRMED):
        for actor in (ONE, ANOTHER, ABSENT, SUBSTITUTE):
            case.when(END, known(actor)).then(ended)


def test_doing_it_again_records_nothing() -> None:
    PROPOSED.when(propose(), known()).then_nothing()
    CONFIRMED.when(CONFIRM, known(ANOTHER)).then_nothing()
    CONFIRMED.when(CONFIRM, known(ONE)).then_nothing()
    ENDED.when(END, known()).then_nothing()


def test_whoever_proposed_does_not_confirm() -> None:
    PROPOSED.when(CONFIRM, known(ONE)).then_refused(ConfirmsOwnProposal)
    # Decided on persons: another organisation and role are the same person.
    PROPOSED.when(CONFIRM, known(Actor("one", "the-city", "county_officer"))).then_refused(ConfirmsOwnProposal)


def test_nobody_names_themselves() -> None:
    NEW.when(propose(), known(SUBSTITUTE)).then_refused(NamesOneself)
    PROPOSED.when(CONFIRM, known(SUBSTITUTE)).then_refused(NamesOneself)


def test_whoever_is_away_may_say_who_is_to_act_for_them_and_another_confirms_it() -> None:
    NEW.when(propose(), known(ABSENT)).then(proposed)
    PROPOSED.when(CONFIRM, known(ABSENT)).then_refused(ConfirmsOwnAbsence)


@pytest.mark.parametrize(("case", "command"), [(NEW, propose()), (PROPOSED, CONFIRM), (CONFIRMED, END)])
def test_a_substitute_names_no_substitutes(case: Case, command: Command) -> None:
    substitute = Actor("another", "the-county", "county_officer", on_behalf_of="somebody")

    case.when(command, known(substitute)).then_refused(NamedBySubstitute)


def test_nothing_is_confirmed_after_it_was_ended() -> None:
    PROPOSED.given(by(ended, ONE)).when(CONFIRM, known(ANOTHER)).then_refused(SubstitutionEndedAlready)
    ENDED.when(CONFIRM, known(ANOTHER)).then_refused(SubstitutionEndedAlready)


@pytest.mark.parametrize("today", [date(2016, 3, 1), date(2016, 3, 31)])
def test_it_is_confirmed_until_its_last_day(today: date) -> None:
    PROPOSED.when(CONFIRM, known(ANOTHER, today=today)).then(confirmed)


def test_what_is_over_is_not_confirmed() -> None:
    late = known(ANOTHER, today=date(2016, 4, 1))

    PROPOSED.when(CONFIRM, late).then_refused(SubstitutionOver, last_day=date(2016, 3, 31))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"first_day": TODAY - timedelta(1)}, SubstitutionBackdated),
        ({"last_day": TODAY - timedelta(1)}, SubstitutionDaysReversed),
        ({"last_day": TODAY + timedelta(183)}, SubstitutionTooLong),
        ({"substitute": "wang"}, SubstitutesOneself),
        ({"area_code": TOWNSHIP}, AreaUnfitForRole),
        ({"area_code": f"{VILLAGE}01"}, AreaUnfitForRole),
        ({"role": Role.TOWNSHIP_REVIEWER}, AreaUnfitForRole),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], refusal: type[Refusal]) -> None:
    NEW.when(propose(**changed), known()).then_refused(refusal)


@pytest.mark.parametrize("days", [1, 183])
def test_from_one_day_to_the_most_there_are(days: int) -> None:
    last_day = TODAY + timedelta(days - 1)

    NEW.when(propose(last_day=last_day), known()).then(proposed.model_copy(update={"last_day": last_day}))


def test_an_area_that_is_not_there_has_no_officers() -> None:
    NEW.when(propose(), known(area_is_valid=False)).then_refused(AreaNotValid, area=VILLAGE, on=TODAY)


@pytest.mark.parametrize("role", sorted(set(Role) - set(SUBSTITUTED)))
def test_those_who_watch_pay_or_run_the_system_have_no_substitutes(role: Role) -> None:
    NEW.when(propose(role=role), known()).then_refused(RoleWithoutSubstitutes)
