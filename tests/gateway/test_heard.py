"""What other services publish can be read here, and every event has a title people understand."""

import pytest
from chronicle.messages import Event, name_of
from chronicle.policy import Policy
from gateway.case_history.titles import TITLES, Label, role_of, title_of
from gateway.heard import ApplicationWithdrawn, AreaOpened, NoticePosted, ObjectionDecided, VillagerGroupOpened
from identification.published import PUBLISHED
from running_identification import ROOT
from yihu.contracts import sample

HEARD = (AreaOpened, VillagerGroupOpened, NoticePosted, ApplicationWithdrawn, ObjectionDecided)
POLICY = Policy.load(ROOT / "policy" / "identification")
STRANGE = "relocation.house-allotted.v1"


@pytest.mark.parametrize("heard", HEARD, ids=lambda heard: heard.type)
def test_what_is_heard_is_published_and_can_be_read(heard: type[Event]) -> None:
    published = {event.type: event for event in PUBLISHED}
    golden = published[heard.type].model_validate(sample(published[heard.type], POLICY)).text()

    assert heard.read(golden).model_dump().keys() == set(heard.model_fields)


def test_every_published_event_has_a_title_and_no_other() -> None:
    assert TITLES.keys() == {name_of(event.type) for event in PUBLISHED}


def test_no_title_is_missing_in_either_language() -> None:
    assert [name for name, titles in TITLES.items() if not all(titles)] == []


def test_a_later_version_keeps_the_title() -> None:
    assert title_of("identification.household-registered.v2") == title_of("identification.household-registered.v1")


def test_what_is_not_known_here_is_called_by_its_own_name() -> None:
    assert title_of("relocation.house-allotted.v1").model_dump() == dict.fromkeys(
        ("zh", "en"), "relocation.house-allotted.v1"
    )
    assert role_of("site_manager").model_dump() == dict.fromkeys(("zh", "en"), "site_manager")


def test_a_role_is_called_as_casework_calls_it() -> None:
    assert role_of("auditor") == Label(zh="审计人员", en="auditor")
