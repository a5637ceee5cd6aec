"""Opening the feed that a URL names: a Kafka topic, or the history in a database."""

from urllib.parse import urlsplit

from chronicle.feed import Feed
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.kafka import KafkaFeed
from chronicle.feed.kafka_client import Topic
from chronicle.feed.kafka_writing import Writer
from chronicle.store import OF_AN_API, Database, Limits


def open_feed(url: str, limits: Limits = OF_AN_API) -> Feed:
    """Open a topic or the history in a database, for one loop; it connects when it is first used."""
    return KafkaFeed(*topic_at(url)) if is_kafka(url) else EmbeddedFeed(Database(url, limits=limits))


def open_writer(url: str) -> Writer:
    """Open a topic only to write to it."""
    return Writer(Topic(*topic_at(url)))


def is_kafka(url: str) -> bool:
    """Tell a topic from a database."""
    return url.startswith("kafka://")


def topic_at(url: str) -> tuple[str, str]:
    """Servers and name of the topic that is written ``kafka://host:port,host:port/name``; ValueError for others."""
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    if parts.scheme != "kafka" or not parts.netloc or not name:
        raise ValueError("a topic is written kafka://host:port,host:port/name")
    return parts.netloc, name
