"""Printing a notice of so many rows, beside the first, which loads typefaces; and what memory that takes."""

from collections.abc import Iterator, Sequence
from datetime import date
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter, process_time

from chronicle.clock import SystemClock
from chronicle.messages import new_id
from identification.cases.document.queries.sheets import ReviewLine, TownshipTable
from identification.cases.public_notice.findings import Sheet, SheetRow
from identification.paper.forms import Form, Mark
from identification.paper.press import Press
from pydantic import BaseModel

ROUNDS, SIZES, MANY = 30, (5, 40, 300), 300
COMMON = 0x4E00  # where everyday ideographs begin


def main() -> None:
    """Measure and print."""
    press = Press(SystemClock(), None, "https://yihu.example")
    print(f"a notice on A3 with this machine's typeface, each time with other names, median of {ROUNDS}\n")
    began = perf_counter()
    press.printed(_mark(), _sheet(SIZES[0], 0))
    print(f"the first, typefaces looked for and read {1000 * (perf_counter() - began):6.0f} ms\n")
    print("     ms of work    kB   rows")
    for rows in SIZES:
        _measure(f"{rows}", press, Form.PUBLIC_NOTICE, [_sheet(rows, each) for each in range(ROUNDS)])
    tables = [_table(SIZES[-1], each) for each in range(ROUNDS)]
    _measure(f"{SIZES[-1]} of a township table, on A4", press, Form.TOWNSHIP_TABLE, tables)
    for each in range(MANY):
        press.printed(_mark(), _sheet(each + 1, each))
    print(f"\nafter {MANY} more: {getrusage(RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def _measure(called: str, press: Press, form: Form, them: Sequence[BaseModel]) -> None:
    taken, worked, length = zip(*(_printed(press, form, it) for it in them), strict=True)
    print(f"{median(taken):7.1f} {median(worked):7.1f} {median(length) / 1000:5.0f}   {called}")


def _printed(press: Press, form: Form, it: BaseModel) -> tuple[float, float, int]:
    began, worked = perf_counter(), process_time()
    pdf = press.printed(_mark(form), it)
    return 1000 * (perf_counter() - began), 1000 * (process_time() - worked), len(pdf)


def _mark(form: Form = Form.PUBLIC_NOTICE) -> Mark:
    return Mark(form, new_id(), 1, "0" * 32)


def _heads(rows: int, each: int) -> Iterator[str]:
    return (f"徐国{chr(COMMON + (7 * row + 301 * each) % 3000)}" for row in range(rows))


def _sheet(rows: int, each: int) -> Sheet:
    return Sheet(
        title="建档立卡贫困户识别公示",
        number="20150625-3F9A2B",
        area="江西省九江市修水县马坳镇黄溪村委会",
        step="村级公示（终榜）",
        first_day=date(2015, 6, 25),
        last_day=date(2015, 7, 1),
        how_to_object="如有异议，请在公示期内向村民委员会或乡镇扶贫办公室提出，可以不署名。",
        rows=tuple(SheetRow(group="一组", head=head, household_size=4) for head in _heads(rows, each)),
    )


def _table(rows: int, each: int) -> TownshipTable:
    return TownshipTable(
        title="乡镇复核情况表",
        area="江西省九江市修水县马坳镇",
        drawn_on=date(2015, 6, 22),
        concluded_on=date(2015, 6, 24),
        sampled=rows // 10,
        reviewers=2,
        rows=tuple(_line(head) for head in _heads(rows, each)),
    )


def _line(head: str) -> ReviewLine:
    return ReviewLine(
        village="黄溪村委会",
        group="一组",
        head=head,
        household_size=4,
        per_capita="2700.00",
        visited="2015年6月23日",
        data_matches="无",
        verdict="通过",
        reason="",
    )


if __name__ == "__main__":
    main()
