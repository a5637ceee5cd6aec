"""By which procedure an act is a duty: the one its applications were filed under."""

from collections.abc import Iterator
from datetime import date

import pytest
from huangxi import VILLAGE, Huangxi, huangxi
from identification.cases.acts.api import procedures

JUNE, BEIJING = date(2015, 6, 4), "110000000000"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("procedures")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        yield village


def test_applications_keep_the_procedure_they_were_filed_under(village: Huangxi) -> None:
    ids = village.file(2)
    handler = village.service.handler
    [filed_under] = procedures(handler, [], VILLAGE, JUNE)
    [elsewhere] = procedures(handler, [], BEIJING, JUNE)

    assert filed_under != elsewhere
    assert procedures(handler, ids, BEIJING, JUNE) == [filed_under, filed_under]
