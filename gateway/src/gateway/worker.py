"""The background process: keeps the projections up to date with the history."""

from chronicle.following import Loops
from chronicle.installation import work
from chronicle.store import OF_A_WORKER

from gateway.service import SOURCE, Service
from gateway.settings import Settings


def add_loops(service: Service, loops: Loops) -> None:
    """Add the gateway's loops, each called ``gateway/…``."""
    names = [f"{SOURCE}/{follower.name}" for follower in service.following.followers.values()]
    for name, follower in zip(names, service.following.followers.values(), strict=True):
        loops.follow(name, follower)
    for follower in service.sharing:
        loops.follow(f"{SOURCE}/{follower.name}", follower, names)


def main() -> None:
    """Run until told to stop."""
    service, loops = Service(settings=Settings(), connections=OF_A_WORKER), Loops()
    add_loops(service, loops)
    service.following.open()
    work(service, loops)


if __name__ == "__main__":
    main()
