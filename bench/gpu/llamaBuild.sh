#!/bin/bash
# Builds llamaSample for CUDA in the background: llamaBuild.sh PARTS_FOLDER. Environment: WORK as in
# run.sh, PYTHON, CUDA_ARCHITECTURE (default 90). The program is WORK/llama/build/bin/llamaSample.
parts=$(realpath "$1"); llama=${WORK:-/tmp/aepo-gpu}/llama; py=${PYTHON:-python3}
mkdir -p "$llama" && cd "$llama" && xz -dc "$parts/llama.tar.xz" 2>/dev/null | tar x || "$py" -c 'import lzma,sys,tarfile; tarfile.open(fileobj=lzma.open(sys.argv[1]), mode="r|").extractall()' "$parts/llama.tar.xz"
command -v nvcc >/dev/null || export PATH=$PATH:/usr/local/cuda/bin
nvcc --version | tail -2; cmake --version | head -1; command -v ninja g++

# The toolkit may lack cuBLAS, which then comes with PyTorch.
cublas=$(find / -xdev \( -name libcublas.so -o -name 'libcublas.so.1*' \) -not -path '/proc/*' 2>/dev/null | head -1)
header=$(find / -xdev -name cublas_v2.h -not -path '/proc/*' 2>/dev/null | head -1)
echo "cuBLAS: $cublas, $header"
options=()
if [ "$(basename "$cublas")" != libcublas.so ]; then
  mkdir -p links
  for name in cublas cublasLt; do
    file=$(find "$(dirname "$cublas")" -name "lib$name.so*" | head -1)
    ln -sf "$file" "links/lib$name.so"; options+=("-DCUDA_${name}_LIBRARY=$llama/links/lib$name.so")
  done
  export CPATH=$CPATH:$(dirname "$header")
fi
echo "export LD_LIBRARY_PATH=$(dirname "$cublas"):\$LD_LIBRARY_PATH" >environment
# Kernels of unused types are missing (pack.sh).
lazy="-Wl,--unresolved-symbols=ignore-all -Wl,-z,lazy"
cmake -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DGGML_CUDA=ON "-DCMAKE_CUDA_ARCHITECTURES=${CUDA_ARCHITECTURE:-90}" \
  -DGGML_CUDA_NCCL=OFF -DGGML_CCACHE=OFF -DLLAMA_BUILD_{COMMON,TESTS,TOOLS,EXAMPLES,SERVER,APP}=OFF \
  "-DCMAKE_SHARED_LINKER_FLAGS=$lazy" "-DCMAKE_EXE_LINKER_FLAGS=$lazy" "${options[@]}" >configure.log 2>&1
code=$?; tail -12 configure.log
[ $code = 0 ] || exit 1
setsid nohup bash -c 'echo $$ >pid; ninja -C build llamaSample >build.log 2>&1; echo $? >built' >/dev/null 2>&1 </dev/null &
