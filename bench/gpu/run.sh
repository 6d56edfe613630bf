#!/bin/bash
# Measures on a bare Linux machine with a graphics card: run.sh PARTS_FOLDER SECONDS [STEP…]
# PARTS_FOLDER holds the files that pack.sh wrote. Results go to $OUT. A second call goes on
# with the steps that were not begun. Environment: PYTHON (default python3), WORK (default
# /tmp/aepo-gpu), SMALL=1 (a few tokens, for a trial), DEVICE (webgpu), TORCH_DEVICE (cuda),
# LLAMA_LAYERS (99: all on the card).
parts=$(realpath "$1"); limit=$2; shift 2
work=${WORK:-/tmp/aepo-gpu}; py=${PYTHON:-python3}; device=${DEVICE:-webgpu}; torch=${TORCH_DEVICE:-cuda}
out=${OUT:?}; began=$SECONDS
mkdir -p "$work/done" "$out"; log=$out/log.txt; results=$work/results.jsonl; touch "$results"
say() { echo "[$((SECONDS - began)) s] $*" | tee -a "$log"; }

unpack() { # a file of the payload, without .xz
  "$py" -c 'import lzma,shutil,sys; shutil.copyfileobj(lzma.open(sys.argv[1]+".xz"), open(sys.argv[2],"wb"), 1<<20)' "$1" "$2"
}
if [ ! -e "$work/ready" ]; then
  cd "$work" || exit 1
  cat "$parts"/payload.* | tar x || { say "The payload is broken."; exit 1; }
  unpack small.tar small.tar && tar xf small.tar || exit 1
  model=$work/models/SmolLM2-135M-Instruct; mkdir -p "$model/onnx" bin
  unpack node bin/node & unpack libonnxruntime.so.1 node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1 &
  mkdir -p llama; (unpack llama.tar llama.tar && tar xf llama.tar -C llama) &
  unpack model_q4.onnx "$model/onnx/model_q4.onnx" & wait
  chmod +x bin/node
  sha256sum -c sums >>"$log" 2>&1 || say "A file differs; see log.txt"
  for deb in debs/*.deb; do dpkg -x "$deb" "$work/gl" 2>>"$log" || (cd debs && ar p "$(basename "$deb")" data.tar.xz | tar xJ -C "$work/gl"); done
  touch ready
fi
cd "$work" || exit 1
export PATH=$work/bin:$PATH PYTHONPATH=$work/py PYTHONUNBUFFERED=1 HF_HUB_OFFLINE=1 XDG_RUNTIME_DIR=/tmp
export LD_LIBRARY_PATH=$work/gl/usr/lib/x86_64-linux-gnu:$LD_LIBRARY_PATH
nvidia=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
[ -z "$VK_DRIVER_FILES" ] && [ -e $nvidia ] && export VK_DRIVER_FILES=$nvidia
model=$work/models/SmolLM2-135M-Instruct; half=$work/models/half
prompts=$(cat prompts.json); one=$("$py" -c 'import json;print(json.dumps(json.load(open("prompts.json"))[:1]))')
if [ -n "$SMALL" ]; then big=3; few=2; long=4; short=3; many=$one; else big=128; few=8; long=128; short=64; many=$prompts; fi

# step NAME SECONDS COMMAND…: once, within its own limit and that of the whole.
step() {
  local name=$1 most=$2; shift 2
  [ -e "done/$name" ] && return
  [ -n "$only" ] && [[ " $only " != *" $name "* ]] && return
  local left=$((limit - (SECONDS - began)))
  if [ $left -lt 8 ]; then say "$name: no time left"; return; fi
  touch "done/$name"
  [ $left -lt "$most" ] && most=$left
  say "$name (at most $most s)"
  timeout -k 2 "$most" "$@" 2>>"$log" | tee -a "$log" | grep --line-buffered '^{' | while read -r line; do
    echo "$line" >>"$results"; cp "$results" "$out/results.jsonl"
  done
  say "$name ended with ${PIPESTATUS[0]}"
  cp "$results" "$out/results.jsonl"; "$py" table.py "$results" "$out/table.md" 2>>"$log"
}
only=$*
work_of() { # NAME PROMPTS N TOKENS [EXTRA]
  echo "{\"name\":\"$1\",\"prompts\":$2,\"n\":$3,\"maxNewTokens\":$4${5:+,$5}}"
}
ours() { # LABEL FOLDER GRAPH LIMITS WORK…; RUNTIME: options of the runtime
  local label=$1 folder=$2 graph=$3 limits=$4; shift 4
  local all; all=$(IFS=,; echo "$*")
  node measure.mjs "{${RUNTIME:+\"runtime\":$RUNTIME,}\"label\":\"$label\",\"folder\":\"$folder\",\"graph\":\"onnx/$graph\",\"device\":\"$device\",\"limits\":{$limits},\"reference\":\"$work/reference.f32\",\"work\":[$all]}"
}
export -f ours work_of; export device work
logits() { # [EXTRA]: what a draw needs of logits in the memory of the device
  local fetches=9500,14900,5376 repeated='"times":30,"warmups":5' vocabulary=49152
  if [ -n "$SMALL" ]; then repeated='"times":2,"warmups":1' vocabulary=1024; fi
  node logits.mjs "{\"device\":\"$device\",\"rows\":$big,\"vocabulary\":$vocabulary,\"types\":[\"float32\",\"float16\"],$repeated,\"fetches\":[$fetches]${1:+,$1}}"
}
export -f logits; export big SMALL
peer() { # LABEL DEVICE N:TOKENS… -- COMMAND…
  local label=$1 on=$2 requests="{\"command\":\"sample\",\"messages\":$(echo "$one" | sed 's/^\[//; s/\]$//'),\"n\":2,\"maxNewTokens\":3,\"seed\":1,\"device\":\"$on\"}" names=(warm-up); shift 2
  while [ "$1" != -- ]; do
    requests+=$'\n'"{\"command\":\"sample\",\"messages\":$(echo "$one" | sed 's/^\[//; s/\]$//'),\"n\":${1%:*},\"maxNewTokens\":${1#*:},\"seed\":2,\"device\":\"$on\"}"
    names+=("one prompt, N=${1%:*}, ${1#*:} new tokens"); shift
  done; shift
  local i=0
  echo "$requests" | "$@" | while read -r line; do
    case $line in '{"reply"'*) ;; *) echo "$line" >&2; continue ;; esac
    [ $i -gt 0 ] && echo "$line" | "$py" -c 'import json,sys; r=json.load(sys.stdin)["reply"]; print(json.dumps({"label":sys.argv[1],"name":sys.argv[2],**r,"rate":r["tokens"]/r["seconds"]}),flush=True)' "$label" "${names[$i]}"
    i=$((i + 1))
  done
}
export -f peer; export one py model half big few
llama() { # LABEL DEVICE_OF_THE_MODEL(cpu|card) THREADS cpu|device N:TOKENS…
  local label=$1 on=$2 threads=$3 draws=$4 layers=0; shift 4
  if [ "$on" = card ]; then layers=${LLAMA_LAYERS:-99}; else export CUDA_VISIBLE_DEVICES=; fi
  llama/bin/llamaSample "$label" model.gguf prompt.txt $layers "$threads" "$draws" "$@"
}
export -f llama

room="\"kvCacheBytes\":8000000000,\"threads\":0"; default="\"kvCacheBytes\":1024000000,\"threads\":0"
whole="$room,\"compared\":{\"wholeLogits\":true}"
n128="one prompt, N=$big, $long new tokens"; n8="one prompt, N=$few, $long new tokens"
many8="$(echo "$many" | "$py" -c 'import json,sys;print(len(json.load(sys.stdin)))') prompts, N=$few, $short new tokens"
main_work=("$(work_of "the same texts" "$one" $few 16)" "$(work_of "$n128" "$one" $big $long)" "$(work_of "$n8" "$one" $few $long)")
waiting=$(work_of "N=$big, with the graph waited for" "$one" $big 24 '"waits":true')
min_p=$(work_of "N=$big, min-p 0.1" "$one" $big $short '"minP":0.1')
shared=$(work_of "$many8" "$many" $few $short)

(nvidia-smi; nvidia-smi -q -d CLOCK; lscpu | head -20) >"$out/machine.txt" 2>&1
nvidia-smi --query-gpu=timestamp,memory.used,utilization.gpu --format=csv,noheader -l 1 >"$out/memory.txt" 2>/dev/null &
watching=$!
[ -e prompt.txt ] || "$py" -c 'import json; print("<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\n"+json.load(open("prompts.json"))[0][0]["content"]+"<|im_end|>\n<|im_start|>assistant\n",end="")' >prompt.txt
[ -e model.gguf ] || "$py" ggufFile.py build "$model/onnx/model_q4.onnx" gguf.xz model.gguf >>"$log" 2>&1 & files=($!)
[ -e "$half/onnx/model_fp16.onnx" ] || "$py" half.py "$model" "$half" >>"$log" 2>&1 & files+=($!)
[ -e "$model/onnx/model_integer_q4.onnx" ] || "$py" integerFile.py build "$model/onnx/model_q4.onnx" integer.packed "$model/onnx/model_integer_q4.onnx" >>"$log" 2>&1 & files+=($!)
# The reference of the check, on the CPU.
step reference 30 bash -c "device=cpu; ours 'CPU q4' $model model_q4.onnx '$room' '$(work_of "N=$few, 8 new tokens" "$one" $few 8)'"
step q4 60 bash -c "ours 'q4, logits reduced' $model model_q4.onnx '$room' $(printf ' %q' "${main_work[@]}" "$shared" "$waiting" "$min_p")"
step q4-whole 35 bash -c "ours 'q4, logits whole' $model model_q4.onnx '$whole' $(printf ' %q' "${main_work[0]}" "${main_work[1]}")"
wait "${files[@]}"
step fp16 45 bash -c "ours 'fp16, logits reduced' $half model_fp16.onnx '$room' $(printf ' %q' "${main_work[@]}" "$shared" "$waiting" "$min_p")"
new_tensors="$room,\"compared\":{\"newTensors\":true}"
step fp16-new 40 bash -c "ours 'fp16, new tensors in each step' $half model_fp16.onnx '$new_tensors' $(printf ' %q' "${main_work[0]}" "${main_work[1]}")"
threads=$(nproc)
step llama 40 bash -c "llama 'llama.cpp on the card, draws on the CPU' card $threads cpu $big:$long $few:$long"
step llama-device 30 bash -c "llama 'llama.cpp on the card, draws there' card $threads device $big:$long $few:$long"
step q4-new 30 bash -c "ours 'q4, new tensors in each step' $model model_q4.onnx '$new_tensors' $(printf ' %q' "${main_work[0]}" "${main_work[1]}")"
step fp16-whole 45 bash -c "ours 'fp16, logits whole' $half model_fp16.onnx '$whole' $(printf ' %q' "${main_work[0]}" "${main_work[1]}")"
step q4-1GB 40 bash -c "ours 'q4, 1 GB, shared batch' $model model_q4.onnx '$default' $(printf ' %q' "$shared" "$(work_of "$n128" "$one" $big $long)")"
step q4-1GB-apart 40 bash -c "ours 'q4, 1 GB, one prompt per batch' $model model_q4.onnx '$default,\"compared\":{\"sharedBatch\":false}' $(printf ' %q' "$shared" "$(work_of "$n128" "$one" $big $long)")"
step cores 110 bash cores.sh
step transformersJs 40 bash -c "peer 'transformers.js generate' $device $few:$long $((big > 32 ? 32 : big)):$short -- node transformersJs.mjs"
# What the runtime costs beside the card: the same rows with another setting of it.
step buffers 25 bash -c "RUNTIME='{\"provider\":{\"storageBufferCacheMode\":\"simple\"}}' ours 'fp16, all buffers kept' $half model_fp16.onnx '$room' $(printf ' %q' "$waiting" "${main_work[1]}")"
profile="{\"session\":{\"enableProfiling\":true,\"profileFilePrefix\":\"$out/profile\"}}"
step fp16-profile 20 bash -c "RUNTIME='$profile' ours 'fp16, profiled' $half model_fp16.onnx '$room' $(printf ' %q' "$(work_of "N=$big, 6 new tokens" "$one" $big 6)")"
gzip -f "$out"/profile* 2>/dev/null
step hf 50 "$py" hfGenerate.py "$model" "$one" "$torch" $big:$long $few:$long
step logits 30 bash -c logits
step q4f16 45 bash -c "ours 'q4f16, logits reduced' $half model_q4f16.onnx '$room' $(printf ' %q' "${main_work[@]}" "$shared" "$waiting")"
kill $watching 2>/dev/null
say end; cat "$out/table.md"
