"""A track as its people use it over HTTP: each signs in, sends what they decide, and asks."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from chronicle.messages import new_id
from chronicle.principal import Duty
from httpx2 import Response
from running_track import RunningTrack
from starlette.testclient import TestClient


class Desk:
    """Whoever works with the track, each with their duties; it is a day of theirs until another is set."""

    def __init__(self, track: RunningTrack, who: Mapping[str, Duty], today: date) -> None:
        self.track, self._who = track, who
        self._clients: dict[str, TestClient] = {}
        self.today_is(today)

    def today_is(self, day: date) -> None:
        """Let it be noon of a day; everybody signs in anew."""
        self.track.clock.set(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
        self._clients.clear()

    def send(self, who: str, path: str, body: Any, key: str = "", **headers: str) -> Response:
        """Somebody asks for something."""
        return self._client(who).post(path, json=body, headers={"Idempotency-Key": key or new_id(), **headers})

    def ask(self, who: str, path: str, after: str = "", /, **parameters: str | int) -> Response:
        """Somebody asks a question, of projections that have seen everything."""
        self.track.settle()
        headers = {"Yihu-After": after} if after else {}
        return self._client(who).get(path, params=parameters or None, headers=headers)

    def items(self, who: str, path: str, **parameters: str | int) -> list[dict[str, Any]]:
        """What a list shows on its first page."""
        answer = self.ask(who, path, **parameters)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def _client(self, who: str) -> TestClient:
        if who not in self._clients:
            self._clients[who] = self.track.client(self._who[who], person=who)
        return self._clients[who]
