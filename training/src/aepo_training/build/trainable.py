"""The command `trainable-model`: a model as a Hugging Face folder. Needs what a run needs, and gguf for a GGUF file."""

from __future__ import annotations

from pathlib import Path

from aepo_training.atomic import new_folder
from aepo_training.build.source import load_source
from aepo_training.trained_from import write_trained_from


def write_trainable_model(source: Path, target: Path) -> None:
    """Write a GGUF file or an adapter with its base as a Hugging Face folder, which a run can train.

    Raises:
        InputError: The source cannot be used or the target exists.
    """
    with new_folder(target) as folder:
        loaded = load_source(source)
        loaded.model.save_pretrained(folder)
        loaded.tokenizer.save_pretrained(folder)
        if loaded.base:
            write_trained_from(folder, loaded.base)
