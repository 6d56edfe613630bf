"""Where a run runs: `machine.json`, with the versions that repeating the run needs, and the largest memory in use."""

from __future__ import annotations

import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

NAME = "machine.json"

#: Packages that decide what a run computes.
_PACKAGES = ("torch", "transformers", "trl", "peft", "accelerate", "datasets", "tokenizers", "numpy", "bitsandbytes")

#: Unit of `ru_maxrss`: kibibytes, on macOS bytes.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def record_machine(folder: Path, device: str) -> None:
    """Write ``folder/machine.json``. A resumed run replaces it."""
    (folder / NAME).write_text(json.dumps(_describe(device), indent=2) + "\n", encoding="utf-8")


def _describe(device: str) -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else device,
        "processors": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "processes": int(os.environ.get("WORLD_SIZE", "1")),
        "packages": {name: found for name in _PACKAGES if (found := _version(name)) is not None},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def peak_memory() -> dict[str, int | None]:
    """The most bytes of main memory that this process had, and of its GPU; None where that cannot be known."""
    return {
        "peakMemory": _peak_rss(),
        "peakGpuMemory": torch.cuda.max_memory_allocated() if torch.cuda.is_available() else None,
    }


def _peak_rss() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT
