"""What is too large: a request, and an event that Kafka takes in no record."""

import os
import signal
from base64 import b64encode
from json import loads
from time import monotonic

from chronicle.feed.stopped import TooLarge
from chronicle.feed.topics import KEPT_FOR_EVER
from chronicle.installation import Installation
from chronicle.messages import canonical, digest_of, new_id, partition_of
from chronicle.store.values import Answer, Append
from compose_runner import ENDING
from dossiers import DAY, FRUIT, INDUSTRY
from private_servers import wait_until
from tests.trust.clients import OFFICER, OPENED
from tests.trust.installation import Trusted
from tests.trust.of_servers import not_accepted
from tests.trust.of_the_topic import SIZE, relay_alarms, take
from tests.trust.promises import Outcome, Promise, Trial
from tests.trust.survey import stored, within
from yihu.deployed import services

ABOVE = 1_100_000  # bytes, where Kafka takes 1,000,000 and we 900,000
# What a release would change that takes larger events.
_LARGER = f"""from chronicle.feed import kafka_writing as writing
made, writing.LARGEST = writing.KafkaProducer, {2 * ABOVE}
writing.KafkaProducer = lambda **said: made(**said | {{"max_request_size": {2 * ABOVE}}})
"""


def event_too_large(it: Trusted, trial: Trial) -> Outcome:
    """Record an event that no record can hold: its partition waits with an alarm, until a release takes it."""
    began, worker = monotonic(), it.running.processes["industry-worker"]
    answer = it.ask(OFFICER, "POST", f"{INDUSTRY}/projects", {**FRUIT, **DAY, "area_code": "0" * ABOVE})
    found = [] if answer.status_code == 413 else [f"a request of {ABOVE} bytes was answered {answer.status_code}"]
    with it.under_load():
        it.accepts()
        it.before.add(within(worker.environment, _record))
        wait_until(lambda: bool(relay_alarms(it, "industry", TooLarge)))
        [partition] = relay_alarms(it, "industry", TooLarge)
        others = {each: number for each, number in it.heads("industry").items() if each != partition}
        it.accepts()
        trial.longer(60)
        wait_until(lambda: all(it.relayed("industry").get(each, 0) >= number for each, number in others.items()))
    take(it, str(2 * ABOVE))
    _upgrade(it)
    found += [*not_accepted(it, began), *it.findings()]
    take(it, KEPT_FOR_EVER[SIZE])
    figure = f"413 to a request, an alarm of one partition, {it.history.accepted(began)} accepted meanwhile"
    return Outcome(figure, "an alarm, all else goes on, nothing missing once a release takes it", found)


def _record() -> str:
    """Record a project with more to it than is known here, as a newer release might; its stream."""
    industry = services()["industry"]
    assert isinstance(industry, Installation)
    like = next(event for event in stored(industry.store) if event.type == OPENED[0])
    stream, data = f"project/{new_id()}", loads(like.data) | {"more": b64encode(os.urandom(ABOVE * 3 // 4)).decode()}
    large = like._replace(event_id=new_id(), command_id=new_id(), version=1, data=canonical(data))
    large = large._replace(subject=stream, stream=stream, partition=partition_of(stream))
    industry.store.append(Append([large._replace(digest=digest_of(large))], industry.clock.now(), Answer(201, None, 1)))
    return stream


def _upgrade(it: Trusted) -> None:
    worker, folder = it.running.processes["industry-worker"], it.running.keys.parent / "larger"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_LARGER, "ascii")
    worker.environment["PYTHONPATH"] = str(folder)
    worker.signal(signal.SIGTERM)
    worker.end(ENDING)
    it.running.start(worker.name)


PROMISES = (
    Promise(
        "event-too-large",
        "An event that Kafka takes in no record holds up its own partition only",
        event_too_large,
        brokers=3,
    ),
)
