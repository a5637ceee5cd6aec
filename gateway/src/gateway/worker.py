"""The background process: keeps the projections up to date with the history."""

import signal

from chronicle.following import Loops

from gateway.service import SOURCE, Service
from gateway.settings import Settings

STOPPING = (signal.SIGINT, signal.SIGTERM)


def add_loops(service: Service, loops: Loops) -> None:
    """Add the gateway's loops, each called ``gateway/…``."""
    for follower in service.following.followers.values():
        loops.add(f"{SOURCE}/{follower.name}", follower.step)


def main() -> None:
    """Run until told to stop."""
    # Blocked before any thread starts, so that a signal waits for this one.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    service, loops = Service(Settings()), Loops()
    add_loops(service, loops)
    service.following.open()
    loops.start()
    signal.sigwait(STOPPING)
    loops.stop()


if __name__ == "__main__":
    main()
