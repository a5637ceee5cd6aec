"""What an installation may lose, and what the page tells an operator to do then."""

import re

import private_kafka
from chronicle.feed.opening import topic_at
from compose_file import CHECKOUT
from compose_runner import Composed, Process
from kafka import KafkaAdminClient  # type: ignore[import-untyped]

PAGE = (CHECKOUT / "docs/operating.md").read_text("utf-8")
SERVICES = ("identification", "relocation", "industry", "safety-net", "gateway")


def blocks_under(heading: str) -> list[str]:
    """The blocks of commands under a heading of the page."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```bash\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


def lose_the_topics(installation: Composed, kafka: private_kafka.Cluster) -> None:
    """Delete them, and name others as the page tells to do in .env."""
    names = {url: topic_at(url)[1] for url in _topics(installation.processes["migrate"])}
    with KafkaAdminClient(bootstrap_servers=kafka.address) as admin:
        admin.delete_topics(list(names.values()))
    for process in installation.processes.values():
        process.environment |= {key: f"{url}.2" for key, url in process.environment.items() if url in names}


def lose_the_databases(installation: Composed) -> None:
    """Leave them as they are on a new machine."""
    for service in SERVICES:
        name = service.replace("-", "_")
        anew = (f"DROP DATABASE {name} WITH (FORCE)", f"CREATE DATABASE {name} OWNER {name}")
        revoked = f"REVOKE CONNECT, TEMPORARY ON DATABASE {name} FROM PUBLIC"
        installation.postgres.run("psql", *(f"--command={each}" for each in (*anew, revoked)))


def _topics(process: Process) -> set[str]:
    return {url for url in process.environment.values() if url.startswith("kafka://")}
