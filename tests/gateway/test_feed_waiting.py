"""Waiting for what comes next: answered as soon as it is there, and nobody else is kept waiting for it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from time import monotonic, sleep

import pytest
from chronicle.messages import new_id
from chronicle.principal import Duty
from gateway.feeds.api import LONGEST_WAIT, WAITING
from gateway.main import create_app
from httpx2 import Client, Limits
from identification.cases.household.events import HouseholdMembersChanged
from listening import listening
from running_gateway import GROUP, VILLAGE, RunningGateway, told
from subscriber import EVENTS, Subscriber, subscribed, system


def happen(gateway: RunningGateway) -> str:
    """Something happens; the event's id."""
    changed = HouseholdMembersChanged(household_id=new_id(), group_code=GROUP, members=())
    event = told(changed, f"household/{new_id()}")
    gateway.relay(event)
    return event.event_id


@pytest.fixture
def http(gateway: RunningGateway) -> Iterator[Client]:
    """A department's system that reaches the gateway over real connections."""
    token = system(gateway, "feed:open").headers["authorization"]
    with listening(create_app(gateway.service)) as address:
        limits = Limits(max_connections=2 * WAITING)
        with Client(base_url=address, headers={"Authorization": token}, timeout=60, limits=limits) as client:
            yield client


@pytest.fixture
def caught_up(http: Client) -> str:
    """Where there is nothing more."""
    subscriber = Subscriber(http, f"{EVENTS}?wait=3")
    subscriber.read_all()
    return subscriber.url


def test_what_comes_is_answered_at_once(gateway: RunningGateway, http: Client, caught_up: str) -> None:
    with ThreadPoolExecutor() as pool:
        began, answer = monotonic(), pool.submit(http.get, caught_up.replace("wait=3", f"wait={LONGEST_WAIT}"))
        sleep(0.5)
        assert not answer.done()
        event_id = happen(gateway)
        assert [each["id"] for each in answer.result().json()] == [event_id]

    assert monotonic() - began < LONGEST_WAIT / 2


def test_when_nothing_comes_the_answer_is_empty_and_goes_on_from_there(
    gateway: RunningGateway, http: Client, caught_up: str
) -> None:
    began = monotonic()
    answer = http.get(caught_up.replace("wait=3", "wait=1"))

    assert 1 <= monotonic() - began < LONGEST_WAIT
    assert (answer.json(), answer.headers["yihu-caught-up"]) == ([], "true")
    event_id = happen(gateway)
    assert [each["id"] for each in http.get(f"{EVENTS}{answer.links['next']['url']}").json()] == [event_id]


def test_without_waiting_the_answer_is_there_at_once(http: Client, caught_up: str) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(http.get, caught_up)

        assert http.get(caught_up.replace("wait=3", "wait=0")).json() == []
        assert not waiting.done()


def test_what_others_do_meanwhile_wakes_only_whom_it_concerns(gateway: RunningGateway) -> None:
    subscriber = subscribed(gateway, "types=identification.notice-closed&wait=0")
    subscriber.read()
    subscriber.url = subscriber.url.replace("wait=0", "wait=2")
    with ThreadPoolExecutor() as pool:
        began, answer = monotonic(), pool.submit(subscriber.read)
        sleep(0.3)
        happen(gateway)
        assert answer.result().json() == []

    assert monotonic() - began >= 2


def test_those_who_wait_keep_nobody_else_waiting_and_are_so_many_at_most(
    gateway: RunningGateway, http: Client, caught_up: str
) -> None:
    officer = gateway.client(Duty("village_officer", VILLAGE)).headers["authorization"]
    with ThreadPoolExecutor(WAITING + 4) as pool:
        url = caught_up.replace("wait=3", f"wait={LONGEST_WAIT}")
        waiting = [pool.submit(http.get, url) for _ in range(WAITING + 4)]
        turned_away = list(islice(as_completed(waiting), 4))
        for _ in range(5):
            path = f"/api/gateway/v1/households/{new_id()}/timeline"
            assert http.get(path, headers={"Authorization": officer}).status_code == 404
        assert [each for each in waiting if each.done()] == [each for each in waiting if each in turned_away]
        happen(gateway)
        statuses = sorted(each.result().status_code for each in waiting)

    assert statuses == [200] * WAITING + [503] * 4
    assert http.get(caught_up.replace("wait=3", "wait=1")).status_code == 200
