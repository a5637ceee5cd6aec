"""A public notice printed over HTTP: the same rows as its sheet, for the same people, and found again by its mark."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from casework.codes import Sex
from casework.id_number import invented
from chronicle.messages import new_id
from chronicle.store.tables import access_log
from huangxi import API, Huangxi, accepted, closing, huangxi, refused
from identification.people.persons import Person
from person_ids import person_id
from printed import text_of
from sqlalchemy import select
from yihu.demo.printed import rows_of

BLANK = f"{API}/blank-forms/public-notice.pdf"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, typeface_folder: Path) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("printing")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder, typeface_folder=typeface_folder) as village:
        yield village


def posted(village: Huangxi, households: int = 1) -> str:
    return village.hold(3, village.bring(village.file(households), to=3))


def printed(village: Huangxi, act: str, who: str = "officer", **parameters: str) -> bytes:
    answer = village.ask(who, f"{act}/sheet.pdf", **{"purpose": "public_notice", **parameters})

    assert answer.status_code == 200, answer.text
    return answer.content


def marked(pdf: bytes) -> tuple[str, str]:
    document, _, rest = text_of(pdf).partition("文书编号：")[2].partition("校验码：")
    return f"{API}/documents/{document}", rest[:32]


def test_the_printed_sheet_shows_what_the_sheet_shows(village: Huangxi) -> None:
    act = posted(village, 3)
    sheet, pdf = village.ask("officer", f"{act}/sheet", purpose="public_notice").json(), printed(village, act)

    assert [*rows_of(pdf)] == [(row["group"], row["head"], row["household_size"]) for row in sheet["rows"]]
    for name in ("title", "number", "area", "step", "how_to_object"):
        assert "".join(sheet[name].split()) in text_of(pdf)
    assert "公示时间：2015年6月4日至2015年6月10日（首尾两日都算）。" in text_of(pdf)


def test_it_is_a_pdf_that_is_kept_nowhere_on_its_way(village: Huangxi) -> None:
    act = posted(village)
    answer = village.ask("officer", f"{act}/sheet.pdf", purpose="public_notice")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="public-notice-{act[-6:]}.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_opened_for_a_purpose_that_is_written_down_first(village: Huangxi) -> None:
    act = posted(village)
    printed(village, act, "county", purpose="case_work")
    owner = f"public_notice/{act.rpartition('/')[2]}"
    with village.service.database.reading() as connection:
        (read,) = connection.execute(select(access_log).where(access_log.c.owner == owner)).mappings().all()

    assert (read["person"], read["purpose"], read["fields"]) == (person_id("county"), "case_work", "sheet")
    refused(village.ask("officer", f"{act}/sheet.pdf"), 422, "malformed")
    refused(village.ask("officer", f"{act}/sheet.pdf", purpose="contact"), 403, "not-for-this-purpose")
    refused(village.ask("auditor", f"{act}/sheet.pdf", purpose="public_notice"), 403, "not-your-duty")
    refused(village.ask("neighbour", f"{act}/sheet.pdf", purpose="public_notice"), 404, "not-found")
    refused(village.ask("officer", f"{act[:-6]}000000/sheet.pdf", purpose="public_notice"), 404, "not-found")


def test_without_a_log_nothing_is_printed_but_blank_forms(village: Huangxi) -> None:
    act = posted(village)
    with village.service.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE access_log RENAME TO lost_log")
    try:
        answer, blank = village.ask("officer", f"{act}/sheet.pdf", purpose="case_work"), village.ask("officer", BLANK)
    finally:
        with village.service.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE lost_log RENAME TO access_log")

    refused(answer, 503, "unavailable")
    assert blank.status_code == 200


def test_whoever_holds_the_sheet_is_told_what_it_is_and_no_name(village: Huangxi) -> None:
    act = posted(village)
    document, digest = marked(printed(village, act))
    told = village.ask("villager", document, digest=digest)

    assert document == f"{API}/documents/public-notice/{act.rpartition('/')[2]}/1"
    assert told.json() == {
        "document_id": document.removeprefix(f"{API}/documents/"),
        "form": "public-notice",
        "called": "公示名单",
        "on": "2015-06-04",
        "standing": "current",
        "annulled_on": None,
    }


def test_a_sheet_is_told_to_be_older_once_its_notice_was_closed(village: Huangxi) -> None:
    act = posted(village)
    document, digest = marked(printed(village, act))
    village.on("06-11")
    accepted(village.send("officer", f"{act}/closing", closing(3)))

    assert village.ask("villager", document, digest=digest).json()["standing"] == "older"


def test_a_document_that_was_never_made_here_is_unknown(village: Huangxi) -> None:
    act, other = posted(village), posted(village)
    document, digest = marked(printed(village, act))
    strange = document.replace(act.rpartition("/")[2], new_id())

    for asked, with_digest in (
        (document, "0" * 32),
        (document, marked(printed(village, other))[1]),
        (f"{document[:-1]}2", digest),
        (strange, digest),
    ):
        refused(village.ask("villager", asked, digest=with_digest), 404, "document-unknown")
    for malformed in ("", digest.upper(), digest[1:]):
        refused(village.ask("villager", document, digest=malformed), 422, "malformed")
    refused(village.ask("villager", document.replace("public-notice", "banknote"), digest=digest), 422, "malformed")


def test_a_mark_is_of_one_form_and_fits_no_other(village: Huangxi) -> None:
    document, digest = marked(printed(village, posted(village)))
    other = document.replace("public-notice", "visit-sheet")

    refused(village.ask("villager", other, digest=digest), 404, "document-unknown")


def test_the_digest_is_keyed(village: Huangxi, tmp_path: Path, typeface_folder: Path) -> None:
    act = posted(village)
    _, digest = marked(printed(village, act))
    with huangxi(f"sqlite:///{tmp_path / 'other.db'}", tmp_path, typeface_folder=typeface_folder) as elsewhere:
        told = [each.service.vault.index("document", act) for each in (village, elsewhere)]

    assert told[0] != told[1]
    stored = next(each for each in village.events() if each.stream.endswith(act.rpartition("/")[2]))
    assert digest not in stored.digest.hex() + stored.hash.hex()


def test_a_head_erased_since_is_not_printed(village: Huangxi) -> None:
    ids = village.apply([Person(id_number=invented(4_100, date(1970, 1, 1), Sex.FEMALE), name="饶氏")])
    act = village.hold(3, village.bring(ids, to=3))
    before = printed(village, act)
    shown = village.ask("officer", f"{API}/applications/{ids[0]}").json()
    head = shown["history"][0]["facts"]["head_id"]
    village.on("06-08")
    withdrawal = {"on": "2015-06-08", "reason": "own_wish"}
    accepted(village.send("officer", f"{API}/applications/{ids[0]}/withdrawal", withdrawal))
    village.catch_up()
    proposal = {"reason": "authority_order", "reference": "第7号"}
    accepted(village.send("county", f"{API}/people/{head}/erasure-proposal", proposal))
    accepted(village.send("verifier", f"{API}/people/{head}/erasure", None))

    assert "饶氏" in text_of(before)
    assert [*rows_of(printed(village, act))] == [("一组", "—", 1)]
    document, digest = marked(before)
    assert (document, digest) == marked(printed(village, act))
    assert village.ask("villager", document, digest=digest).json()["on"] == "2015-06-04"


def test_who_was_erased_since_is_not_printed_on_a_form_or_on_the_sheet_of_a_meeting(village: Huangxi) -> None:
    ids = village.apply([Person(id_number=invented(4_101, date(1971, 1, 1), Sex.FEMALE), name="岳氏")])
    meeting, form = f"{village.hold(2, ids)}/sheet.pdf", f"{API}/applications/{ids[0]}/application-form.pdf"
    before = [text_of(village.ask("officer", each, purpose="case_work").content) for each in (meeting, form)]
    head = village.ask("officer", f"{API}/applications/{ids[0]}").json()["history"][0]["facts"]["head_id"]
    village.on("06-08")
    withdrawal = {"on": "2015-06-08", "reason": "own_wish"}
    accepted(village.send("officer", f"{API}/applications/{ids[0]}/withdrawal", withdrawal))
    village.catch_up()
    proposal = {"reason": "authority_order", "reference": "第7号"}
    accepted(village.send("county", f"{API}/people/{head}/erasure-proposal", proposal))
    accepted(village.send("verifier", f"{API}/people/{head}/erasure", None))
    after = [text_of(village.ask("officer", each, purpose="case_work").content) for each in (meeting, form)]

    assert all("岳氏" in each for each in before)
    assert not any("岳氏" in each for each in after)
    assert "1—1831通过" in after[0]
    assert "姓名：—" in after[1]


def test_a_blank_notice_is_there_for_everybody_who_signed_in(village: Huangxi) -> None:
    for who in ("officer", "auditor", "villager"):
        assert "空白表，手工填写。" in text_of(village.ask(who, BLANK).content)
    refused(village.ask("officer", f"{API}/blank-forms/banknote.pdf"), 422, "malformed")


def test_without_a_chinese_typeface_one_is_told_what_is_missing(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with huangxi(f"sqlite:///{tmp_path / 'village.db'}", tmp_path, typeface_folder=empty) as village:
        answer = village.ask("officer", BLANK)
        act = posted(village)
        problem = refused(village.ask("officer", f"{act}/sheet.pdf", purpose="case_work"), 503, "typeface-missing")

    refused(answer, 503, "typeface-missing")
    assert "operator" in problem["detail"]
    assert answer.headers["Retry-After"]
