"""Whatever goes wrong in whatever order: what was acknowledged is there once, and everybody comes to know it.

A seed that fails is run again by its name: `./run test "tests/simulator/test_simulator.py::<test>[<seed>]"`, beyond
the first 300 with `--hypothesis-profile=thorough`, which runs 10,000.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import settings
from simulator.run import simulated
from simulator.town import Stage

SEEDS = range(10_000 if settings.get_current_profile_name() == "thorough" else 300)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with closing(Stage(tmp_path_factory.mktemp("stage"))) as stage:
        yield stage


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_acknowledged_is_lost_or_done_twice_and_everybody_comes_to_know_it(seed: int, stage: Stage) -> None:
    with simulated(seed, stage) as run:
        try:
            run.live()
        except BaseException:
            print("\n".join(run.chance.diary))  # noqa: T201 - shown with the failure: what happened until then
            raise


def diary_of(seed: int, stage: Stage) -> list[str]:
    with simulated(seed, stage) as run:
        run.live()
        return [*run.chance.diary, *(f"{e.event_id} {e.hash.hex()}" for s in run.services.values() for e in s.stored())]


@pytest.mark.parametrize("seed", range(3))
def test_a_seed_tells_the_same_story_whenever_it_is_run(seed: int, stage: Stage) -> None:
    assert diary_of(seed, stage) == diary_of(seed, stage)
