"""Every service and what it publishes, hears and answers: one line each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import gateway.heard
import gateway.main
import identification.heard
import identification.main
import identification.published
import industry.heard
import industry.main
import industry.published
import relocation.heard
import relocation.main
import relocation.published
import safety_net.heard
import safety_net.main
import safety_net.published
from chronicle.messages import Event, EventTypes
from fastapi import FastAPI

from yihu.contracts.language import Language
from yihu.embedded import Embedded


@dataclass(frozen=True, slots=True)
class Service:
    """What others see of a service."""

    api: Callable[[Embedded], FastAPI]
    published: EventTypes | None = None
    heard: ModuleType | None = None


SERVICES = {
    "identification": Service(
        lambda all_: identification.main.create_app(all_.identification),
        identification.published.PUBLISHED,
        identification.heard,
    ),
    "relocation": Service(
        lambda all_: relocation.main.create_app(all_.relocation), relocation.published.PUBLISHED, relocation.heard
    ),
    "industry": Service(
        lambda all_: industry.main.create_app(all_.industry), industry.published.PUBLISHED, industry.heard
    ),
    "safety-net": Service(
        lambda all_: safety_net.main.create_app(all_.safety_net), safety_net.published.PUBLISHED, safety_net.heard
    ),
    "gateway": Service(lambda all_: gateway.main.create_app(all_.gateway), heard=gateway.heard),
}


def language(scratch: Path) -> Language:
    """Give what all services publish, made from an installation in an empty folder."""
    embedded = Embedded(scratch, port=0)
    embedded.prepare()
    return Language(
        {name: service.published for name, service in SERVICES.items() if service.published},
        {name: heard_by(service.heard) for name, service in SERVICES.items() if service.heard},
        {name: service.api(embedded).openapi() for name, service in SERVICES.items()},
    )


def heard_by(module: ModuleType) -> tuple[type[Event], ...]:
    """Give the events that a service's ``heard`` declares."""
    declared = (value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Event))
    return tuple(event for event in declared if event.__module__ == module.__name__)
