"""Opening the feed that a URL names: a Kafka topic, or the history in a database."""

from urllib.parse import urlsplit

from chronicle.feed import Feed
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.kafka import KafkaFeed
from chronicle.store import Database


def open_feed(url: str) -> Feed:
    """Open ``kafka://host:port,host:port/topic`` or the history at a database's URL, for one loop; connects when used."""
    parts = urlsplit(url)
    if parts.scheme != "kafka":
        return EmbeddedFeed(Database(url))
    topic = parts.path.removeprefix("/")
    if not parts.netloc or not topic:
        raise ValueError("the feed is written kafka://host:port,host:port/topic")
    return KafkaFeed(parts.netloc, topic)
