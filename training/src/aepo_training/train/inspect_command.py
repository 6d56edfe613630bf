"""The `inspect` command: what a run will train on, without training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aepo_training.errors import AepoTrainingError, lacking_package
from aepo_training.train.reading import check_libraries, read_run
from aepo_training.train.targets import check_before_start


def inspect(folder: Path, tokens: int, *, elsewhere: bool) -> None:
    """Print as one JSON object what a run will train on, or why it cannot: `{"failure": …}`.

    Args:
        folder: The folder of the run.
        tokens: How many rows to print as tokens.
        elsewhere: Another machine trains: what its options ask of an interpreter is not looked for in this one.

    Raises:
        InputError: The run file, the data set or the model cannot be used.
    """
    try:
        print(json.dumps(_inspected(folder, tokens, elsewhere=elsewhere), ensure_ascii=False), flush=True)
    except AepoTrainingError as error:
        print(json.dumps({"failure": error.as_json()}, ensure_ascii=False), flush=True)
        raise


def _inspected(folder: Path, tokens: int, *, elsewhere: bool) -> dict[str, Any]:
    check_libraries()
    try:
        return _inspect(folder, tokens, elsewhere=elsewhere)
    except ImportError as error:
        raise lacking_package(error) from error


def _inspect(folder: Path, tokens: int, *, elsewhere: bool) -> dict[str, Any]:
    from aepo_training.train.inspection import inspect_rows
    from aepo_training.train.tokens import load_chat

    file, rows, _previous = read_run(folder.absolute(), elsewhere=elsewhere)
    chat = load_chat(file.model)
    check_before_start(file)
    return inspect_rows(rows, chat, file.common).as_json(chat, tokens)
