"""However many applications wait: a page of a queue reads no more of them than it shows, their counts no row at all."""

from collections.abc import Iterator

import pytest
from huangxi import API, VILLAGE, Huangxi, huangxi
from identification.cases.application.projections import Waiting, applications
from sqlalchemy import insert
from statements import Sent, sent

QUEUES = f"{API}/work-queues"
QUEUE = f"{QUEUES}/group_review.to_do"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huangxi]:
    folder = tmp_path_factory.mktemp("queues")
    with huangxi(f"sqlite:///{folder / 'village.db'}", folder) as village:
        village.file(3)
        yield village


def read(village: Huangxi, path: str, **wanted: str) -> Sent:
    village.catch_up()
    with sent(village.service.database) as statements:
        assert village.ask("officer", path, **wanted).json()
    [one] = [each for each in statements if f"FROM {applications.tables.application.name} " in each.statement]
    return one


@pytest.mark.parametrize("area", [VILLAGE, "360424000000"])
def test_a_page_of_a_queue_is_read_in_the_order_of_an_index(village: Huangxi, area: str) -> None:
    first = village.ask("officer", QUEUE, limit="1", area=area).json()

    for cursor in ({}, {"cursor": first["next"]}):
        plan = read(village, QUEUE, limit="1", area=area, **cursor).plan(village.service.database)
        assert f"{applications.tables.application.name}_queue (step=? AND waiting=?" in plan
        assert "ORDER BY" not in plan


def test_what_waits_is_counted_from_an_index_of_what_is_open(village: Huangxi) -> None:
    plan = read(village, QUEUES).plan(village.service.database)

    read_from = f"USING COVERING INDEX {applications.tables.application.name}_open"
    assert plan.count(f"{read_from} (chain=? AND ordinal=? AND waiting=? AND group_code>?") == 2 * len(Waiting)


def test_a_chain_that_nothing_waits_in_any_more_does_not_say_whose_step_it_is(village: Huangxi) -> None:
    asked = village.ask("officer", QUEUES).json()
    step = applications.tables.step
    earlier = {"chain": "earlier", "ordinal": 0, "name": "group_review", "kind": "a", "level": "a", "duties": "a"}
    with village.service.database.writing() as connection:
        connection.execute(insert(step).values(**earlier, zh="甲", en="A"))

    assert village.ask("officer", QUEUES).json() == asked
