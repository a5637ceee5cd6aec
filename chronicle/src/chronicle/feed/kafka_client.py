"""What readers and writers of Kafka share: whose topic it is, and which errors mean that it is away."""

from collections.abc import Iterator
from contextlib import contextmanager

from kafka import KafkaAdminClient  # type: ignore[import-untyped]
from kafka.errors import KafkaError  # type: ignore[import-untyped]

from chronicle.feed.stopped import TopicMissing, TopicReplaced
from chronicle.messages import PARTITIONS
from chronicle.refusals import Unavailable

BACK_SOON = {"reconnect_backoff_max_ms": 1_000, "bootstrap_timeout_ms": 5_000}


@contextmanager
def answering() -> Iterator[None]:
    """Raise Unavailable when Kafka is away or answers with an error."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise Unavailable from error


class Topic:
    """One topic by name: what was written to it counts only as long as its id is the same."""

    def __init__(self, servers: str, name: str) -> None:
        self.servers, self.name = servers.split(","), name
        self._generation: str | None = None

    @property
    def generation(self) -> str:
        """Its name and id, as first seen."""
        if self._generation is None:
            self._generation = self._asked()
        return self._generation

    def require_same(self) -> None:
        """Ask whether it is still the same topic; TopicReplaced when not."""
        if self._asked() != self.generation:
            raise TopicReplaced

    def _asked(self) -> str:
        with answering(), KafkaAdminClient(bootstrap_servers=self.servers, request_timeout_ms=5_000, **BACK_SOON) as admin:
            (found,) = admin.describe_topics([self.name])
        if found["error_code"] or len(found["partitions"]) != PARTITIONS:
            raise TopicMissing
        return f"{self.name}#{found['topic_id']}"
