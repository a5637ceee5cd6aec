"""The background process: keeps the projections up to date and sends events to the feed."""

from chronicle.store import OF_A_WORKER

from relocation.service import Service
from relocation.settings import Settings


def main() -> None:
    """Run until told to stop."""
    Service(settings=Settings(), limits=OF_A_WORKER).run_worker()


if __name__ == "__main__":
    main()
