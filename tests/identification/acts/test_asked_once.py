"""What a whole list asks of the database: what is the same for its rows is read once, what is folded is not again."""

from collections.abc import Iterator

import pytest
from huangxi import Huangxi, accepted, closing, huangxi
from identification.cases.area.projections import areas
from statements import sent


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("asked")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def test_a_notice_is_closed_without_folding_again_the_households_it_passes(village: Huangxi) -> None:
    ids = village.bring(village.file(3), to=3)
    notice = village.hold(3, ids)
    village.on("06-11")

    with sent(village.service.database) as statements:
        accepted(village.send("convener", f"{notice}/closing", closing(3)))

    assert statements
    assert not [each for each in statements if any(f"application/{one}" in str(each) for one in ids)]


def test_a_list_of_households_looks_its_place_up_once(village: Huangxi) -> None:
    def looked_up(households: int) -> int:
        with sent(village.service.database) as statements:
            village.file(households)
        return sum(areas.tables.name in each.statement for each in statements)

    assert looked_up(5) == looked_up(1)
