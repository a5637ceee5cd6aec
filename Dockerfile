# One image per package: docker build --build-arg PACKAGE=identification .
FROM ghcr.io/astral-sh/uv:0.13.9 AS uv

FROM python:3.11.15-slim-bookworm AS build
COPY --from=uv /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY . .
ARG PACKAGE
# The packages stay where they are: migrations, pages, contracts and policy lie beside their code.
# Whoever checked them out with a strict umask keeps nobody from reading them here.
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --package "${PACKAGE:?name one of the packages}" && chmod -R a+rX /app

FROM python:3.11.15-slim-bookworm
# The typeface that documents are printed with; of it, whatever the release has will do.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-wqy-microhei && rm -rf /var/lib/apt/lists/*
# What backups are made with: programs of PostgreSQL's own, as new as the server, which Debian does not have.
ARG PACKAGE
# hadolint ignore=DL3008
RUN if [ "$PACKAGE" = yihu ]; then \
    apt-get update && apt-get install --yes --no-install-recommends postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-18 && rm -rf /var/lib/apt/lists/*; fi
RUN groupadd --gid 10001 yihu && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin yihu
# A volume that is new takes its owner from here.
RUN install --directory --mode=0700 --owner=10001 --group=10001 /var/lib/yihu/evidence
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2
WORKDIR /app
USER 10001:10001
