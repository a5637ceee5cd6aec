"""The gateway between its topics: the shared one comes into the history, its open part goes out to another."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.kafka import KafkaFeed
from chronicle.feed.opening import open_writer
from chronicle.feed.stopped import TopicReplaced
from chronicle.following import Follower
from chronicle.messages import PARTITIONS, StoredEvent
from chronicle.relay import Relay
from chronicle.store import Database
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from gateway.feeds.classes import Classes
from gateway.feeds.open_topic import OpenTopic
from gateway.recorder import Recorder
from identification.cases.area.events import VillagerGroupOpened
from private_kafka import Cluster
from private_postgres import USUAL
from private_postgres import Cluster as Postgres
from running_gateway import FIRST_DAY, VILLAGE, RunningGateway, told
from running_service import ROOT
from tallies import Weighed, counted, fill, opened, rows, run, sent_by, shared, stored

History = tuple[Database, EmbeddedFeed]


@pytest.fixture
def history(postgres_servers: Callable[[str], Postgres]) -> Iterator[History]:
    with postgres_servers(f"postgresql-{USUAL}").database() as url, shared(url) as history:
        yield history


def held(feed: EmbeddedFeed) -> dict[int, list[StoredEvent]]:
    return {partition: feed.read(partition, 0, 100_000) for partition in feed.heads()}


def test_the_history_has_every_event_once_in_the_order_of_the_topic(
    history: History, kafka: Cluster, tmp_path: Path
) -> None:
    database, feed = history
    with ExitStack() as stack:
        toys = stack.enter_context(opened(f"sqlite:///{tmp_path}/toy.db"))
        others = stack.enter_context(opened(f"sqlite:///{tmp_path}/other.db", "other"))
        topic = stack.enter_context(kafka.topic())
        sending = stack.enter_context(closing(KafkaFeed(kafka.address, topic)))
        reading = stack.enter_context(closing(KafkaFeed(kafka.address, topic)))
        recorder = Follower(Recorder(feed), database, reading)
        for _ in range(3):
            fill(toys[1], 60)
            fill(others[1], 40, kind=Weighed)
            run(Relay(toys[1], toys[0], sending), Relay(others[1], others[0], sending), recorder)
        # Sent once more, and recorded by one that begins anew.
        twice = [event for event in stored(toys[1]) if event.partition == stored(toys[1])[0].partition]
        sending.send({twice[0].partition: twice})
        run(Follower(Recorder(feed), database, reading))

        assert sum(map(len, held(feed).values())) == 300
        for partition, events in held(feed).items():
            in_topic = reading.read(partition, 0, 100_000)
            assert events == list({event.event_id: event for event in in_topic[: len(events)]}.values())
        assert sent_by("toy", feed) == {p: head for p, head in toys[1].heads().items() if head.sequence}
        first, _ = stack.enter_context(opened(f"sqlite:///{tmp_path}/first.db", "first"))
        second, _ = stack.enter_context(opened(f"sqlite:///{tmp_path}/second.db", "second"))
        run(Follower(counted, first, reading), Follower(counted, second, feed))
        assert rows(first, counted) == rows(second, counted)


def test_only_what_is_open_goes_out_in_the_order_of_the_history(gateway: RunningGateway, kafka: Cluster) -> None:
    meeting = told(
        VillagerGroupOpened(code=f"{VILLAGE}02", name="下屋组", village_code=VILLAGE, valid_from=FIRST_DAY),
        f"area/{VILLAGE}02",
        receipt='{"known":{}}',
    )
    gateway.relay(meeting)
    gateway.post("王大山", "李小河")
    history, database = EmbeddedFeed(gateway.service.database), gateway.service.database
    with kafka.topic() as topic, closing(open_writer(f"kafka://{kafka.address}/{topic}")) as writer:
        run(Follower(OpenTopic(Classes(ROOT / "contracts"), writer), database, history))
        run(Follower(OpenTopic(Classes(ROOT / "contracts"), writer), database, history))
        messages = consumed(kafka, topic)

    events = [event for events in held(history).values() for event in events]
    assert [message["id"] for message in messages] == [event.event_id for event in events]
    envelope = {
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "area",
        "partition",
        "sequence",
        "validon",
        "recordedat",
    }
    assert {name for message in messages for name in message} == {*envelope, "validon", "recordedat", "data"}
    opened_group = next(message["data"] for message in messages if message["id"] == meeting.event_id)
    assert opened_group == json.loads(meeting.data)
    assert "王大山" not in json.dumps(messages, ensure_ascii=False)


def test_an_open_topic_made_anew_is_refused_and_another_is_begun_at_the_beginning(
    history: History, kafka: Cluster, tmp_path: Path
) -> None:
    _, feed = history
    with opened(f"sqlite:///{tmp_path}/toy.db") as (own, store), kafka.topic() as topic, kafka.topic() as another:
        fill(store, 20)
        run(Relay(store, own, feed))
        run(open_part_of(history, kafka, topic))
        kafka.make_anew(topic)
        fill(store, 20)
        run(Relay(store, own, feed))

        with pytest.raises(TopicReplaced):
            open_part_of(history, kafka, topic).step()
        run(open_part_of(history, kafka, another))
        assert (len(consumed(kafka, topic)), len(consumed(kafka, another))) == (0, 40)


def open_part_of(history: History, kafka: Cluster, topic: str) -> Follower:
    writer = open_writer(f"kafka://{kafka.address}/{topic}")
    return Follower(OpenTopic(Classes(ROOT / "contracts"), writer), *history)


def consumed(kafka: Cluster, topic: str) -> list[dict[str, Any]]:
    consumer = Consumer({"bootstrap.servers": kafka.address, "group.id": "an integrator", "enable.partition.eof": True})
    with closing(consumer):
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in range(PARTITIONS)])
        polled: list[Any] = [message for message in iter(lambda: consumer.poll(3), None) if not message.error()]
    polled.sort(key=lambda message: (message.partition(), message.offset()))
    return [json.loads(message.value()) for message in polled]
