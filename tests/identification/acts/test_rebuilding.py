"""The lists of acts, built anew from the store, are row for row those that serve."""

from pathlib import Path

from chronicle.following import rebuild
from huangxi import MEETINGS, NOTICES, ROUNDS, VERIFICATIONS, Huangxi, closing, conclusion, huangxi
from identification.cases.group_meeting.projections import group_meetings
from identification.cases.public_notice.projections import public_notices
from identification.cases.review_round.projections import review_rounds
from identification.cases.village_verification.projections import village_verifications

LISTS = {
    MEETINGS: group_meetings,
    NOTICES: public_notices,
    VERIFICATIONS: village_verifications,
    ROUNDS: review_rounds,
}


def walk(village: Huangxi) -> None:
    ids = village.bring(village.file(3), to=5)
    notice = village.hold(5, ids)
    village.on("06-20")
    village.send("officer", f"{notice}/closing", closing(5, application_ids=ids[:2]))
    village.catch_up()
    act = village.hold(6, ids[:2])
    village.on("06-24")
    village.send("reviewer", f"{act}/conclusion", conclusion(ids[:1]))


def test_lists_built_anew_are_the_same(store_url: str, tmp_path: Path) -> None:
    with huangxi(store_url, tmp_path) as village:
        walk(village)
        served = {path: village.ask("county", path).json() for path in LISTS}
        rebuilt = [rebuild(each, village.service.database, village.service.store) for each in LISTS.values()]

        assert [each.differing for each in rebuilt] == [{each.reader: 0} for each in LISTS.values()]
        assert {path: village.ask("county", path).json() for path in LISTS} == served
        assert [served[NOTICES]["items"][-1]["open_rows"], served[ROUNDS]["items"][-1]["open_rows"]] == [1, 1]
