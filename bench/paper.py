"""Printing a notice of so many rows, beside the first, which loads typefaces; and what memory that takes."""

from datetime import date
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter, process_time

from chronicle.clock import SystemClock
from chronicle.messages import new_id
from identification.cases.public_notice.findings import Sheet, SheetRow
from identification.paper.forms import Form, Mark
from identification.paper.press import Press

ROUNDS, SIZES, MANY = 30, (5, 40, 300), 300
COMMON = 0x4E00  # where everyday ideographs begin


def main() -> None:
    """Measure and print."""
    press = Press(SystemClock(), None, "https://yihu.example")
    print(f"a notice on A3 with this machine's typeface, each time with other names, median of {ROUNDS}\n")
    began = perf_counter()
    press.printed(_mark(), _sheet(SIZES[0], 0))
    print(f"the first, typefaces looked for and read {1000 * (perf_counter() - began):6.0f} ms\n")
    print("rows        ms    of work    kB")
    for rows in SIZES:
        taken, worked, length = zip(*(_printed(press, rows, each) for each in range(ROUNDS)), strict=True)
        print(f"{rows:4} {median(taken):9.1f} {median(worked):10.1f} {median(length) / 1000:5.0f}")
    for each in range(MANY):
        press.printed(_mark(), _sheet(each + 1, each))
    print(f"\nafter {MANY} more: {getrusage(RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def _printed(press: Press, rows: int, each: int) -> tuple[float, float, int]:
    sheet, began, worked = _sheet(rows, each), perf_counter(), process_time()
    pdf = press.printed(_mark(), sheet)
    return 1000 * (perf_counter() - began), 1000 * (process_time() - worked), len(pdf)


def _mark() -> Mark:
    return Mark(Form.PUBLIC_NOTICE, new_id(), 1, "0" * 32)


def _sheet(rows: int, each: int) -> Sheet:
    heads = (f"徐国{chr(COMMON + (7 * row + 301 * each) % 3000)}" for row in range(rows))
    return Sheet(
        title="建档立卡贫困户识别公示",
        number="20150625-3F9A2B",
        area="江西省九江市修水县马坳镇黄溪村委会",
        step="村级公示（终榜）",
        first_day=date(2015, 6, 25),
        last_day=date(2015, 7, 1),
        how_to_object="如有异议，请在公示期内向村民委员会或乡镇扶贫办公室提出，可以不署名。",
        rows=tuple(SheetRow(group="一组", head=head, household_size=4) for head in heads),
    )


if __name__ == "__main__":
    main()
