"""Finds the files that installed Python packages carry, without importing the packages."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from aepo_training.errors import InputError

#: The prefix by which a command line names a file inside an installed package.
PREFIX = "package:"


def package_file(package: str, relative: str) -> Path:
    """The path of a file or folder inside an installed package.

    Raises:
        InputError: The package is not installed or has no such file.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            f"the Python package {package} is not installed: install what training/requirements-build.lock names"
        )
    path = Path(spec.submodule_search_locations[0]) / relative
    if not path.exists():
        raise InputError(f"the installed package {package} has no {relative}: install the pinned version")
    return path


def resolve(argument: str) -> Path:
    """The path that a command-line argument names: a path as it stands, or ``package:NAME/FILE``.

    Raises:
        InputError: The argument names a file in a package that cannot be found.
    """
    if not argument.startswith(PREFIX):
        return Path(argument)
    package, slash, relative = argument.removeprefix(PREFIX).partition("/")
    if not package.isidentifier() or not slash or not relative:
        raise InputError(f"{argument} should read {PREFIX}NAME/FILE, with the import name of an installed package")
    return package_file(package, relative)
