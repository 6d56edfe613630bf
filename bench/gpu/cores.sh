#!/bin/bash
# The step `cores` of run.sh, which calls it in its folder and exports model, one, big, few and the
# functions: the engine on all cores and on fewer, in one decoder and in several, beside
# llama.cpp on the same cores. Environment: CORES (default all), SMALL=1.
cores=${CORES:-$(nproc)}; few_cores=$(((cores + 3) / 4)); half=$(((cores + 1) / 2))
long=${SMALL:+4}; long=${long:-32}; short=$(((long + 1) / 2))
n_big=$(work_of "N=$big, $long new tokens" "$one" "$big" "$long")
n_few=$(work_of "N=$few, $long new tokens" "$one" "$few" "$long")
# Candidates of 16 prompts at once.
n_many=$(work_of "16 prompts, N=$few, $short new tokens" "$(cat prompts.json)" "$few" "$short")

on_cpu() { # GRAPH THREADS DECODERS WORK…
  local graph=$1 threads=$2 decoders=$3; shift 3
  local all; all=$(IFS=,; echo "$*")
  node measure.mjs "{\"label\":\"CPU $graph, $threads threads in $decoders decoders\",\"folder\":\"$model\",\"graph\":\"onnx/model_$graph.onnx\",\"device\":\"cpu\",\"limits\":{\"kvCacheBytes\":1024000000,\"threads\":$threads,\"compared\":{\"decoders\":$decoders}},\"work\":[$all]}"
}
llama_on_cpu() { # THREADS N:TOKENS…
  llama "CPU llama.cpp, $1 threads" cpu "$1" cpu "${@:2}"
}

on_cpu integer_q4 "$cores" 1 "$n_big" "$n_few" "$n_many"
on_cpu integer_q4 "$cores" 4 "$n_big" "$n_few" "$n_many"
on_cpu integer_q4 "$few_cores" 1 "$n_big" "$n_few"
on_cpu integer_q4 "$cores" 8 "$n_big" "$n_many"
on_cpu integer_q4 "$cores" 16 "$n_big" "$n_many"
llama_on_cpu "$cores" "$big:$long" "$few:$long"
on_cpu integer_q4 "$cores" 2 "$n_big"
on_cpu integer_q4 "$few_cores" 4 "$n_big"
on_cpu integer_q4 "$half" 1 "$n_big" "$n_few"
on_cpu q4 "$cores" 1 "$n_big"
on_cpu q4 "$cores" 8 "$n_big"
llama_on_cpu "$few_cores" "$big:$short" "$few:$long"
