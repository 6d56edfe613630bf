"""The embedded model in the form that PyTorch trains: every machine keeps its own copy of it."""

from __future__ import annotations

from pathlib import Path

#: The folder that holds the copies (src/processes/trainableModel.ts).
_FOLDER = "trainable"


def is_prepared(model: str | None) -> bool:
    """Whether a path names the embedded model as some machine prepared it."""
    return model is not None and Path(model).is_absolute() and Path(model).parent.name == _FOLDER
