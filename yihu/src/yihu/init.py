"""A deployed installation on the command line: its secrets once, then its databases and topics with every release."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from chronicle.feed.opening import is_kafka
from chronicle.installation import is_placeholder
from chronicle.sealing import MasterKey
from gateway import service as gateway_service

from yihu import deployed, topics
from yihu.embedded import ISSUER, Embedded

ROLES = ("POSTGRES", "IDENTIFICATION", "RELOCATION", "INDUSTRY", "SAFETY_NET", "GATEWAY")
KEYS = "keys"


def init(folder: Annotated[Path, typer.Option(help="Where docker-compose.yml is.")] = Path()) -> None:
    """Draw the secrets of an installation: .env, and in keys/ an issuer of tokens; refused where there are any."""
    environment, keys = folder / ".env", folder / KEYS
    if environment.exists() or keys.exists():
        typer.echo(f"{environment} or {keys} is there already; without them nothing that was sealed opens", err=True)
        raise typer.Exit(1)
    _write_keys(keys)
    environment.touch(mode=0o600)
    environment.write_text("".join(f"{name}={value}\n" for name, value in _drawn().items()), "ascii")
    typer.echo(f"{environment} and {keys} written; keep a copy of MASTER_KEY apart from every backup")


def migrate() -> None:
    """Bring the databases and topics that the environment names up to date; a topic that differs is refused."""
    there = deployed.services().values()
    if not there:
        typer.echo("neither the environment nor a file in /run/secrets says where a database is", err=True)
        raise typer.Exit(2)
    urls = [service.settings.feed_url for service in there]
    urls += [service.settings.open_feed_url for service in there if isinstance(service, gateway_service.Service)]
    for url in sorted({url for url in urls if url and is_kafka(url)}):
        topics.ensure(url)
    for service in there:
        service.migrate()
        service.following.open()


def _drawn() -> Mapping[str, str]:
    return {
        "YIHU_ADDRESS": "localhost",
        "TOKEN_ISSUER": ISSUER,
        **{f"{role}_PASSWORD": _secret(24) for role in ROLES},
        "SERVICE_CREDENTIAL": _secret(32),
        "MASTER_KEY": MasterKey.generate().text(),
        "KAFKA_CLUSTER_ID": urlsafe_b64encode(b"yihu" + secrets.token_bytes(12)).decode().rstrip("="),
    }


def _secret(size: int) -> str:
    # Chance may spell a word that no process would start with.
    while is_placeholder(drawn := secrets.token_urlsafe(size)):
        pass
    return drawn


def _write_keys(keys: Path) -> None:
    _ = Embedded(keys, port=0).issuer
    public = keys / "public"
    public.mkdir()
    # The containers' own user reads these two; nobody else gets as far.
    (keys / "jwks.json").chmod(0o644)
    public.chmod(0o755)
