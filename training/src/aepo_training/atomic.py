"""Folders and files that appear whole or not at all: written beside their final place and renamed into it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal

from aepo_training.errors import InputError


def new_folder(target: Path) -> AbstractContextManager[Path]:
    """Yield a temporary folder that becomes ``target`` when the block ends without an error.

    The temporary folder lies beside the target, so the rename stays on one file system. It is
    removed when the block fails or is interrupted.

    Raises:
        InputError: ``target`` exists already, or its parent folder cannot be made or written.
    """
    return _new(target, "folder", lambda temporary: temporary)


def new_file(target: Path) -> AbstractContextManager[Path]:
    """Yield the path of a file to write, which becomes ``target`` when the block ends without an error.

    Raises:
        InputError: as `new_folder`.
    """
    return _new(target, "file", lambda temporary: temporary / target.name)


@contextmanager
def _new(target: Path, what: Literal["folder", "file"], written: Callable[[Path], Path]) -> Iterator[Path]:
    """Yield ``written`` of a temporary folder, and rename it to ``target``."""
    target = target.absolute()
    if os.path.lexists(target):
        raise InputError(f"{target} exists already: name a new {what}, or move this one away first")
    with _temporary_beside(target) as temporary:
        content = written(temporary)
        yield content
        if os.path.lexists(target):
            raise InputError(f"{target} was made by another program meanwhile: name a new {what}")
        content.rename(target)


@contextmanager
def _temporary_beside(target: Path) -> Iterator[Path]:
    """Yield a temporary folder on the file system of ``target``, which is removed at the end.

    Raises:
        InputError: The parent folder cannot be made or written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
    except OSError as error:
        raise InputError(f"cannot write to {target.parent}: {error.strerror}") from error
    try:
        temporary.chmod(0o755)
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
