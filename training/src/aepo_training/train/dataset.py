"""Reads the preference rows of a run and refuses what TRL would train on without a word."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, TypedDict

from aepo_training.errors import InputError

#: With one row there is nothing to compare.
FEWEST_ROWS = 2

_COLUMNS = ("prompt", "chosen", "rejected")
_ROLES = ("system", "user", "assistant", "tool")


class Message(TypedDict):
    """One message of a conversation."""

    role: str
    content: str


class PreferenceRow(TypedDict):
    """One row: after `prompt`, the person preferred `chosen` to `rejected`."""

    prompt: list[Message]
    chosen: list[Message]
    rejected: list[Message]


def read_rows(path: Path, sha256: str) -> list[PreferenceRow]:
    """Read all rows of a JSONL file; blank lines are passed over, further columns are left out.

    Args:
        path: The file, in UTF-8.
        sha256: The hex SHA-256 that the file's bytes must have.

    Raises:
        InputError: The file is missing or another one than was prepared, has fewer than two rows, or a row
            is no preference between message lists; the message names the row.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"the data set {path} cannot be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise InputError(f"the data set {path} was changed after the run was prepared: start a new run on it")
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}, row {line}: not UTF-8: export the data set again") from error
    rows = [_row(line, f"{path}, row {number}") for number, line in enumerate(lines, start=1) if line.strip()]
    if len(rows) < FEWEST_ROWS:
        found = "no rows" if not rows else "one row"
        raise InputError(
            f"the data set {path} has {found}: a run needs at least {FEWEST_ROWS}, label more selections first"
        )
    return rows


def _row(line: str, where: str) -> PreferenceRow:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise InputError(f"{where}: not JSON ({error}): export the data set again") from error
    if not isinstance(value, dict):
        raise InputError(f"{where}: not a JSON object: export the data set again")
    for column in _COLUMNS:
        if column not in value:
            raise InputError(f"{where}: {column} is missing: a row has {', '.join(_COLUMNS)}")
    row = PreferenceRow(
        prompt=_messages(value["prompt"], f"{where}: prompt"),
        chosen=_messages(value["chosen"], f"{where}: chosen"),
        rejected=_messages(value["rejected"], f"{where}: rejected"),
    )
    if row["chosen"] == row["rejected"]:
        raise InputError(f"{where}: chosen and rejected are the same: remove the row")
    return row


def _messages(value: Any, where: str) -> list[Message]:
    if not isinstance(value, list):
        raise InputError(f"{where} is not a list of messages: all rows must be conversations of role and content")
    if not value:
        raise InputError(f"{where} is empty: remove the row")
    messages: list[Message] = []
    for message in value:
        if not isinstance(message, dict) or not isinstance(message.get("content"), str):
            raise InputError(f"{where} has a message without a role and a content that are texts")
        if message.get("role") not in _ROLES:
            raise InputError(f"{where} has the role {json.dumps(message.get('role'))}: known are {', '.join(_ROLES)}")
        messages.append(Message(role=message["role"], content=message["content"]))
    return messages
