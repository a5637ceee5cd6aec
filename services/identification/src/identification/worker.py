"""The background process: keeps the projections up to date, reacts, and sends events to the feed."""

from chronicle.store import OF_A_WORKER

from identification.service import Service
from identification.settings import Settings


def main() -> None:
    """Run until told to stop."""
    service = Service(settings=Settings(), limits=OF_A_WORKER)
    service.storage.require_access()
    service.run_worker()


if __name__ == "__main__":
    main()
