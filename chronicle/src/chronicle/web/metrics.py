"""What is measured, in a registry of its own for each app."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from chronicle.store.eventstore import SECONDS


class Metrics:
    """Requests by route and status, refusals by code, and how long commands take."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "http_request_seconds",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=SECONDS,
        )
        self.refusals = Counter(
            "refusals", "Refusals by code, rows of lists included.", ("code",), registry=self.registry
        )
        self.commands = Histogram(
            "command_seconds", "Commands loaded, decided and appended.", registry=self.registry, buckets=SECONDS
        )
