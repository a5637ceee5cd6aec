"""What readers and writers of Kafka share: whose topic it is, and which errors mean that it is away."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from time import monotonic
from typing import Any

from kafka import KafkaAdminClient, errors  # type: ignore[import-untyped]
from kafka.net.compat import KafkaNetClient  # type: ignore[import-untyped]

from chronicle.feed.stopped import KafkaRefuses, TopicMissing, TopicReplaced
from chronicle.messages import PARTITIONS
from chronicle.refusals import Unavailable

ASK_AGAIN = 5.0
SOON = {"reconnect_backoff_max_ms": 1_000, "bootstrap_timeout_ms": 5_000}

# What does not pass by itself. Of others that say they cannot be retried, a new client makes an end.
_REFUSALS = (
    errors.AuthorizationError, errors.CorruptRecordError, errors.InvalidRecordError, errors.InvalidTopicError,
    errors.KafkaConfigurationError, errors.MessageSizeTooLargeError, errors.PolicyViolationError,
    errors.RecordListTooLargeError, errors.SaslAuthenticationFailedError, errors.UnsupportedCodecError,
    errors.UnsupportedCompressionTypeError, errors.UnsupportedSaslMechanismError, errors.UnsupportedVersionError,
)  # fmt: skip


@contextmanager
def answering() -> Iterator[None]:
    """Raise Unavailable when Kafka is away or answers with an error that passes, KafkaRefuses when it does not."""
    try:
        yield
    except _REFUSALS as error:
        raise KafkaRefuses from error
    except (errors.KafkaError, OSError) as error:
        raise Unavailable from error


def opened(kind: Callable[..., Any], servers: Sequence[str], **config: Any) -> Any:
    """Open a client of Kafka. One that finds no broker would leave its thread and its sockets behind."""
    connected: list[KafkaNetClient] = []

    def connect(**given: Any) -> KafkaNetClient:
        connected.append(KafkaNetClient(**given))
        return connected[-1]

    try:
        return kind(bootstrap_servers=servers, kafka_client=connect, **SOON, **config)
    except BaseException:
        # Why it did not start says more than how that went.
        with suppress(Exception), ExitStack() as ending:
            for each in connected:
                ending.callback(each.close)
        raise


class Topic:
    """One topic by name: what was written to it counts only as long as its id is the same."""

    def __init__(self, servers: str, name: str) -> None:
        self.servers, self.name = servers.split(","), name
        self._generation: str | None = None
        self._seen = 0.0

    @property
    def generation(self) -> str:
        """Its name and id, as first seen."""
        if self._generation is None:
            self._generation = self._asked()
        return self._generation

    def require_same(self, within: float = 0.0) -> None:
        """Ask whether it is still the same topic, unless it was so many seconds ago; TopicReplaced when not."""
        if monotonic() >= self._seen + within and self._asked() != self.generation:
            raise TopicReplaced

    def _asked(self) -> str:
        with answering(), opened(KafkaAdminClient, self.servers, request_timeout_ms=5_000) as admin:
            (found,) = admin.describe_topics([self.name])
        if found["error_code"] or len(found["partitions"]) != PARTITIONS:
            raise TopicMissing
        self._seen = monotonic()
        return f"{self.name}#{found['topic_id']}"
