"""Step 2, 组级评议: the villager group deliberates and votes, and who has a stake does not chair."""

from datetime import date

import pytest
from applications import (
    CONVENER,
    GROUP,
    HEAD,
    RECORDER,
    VILLAGE,
    deliberation,
    filing,
    given,
    posting,
    recusing,
    returned,
    steps,
    verification,
)
from casework.dates import BeforePreviousAct
from casework.deliberation import NobodyVoted, Votes, VotesDoNotAddUp
from identification.cases.application.decisions.deliberation import (
    ConvenerHasStake,
    ConvenerNotRecused,
    RecorderHasStake,
    RecorderIsConvener,
)
from identification.cases.application.decisions.rows import NotInThisArea, WrongStep
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import ApplicationDeliberated
from identification.cases.application.findings import Applicant, ApplicantKind

OTHER_GROUP = "36042410621602"


def votes(in_favour: int, against: int, abstained: int = 0) -> Votes:
    return Votes(in_favour=in_favour, against=against, abstained=abstained)


def test_an_accepted_household_is_posted_in_its_group_next() -> None:
    given(filing()).when(deliberation()).then(ApplicationDeliberated, step=2, accepted=True).step_is(3)


def test_the_convener_and_the_recorder_are_those_who_performed_it() -> None:
    given(filing()).when(deliberation()).then(ApplicationDeliberated, performed_by=(CONVENER, RECORDER))


@pytest.mark.parametrize(("in_favour", "accepted"), [(11, False), (12, True)])
def test_more_than_half_of_those_present_and_not_recused_must_be_in_favour(in_favour: int, accepted: bool) -> None:  # noqa: FBT001
    item = deliberation(votes=votes(in_favour, 22 - in_favour))
    given(filing()).when(item).then(ApplicationDeliberated, accepted=accepted)


def test_those_recused_do_not_count_towards_the_half() -> None:
    item = recusing("cousin", "uncle", votes=votes(11, 9))
    given(filing()).when(item).then(ApplicationDeliberated, accepted=True)


def test_abstentions_count_towards_the_half() -> None:
    given(filing()).when(deliberation(votes=votes(11, 0, 11))).then(ApplicationDeliberated, accepted=False)


def test_the_share_that_must_be_exceeded_comes_from_policy() -> None:
    two_thirds = given(filing(), majority_share="2/3")
    two_thirds.when(deliberation(votes=votes(14, 7, 1))).then(ApplicationDeliberated, accepted=False)
    two_thirds.when(deliberation(votes=votes(15, 7))).then(ApplicationDeliberated, accepted=True)


def test_without_a_majority_the_application_ends() -> None:
    item = deliberation(votes=votes(5, 17))
    given(filing()).when(item).then(ApplicationDeliberated, accepted=False).ended(Ending.REJECTED)


def test_votes_are_those_present_less_those_recused() -> None:
    item = recusing("cousin", votes=votes(18, 3, 1))
    given(filing()).when(item).then_refused(VotesDoNotAddUp, votes=22, present=22, recused=1)


def test_somebody_recused_on_two_grounds_is_one_vote_less() -> None:
    given(filing()).when(recusing("cousin", "cousin", votes=votes(18, 3))).then(ApplicationDeliberated)


def test_the_convener_does_not_chair_the_item_on_their_own_household() -> None:
    given(filing()).when(deliberation(convener=HEAD)).then_refused(ConvenerHasStake)


def test_the_convener_does_not_chair_the_item_on_kin_of_theirs() -> None:
    given(filing(kin_of_cadres=(CONVENER,))).when(deliberation()).then_refused(ConvenerHasStake)


def test_the_convener_does_not_chair_an_item_on_which_they_are_recused() -> None:
    given(filing()).when(recusing(CONVENER)).then_refused(ConvenerHasStake)


def test_a_convener_of_the_household_is_recused_and_a_substitute_without_a_stake_chairs_and_performs_it() -> None:
    item = recusing(HEAD, convener=HEAD, substitute="neighbour")
    given(filing()).when(item).then(ApplicationDeliberated, performed_by=("neighbour", RECORDER))


@pytest.mark.parametrize("kin", [HEAD, "secretary", "cousin"])
def test_a_convener_with_a_stake_does_not_vote_while_a_substitute_chairs(kin: str) -> None:
    filed = filing(
        kin_of_cadres=("secretary",),
        applicant=Applicant(person_id="cousin", kind=ApplicantKind.AUTHORISED_RELATIVE),
        relative_born=date(1970, 1, 1),
    )
    given(filed).when(deliberation(convener=kin, substitute="neighbour")).then_refused(ConvenerNotRecused)


def test_a_substitute_with_a_stake_is_no_better() -> None:
    item = recusing(HEAD, convener=HEAD, substitute="spouse")
    given(filing()).when(item).then_refused(ConvenerHasStake)


@pytest.mark.parametrize("kin", [HEAD, "secretary", "uncle"])
def test_nobody_of_the_household_or_kin_or_recused_records_the_item(kin: str) -> None:
    given(filing(kin_of_cadres=("secretary",))).when(recusing("uncle", recorder=kin)).then_refused(RecorderHasStake)


def test_a_substitute_is_not_the_recorder_too() -> None:
    given(filing()).when(deliberation(substitute=RECORDER)).then_refused(RecorderIsConvener)


def test_an_item_on_which_everybody_present_is_recused_is_not_decided() -> None:
    given(filing()).when(recusing("cousin", "uncle", present=2, votes=votes(0, 0))).then_refused(NobodyVoted)


@pytest.mark.parametrize("role", ["convener", "recorder"])
def test_who_was_recused_once_neither_chairs_nor_records_when_it_is_deliberated_on_anew(role: str) -> None:
    again = given(filing(), recusing("uncle"), *steps(3, 3), verification(outcome=returned(2)))
    refusal = {"convener": ConvenerHasStake, "recorder": RecorderHasStake}[role]
    again.when(deliberation(on=date(2015, 6, 13), **{role: "uncle"})).then_refused(refusal)


def test_a_household_of_another_group_is_not_there() -> None:
    given(filing()).when(deliberation(area=OTHER_GROUP)).then_refused(NotInThisArea)


def test_a_household_nobody_filed_is_answered_in_the_same_way() -> None:
    given().when(deliberation(area=GROUP)).then_refused(NotInThisArea)


def test_a_village_does_not_deliberate_in_place_of_the_group() -> None:
    given(filing()).when(deliberation(area=VILLAGE)).then_refused(WrongStep, step=2)


def test_nobody_deliberates_twice_on_a_household() -> None:
    given(*steps(1, 2)).when(deliberation()).then_refused(WrongStep, step=3)


@pytest.mark.parametrize("later", [posting(3), verification()])
def test_nothing_later_is_done_before_the_deliberation(later: object) -> None:
    given(filing()).when(later).then_refused(WrongStep, step=2)  # type: ignore[arg-type]


def test_the_meeting_is_not_before_the_application() -> None:
    before = date(2015, 5, 31)
    given(filing()).when(deliberation(on=before)).then_refused(BeforePreviousAct, on=before, previous=date(2015, 6, 1))


def test_which_session_it_was_who_was_there_and_who_chaired_is_recorded() -> None:
    item = recusing(HEAD, session=2, convener=HEAD, substitute="neighbour")
    given(filing()).when(item).then(
        ApplicationDeliberated, session=2, present=22, convener=HEAD, substitute="neighbour"
    )
