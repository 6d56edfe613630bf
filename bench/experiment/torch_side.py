"""The part of the experiment that runs on PyTorch: sampling from models, and training runs.

Both skip what is there. Files are written whole or not at all.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    sample = commands.add_parser("sample", help="sample responses of the model and its adapters")
    sample.add_argument("--work", type=Path, required=True, help="the working folder")
    sample.add_argument("--model", type=Path, required=True, help="the model in Hugging Face format")
    sample.add_argument("--jobs", required=True, help="file of jobs, in the working folder")
    sample.add_argument("--batch", type=int, required=True, help="responses sampled at once")
    sample.add_argument("--part", default="1/1", help="I/M: every M-th job, from the I-th")
    sample.set_defaults(run=sample_all)
    train = commands.add_parser("train", help="train the runs")
    train.add_argument("--work", type=Path, required=True, help="the working folder")
    train.add_argument("--model", type=Path, required=True, help="the model in Hugging Face format")
    train.add_argument("--runs", required=True, help="file of run folders, in the working folder")
    train.add_argument("--parallel", type=int, required=True, help="runs at once")
    train.set_defaults(run=train_all)
    options = parser.parse_args()
    options.run(options)


def sample_all(options: argparse.Namespace) -> None:
    """Sample for each job whose file is not there and whose adapter is."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.backends.cuda.matmul.allow_tf32 = True
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = AutoTokenizer.from_pretrained(options.model, padding_side="left")
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    index, count = (int(number) for number in options.part.split("/"))
    for job in json.loads((options.work / options.jobs).read_text())[index - 1 :: count]:
        out = options.work / job["out"]
        adapter = options.work / job["adapter"] if job["adapter"] else None
        if out.exists() or (adapter and not (adapter / "adapter_config.json").exists()):
            continue
        started = time.monotonic()
        model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32)
        if adapter:
            model = PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
        model.to(device).eval()
        torch.manual_seed(job["seed"])
        prompts = json.loads((options.work / job["prompts"]).read_text())
        rows = list(_sample(model, tokenizer, prompts, job, options.batch))
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.with_suffix(".part")
        part.write_text("".join(json.dumps(row) + "\n" for row in rows))
        part.rename(out)
        tokens = sum(row["tokenCount"] for row in rows)
        seconds = time.monotonic() - started
        print(f"{job['out']}: {len(rows)} responses, {tokens / seconds:.0f} tokens/s, {seconds:.0f} s", flush=True)


def _sample(
    model: Any, tokenizer: Any, prompts: list[dict[str, Any]], job: dict[str, Any], batch: int
) -> Iterator[dict[str, Any]]:
    """Rows ``{promptId, text, finishReason, tokenCount}``, in the order of the prompts."""
    import torch

    texts = [
        tokenizer.apply_chat_template(prompt["messages"], tokenize=False, add_generation_prompt=True)
        for prompt in prompts
    ]
    wanted = [place for place in range(len(prompts)) for _ in range(job["n"])]
    # Prompts of like length share a batch: less padding.
    wanted.sort(key=lambda place: len(texts[place]))
    rows: list[tuple[int, dict[str, Any]]] = []
    for start in range(0, len(wanted), batch):
        places = wanted[start : start + batch]
        own = [texts[place] for place in places]
        inputs = tokenizer(own, return_tensors="pt", padding=True, add_special_tokens=False)
        with torch.inference_mode():
            output = model.generate(
                **inputs.to(model.device),
                do_sample=True,
                temperature=1.0,
                top_p=0.9,
                top_k=0,
                max_new_tokens=job["maxNewTokens"],
                pad_token_id=tokenizer.pad_token_id,
                eos_token_id=tokenizer.eos_token_id,
            )
        for place, tokens in zip(places, output[:, inputs["input_ids"].shape[1] :].tolist(), strict=True):
            ends = tokenizer.eos_token_id in tokens
            count = tokens.index(tokenizer.eos_token_id) + 1 if ends else len(tokens)
            row = {
                "promptId": prompts[place]["id"],
                "text": tokenizer.decode(tokens[:count], skip_special_tokens=True).strip(),
                "finishReason": "stop" if ends else "length",
                "tokenCount": count,
            }
            rows.append((place, row))
    rows.sort(key=lambda pair: pair[0])
    return (row for _, row in rows)


def train_all(options: argparse.Namespace) -> None:
    """Train each run that has no model yet, with the product's own runner."""
    runs = [options.work / name for name in json.loads((options.work / options.runs).read_text())]

    def train(folder: Path) -> str:
        if (folder / "model" / "adapter_config.json").exists():
            return f"{folder.parent.name}: there"
        file = json.loads((folder / "run.json").read_text())
        (folder / "run.json").write_text(json.dumps({**file, "model": str(options.model.resolve())}))
        command = [sys.executable, "-m", "aepo_training", "train", "--run-dir", str(folder)]
        started = time.monotonic()
        with (folder / "log.txt").open("w") as log:
            code = subprocess.run(command, stdout=log, stderr=log, env=os.environ, check=False).returncode  # noqa: S603
        return f"{folder.parent.name}: exit {code}, {time.monotonic() - started:.0f} s"

    with ThreadPoolExecutor(options.parallel) as pool:
        for line in pool.map(train, runs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
