"""Code lists: stored words, labels in both languages, and the official codes where a source gives them."""

import pytest
from casework import areas, codes, reasons, roles, steps
from casework.areas import Level
from casework.codes import LabourSkill, PovertyCause, RelationToHead, SchoolStatus
from casework.labels import Labelled
from casework.roles import Role
from pydantic import TypeAdapter, ValidationError

LISTS = [
    found
    for module in (areas, codes, reasons, roles, steps)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Labelled) and found.__module__ == module.__name__
]


@pytest.mark.parametrize("words", LISTS, ids=lambda words: words.__name__)
def test_every_word_is_one_lower_case_word_with_two_labels(words: type[Labelled]) -> None:
    for word in words:
        assert word.value.replace("_", "").isalnum()
        assert word.value == word.value.lower()
        assert any("\u4e00" <= character <= "\u9fff" for character in word.zh)
        assert word.en.isascii()


@pytest.mark.parametrize("words", LISTS, ids=lambda words: words.__name__)
def test_no_two_words_of_a_list_share_a_label_or_an_official_code(words: type[Labelled]) -> None:
    official = [word.official for word in words if word.official]
    assert len({word.zh for word in words}) == len({word.en for word in words}) == len(words)
    assert len(set(official)) == len(official)


def test_the_eleven_causes_keep_the_order_of_the_common_form() -> None:
    assert [cause.official for cause in PovertyCause] == [f"{number:02}" for number in range(1, 12)]
    assert PovertyCause("cause_illness").zh == "因病"
    assert PovertyCause.MOTIVATION.official == "11"


def test_relations_and_school_years_carry_their_official_codes() -> None:
    assert RelationToHead.OTHER.official == "99"
    assert [status.official for status in SchoolStatus] == [f"{number:02}" for number in range(1, 17)]


def test_a_word_added_later_has_no_official_code() -> None:
    assert LabourSkill.WEAK_OR_HALF.official is None


def test_a_word_is_read_by_its_stored_form_and_an_unknown_one_refused() -> None:
    cause = TypeAdapter(PovertyCause)
    assert cause.validate_json('"cause_schooling"') is PovertyCause.SCHOOLING
    assert cause.dump_json(PovertyCause.SCHOOLING) == b'"cause_schooling"'
    for unknown in ("因学", "03", "cause_luck"):
        with pytest.raises(ValidationError):
            cause.validate_python(unknown)


def test_the_roles_of_the_chain_sit_at_the_level_where_they_act() -> None:
    assert [role.level for role in list(Role)[:4]] == [Level.GROUP, Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY]
    assert Role.AUDITOR.level is None
