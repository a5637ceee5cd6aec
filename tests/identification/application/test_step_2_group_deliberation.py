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
    steps,
    verification,
)
from casework.dates import BeforePreviousAct
from casework.deliberation import Votes, VotesDoNotAddUp
from identification.cases.application.decisions.deliberation import ConvenerHasStake
from identification.cases.application.decisions.rows import NotInThisArea, WrongStep
from identification.cases.application.decisions.state import Ending
from identification.cases.application.events import ApplicationDeliberated
from identification.cases.application.findings import Recusal, RecusalGround

OTHER_GROUP = "36042410621602"


def votes(in_favour: int, against: int, abstained: int = 0) -> Votes:
    return Votes(in_favour=in_favour, against=against, abstained=abstained)


def recused(*persons: str) -> tuple[Recusal, ...]:
    return tuple(Recusal(person_id=person, ground=RecusalGround.KIN) for person in persons)


def test_an_accepted_household_is_posted_in_its_group_next() -> None:
    given(filing()).when(deliberation()).then(ApplicationDeliberated, step=2, accepted=True).step_is(3)


def test_the_convener_and_the_recorder_are_those_who_performed_it() -> None:
    given(filing()).when(deliberation()).then(ApplicationDeliberated, performed_by=(CONVENER, RECORDER))


@pytest.mark.parametrize(("in_favour", "accepted"), [(11, False), (12, True)])
def test_more_than_half_of_those_present_and_not_recused_must_be_in_favour(in_favour: int, accepted: bool) -> None:  # noqa: FBT001
    item = deliberation(votes=votes(in_favour, 22 - in_favour))
    given(filing()).when(item).then(ApplicationDeliberated, accepted=accepted)


def test_those_recused_do_not_count_towards_the_half() -> None:
    item = deliberation(recused=recused("cousin", "uncle"), votes=votes(11, 9))
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
    item = deliberation(recused=recused("cousin"))
    given(filing()).when(item).then_refused(VotesDoNotAddUp, votes=22, present=22, recused=1)


def test_somebody_recused_on_two_grounds_is_one_vote_less() -> None:
    both = (*recused("cousin"), Recusal(person_id="cousin", ground=RecusalGround.OWN_HOUSEHOLD))
    given(filing()).when(deliberation(recused=both, votes=votes(18, 3))).then(ApplicationDeliberated)


def test_the_convener_does_not_chair_the_item_on_their_own_household() -> None:
    given(filing()).when(deliberation(convener=HEAD)).then_refused(ConvenerHasStake)


def test_the_convener_does_not_chair_the_item_on_kin_of_theirs() -> None:
    given(filing(kin_of_cadres=(CONVENER,))).when(deliberation()).then_refused(ConvenerHasStake)


def test_the_convener_does_not_chair_an_item_on_which_they_are_recused() -> None:
    item = deliberation(recused=recused(CONVENER), votes=votes(18, 3))
    given(filing()).when(item).then_refused(ConvenerHasStake)


def test_a_substitute_without_a_stake_chairs_instead_and_performs_it() -> None:
    item = deliberation(convener=HEAD, substitute="neighbour")
    given(filing()).when(item).then(ApplicationDeliberated, performed_by=("neighbour", RECORDER))


def test_a_substitute_with_a_stake_is_no_better() -> None:
    given(filing()).when(deliberation(convener=HEAD, substitute="spouse")).then_refused(ConvenerHasStake)


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
    item = deliberation(session=2, convener=HEAD, substitute="neighbour")
    given(filing()).when(item).then(
        ApplicationDeliberated, session=2, present=22, convener=HEAD, substitute="neighbour"
    )
