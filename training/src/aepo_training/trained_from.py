"""What a folder of trained weights was made from (`trained_from.json`): the build compares the two.

An adapter names its base itself; whole weights do not.
"""

from __future__ import annotations

import json
from pathlib import Path

_NAME = "trained_from.json"


def write_trained_from(folder: Path, model: str) -> None:
    """Say in a folder of weights which model they were trained from."""
    (folder / _NAME).write_text(json.dumps({"model": model}, ensure_ascii=False) + "\n", encoding="utf-8")


def read_trained_from(folder: Path) -> str | None:
    """The model that a folder of weights was trained from; None where it does not say."""
    try:
        content = json.loads((folder / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    model = content.get("model") if isinstance(content, dict) else None
    return model if isinstance(model, str) else None
