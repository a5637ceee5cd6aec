"""The services of a deployed installation, as the environment of this process says where they are."""

import os
from collections.abc import Callable, Mapping

from chronicle.installation import Installation
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

AnyService = gateway_service.Service | Installation

_MADE: Mapping[str, Callable[[], AnyService]] = {
    "GATEWAY": lambda: gateway_service.Service(settings=gateway_settings.Settings()),
    "IDENTIFICATION": lambda: identification_service.Service(settings=identification_settings.Settings()),
    "RELOCATION": lambda: relocation_service.Service(settings=relocation_settings.Settings()),
    "INDUSTRY": lambda: industry_service.Service(settings=industry_settings.Settings()),
    "SAFETY_NET": lambda: safety_net_service.Service(settings=safety_net_settings.Settings()),
}


def services() -> Mapping[str, AnyService]:
    """Those of which the environment says where their database is, by name; none on a laptop."""
    return {
        name.lower().replace("_", "-"): make() for name, make in _MADE.items() if f"{name}_DATABASE_URL" in os.environ
    }
