"""Every event has a title people understand."""

from casework.titles import TITLES, Label, role_of, title_of
from chronicle.following.reactions import system_actor
from chronicle.messages import name_of
from identification import published as identification
from industry import published as industry
from relocation import published as relocation
from safety_net import published as safety_net

SERVICES = (identification, industry, relocation, safety_net)
STRANGE = "relocation.house-allotted.v1"


def test_every_published_event_has_a_title_and_no_other() -> None:
    assert TITLES.keys() == {name_of(event.type) for service in SERVICES for event in service.PUBLISHED}


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


def test_a_service_that_acts_by_itself_has_a_name_too() -> None:
    assert role_of(system_actor("identification").role) == Label(zh="系统自动", en="the system")
