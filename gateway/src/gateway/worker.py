"""The background process: keeps the projections up to date with the history."""

from chronicle.following import Loops, Passing
from chronicle.following.loops import TOLD
from chronicle.installation import work
from chronicle.store import OF_A_WORKER

from gateway.service import SOURCE, Service
from gateway.settings import Settings


def add_loops(service: Service, loops: Loops) -> None:
    """Add the gateway's loops, each called ``gateway/…``."""
    followers, passing = service.following.followers.values(), f"{SOURCE}/passing"
    names = [f"{SOURCE}/{follower.name}" for follower in followers]
    for name, follower in zip(names, followers, strict=True):
        loops.follow(name, follower, [passing])
    loops.add(passing, Passing(service.database, followers).step, every=TOLD)
    for follower in service.sharing:
        loops.follow(f"{SOURCE}/{follower.name}", follower, names)


def main() -> None:
    """Run until told to stop."""
    service, loops = Service(settings=Settings(), limits=OF_A_WORKER), Loops()
    add_loops(service, loops)
    service.following.open()
    work(service, loops)


if __name__ == "__main__":
    main()
