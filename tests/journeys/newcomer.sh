#!/usr/bin/env bash
# What a newcomer does: a fresh clone in an empty folder, then both commands of the README. Says what took how long.
set -euo pipefail

checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

timed() {
    local began=$SECONDS
    "$@"
    echo "== $((SECONDS - began)) s: $*"
}

cd "$folder"
timed git clone --quiet "$checkout" yihu
[ ! -e "$checkout/../shared" ] || ln -s "$(cd "$checkout/../shared" && pwd)" shared
cd yihu
timed ./run demo --check
timed ./run test --quiet "$@"
