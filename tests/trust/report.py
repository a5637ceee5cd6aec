"""The report: one page without anything from elsewhere, a row for each promise."""

from collections.abc import Sequence
from html import escape

from tests.trust.promises import Result

STYLE = """
body { font: 16px/1.5 sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #222; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5em; border-bottom: 1px solid #ccc; }
.kept { color: #17692b; } .broken { color: #a3140e; font-weight: bold; } .untried { color: #7a5a00; }
"""
HEADS = ("Promise", "Came of it", "Figure", "Limit", "Seconds", "Seed")


def page(results: Sequence[Result], form: str, when: str, machine: str) -> str:
    """Write it as HTML; ``form`` is short or full, ``when`` and ``machine`` as they are to be read."""
    kept = sum(each.verdict.value == "kept" for each in results)
    rows = "\n".join(_row(each) for each in results)
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Yihu: promises</title><style>{STYLE}</style></head><body>
<h1>{kept} of {len(results)} promises kept</h1>
<p>{escape(form)} form, {escape(when)}, {escape(machine)}. One that was not tried is not kept.</p>
<table><thead><tr>{heads}</tr></thead><tbody>
{rows}
</tbody></table></body></html>
"""


def _row(result: Result) -> str:
    found = "".join(f"<br>{escape(each)}" for each in result.outcome.findings)
    verdict = result.verdict.value
    cells = (
        f"<b>{escape(result.promise.name)}</b><br>{escape(result.promise.sentence)}",
        f'<span class="{verdict}">{verdict}</span>{found}',
        escape(result.outcome.figure),
        escape(result.outcome.limit),
        f"{result.seconds:.0f}",
        str(result.seed),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
