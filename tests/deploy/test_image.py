"""The Dockerfile: what goes into an image, and as whom it runs. Whether it builds is not tested: that takes Docker."""

import re
import tomllib

from compose_file import CHECKOUT, COMPOSE

DOCKERFILE = (CHECKOUT / "Dockerfile").read_text("utf-8")
CONTEXT = (CHECKOUT / ".dockerignore").read_text("utf-8").splitlines()


def test_only_what_a_process_needs_is_sent_to_the_build() -> None:
    members = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["uv"]["workspace"]["members"]
    packages = {member.partition("/")[0] for member in members}

    assert CONTEXT[0] == "*"
    assert {line[1:] for line in CONTEXT if line[0] == "!"} == packages | {
        *("contracts", "policy", "pyproject.toml", "uv.lock")
    }


def test_what_was_locked_is_installed_without_what_only_tests_use() -> None:
    assert 'uv sync --frozen --no-dev --package "${PACKAGE:?' in DOCKERFILE


def test_what_one_image_fetched_the_others_do_not_fetch_again() -> None:
    assert re.search(r"^RUN --mount=type=cache,target=/root/.cache/uv \\\n +uv sync ", DOCKERFILE, re.MULTILINE)
    assert "UV_NO_CACHE" not in DOCKERFILE


def test_the_user_of_the_last_stage_may_read_what_was_checked_out_for_its_owner_alone() -> None:
    build = DOCKERFILE.partition("FROM python")[2].partition("\nFROM ")[0]

    assert build.rstrip().endswith("&& chmod -R a+rX /app")


def test_the_last_stage_runs_as_a_user_of_its_own_and_has_no_build_tools() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]

    assert last.rstrip().endswith("USER 10001:10001")
    assert "COPY --from=build /app /app" in last
    assert "uv" not in last


def test_every_image_is_pinned_and_uv_is_the_one_that_run_fetches() -> None:
    tags = re.findall(r"^FROM \S+?:(\S+)", DOCKERFILE, re.MULTILINE)
    uv = re.search(r"^uv_version=(\S+)", (CHECKOUT / "run").read_text("utf-8"), re.MULTILINE)

    assert all(re.match(r"\d+\.\d+\.\d+", tag) for tag in tags)
    assert uv is not None
    assert tags[0] == uv[1]


def test_the_image_that_backs_up_has_programs_as_new_as_the_server() -> None:
    server = re.search(r"image: postgres:(\d+)\.", COMPOSE.read_text("utf-8"))
    client = re.search(r'if \[ "\$PACKAGE" = yihu \].*? postgresql-client-(\d+) ', DOCKERFILE, re.DOTALL)

    assert server
    assert client
    assert client[1] == server[1]
