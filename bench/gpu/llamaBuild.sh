#!/bin/bash
# Builds llamaSample with CUDA: llamaBuild.sh LLAMA_SOURCE TARGET. Needs cmake, ninja, g++, nvcc and
# cuBLAS (the toolkit, or NVIDIA's Python packages). Environment: CUDA_ARCHITECTURE (default 90).
# The program and its libraries are then in TARGET/bin; without a card they compute on the CPU.
set -euo pipefail
source=$(realpath "$1"); target=$(realpath -m "$2"); here=$(realpath "$(dirname "$0")")
mkdir -p "$target"; cp -r "$source" "$target/source"; cp "$here/llamaSample.cpp" "$target/source"
cat >>"$target/source/CMakeLists.txt" <<'CMAKE'
add_executable(llamaSample llamaSample.cpp)
target_link_libraries(llamaSample PRIVATE llama)
CMAKE
cmake -S "$target/source" -B "$target/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DGGML_CUDA=ON \
  "-DCMAKE_CUDA_ARCHITECTURES=${CUDA_ARCHITECTURE:-90}" -DGGML_BACKEND_DL=ON -DGGML_NATIVE=OFF -DGGML_CPU_ALL_VARIANTS=ON \
  -DGGML_CUDA_NCCL=OFF -DGGML_CCACHE=OFF -DLLAMA_BUILD_{COMMON,TESTS,TOOLS,EXAMPLES,SERVER,APP}=OFF \
  "-DCMAKE_BUILD_RPATH=\$ORIGIN"
ninja -C "$target/build" llamaSample
cp -r "$target/build/bin" "$target"
