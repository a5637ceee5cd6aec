"""The edge's file routes to what runs. Its syntax is not checked here: that takes Caddy."""

import re

import pytest
from compose_file import CHECKOUT, COMPOSE, read

CADDYFILE = (CHECKOUT / "deploy/Caddyfile").read_text("utf-8")
FROM_OUTSIDE = [
    *("Forwarded", "X-Forwarded-For", "X-Forwarded-User", "X-Forwarded-Proto", "X-Real-IP", "X-Remote-User"),
    *("Remote-User", "X-User-Id", "X-Auth-Request-Email", "X-Authenticated-User", "X-Client-Cert", "X-Original-URL"),
    "Yihu-Service-Credential",
]


def test_every_api_has_its_path_and_everything_else_goes_to_the_gateway() -> None:
    apis = {name for name in read(COMPOSE.read_text("utf-8"))["services"] if name.endswith("-api")}
    routes = dict(re.findall(r"handle (?:/api/(\S+)/\* )?\{\s+import service (\S+)\s+\}", CADDYFILE))

    assert routes == {name.removesuffix("-api"): name for name in apis - {"gateway-api"}} | {"": "gateway-api"}


@pytest.mark.parametrize("path", ["/internal/*", "/metrics", "/health/*"])
def test_what_services_tell_each_other_is_not_reached_from_outside(path: str) -> None:
    inside = re.search(r"@inside path (.+)\n\s+handle @inside \{\s+respond 404", CADDYFILE)

    assert inside is not None
    assert path in inside[1].split()


@pytest.mark.parametrize("header", FROM_OUTSIDE)
def test_nobody_says_in_a_header_who_asks(header: str) -> None:
    stripped = re.findall(r"request_header -(\S+)", CADDYFILE)

    assert any(re.fullmatch(each.replace("*", ".*"), header) for each in stripped)


@pytest.mark.parametrize(
    "line",
    [
        *("max_header_size 16KB", "read_header 10s", "read_body 30s", "max_size 2MB", "admin off"),
        *("Strict-Transport-Security", "X-Content-Type-Options nosniff", "X-Frame-Options DENY", "-Server"),
    ],
)
def test_requests_are_limited_and_answers_say_what_a_browser_may_do(line: str) -> None:
    assert re.search(rf"^\s+\??{re.escape(line)}", CADDYFILE, re.MULTILINE)
