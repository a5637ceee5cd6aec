"""The feed over HTTP: CloudEvents in batches, for whoever keeps asking for the next one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import BoundedSemaphore
from time import monotonic
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from anyio import CapacityLimiter, sleep, to_thread
from casework.areas import prefix_of
from casework.roles import Role, held_by
from chronicle.principal import AreaScope, NotYourDuty, OutsideYourArea, Principal
from chronicle.refusals import Forbidden, Invalid, Unavailable
from chronicle.web import Caller, given, resource
from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.feeds.classes import DataClass
from gateway.feeds.reading import Batch, HistoryReader, View

LOOK_AGAIN = 0.25
LOOKING, WAITING = 4, 32
LONGEST_WAIT, LARGEST_BATCH = 30, 1000

T = TypeVar("T")

_PREFIX = "[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?)?"
_HEADERS = {
    "Link": 'Where to read on, always, with `rel="next"`: the same address with another `after`.',
    "Yihu-Delivered": "How many events that makes since the beginning.",
    "Yihu-Checksum": "The SHA-256 of each of them as canonical JSON, added up modulo 2^256, in hexadecimal.",
    "Yihu-Caught-Up": "`true` when there is nothing more for now.",
}
_EVENTS = {"type": "array", "items": {"type": "object", "description": "A CloudEvent."}}

After = Annotated[str | None, Query(max_length=1000, description="Where to read on, from `Link` of the batch before.")]
Types = Annotated[
    str | None, Query(max_length=4000, description="Only these, such as `identification.household-registered`.")
]
Areas = Annotated[
    str | None,
    Query(pattern=f"^{_PREFIX}(,{_PREFIX})*$", max_length=4000, description="Only in areas whose codes begin so."),
]
Wait = Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait while there is nothing.")]
Limit = Annotated[int, Query(ge=1, le=LARGEST_BATCH, description="How many at most.")]

router = resource("/api/feeds/v1", "feeds")


class FeedNotGranted(Forbidden, code="feed-not-granted", zh="您的令牌没有读取数据订阅的授权。"):
    """Your token carries no scope for feeds: feed:open, feed:internal or feed:sensitive."""


class EventTypeUnknown(Invalid, code="event-type-unknown", zh="没有这种事件。事件名称不带版本号。"):
    """There is no such event; write its name without the version, and commas between several."""


class TooManyWaiting(Unavailable, code="too-many-waiting", zh="等待新事件的请求太多，请稍候再试。"):
    """Too many are waiting for new events; try again shortly, or without wait."""


@dataclass(frozen=True)
class Turns:
    """How many look into the history at once, each in a thread, and how many wait, without one."""

    looking: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(LOOKING))
    waiting: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(WAITING))

    async def look(self, look: Callable[[], T]) -> T:
        """Look in a thread, when it is our turn."""
        return await to_thread.run_sync(look, limiter=self.looking)

    @contextmanager
    def wait(self) -> Iterator[None]:
        """Be one of those that wait; refused as TooManyWaiting."""
        if not self.waiting.acquire(blocking=False):
            raise TooManyWaiting
        try:
            yield
        finally:
            self.waiting.release()


class CloudEvents(Response):
    """A batch of CloudEvents."""

    media_type = "application/cloudevents-batch+json"


_ANSWER = {
    "description": "CloudEvents, and where to read on",
    "headers": {name: {"description": said, "schema": {"type": "string"}} for name, said in _HEADERS.items()},
    "content": {CloudEvents.media_type: {"schema": _EVENTS}},
}


@router.get("/events", response_class=CloudEvents, responses={200: _ANSWER})
async def show_events(  # noqa: PLR0913 - what FastAPI injects
    request: Request,
    caller: Caller,
    reader: Annotated[HistoryReader, given(HistoryReader)],
    turns: Annotated[Turns, given(Turns)],
    *,
    after: After = None,
    types: Types = None,
    areas: Areas = None,
    wait: Wait = 0,
    limit: Limit = 200,
) -> CloudEvents:
    """What happened after a place, from the beginning without one: each subject's events in their order."""
    view, until = _view(caller, types, areas, reader.classes.names), monotonic() + wait
    place = await turns.look(partial(reader.place, after, view))
    batch = await turns.look(partial(reader.read, place, view, limit))
    if wait and not batch.texts:
        with turns.wait():
            while not batch.texts and monotonic() < until and not await request.is_disconnected():
                if batch.caught_up:
                    await sleep(LOOK_AGAIN)
                batch = await turns.look(partial(reader.read, batch.place, view, limit))
    following = {**request.query_params, "after": reader.cursor(batch.place, view)}
    return _answer(batch, f"?{urlencode(following)}")


def _answer(batch: Batch, following: str) -> CloudEvents:
    headers = {
        "Link": f'<{following}>; rel="next"',
        "Yihu-Delivered": str(batch.place.delivered),
        "Yihu-Checksum": f"{batch.place.checksum:064x}",
        "Yihu-Caught-Up": str(batch.caught_up).lower(),
    }
    return CloudEvents(f"[{','.join(batch.texts)}]", headers=headers)


def _view(caller: Principal, types: str | None, areas: str | None, known: frozenset[str]) -> View:
    scope = held_by(caller, Role.DEPARTMENT_SYSTEM)
    if not scope.prefixes:
        raise NotYourDuty
    granted = [each for each in DataClass if f"feed:{each.name.lower()}" in caller.scopes]
    if not granted:
        raise FeedNotGranted
    names = _listed(types)
    if not names <= known:
        raise EventTypeUnknown
    wanted = {prefix_of(area.ljust(12, "0")) for area in _listed(areas)}
    if not all(scope.covers(area) for area in wanted):
        raise OutsideYourArea
    return View(tuple(sorted(names)), AreaScope(tuple(sorted(wanted)), scope.codes) if wanted else scope, max(granted))


def _listed(text: str | None) -> set[str]:
    return set(text.split(",")) if text is not None else set()
