#!/usr/bin/env bash
# What a newcomer does on a machine with git, bash and Python: clone this checkout, run the demo, run the tests.
# Usage: tests/journeys/newcomer.sh [EMPTY FOLDER]. What is committed counts, not what is being changed.
set -euo pipefail

checkout="$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)"
folder="${1:-$(mktemp -d)}"
mkdir -p "$folder"
if [ -n "$(ls -A "$folder")" ]; then
    echo "$folder is not empty" >&2
    exit 2
fi

took=()
step() {
    local began=$SECONDS status=0
    echo "== $*"
    "$@" || status=$?
    took+=("$(printf '%5d s  %s%s' $((SECONDS - began)) "$*" "$([ $status = 0 ] || echo "  FAILED ($status)")")")
    return $status
}

failed=0
step git clone --quiet --no-local "$checkout" "$folder/yihu"
cd "$folder/yihu"
# Nothing of this shell's environments is there for a newcomer.
unset VIRTUAL_ENV PYTHONPATH
step ./run demo --check || failed=1
step ./run test || failed=1
printf '%s\n' "" "In $folder, with $(python3 --version):" "${took[@]}"
exit $failed
