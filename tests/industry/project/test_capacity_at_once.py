"""However many officers enrol at once, a project is filled exactly, on every store."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from chronicle.messages import new_id
from httpx2 import Response
from huangxi import refused_rows
from ponds import Ponds, enrolling

AT_ONCE, CAPACITY = 20, 7


def at_once(track: Ponds, project: str, households: list[str], quantity: str = "1") -> Counter[str]:
    """What comes of as many officers as households, each enrolling one and repeating when others were faster."""
    together = Barrier(len(households))

    def enrol(household: str) -> str:
        together.wait()
        body, key = enrolling([household], quantity), new_id()
        answers = (track.send("officer", f"{project}/enrolments", body, key) for _ in households)
        answer = next(answer for answer in answers if not overtaken(answer))
        return "enrolled" if answer.status_code == 201 else refused_rows(answer)[household]

    with ThreadPoolExecutor(len(households)) as pool:
        return Counter(pool.map(enrol, households))


def overtaken(answer: Response) -> bool:
    return answer.status_code == 409 and bool(answer.json()["code"] == "changed-meanwhile")


def test_of_twenty_who_enrol_at_once_just_as_many_get_in_as_there_is_room_for(on_every_store: Ponds) -> None:
    track = on_every_store
    households = track.registered(*(f"household {number}" for number in range(AT_ONCE)))
    project = track.opened(capacity=f"{CAPACITY}")

    outcomes = at_once(track, project, households)

    assert outcomes == {"enrolled": CAPACITY, "capacity-exceeded": AT_ONCE - CAPACITY}
    shown = track.ask("officer", project).json()
    assert (shown["enrolled"], shown["left"], shown["households"]) == ("7.00", "0.00", CAPACITY)
    assert shown["version"] == 1 + CAPACITY


def test_shares_that_do_not_fill_a_project_leave_a_rest(on_every_store: Ponds) -> None:
    track = on_every_store
    households = track.registered(*(f"household {number}" for number in range(6)))
    project = track.opened(capacity="5")

    assert at_once(track, project, households, quantity="2") == {"enrolled": 2, "capacity-exceeded": 4}
    assert track.ask("officer", project).json()["left"] == "1.00"
