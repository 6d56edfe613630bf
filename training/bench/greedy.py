"""Writes models as GGUF files, and what transformers generates greedily from the same weights (`npm run check:gguf`).

    python bench/greedy.py --to FOLDER SOURCE...

A source is named as in `aepo-training build-model`.

Each model is written as `NAME.gguf` in float32, and as `NAME.json` with the tokens of texts and of prompts.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from aepo_training.build.gguf_export import export_gguf
from aepo_training.build.packages import resolve
from aepo_training.build.source import SourceModel, load_source

_NEW_TOKENS = 40
_TEXTS = ("Name 123 rivers, please.\n\n  Don't hurry: é 数 🙂", "<|im_start|>user\nHi<|im_end|>\n")
_PROMPTS = ("Name a river in Europe.", "Write def add(a, b) in Python.", "Why is the sky blue?")


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("sources", nargs="+", type=resolve)
    options = parser.parse_args()
    for path in options.sources:
        export_gguf(path, options.to / f"{path.stem}.gguf", "f32")
        source = load_source(path)
        found = {
            "texts": [{"text": each, "tokens": source.tokenizer(each)["input_ids"]} for each in _TEXTS],
            "prompts": [_greedy(source, each) for each in _PROMPTS],
        }
        (options.to / f"{path.stem}.json").write_text(json.dumps(found), encoding="utf-8")


def _greedy(source: SourceModel, content: str) -> dict[str, object]:
    """The tokens of a prompt, of the response, and by how much the first choice led at the closest one."""
    text = source.tokenizer.apply_chat_template(
        [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False
    )
    prompt: list[int] = source.tokenizer(text, add_special_tokens=False)["input_ids"]
    response: list[int] = []
    new, cache, closest = prompt, None, float("inf")
    with torch.no_grad():
        while len(response) < _NEW_TOKENS and source.tokenizer.eos_token_id not in response:
            output = source.model(torch.tensor([new]), past_key_values=cache, use_cache=True)
            best = output.logits[0, -1].topk(2)
            closest = min(closest, float(best.values[0] - best.values[1]))
            response.append(int(best.indices[0]))
            new, cache = response[-1:], output.past_key_values
    return {"text": text, "prompt": prompt, "response": response, "closest": closest}


if __name__ == "__main__":
    main()
