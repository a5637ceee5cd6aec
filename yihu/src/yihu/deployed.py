"""The services of a deployed installation, as the environment or files in ``/run/secrets`` say where they are."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import typer
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

from yihu.embedded import PORT, Embedded, MasterKeyLost

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
    """The same or, on a laptop, those of a folder, as they are: no database is made or brought up to date."""
    with _sentences():
        return services() or Embedded(folder, PORT).services


def installed(folder: Path, *, invented_people: bool = False) -> Mapping[str, AnyService]:
    """The same or, on a laptop, those of a folder, made where none is; only there is said who may be invented."""
    if there := services():
        return there
    embedded = Embedded(folder, PORT, invented_people=invented_people)
    with _sentences():
        embedded.prepare()
    return embedded.services


def looked_into(folder: Path) -> Mapping[str, AnyService]:
    """The same for a command that makes nothing new: where a laptop's folder lacks a database, it says so and ends."""
    if not services():
        require_installation(folder)
        for lost in [file for file in _files(folder) if not file.exists()]:
            told = f"there is no database at {lost}; `yihu restore --service {lost.stem}` brings it back from a backup"
            typer.echo(told, err=True)
            raise typer.Exit(1)
    return installed(folder)


def require_installation(folder: Path) -> None:
    """End a command with a sentence where neither the environment nor the folder has any database."""
    if not (services() or any(file.exists() for file in _files(folder))):
        typer.echo(f"there is no installation in {folder}; name its folder with --folder", err=True)
        raise typer.Exit(2)


def _files(folder: Path) -> list[Path]:
    return [folder / f"{name}.db" for name in _MADE]


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except MasterKeyLost as lost:
        typer.echo(lost, err=True)
        raise typer.Exit(1) from None
