"""Policy parameters: nearest area, first and last days, and what a policy file may say."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from casework.steps import Chain
from chronicle.policy import NATIONAL, Entry, Policy, PolicyMissing
from hypothesis import given
from hypothesis import strategies as st

SHIPPED = Path(__file__).parents[2] / "policy"
XIUSHUI_VILLAGE, GUIZHOU = "360424106201", "520000000000"
Y2014, Y2015, Y2016 = (date(year, 1, 1) for year in (2014, 2015, 2016))

Write = Callable[..., Policy]


def entry(area: str, first_day: date, value: object, **more: Any) -> Entry:
    said = {"area": area, "from": first_day, "value": value, "source": "a source", "needs_confirmation": False}
    return Entry.model_validate({"name": "notice_days"} | said | more)


@pytest.fixture
def load(tmp_path: Path) -> Write:
    def written(text: str, name: str = "national.yaml") -> Policy:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return Policy.load(tmp_path)

    return written


LINES = "- {name: notice_days, value: 7, from: 2014-01-01, source: a plan, needs_confirmation: true}\n"


def test_the_nearest_area_wins() -> None:
    policy = Policy(
        [entry(NATIONAL, Y2014, 7), entry("36", Y2014, 8), entry("3604", Y2014, 9), entry("3605", Y2014, 10)]
    )

    assert policy.value("notice_days", XIUSHUI_VILLAGE, Y2015).value == 9
    assert policy.value("notice_days", "360100000000", Y2015).value == 8
    assert policy.value("notice_days", GUIZHOU, Y2015).value == 7


def test_a_villager_group_follows_its_village_unless_it_has_a_value_of_its_own() -> None:
    policy = Policy([entry(XIUSHUI_VILLAGE, Y2014, 9), entry(XIUSHUI_VILLAGE + "04", Y2014, 10)])

    assert policy.value("notice_days", XIUSHUI_VILLAGE + "03", Y2015).value == 9
    assert policy.value("notice_days", XIUSHUI_VILLAGE + "04", Y2015).value == 10


def test_a_value_holds_from_its_first_day_until_the_next_one_begins() -> None:
    policy = Policy([entry(NATIONAL, Y2015, 10), entry(NATIONAL, Y2014, 7)])

    assert policy.value("notice_days", GUIZHOU, Y2015 - timedelta(days=1)).value == 7
    assert policy.value("notice_days", GUIZHOU, Y2015).value == 10


def test_a_nearer_area_whose_first_day_is_still_to_come_does_not_count() -> None:
    policy = Policy([entry(NATIONAL, Y2014, 7), entry("3604", Y2016, 9)])

    assert policy.value("notice_days", XIUSHUI_VILLAGE, Y2015).value == 7


def test_after_its_last_day_a_value_gives_way_to_the_wider_area_and_not_to_what_it_replaced() -> None:
    ended = entry("3604", Y2015, 9, until=date(2015, 12, 31))
    policy = Policy([entry(NATIONAL, Y2014, 7), entry("3604", Y2014, 8), ended])

    assert policy.value("notice_days", XIUSHUI_VILLAGE, date(2015, 12, 31)).value == 9
    assert policy.value("notice_days", XIUSHUI_VILLAGE, Y2016).value == 7


@pytest.mark.parametrize(
    ("name", "area", "on"),
    [
        ("quorum_share", GUIZHOU, Y2015),
        ("notice_days", GUIZHOU, Y2014 - timedelta(days=1)),
        ("notice_days", GUIZHOU, date(2020, 1, 1)),
    ],
    ids=["unknown name", "before the first day", "after the last day"],
)
def test_what_is_missing_is_refused_and_never_defaulted(name: str, area: str, on: date) -> None:
    policy = Policy([entry(NATIONAL, Y2014, 7, until=date(2019, 12, 31)), entry("3604", Y2014, 9)])

    with pytest.raises(PolicyMissing) as refused:
        policy.value(name, area, on)

    assert refused.value.code == "policy-missing"
    assert refused.value.sentence("en") == f"No {name} is entered for {area} on {on}; somebody has to enter it first."
    assert name in refused.value.sentence("zh")


def test_what_is_missing_is_called_what_people_call_it(shipped: Policy) -> None:
    with pytest.raises(PolicyMissing) as refused:
        shipped.value("poverty_line", XIUSHUI_VILLAGE, date(2021, 12, 31))

    assert refused.value.sentence() == (
        "系统里没有登记2021-12-31适用于360424106201的“贫困线标准”，请联系管理员登记后再办理。"
    )
    assert "No poverty line is entered" in refused.value.sentence("en")


@pytest.mark.parametrize("folder", sorted(SHIPPED.iterdir()), ids=lambda folder: folder.name)
def test_every_shipped_parameter_has_its_label_and_no_label_is_left_over(folder: Path) -> None:
    policy = Policy.load(folder)

    assert {found.name for found in policy} == set(policy.labels)
    assert all("\u4e00" <= label.zh[0] <= "\u9fff" and label.en.isascii() for label in policy.labels.values())


areas = st.sampled_from([NATIONAL, "36", "3604", "360424", "360424106", XIUSHUI_VILLAGE, "52"])
days = st.dates(date(2014, 1, 1), date(2014, 1, 12))


@given(st.dictionaries(st.tuples(areas, days), st.integers(0, 3)), st.sampled_from([XIUSHUI_VILLAGE, GUIZHOU]), days)
def test_looking_up_agrees_with_reading_every_entry(given: dict[tuple[str, date], int], area: str, on: date) -> None:
    entries = [
        entry(place, begins, 1, until=begins + timedelta(days=length) if length else None)
        for (place, begins), length in given.items()
    ]
    begun = [e for e in entries if area.startswith(e.area.replace(NATIONAL, "")) and e.valid_from <= on]
    newest = [e for e in begun if e.valid_from == max(o.valid_from for o in begun if o.area == e.area)]
    holding = [e for e in newest if e.until is None or on <= e.until]

    try:
        found = [Policy(entries).value("notice_days", area, on)]
    except PolicyMissing:
        found = []

    assert found == sorted(holding, key=lambda e: len(e.area.replace(NATIONAL, "")))[-1:]


def test_the_digest_changes_with_anything_the_entry_says() -> None:
    plain = entry(NATIONAL, Y2014, 7)
    others = [
        entry("36", Y2014, 7),
        entry(NATIONAL, Y2015, 7),
        entry(NATIONAL, Y2014, 8),
        entry(NATIONAL, Y2014, "7"),
        entry(NATIONAL, Y2014, 7, until=Y2015),
        entry(NATIONAL, Y2014, 7, published=Y2014),
        entry(NATIONAL, Y2014, 7, unit="days"),
        entry(NATIONAL, Y2014, 7, source="another source"),
        entry(NATIONAL, Y2014, 7, needs_confirmation=True),
        entry(NATIONAL, Y2014, 7, name="notice_weeks"),
    ]

    assert len({plain.digest, *(other.digest for other in others)}) == 11
    assert plain.digest == entry(NATIONAL, Y2014, 7).digest


def test_the_digest_of_a_list_or_map_does_not_depend_on_the_order_of_its_keys() -> None:
    assert entry("36", Y2014, {"a": 1, "b": [2]}).digest == entry("36", Y2014, {"b": [2], "a": 1}).digest


def test_a_receipt_names_the_entry_and_shows_a_plain_value() -> None:
    days = entry("3604", Y2014, 7)

    assert days.receipt() == {
        "name": "notice_days", "area": "3604", "from": "2014-01-01", "digest": days.digest, "value": 7
    }  # fmt: skip
    assert "value" not in entry("3604", Y2014, {"steps": []}).receipt()


def test_a_source_in_chinese_that_is_added_later_leaves_the_digest_as_it_was() -> None:
    days = entry("3604", Y2014, 7)

    assert entry("3604", Y2014, 7, source_zh="方案").digest == days.digest
    assert entry("3604", Y2014, 7, source="another plan").digest != days.digest


def test_a_receipt_says_what_an_authority_still_has_to_confirm() -> None:
    unconfirmed = entry("3604", Y2014, 7, needs_confirmation=True)

    assert unconfirmed.receipt()["needs_confirmation"] is True


def test_a_file_is_read_for_the_area_it_is_named_after(load: Write) -> None:
    (found,) = load(LINES, "3604.yaml")

    assert (found.area, found.name, found.value, found.valid_from) == ("3604", "notice_days", 7, Y2014)
    assert (found.source, found.needs_confirmation, found.unit, found.published) == ("a plan", True, None, None)


def test_a_value_may_be_text_a_list_or_a_map(load: Write) -> None:
    text = LINES.replace("value: 7", "value: '2736.00'") + LINES.replace("value: 7", "value: [1, {a: b}]").replace(
        "2014", "2015"
    )

    assert [found.value for found in load(text)] == ["2736.00", [1, {"a": "b"}]]


MISTAKES = {
    "an unknown key": (LINES.replace("source", "sauce"), "sauce"),
    "an area beside the file's": (LINES.replace("{", "{area: '36', "), "area"),
    "no source": (LINES.replace("source: a plan, ", ""), "source"),
    "an empty source": (LINES.replace("source: a plan", "source: ''"), "source"),
    "no word on confirmation": (LINES.replace(", needs_confirmation: true", ""), "needs_confirmation"),
    "text for yes": (LINES.replace("needs_confirmation: true", "needs_confirmation: 'yes'"), "needs_confirmation"),
    "no first day": (LINES.replace("from: 2014-01-01, ", ""), "from"),
    "text for a date": (LINES.replace("2014-01-01", "'2014-01-01'"), "from"),
    "a last day before the first": (LINES.replace("2014-01-01", "2014-01-01, until: 2013-12-31"), "until"),
    "a float": (LINES.replace("value: 7", "value: 0.05"), "a decimal is text"),
    "a float inside a map": (LINES.replace("value: 7", "value: {share: 0.05}"), "a decimal is text"),
    "a date as value": (LINES.replace("value: 7", "value: 2014-01-01"), "value"),
    "no value": (LINES.replace("value: 7", "value:"), "value"),
    "a key twice": (LINES.replace("value: 7", "value: 7, value: 9"), "twice"),
    "a key twice inside a map": (LINES.replace("value: 7", "value: {a: 1, a: 2}"), "twice"),
    "a name not in snake case": (LINES.replace("notice_days", "Notice-Days"), "name"),
    "an entry twice": (LINES + LINES, "twice"),
    "days out of order": (LINES + LINES.replace("2014", "2013"), "sorted"),
    "names out of order": (LINES + LINES.replace("notice", "late_entry"), "sorted"),
    "a map of names": ("notice_days: 7", "list"),
    "nothing": ("", "list"),
    "no YAML": ("- [unclosed", "parsing"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_file_with_a_mistake_is_not_loaded(load: Write, mistake: str) -> None:
    text, reason = MISTAKES[mistake]

    with pytest.raises((ValueError, TypeError, yaml.YAMLError), match=reason):
        load(text)


@pytest.mark.parametrize("text", ["notice_days: days\n", "notice_days: {zh: 天数}\n", "[]"])
def test_labels_with_a_mistake_are_not_loaded(load: Write, text: str) -> None:
    load(LINES)

    with pytest.raises(ValueError, match=r"zh|en|dict"):
        load(text, "names.yaml")


@pytest.mark.parametrize("name", ["3604.yml", "36042.yaml", "jiujiang.yaml", "3604 .yaml", "README.md"])
def test_a_file_named_after_no_area_is_not_passed_by(load: Write, name: str) -> None:
    with pytest.raises(ValueError, match="area") as refused:
        load(LINES, name)

    assert name in refused.value.__notes__[0]


def test_an_empty_or_missing_folder_is_no_policy(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "elsewhere"):
        with pytest.raises(ValueError, match="no policy"):
            Policy.load(folder)


def test_two_values_for_one_area_and_first_day_are_refused() -> None:
    with pytest.raises(ValueError, match="given twice for 36 from 2014-01-01"):
        Policy([entry("36", Y2014, 7), entry("36", Y2014, 9)])


@pytest.mark.parametrize("folder", sorted(SHIPPED.iterdir()), ids=lambda folder: folder.name)
def test_the_shipped_policy_loads_and_every_value_has_a_source_in_words(folder: Path) -> None:
    for found in Policy.load(folder):
        assert len(found.source.split()) > 3, found.name
        assert "[" not in found.source, found.name
        if isinstance(found.value, dict) and "clauses" in found.value:
            assert found.source_zh, f"{found.name} of {found.area} has no source in Chinese, which letters print"


@pytest.fixture(scope="module")
def shipped() -> Policy:
    return Policy.load(SHIPPED / "identification")


@pytest.mark.parametrize(
    ("area", "last"), [(XIUSHUI_VILLAGE, "final_village_notice"), (GUIZHOU, "county_announcement")]
)
def test_jiujiang_has_its_seven_steps_and_the_rest_the_national_chain(shipped: Policy, area: str, last: str) -> None:
    chain = Chain.model_validate(shipped.value("identification_chain", area, date(2015, 6, 1)).value)

    assert chain.steps[-1].name == last


def test_there_is_one_poverty_line_for_each_year_and_none_for_the_years_around(shipped: Policy) -> None:
    def line(year: int) -> Decimal:
        return Decimal(shipped.value("poverty_line", XIUSHUI_VILLAGE, date(year, 12, 31)).value)

    assert [line(year) for year in (2010, 2013, 2014, 2015)] == [2300, 2736, 2800, 2855]
    assert [line(year) for year in range(2010, 2021)] == sorted(line(year) for year in range(2010, 2021))
    for year in (2009, 2021):
        with pytest.raises(PolicyMissing):
            line(year)


def test_the_shipped_numbers_are_those_of_the_sources(shipped: Policy) -> None:
    def value(name: str) -> Any:
        return shipped.value(name, XIUSHUI_VILLAGE, date(2015, 6, 1)).value

    assert (value("notice_days"), value("late_entry_days"), value("adult_age")) == (7, 10, 18)
    assert (Fraction(value("quorum_share")), Fraction(value("majority_share"))) == (Fraction(2, 3), Fraction(1, 2))
    assert (Decimal(value("review_sample_share")), value("review_sample_minimum")) == (Decimal("0.05"), 1)
    assert value("list_rows_maximum") == 300
    assert (value("reference_period"), value("identification_standard")) == ("previous_calendar_year", "national")


def test_what_no_document_backs_is_marked_for_confirmation(shipped: Policy) -> None:
    for found in shipped:
        if "no document" in found.source or "Working rule" in found.source:
            assert found.needs_confirmation, found.name
