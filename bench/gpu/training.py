"""Tries training on one graphics card: plain, sharded by FSDP and by DeepSpeed, on a quantised base.

`training.py [--model FOLDER] [--only CASE…] [--processes N] [--stand-in] [--logs FOLDER]` runs the cases beside each
other and prints a JSON line for each. It needs the packages of training/requirements.lock; the cases of packages that
are missing (deepspeed, bitsandbytes) are left out. Without --model it makes a random model. --stand-in tries it on a
machine without a card.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_TRAINING = Path(__file__).parents[2] / "training"
sys.path[:0] = [str(_TRAINING), str(_TRAINING / "src")]

_SECONDS = float(os.environ.get("SECONDS_PER_RUN", "90"))
_STEPS = 8
#: A file of accelerate for the version of FSDP that `sharding=fsdp` does not take. It trains all weights alone.
_FSDP1 = {
    "distributed_type": "FSDP",
    "num_machines": 1,
    "machine_rank": 0,
    "main_process_port": 0,
    "mixed_precision": "no",
    "fsdp_config": {
        "fsdp_version": 1,
        "fsdp_sharding_strategy": "FULL_SHARD",
        "fsdp_auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
        "fsdp_state_dict_type": "SHARDED_STATE_DICT",
        "fsdp_sync_module_states": True,
        "fsdp_use_orig_params": False,
    },
}

#: What each case changes of a run with an adapter.
_CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "plain-all": {"lora": False},
    "fsdp1-all": {"accelerateConfig": _FSDP1, "lora": False},
    "fsdp2": {"sharding": "fsdp"},
    "fsdp2-all": {"sharding": "fsdp", "lora": False},
    "zero2": {"sharding": "zero-2"},
    "zero3": {"sharding": "zero-3"},
    "zero3-all": {"sharding": "zero-3", "lora": False},
    "8bit": {"quantization": "8bit"},
    "4bit": {"quantization": "4bit"},
}


def is_possible(case: str) -> bool:
    """Whether the packages for a case are there."""
    package = "deepspeed" if case.startswith("zero") else "bitsandbytes" if case.endswith("bit") else None
    return package is None or find_spec(package) is not None


def is_sharded(case: str) -> bool:
    """Whether a case shards what it trains."""
    return case.startswith(("fsdp", "zero"))


def make_model(folder: Path) -> None:
    """A random Llama of 4 layers with the tokenizer of the tiny model."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tiny = _TRAINING.parent / "models" / "tiny-random"
    torch.manual_seed(0)
    config = LlamaConfig.from_pretrained(tiny)
    config.hidden_size, config.intermediate_size, config.head_dim, config.num_hidden_layers = 512, 1024, 128, 4
    LlamaForCausalLM(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tiny / name, folder / name)


def main() -> None:
    """Run the cases and print what was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--stand-in", action="store_true")
    parser.add_argument("--logs", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        model = (options.model or work / "model").absolute()
        if options.model is None:
            make_model(model)
        paths = [str(_TRAINING / "src"), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        if options.stand_in:
            # Which needs a card.
            _FSDP1["fsdp_config"] |= {"fsdp_sync_module_states": False, "fsdp_cpu_ram_efficient_loading": False}
            paths.insert(0, str(_TRAINING / "tests" / "gpu_stand_in"))
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "2"}
        chosen = [case for case in options.only or _CASES if is_possible(case)]
        with ThreadPoolExecutor(len(chosen)) as pool:
            begun = [pool.submit(attempt, case, options.processes, model, work, environment) for case in chosen]
            for done in as_completed(begun):
                print(json.dumps(done.result()), flush=True)
        compare(work, chosen)
        for case in chosen if options.logs else ():
            shutil.copyfile(work / case / "log.txt", options.logs / f"training-{case}.txt")


def attempt(case: str, processes: int, model: Path, work: Path, environment: dict[str, str]) -> dict[str, Any]:
    """One run. A sharded one is paused after its first step and resumed."""
    from tests.conftest import rows, write_run

    folder, changes = work / case, _CASES[case]
    if is_sharded(case):
        changes = {**changes, "processes": processes, "batchSize": 4 // processes}
    if config := changes.get("accelerateConfig"):
        path = work / f"{case}.yaml"
        path.write_text(json.dumps({**config, "num_processes": processes}), encoding="utf-8")
        changes = {**changes, "accelerateConfig": str(path)}
    settings = {"batchSize": 4, "maxSteps": _STEPS, "saveSteps": 3, "heldOut": 0.2, "regression": True}
    write_run(folder, rows(20), model, **(settings | changes))
    began = time.monotonic()
    if is_sharded(case):
        (folder / "pause").touch()
    codes = [_train(folder, environment)]
    if (folder / "paused").exists():
        codes.append(_train(folder, environment, "--resume"))
    return {"case": case, "codes": codes, "seconds": round(time.monotonic() - began, 1), **_seen(folder)}


def _train(folder: Path, environment: dict[str, str], *arguments: str) -> int:
    command = [sys.executable, "-m", "aepo_training", "train", "--run-dir", str(folder), *arguments]
    with (folder / "log.txt").open("a") as log:
        try:
            return subprocess.run(  # noqa: S603
                command, env=environment, stdout=log, stderr=log, timeout=_SECONDS, check=False
            ).returncode
        except subprocess.TimeoutExpired:
            return 124


def _seen(folder: Path) -> dict[str, Any]:
    if not (folder / "model").is_dir():
        failed = folder / "failed"
        return {
            "failed": failed.read_text() if failed.is_file() else None,
            "log": (folder / "log.txt").read_text(errors="replace")[-1500:],
        }
    events = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    machine = json.loads((folder / "machine.json").read_text())
    policy = json.loads((folder / "regression.json").read_text())["policy"]
    logs = [event for event in events if event["event"] == "log"]
    return {
        "device": machine["device"],
        "packages": machine["packages"] if folder.name == "plain" else None,
        "steps": [event["step"] for event in logs],
        "loss": [round(event["figures"]["loss"], 5) for event in logs],
        "moved": events[-1]["moved"],
        "largestUpdate": events[-1]["largestUpdate"],
        "peakGpuMemory": max(event.get("peakGpuMemory") or 0 for event in events),
        "neutralLoss": [policy[side]["neutralLoss"] for side in ("before", "after")],
        "kl": policy["kl"],
    }


def compare(work: Path, chosen: Sequence[str]) -> None:
    """How far the weights that each sharded run gave are from those of the plain one."""
    for case in filter(is_sharded, chosen):
        plain = work / ("plain-all" if case.endswith("-all") else "plain")
        if not all((run / "model").is_dir() for run in (plain, work / case)):
            continue
        expected, found = _weights(plain), _weights(work / case)
        if found.keys() != expected.keys():
            print(json.dumps({"case": case, "otherNames": sorted(found.keys() ^ expected.keys())[:4]}), flush=True)
            continue
        distance = max(float((found[name] - expected[name]).abs().max()) for name in expected)
        largest = max(float(weight.abs().max()) for weight in expected.values())
        print(json.dumps({"case": case, "largestDifference": distance, "largestWeight": largest}), flush=True)


def _weights(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    files = (folder / "model").glob("*.safetensors")
    return {name: weight.float() for file in files for name, weight in load_file(file).items()}


if __name__ == "__main__":
    main()
