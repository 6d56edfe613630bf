#!/bin/sh
# Writes requirements.lock anew. Pass --upgrade to take newer versions.
set -eu
cd "$(dirname "$0")"
uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-emit-index-url --output-file requirements.lock "$@" >/dev/null
