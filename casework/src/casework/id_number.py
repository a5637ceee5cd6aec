"""Citizen identity numbers (GB 11643): checking, reading, and inventing them for the demo and tests."""

import re
from datetime import date

from chronicle.refusals import Invalid

from casework.codes import Sex

INVENTED = "99"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_HALF_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘx", "0123456789XXX")
_PER_AREA = 500


class IdNumberNeedsUpgrade(
    Invalid, code="id-number-needs-upgrade", zh="这是15位旧号码，已停止使用，请换成18位公民身份号码。"
):
    """This is an old 15-digit number, no longer in use; enter the 18-digit number it was upgraded to."""


class IdNumberMalformed(Invalid, code="id-number-malformed", zh="身份证号码应为18位：前17位是数字，末位是数字或X。"):
    """An ID number has 18 characters: 17 digits, then a digit or X."""


class IdNumberChecksumWrong(
    Invalid, code="id-number-checksum-wrong", zh="身份证号码的校验位不符，请对照证件重新核对每一位。"
):
    """The ID number's check character does not fit; compare every digit with the card."""


class IdNumberBirthDateImpossible(Invalid, code="id-number-birth-date-impossible", zh="身份证号码中的出生日期不存在。"):
    """The birth date inside the ID number does not exist."""


class IdNumberBirthDateInFuture(Invalid, code="id-number-birth-date-in-future", zh="身份证号码中的出生日期还没有到。"):
    """The birth date inside the ID number is still to come."""


class IdNumberNeverAssigned(
    Invalid, code="id-number-never-assigned", zh="以99开头的是虚构号码，只能用于演示，不能登记。"
):
    """Numbers beginning with 99 are invented for demonstrations and cannot be registered."""


def checked(typed: str, today: date, *, allow_invented: bool = False) -> str:
    """Check an ID number as typed and give its 18 characters; refused as one of the IdNumber… refusals."""
    number = typed.strip().translate(_HALF_WIDTH)
    if re.fullmatch("[0-9]{15}", number):
        raise IdNumberNeedsUpgrade
    if not re.fullmatch("[0-9]{17}[0-9X]", number):
        raise IdNumberMalformed
    if number[17] != _check_character(number):
        raise IdNumberChecksumWrong
    if birth_date_of(number) > today:
        raise IdNumberBirthDateInFuture
    if number.startswith(INVENTED) and not allow_invented:
        raise IdNumberNeverAssigned
    return number


def birth_date_of(number: str) -> date:
    """Read the birth date from an 18-character number; refused when no such day exists."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdNumberBirthDateImpossible from None


def sex_of(number: str) -> Sex:
    """Read the sex from an 18-character number."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def invented(sequence: int, birth_date: date, sex: Sex) -> str:
    """Invent the valid number of somebody who cannot exist; one per sequence (0 to 4,999,999), birth date and sex."""
    area, order = divmod(sequence, _PER_AREA)
    if not 0 <= area <= 9999:
        raise ValueError("a sequence is 0 to 4,999,999")
    born = birth_date.isoformat().replace("-", "")
    first_17 = f"{INVENTED}{area:04}{born}{order * 2 + (sex is Sex.MALE):03}"
    return first_17 + _check_character(first_17)


def _check_character(number: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECK_CHARACTERS[total % 11]
