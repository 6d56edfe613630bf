"""Looks, before anything large is loaded, whether the model that a run names can be trained."""

from __future__ import annotations

import re
from pathlib import Path

from aepo_training.errors import InputError

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")


def check_model(model: str) -> None:
    """Refuse a model that is neither a trainable Hugging Face folder nor a hub id.

    Raises:
        InputError: The folder is missing, lacks config or weights, or holds an adapter; or the text is no hub id.
    """
    folder = Path(model)
    if not folder.is_absolute():
        if not _HUB_ID.fullmatch(model):
            raise InputError(f"the model {model!r} is neither an absolute path nor a hub id like owner/name")
        return
    if not folder.is_dir():
        raise InputError(f"the model folder {model} does not exist: name a Hugging Face folder or a hub id")
    if (folder / "adapter_config.json").is_file():
        raise InputError(f"{model} holds a LoRA adapter: write it with its base by aepo-training trainable-model first")
    if not (folder / "config.json").is_file():
        raise InputError(f"the model folder {model} has no config.json: name a Hugging Face folder or a hub id")
    if not any(path for pattern in _WEIGHTS for path in folder.glob(pattern)):
        raise InputError(
            f"the model folder {model} has no weights for PyTorch (*.safetensors), so it cannot be trained"
        )
