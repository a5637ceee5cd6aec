"""ID numbers are checked as GB 11643 says, and no refusal repeats one."""

from datetime import date

import pytest
from casework import id_number
from casework.codes import Sex
from casework.id_number import (
    IdNumberBirthDateImpossible,
    IdNumberBirthDateInFuture,
    IdNumberChecksumWrong,
    IdNumberMalformed,
    IdNumberNeedsUpgrade,
    IdNumberNeverAssigned,
)
from chronicle.refusals import Invalid, Refusal
from hypothesis import assume, given
from hypothesis import strategies as st

TODAY = date(2015, 6, 30)
REFUSED: dict[str, type[Refusal]] = {
    "360424000101001": IdNumberNeedsUpgrade,
    "36042419000101001": IdNumberMalformed,
    "3604241900010100111": IdNumberMalformed,
    "36042X190001010011": IdNumberMalformed,
    "36042419000101001Y": IdNumberMalformed,
    "③60424190001010011": IdNumberMalformed,
    "360424190001010012": IdNumberChecksumWrong,
    "360427190002290026": IdNumberBirthDateImpossible,
}

invented_numbers = st.builds(
    id_number.invented,
    st.integers(0, 4_999_999),
    st.dates(date(1900, 1, 1), TODAY),
    st.sampled_from(Sex),
)


@pytest.mark.parametrize("number", ["360424190001010011", "36042419000101002X", "360421190006151316"])
def test_a_valid_number_is_accepted_also_when_its_county_code_has_ended(number: str) -> None:
    assert id_number.checked(number, TODAY) == number


@pytest.mark.parametrize(
    "typed",
    [
        "36042419000101002x",
        "３６０４２４１９０００１０１００２Ｘ",
        "３６０４２４１９０００１０１００２ｘ",
        " 36042419000101002X\u3000",
    ],
)
def test_full_width_digits_lower_case_x_and_surrounding_blanks_are_put_right(typed: str) -> None:
    assert id_number.checked(typed, TODAY) == "36042419000101002X"


@pytest.mark.parametrize(("number", "refusal"), REFUSED.items(), ids=[refusal.code for refusal in REFUSED.values()])
def test_what_is_wrong_with_a_number_is_said(number: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        id_number.checked(number, TODAY)


@pytest.mark.parametrize("number", REFUSED)
def test_no_refusal_repeats_the_number(number: str) -> None:
    with pytest.raises(Invalid) as refused:
        id_number.checked(number, TODAY)
    said = [refused.value.sentence("zh"), refused.value.sentence("en"), str(refused.value), str(refused.value.facts)]
    parts = {number[start : start + 4] for start in range(len(number) - 3)}
    assert not any(part in sentence for part in parts for sentence in said)


def test_a_birth_date_counts_as_future_from_the_given_day_only() -> None:
    born_today = id_number.invented(0, TODAY, Sex.FEMALE)
    assert id_number.checked(born_today, TODAY, allow_invented=True) == born_today
    with pytest.raises(IdNumberBirthDateInFuture):
        id_number.checked(born_today, date(2015, 6, 29), allow_invented=True)


def test_an_invented_number_is_accepted_only_where_invented_people_are() -> None:
    number = id_number.invented(7, date(1900, 1, 1), Sex.MALE)
    assert id_number.checked(number, TODAY, allow_invented=True) == number
    with pytest.raises(IdNumberNeverAssigned):
        id_number.checked(number, TODAY)


def test_a_sequence_beyond_the_invented_numbers_is_not_invented() -> None:
    with pytest.raises(ValueError, match="4,999,999"):
        id_number.invented(5_000_000, TODAY, Sex.MALE)


@given(st.integers(0, 4_999_999), st.dates(date(1900, 1, 1), TODAY), st.sampled_from(Sex))
def test_birth_date_and_sex_are_read_back_from_an_invented_number(sequence: int, born: date, sex: Sex) -> None:
    number = id_number.checked(id_number.invented(sequence, born, sex), TODAY, allow_invented=True)
    assert (id_number.birth_date_of(number), id_number.sex_of(number)) == (born, sex)


@given(st.integers(0, 4_999_999), st.integers(0, 4_999_999), st.sampled_from(Sex))
def test_two_sequences_never_share_a_number(one: int, other: int, sex: Sex) -> None:
    same = id_number.invented(one, TODAY, sex) == id_number.invented(other, TODAY, sex)
    assert same == (one == other)


@given(invented_numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_character_is_refused(number: str, place: int, typed: str) -> None:
    assume(number[place] != typed)
    with pytest.raises(Invalid):
        id_number.checked(number[:place] + typed + number[place + 1 :], TODAY, allow_invented=True)


@given(invented_numbers, st.integers(0, 16))
def test_two_neighbouring_characters_in_the_wrong_order_are_refused(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    with pytest.raises(Invalid):
        id_number.checked(swapped, TODAY, allow_invented=True)
