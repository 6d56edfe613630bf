"""Folders and files that appear whole or not at all: written beside their final place and renamed into it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aepo_training.errors import InputError


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Yield a temporary folder that becomes ``target`` when the block ends without an error.

    The temporary folder lies beside the target, so the rename stays on one file system. It is
    removed when the block fails or is interrupted.

    Raises:
        InputError: ``target`` exists already, or its parent folder cannot be made or written.
    """
    target = target.absolute()
    if os.path.lexists(target):
        raise InputError(f"{target} exists already: name a new folder, or move this one away first")
    with _temporary_beside(target) as temporary:
        yield temporary
        if os.path.lexists(target):
            raise InputError(f"{target} was made by another program meanwhile: name a new folder")
        temporary.rename(target)


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Yield the path of a file to write, which becomes ``target`` when the block ends without an error.

    Raises:
        InputError: as `new_folder`.
    """
    target = target.absolute()
    if os.path.lexists(target):
        raise InputError(f"{target} exists already: name a new file, or move this one away first")
    with _temporary_beside(target) as folder:
        file = folder / target.name
        yield file
        if os.path.lexists(target):
            raise InputError(f"{target} was made by another program meanwhile: name a new file")
        file.rename(target)


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
