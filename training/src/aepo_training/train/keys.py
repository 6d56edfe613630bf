"""Reads a JSON object into a dataclass. The dataclass is the only place that names a key, its type and its limits.

A field `learning_rate` is read from the key `learningRate`. Every key must be there, and no other; the key of a field
with a default may be absent. The type of a field is bool, int, float, str, a Literal of strings, one of these or None,
or `Mapping[str, Any]` for an object that is read elsewhere; `Annotated[…, Limit]` narrows it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from aepo_training.errors import InputError

T = TypeVar("T")


@dataclass(frozen=True)
class Limit:
    """What a value must be beside its type.

    Attributes:
        expected: Completes the sentence "it must be …".
        holds: Whether a value of the right type keeps to it.
    """

    expected: str
    holds: Callable[[Any], bool]


def at_least(least: int) -> Limit:
    """Whole numbers from a least one on."""
    return Limit(f"a whole number of at least {least}", lambda value: bool(value >= least))


def share(most: float = 1) -> Limit:
    """Numbers from 0 to a largest one."""
    return Limit(f"a number from 0 to {most:g}", lambda value: bool(0 <= value <= most))


def share_below(limit: float) -> Limit:
    """Numbers from 0 to below a limit."""
    return Limit(f"a number from 0 to below {limit:g}", lambda value: bool(0 <= value < limit))


POSITIVE = Limit("a number above 0", lambda value: bool(0 < value < math.inf))

#: numpy, which the trainer seeds too, takes 32 bits.
SEED = Limit("a whole number from 0 to 4294967295", lambda value: bool(0 <= value < 2**32))

PositiveFloat = Annotated[float, POSITIVE]
Count = Annotated[int, at_least(1)]

_EXPECTED = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string that is not empty",
    Mapping: "a JSON object",
}


def read_keys(kind: type[T], content: object, path: Path, prefix: str = "") -> T:
    """Make a dataclass from a JSON value.

    Args:
        kind: The dataclass.
        content: The parsed JSON.
        path: The file, for messages.
        prefix: Where in the file the object is, for messages: `common.` for the keys of `common`.

    Raises:
        InputError: It is no object, a key is missing or unknown, or a value has the wrong type.
    """
    if not isinstance(content, Mapping):
        raise InputError(f"{path}: {prefix.rstrip('.') or 'the whole file'} must be a JSON object")
    hints = get_type_hints(kind, include_extras=True)
    keys = {field.name: _key(field.name) for field in fields(cast("Any", kind))}
    for key in content:
        if key not in keys.values():
            raise InputError(f"{path}: unknown key {prefix}{key}", f"Remove it; valid keys: {', '.join(keys.values())}")
    optional = {field.name for field in fields(cast("Any", kind)) if field.default is not MISSING}
    values = {}
    for name, key in keys.items():
        if key not in content:
            if name in optional:
                continue
            raise InputError(f"{path}: the key {prefix}{key} is missing", "Every key must be written out")
        expected, value = read_value(hints[name], content[key])
        if expected:
            raise InputError(f"{path}: {prefix}{key} is {json.dumps(content[key])}, but must be {expected}")
        values[name] = value
    return kind(**values)


def _key(name: str) -> str:
    """The camelCase key of a snake_case field."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def read_value(hint: Any, value: Any) -> tuple[str, Any]:
    """What was expected, "" where the value is of the type, and the value in that type."""
    if get_origin(hint) is Annotated:
        inner, limit = get_args(hint)
        expected, found = read_value(inner, value)
        return (limit.expected, None) if expected or not limit.holds(found) else ("", found)
    if get_origin(hint) in (Union, UnionType):
        if value is None:
            return "", None
        (inner,) = (option for option in get_args(hint) if option is not NoneType)
        expected, found = read_value(inner, value)
        return (f"{expected} or null" if expected else "", found)
    if get_origin(hint) is Literal:
        options = get_args(hint)
        return ("" if value in options else f"one of: {', '.join(options)}", value)
    return _plain(get_origin(hint) or hint, value)


def _plain(kind: Any, value: Any) -> tuple[str, Any]:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind is float and number:
        return "", float(value)
    if kind is int and number and float(value).is_integer():
        return "", int(value)
    if kind is bool and isinstance(value, bool):
        return "", value
    if kind is str and isinstance(value, str) and value:
        return "", value
    if kind is Mapping and isinstance(value, Mapping):
        return "", value
    return _EXPECTED[kind], None
