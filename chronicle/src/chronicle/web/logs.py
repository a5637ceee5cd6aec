"""Logs of a process: one JSON object a line."""

import json
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog


def log_as_json(stream: TextIO = sys.stderr) -> None:
    """Write what structlog is told as JSON lines; called once, where a process is composed."""
    encode = json.JSONEncoder(ensure_ascii=False, default=str).encode

    # One processor: a line is written for every request.
    def line(_: object, level: str, event: MutableMapping[str, Any]) -> str:
        own = {"at": datetime.now(UTC).isoformat(), "level": level}
        return encode({**own, **event, **own})

    structlog.configure(
        processors=[line],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
