"""What stops a reader or writer of the feed until somebody acts: each with its name and its place."""

from inspect import cleandoc


class FeedStopped(Exception):
    """It cannot go on here; the docstring of each kind is what the alarm says."""

    def __init__(self, partition: int = 0, number: int = 0) -> None:
        self.partition, self.number = partition, number
        super().__init__(f"{partition}:{number}: {self.reason}")

    @property
    def reason(self) -> str:
        """Why, in a sentence without anything from the event."""
        return cleandoc(type(self).__doc__ or "")


class TopicMissing(FeedStopped):
    """The topic is not there, or has another number of partitions."""


class TopicReplaced(FeedStopped):
    """The topic was lost and made anew under the same name."""


class KafkaRefuses(FeedStopped):
    """Kafka refuses what it is asked: access, version, settings or size. The log of the process names its error."""


class FeedLost(FeedStopped):
    """The feed no longer has what was read from it before."""


class TopicCutShort(FeedStopped):
    """The topic no longer has what it acknowledged before."""


class Corrupt(FeedStopped):
    """A record cannot be read: its checksum is another."""


class Unreadable(FeedStopped):
    """There is a record that is no event of ours."""


class TooLarge(FeedStopped):
    """The event is larger than a record may be."""
