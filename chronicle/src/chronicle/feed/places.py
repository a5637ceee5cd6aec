"""Places: where a relay or follower stands in each partition, as its last step saw it."""

from collections.abc import Mapping
from typing import NamedTuple


class Place(NamedTuple):
    """How far it got in a partition, how far that reaches, and whether it stopped there with an alarm."""

    reached: int
    head: int
    stopped: bool = False

    @property
    def behind(self) -> int:
        """How many events are still to come."""
        return self.head - self.reached

    @property
    def is_due(self) -> bool:
        """Tell whether there is anything to come that no alarm holds up."""
        return self.behind > 0 and not self.stopped


Places = Mapping[int, Place]
