"""What is measured, in a registry of its own for each app."""

from prometheus_client import CollectorRegistry, Counter, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


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
