#!/bin/sh
# Writes the three lock files anew: the run's packages, the builder's beside them, and the tests' beside both.
# All three name the same versions, so that they share one cache. Pass --upgrade to take newer versions.
set -eu
cd "$(dirname "$0")"
compile() {
    uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url "$@" >/dev/null
}
compile --extra build --extra dev --output-file requirements-dev.lock "$@"
compile --extra build --constraint requirements-dev.lock --output-file requirements-build.lock
compile --constraint requirements-dev.lock --output-file requirements.lock
