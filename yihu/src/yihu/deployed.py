"""The services of a deployed installation, as the environment or files in ``/run/secrets`` say where they are."""

from collections.abc import Callable, Mapping
from pathlib import Path

from chronicle.installation import Installation, ServiceSettings
from gateway import service as gateway_service
from gateway import settings as gateway_settings
from identification import service as identification_service
from identification import settings as identification_settings
from industry import service as industry_service
from industry import settings as industry_settings
from relocation import service as relocation_service
from relocation import settings as relocation_settings
from safety_net import service as safety_net_service
from safety_net import settings as safety_net_settings

from yihu.embedded import PORT, Embedded

AnyService = gateway_service.Service | Installation

_MADE: Mapping[str, tuple[type[ServiceSettings], Callable[..., AnyService]]] = {
    "gateway": (gateway_settings.Settings, gateway_service.Service),
    "identification": (identification_settings.Settings, identification_service.Service),
    "relocation": (relocation_settings.Settings, relocation_service.Service),
    "industry": (industry_settings.Settings, industry_service.Service),
    "safety-net": (safety_net_settings.Settings, safety_net_service.Service),
}


def services() -> Mapping[str, AnyService]:
    """Those of which it is said where their database is, by name; none on a laptop."""
    return {name: service(settings=settings()) for name, (settings, service) in _MADE.items() if settings.are_said()}


def placed(folder: Path) -> Mapping[str, AnyService]:
    """The same or, on a laptop, those of a folder, as they are: nothing is made or brought up to date."""
    return services() or Embedded(folder, PORT).services


def installed(folder: Path, *, invented_people: bool = False) -> Mapping[str, AnyService]:
    """The same or, on a laptop, those whose databases are in a folder; only there is said who may be invented."""
    if there := services():
        return there
    embedded = Embedded(folder, PORT, invented_people=invented_people)
    embedded.prepare()
    return embedded.services
