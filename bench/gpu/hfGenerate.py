"""Hugging Face `generate` in bfloat16 with the weights of the embedded model.

``python hfGenerate.py MODEL_FOLDER PROMPTS_JSON DEVICE N:TOKENS [N:TOKENS …]``
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from aepo_training.build.quantise import dequantise, stored_matrix


def weights_of(graph: Path) -> dict[str, Any]:
    """Give the dequantised weights of the 4-bit graph by the names of transformers."""
    arrays = {item.name: numpy_helper.to_array(item) for item in onnx.load(graph).graph.initializer}
    state: dict[str, Any] = {}

    def matrix(name: str) -> torch.Tensor:
        return torch.from_numpy(dequantise(stored_matrix(name, arrays.get)))

    state["model.embed_tokens.weight"] = state["lm_head.weight"] = matrix("lm_head.MatMul.weight")
    state["model.norm.weight"] = torch.from_numpy(arrays["model.layers.30.final_norm_layernorm.weight"].copy())
    for layer in range(30):
        name = f"model.layers.{layer}"
        for norm in ("input_layernorm", "post_attention_layernorm"):
            state[f"{name}.{norm}.weight"] = torch.from_numpy(arrays[f"{name}.{norm}.weight"].copy())
        q, k, v = matrix(f"{name}.attn.qkv_proj.MatMul.weight").split([576, 192, 192])
        for part, value in (("q", q), ("k", k), ("v", v)):
            state[f"{name}.self_attn.{part}_proj.weight"] = value
        state[f"{name}.self_attn.o_proj.weight"] = matrix(f"{name}.attn.o_proj.MatMul.weight")
        for part in ("gate", "up", "down"):
            state[f"{name}.mlp.{part}_proj.weight"] = matrix(f"{name}.mlp.{part}_proj.MatMul.weight")
    return state


def main(model_folder: str, prompts: str, device: str, *work: str) -> None:
    """Load, then sample each of `work`, and print a line of JSON for each."""
    folder = Path(model_folder)
    config = json.loads((folder / "config.json").read_text())
    began = time.time()
    with torch.device(device):
        model = LlamaForCausalLM(LlamaConfig(**{k: v for k, v in config.items() if k != "transformers.js_config"}))
    model.load_state_dict(weights_of(folder / "onnx/model_q4.onnx"))
    model = model.to(torch.bfloat16).eval()
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    tokenizer.chat_template = settings["chat_template"]
    end = config["eos_token_id"]
    messages = json.loads(prompts)[0]
    text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    ids = torch.tensor([tokenizer(text, add_special_tokens=False)["input_ids"]], device=device)
    print(json.dumps({"label": "HF generate bf16", "name": "load", "seconds": time.time() - began}), flush=True)

    def generate(n: int, tokens: int) -> Any:
        torch.manual_seed(1)
        out = model.generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=True, temperature=1.0, top_p=0.9, top_k=0,
            num_return_sequences=n, max_new_tokens=tokens, eos_token_id=end, pad_token_id=end,
        )  # fmt: skip
        return out[:, ids.shape[1] :].cpu().numpy()

    for item in work:
        n, tokens = map(int, item.split(":"))
        generate(n, 3)
        began = time.time()
        out = generate(n, tokens)
        seconds = time.time() - began
        ended = out == end
        lengths = np.where(ended.any(axis=1), ended.argmax(axis=1) + 1, out.shape[1])
        total = int(lengths.sum())
        name = f"one prompt, N={n}, {tokens} new tokens"
        figures = {"tokens": total, "seconds": seconds, "rate": total / seconds, "steps": out.shape[1]}
        text = tokenizer.decode(out[0][: lengths[0]])
        print(json.dumps({"label": "HF generate bf16", "name": name, **figures, "texts": [text]}), flush=True)


main(*sys.argv[1:])
