"""Small random models, saved as folders that a model is built from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, PreTrainedModel

from .conftest import TINY

#: Of a config; the vocabulary is that of the tiny model.
SIZES: dict[str, Any] = {
    "vocab_size": 309,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}


def save(model: PreTrainedModel, folder: Path) -> None:
    """Save a random model in which every weight matters, which it changes to this end."""
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if name.endswith("bias"):
                weights.normal_(0, 0.5)
            elif "norm" in name:
                weights.add_(torch.randn_like(weights) * 0.3)
            else:
                weights.mul_(4)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(TINY).save_pretrained(folder)
