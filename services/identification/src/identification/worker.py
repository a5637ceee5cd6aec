"""The background process: keeps the projections up to date and sends events to the feed."""

from collections.abc import Collection

from chronicle.feed import Feed
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.following import Loops
from chronicle.relay import Relay
from chronicle.store import Database

from identification.service import SOURCE, Service
from identification.settings import Settings


def add_loops(service: Service, loops: Loops, feed: Feed | None, wakes: Collection[str] = ()) -> None:
    """Add this service's loops, each called ``identification/…``; its relay wakes the loops named."""
    for follower in service.following.followers.values():
        loops.add(f"{SOURCE}/{follower.name}", follower.step)
    if feed:
        loops.add(f"{SOURCE}/relay", Relay(service.store, service.database, feed).step, wakes)


def main() -> None:
    """Run until told to stop."""
    service, loops = Service(Settings()), Loops()
    feed_url = service.settings.feed_url
    add_loops(service, loops, EmbeddedFeed(Database(feed_url)) if feed_url else None)
    service.following.open()
    loops.run_until_stopped()


if __name__ == "__main__":
    main()
