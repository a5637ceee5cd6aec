"""The press: what is typed by people stays text, long lists go on, and without a fit typeface nothing is printed."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from casework.codes import HouseGrade, PovertyCause
from casework.labels import Labelled
from casework.reasons import RejectionReason, ReturnReason
from chronicle.clock import FixedClock
from chronicle.messages import new_id
from identification.cases.application.findings import ApplicantKind, Verdict
from identification.cases.document.queries.sheets import ReviewLine, TownshipTable
from identification.cases.public_notice.findings import Sheet, SheetRow
from identification.paper.forms import Form, Mark
from identification.paper.press import TEMPLATES, Press, SignMissing, TypefaceMissing
from printed import pages_of, text_of
from pypdf import PdfReader
from yihu.demo.printed import rows_of

CLOCK = FixedClock(datetime(2015, 6, 25, 4, tzinfo=UTC))
MARK = Mark(Form.PUBLIC_NOTICE, new_id(), 1, "ab" * 16)
SITE = "https://fupin.example"
MARKUP = ('#read("/etc/passwd")', "*粗*", "$x^2$", "_斜_", "`码`", "[c]", "@ref", "<l>", "//", "\\", "#panic()", "= 一")


def sheet(*heads: str | None) -> Sheet:
    return Sheet(
        title="建档立卡贫困户识别公示",
        number="20150625-3F9A2B",
        area="江西省九江市修水县马坳镇黄溪村委会一组",
        step="组级公示",
        first_day=date(2015, 6, 25),
        last_day=date(2015, 7, 1),
        how_to_object="如有异议，请提出。",
        rows=tuple(SheetRow(group="一组", head=head, household_size=3) for head in heads),
    )


@pytest.fixture
def press(typeface_folder: Path) -> Press:
    return Press(CLOCK, typeface_folder, SITE)


def test_what_people_typed_is_printed_as_they_typed_it_and_never_obeyed(press: Press) -> None:
    typed = [f"甘{each}" for each in MARKUP]
    printed = text_of(press.printed(MARK, sheet(*typed)))

    assert [each for each in typed if "".join(each.split()) not in printed] == []
    assert "root:" not in printed


def test_who_was_erased_since_is_named_no_more(press: Press) -> None:
    assert list(rows_of(press.printed(MARK, sheet("甘一", None)))) == [("一组", "甘一", 3), ("一组", "—", 3)]


def test_a_list_of_300_goes_on_over_several_pages_its_head_repeated_on_each(press: Press) -> None:
    heads = [f"甘{chr(0x4E00 + n)}" for n in range(300)]
    pdf = press.printed(MARK, sheet(*heads))
    *full, _ = pages_of(pdf)

    assert [head for _, head, _ in rows_of(pdf)] == heads
    assert len(full) >= 3
    assert all("村民小组户主家庭人口" in page for page in full)
    assert all(f"第{place}页，共{len(full) + 1}页" in page for place, page in enumerate(full, 1))


def test_a_document_bears_its_id_and_digest_and_a_blank_one_that_it_is_blank(press: Press) -> None:
    printed = text_of(press.printed(MARK, sheet("甘一")))

    assert f"文书编号：public-notice/{MARK.case_id}/1" in printed
    assert f"校验码：{MARK.digest}" in printed
    assert "打印于2015年6月25日" in printed
    assert MARK.address(SITE) == f"{SITE}/documents/public-notice/{MARK.case_id}/1?digest={MARK.digest}"


@pytest.mark.parametrize("form", Form)
def test_every_form_is_printed_blank(press: Press, form: Form) -> None:
    pages = pages_of(press.blank(form))

    assert len(pages) == 1
    assert f"文书编号：blank-forms/{form}" in pages[0]
    assert "空白表，手工填写。" in pages[0]


@pytest.mark.parametrize(
    ("form", "choices"),
    [
        (Form.APPLICATION_FORM, (*PovertyCause, *HouseGrade, *ApplicantKind)),
        (Form.VISIT_SHEET, (*RejectionReason, *ReturnReason, *Verdict)),
    ],
)
def test_what_can_be_entered_can_be_ticked_on_paper(press: Press, form: Form, choices: Sequence[Labelled]) -> None:
    printed = text_of(press.blank(form))

    assert [each for each in choices if f"□{each.zh}" not in printed] == []


def test_the_same_is_printed_alike(press: Press) -> None:
    assert press.printed(MARK, sheet("甘一")) == press.printed(MARK, sheet("甘一"))


def test_several_are_printed_at_once(press: Press) -> None:
    heads = [f"甘{chr(0x4E00 + n)}" for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        printed = pool.map(lambda head: press.printed(MARK, sheet(head)), heads)

    assert [[head for _, head, _ in rows_of(pdf)] for pdf in printed] == [[head] for head in heads]


def test_a_name_with_a_sign_that_cannot_be_printed_is_refused_and_not_told(press: Press) -> None:
    with pytest.raises(SignMissing) as refusal:
        press.printed(MARK, sheet("甘一", "甘\U0002b5e7"))

    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__
    assert "甘" not in refusal.value.sentence() + refusal.value.sentence("en")


def test_without_a_chinese_typeface_nothing_is_printed_until_there_is_one(
    tmp_path: Path, typeface_folder: Path
) -> None:
    press = Press(CLOCK, tmp_path, SITE)
    with pytest.raises(TypefaceMissing):
        press.blank(Form.PUBLIC_NOTICE)

    (tmp_path / "blanks.ttf").write_bytes((typeface_folder / "blanks.ttf").read_bytes())
    assert press.blank(Form.PUBLIC_NOTICE).startswith(b"%PDF")


def test_templates_read_nothing_but_each_other() -> None:
    sources = {file.name: file.read_text("utf-8") for file in TEMPLATES.iterdir()}

    assert {name for name in sources if not name.endswith(".typ")} == set()
    assert {form.value for form in Form} == {name.removesuffix(".typ") for name in sources} - {"frame", "slip"}
    for source in sources.values():
        assert "@" not in source
        assert "read(" not in source
        assert {line for line in source.splitlines() if "import" in line} <= {
            f'#import "{each}.typ": *' for each in ("frame", "slip")
        }


def test_a_document_takes_a_tenth_of_a_second_once_the_first_was_printed(press: Press) -> None:
    press.printed(MARK, sheet("甘一"))

    assert used(lambda: press.printed(MARK, sheet("甘二"))) <= 0.1
    long = [f"甘{chr(0x4E00 + n)}" for n in range(300)]
    assert used(lambda: press.printed(MARK, sheet(*long))) <= 0.4, "0.03 s where nothing else runs"


def used(print_it: Callable[[], object]) -> float:
    """Seconds of work, whatever else the machine does meanwhile."""
    began = time.process_time()
    print_it()
    return time.process_time() - began


def test_what_was_annulled_is_marked_on_each_page(press: Press) -> None:
    heads = [f"甘{chr(0x4E00 + n)}" for n in range(300)]
    pdf = press.printed(MARK, sheet(*heads), date(2015, 6, 26))

    assert all("作废" in page for page in pages_of(pdf))
    assert "已于2015年6月26日作废" in pages_of(pdf)[-1]
    assert [head for _, head, _ in rows_of(pdf)] == heads
    assert "作废" not in text_of(press.printed(MARK, sheet(*heads)))


def test_what_is_given_one_line_stands_on_it(press: Press) -> None:
    told = {
        "village": "黄溪湖边山村委会",
        "group": "一二三四五",
        "head": "甘国强甘小甘",
        "per_capita": "12700.00元",
        "visited": "2015年12月23日",
        "data_matches": "无无无无无无",
        "verdict": "退回到第三步吧",
        "reason": "一二三四五六七八九十一",
    }
    days = {"drawn_on": date(2015, 12, 22), "concluded_on": date(2015, 12, 24)}
    row = ReviewLine(**told, household_size=12)
    table = TownshipTable(title="复核", area="马坳镇", **days, sampled=1, reviewers=2, rows=(row,))
    mark = replace(MARK, form=Form.TOWNSHIP_TABLE)
    lines: dict[float, str] = {}

    def placed(text: str, at: Sequence[float], *_: object) -> None:
        lines[round(at[5])] = lines.get(round(at[5]), "") + "".join(text.split())

    for page in PdfReader(BytesIO(press.printed(mark, table))).pages:
        page.extract_text(visitor_text=placed)
    assert [each for each in told.values() if not any(each in line for line in lines.values())] == []


def test_a_long_name_takes_as_many_lines_as_it_needs(press: Press) -> None:
    short, long = (press.printed(MARK, sheet(*[name] * 60)) for name in ("甘一", "甘" * 40))

    assert len(pages_of(long)) > len(pages_of(short))
    assert text_of(long).count("甘") == 60 * 40
