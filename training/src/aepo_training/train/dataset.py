"""Reads the rows of a run: what the annotators prefer, and how each response was sampled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aepo_training.errors import InputError
from aepo_training.train.keys import read_value
from aepo_training.train.rows import PAIRS, Message, Response, Row, RowKind

#: With one row there is nothing to compare.
FEWEST_ROWS = 2

_ROLES = ("system", "user", "assistant", "tool")
_ENDS = ("stop", "length", "other", "imported")
_AGAIN = "Start a new run, which writes the data set again"


def read_rows(path: Path, sha256: str, kind: RowKind = PAIRS) -> list[Row]:
    """Read all rows of a JSONL file; blank lines are skipped.

    Args:
        path: The file, in UTF-8.
        sha256: The hex SHA-256 that the file's bytes must have.
        kind: The columns of a row.

    Raises:
        InputError: The file is missing or another one than was prepared, has fewer than two rows, or a row
            lacks a column; the message names the row.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"the data set {path} cannot be read: {error.strerror}", "Start a new run") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise InputError(f"the data set {path} was changed after the run was prepared", "Start a new run on it")
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}, row {line}: not UTF-8", _AGAIN) from error
    rows = [
        _row(kind, line, number, f"{path}, row {number}") for number, line in enumerate(lines, start=1) if line.strip()
    ]
    if len(rows) < FEWEST_ROWS:
        found = "no rows" if not rows else "one row"
        raise InputError(
            f"the data set {path} has {found}", f"A run needs at least {FEWEST_ROWS}: label more selections first"
        )
    return rows


def _row(kind: RowKind, text: str, line: int, where: str) -> Row:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InputError(f"{where}: not JSON ({error})", _AGAIN) from error
    if not isinstance(value, dict):
        raise InputError(f"{where}: not a JSON object", _AGAIN)
    columns = ("promptId", "prompt", *kind.responses, *(f"{name}End" for name in kind.responses))
    for column in columns:
        if column not in value:
            raise InputError(f"{where}: {column} is missing", f"A row has {', '.join(columns)}")
    generator = _object(value, "generator", where).get("model")
    if not isinstance(value["promptId"], str) or not isinstance(generator, str | None):
        raise InputError(f"{where}: promptId and generator.model must be strings", _AGAIN)
    responses = {name: _response(value, name, where) for name in kind.responses}
    values = _values(kind, value, where)
    taught = kind.taught(values)
    return Row(
        line=line,
        prompt_id=value["promptId"],
        prompt=_messages(value["prompt"], f"{where}: prompt"),
        responses=responses,
        taught=None if taught is None else responses[taught],
        values=values,
        template=_object(value, "template", where),
        generator=generator,
        prompt_tokens=_tokens(value, where),
    )


def _values(kind: RowKind, value: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    given = _object(value, "values", where)
    values = {}
    for name, hint in kind.values.items():
        expected, values[name] = read_value(hint, given.get(name))
        if expected and name not in given:
            raise InputError(f"{where}: values.{name} is missing", _AGAIN)
        if expected:
            raise InputError(f"{where}: values.{name} is {json.dumps(given[name])}, but must be {expected}", _AGAIN)
    return values


def _response(value: Mapping[str, Any], name: str, where: str) -> Response:
    messages = _messages(value[name], f"{where}: {name}")
    if len(messages) != 1 or messages[0]["role"] != "assistant":
        raise InputError(f"{where}: {name} is not one message of the assistant", _AGAIN)
    end = value[f"{name}End"]
    if end not in _ENDS:
        raise InputError(f"{where}: {name}End is {json.dumps(end)}, but must be one of: {', '.join(_ENDS)}")
    return Response(messages[0]["content"], end)


def _messages(value: Any, where: str) -> list[Message]:
    if not isinstance(value, list):
        raise InputError(f"{where} is not a list of messages", "All rows must be conversations of role and content")
    if not value:
        raise InputError(f"{where} is empty", "Remove the row")
    messages: list[Message] = []
    for message in value:
        if not isinstance(message, dict) or not isinstance(message.get("content"), str):
            raise InputError(f"{where} has a message without a role and a content that are strings", _AGAIN)
        if message.get("role") not in _ROLES:
            role = json.dumps(message.get("role"))
            raise InputError(f"{where} has the role {role}; valid roles: {', '.join(_ROLES)}")
        messages.append(Message(role=message["role"], content=message["content"]))
    return messages


def _object(value: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    found = value.get(name, {})
    if not isinstance(found, Mapping):
        raise InputError(f"{where}: {name} is not a JSON object", _AGAIN)
    return found


def _tokens(value: Mapping[str, Any], where: str) -> list[int] | None:
    found = value.get("promptTokens")
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(token, int) and token >= 0 for token in found):
        raise InputError(f"{where}: promptTokens is not a list of token ids", _AGAIN)
    return found
