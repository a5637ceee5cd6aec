"""A list holds one household or more, none twice, and no more than policy allows at once."""

import pytest
from casework.lists import ListEmpty, ListTooLong, RowTwice, require_rows


def test_one_household_is_a_list_of_one_and_the_greatest_list_is_accepted() -> None:
    require_rows(["a"], maximum=3)
    require_rows(["a", "b", "c"], maximum=3)


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(ListEmpty):
        require_rows([], maximum=3)


def test_a_list_one_row_too_long_is_refused_with_the_most_allowed() -> None:
    with pytest.raises(ListTooLong) as refused:
        require_rows(["a", "b", "c", "d"], maximum=3)
    assert refused.value.sentence("zh") == "名单有4户，一次最多3户，请分批办理。"


def test_a_household_on_the_list_more_than_once_is_counted_and_refused() -> None:
    with pytest.raises(RowTwice) as refused:
        require_rows(["a", "b", "a", "a", "c", "c"], maximum=9)
    assert refused.value.facts == {"count": 2}
