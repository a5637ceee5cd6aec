"""Logs of a process: one JSON object a line."""

import json
import sys
from typing import Any, TextIO

import structlog


def log_as_json(stream: TextIO = sys.stderr) -> None:
    """Write what structlog is told as JSON lines; called once, where a process is composed."""
    encode = json.JSONEncoder(ensure_ascii=False, default=str).encode

    def line(event: Any, **_: Any) -> str:
        return encode(event)

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(serializer=line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
