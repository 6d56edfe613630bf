"""Which model a run started from, to the byte (`base.json`), so that a resumed run goes on from the same."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from aepo_training.errors import InputError, first_line, text
from aepo_training.train.model import check_config

NAME = "base.json"

#: What the training reads of a model folder.
_PATTERNS = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "chat_template.jinja",
    "chat_template.json",
    "*.safetensors",
    "*.bin",
)


def record_base(folder: Path, model: str) -> str | None:
    """Write ``folder/base.json`` at the first start of a run, and compare with it at a later one.

    Gives the revision to load, None for a folder.

    Raises:
        InputError: The model has changed since the run started, or the hub does not know it.
    """
    path = folder / NAME
    recorded = _recorded(path)
    pinned = recorded.get("revision") if recorded and recorded.get("model") == model else None
    found = _describe(model, pinned)
    if recorded is None:
        _write_whole(path, json.dumps(found, indent=2) + "\n")
    else:
        _must_match(recorded, found)
    revision: str | None = found.get("revision")
    return revision


def _write_whole(path: Path, content: str) -> None:
    """Several processes of a run may read and write the file at once."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(content, encoding="utf-8")
    temporary.replace(path)


def check_base(folder: Path, model: str) -> None:
    """Compare a model folder with what ``folder/base.json`` says of the base. A model of the hub has its revision.

    Raises:
        InputError: The model has changed since the run started.
    """
    recorded = _recorded(folder / NAME)
    if recorded is not None and recorded.get("files") is not None and Path(model).is_dir():
        _must_match(recorded, _describe(model, None))


def _must_match(recorded: dict[str, Any], found: dict[str, Any]) -> None:
    if recorded.get("files") != found.get("files"):
        raise InputError(
            text(
                "The model {model} has changed since the run started ({file}).",
                model=found["model"],
                file=_difference(recorded, found),
            ),
            text("Put the model back as it was, or start a new run."),
        )


def _describe(model: str, pinned: str | None) -> dict[str, Any]:
    if not Path(model).is_absolute():
        return {"model": model, "revision": _revision(model, pinned)}
    files = sorted({path for pattern in _PATTERNS for path in Path(model).glob(pattern)})
    return {
        "model": model,
        "files": {path.name: {"size": path.stat().st_size, "sha256": _sha256(path)} for path in files},
    }


def _revision(model: str, pinned: str | None) -> str | None:
    """The commit that the hub has now, or the pinned one again; the config is fetched and looked at on the way."""
    from transformers.utils import cached_file
    from transformers.utils.hub import extract_commit_hash

    try:
        path = cached_file(model, "config.json", revision=pinned)
        check_config(model, json.loads(Path(str(path)).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise InputError(
            text("The model {model} cannot be fetched: {error}.", model=model, error=first_line(error)),
            text("Check the name and the connection."),
        ) from error
    commit: str | None = extract_commit_hash(str(path), None)
    return commit


def _recorded(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InputError(
            text("{path} cannot be read: {error}.", path=path, error=first_line(error)), text("Start a new run.")
        ) from error
    if not isinstance(content, dict):
        raise InputError(text("{path} is not a JSON object.", path=path), text("Start a new run."))
    return content


def _difference(before: dict[str, Any], now: dict[str, Any]) -> str:
    """The first file that differs."""
    files, found = (record.get("files") or {} for record in (before, now))
    return next((name for name in sorted({*files, *found}) if files.get(name) != found.get(name)), "another model")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
