"""Looks into files of weights without loading them: whether they are whole, and what shapes they hold."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aepo_training.errors import Text, text

#: What `git clone` writes in the place of a large file where Git LFS is not installed.
_LFS_POINTER = b"version https://git-lfs"

_LENGTH_BYTES = 8
#: No header is longer; the limit is the format's own.
_LONGEST_HEADER = 100_000_000

_INDEX = "*.safetensors.index.json"
_EMBEDDINGS = ("embed_tokens.weight", "wte.weight", "word_embeddings.weight", "embed_in.weight")


def damage(path: Path) -> Text | None:
    """What is wrong with a file of a model; None when nothing is seen.

    Raises:
        OSError: It cannot be read.
    """
    if is_lfs_pointer(path):
        return text("{path} is a Git LFS pointer, not the file itself.", path=path)
    if path.suffix != ".safetensors":
        return None
    header = _header(path)
    if header is None:
        return text(
            "{path} has no header of the safetensors format: it is another file, or its download broke off.", path=path
        )
    length, tensors = header
    expected = _LENGTH_BYTES + length + max((item["data_offsets"][1] for item in tensors.values()), default=0)
    size = path.stat().st_size
    if size < expected:
        return text(
            "{path} has {size} of {expected} bytes: its download or copy broke off.",
            path=path,
            size=f"{size:,}",
            expected=f"{expected:,}",
        )
    return None


def is_lfs_pointer(path: Path) -> bool:
    """Whether `git clone` wrote a pointer in the place of a file.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(_LFS_POINTER)) == _LFS_POINTER


def missing_shards(folder: Path) -> list[str]:
    """Files of weights that an index names and the folder lacks."""
    return sorted(
        name
        for index in folder.glob(_INDEX)
        for name in set(json.loads(index.read_text(encoding="utf-8")).get("weight_map", {}).values())
        if not (folder / name).is_file()
    )


def embedding_rows(folder: Path) -> int | None:
    """How many tokens the model has an embedding for; None where the files do not tell."""
    for path in sorted(folder.glob("*.safetensors")):
        for name, shape in _shapes(path):
            if name.endswith(_EMBEDDINGS):
                return shape[0]
    return None


def _shapes(path: Path) -> Iterator[tuple[str, list[int]]]:
    header = _header(path)
    if header:
        yield from ((name, item["shape"]) for name, item in header[1].items())


def _header(path: Path) -> tuple[int, dict[str, Any]] | None:
    """The length of the header and what it says of each tensor."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if not 0 < length <= min(_LONGEST_HEADER, path.stat().st_size - _LENGTH_BYTES):
            return None
        try:
            header = json.loads(file.read(length))
        except ValueError:
            return None
    header.pop("__metadata__", None)
    if not all(len(item.get("data_offsets", ())) == 2 and math.prod(item["shape"]) >= 0 for item in header.values()):
        return None
    return length, header
