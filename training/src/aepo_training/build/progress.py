"""What a build is doing, told to the program that started it: lines `stage NAME` on standard output."""

from __future__ import annotations

from typing import Literal

Stage = Literal["load", "compare", "export", "int4", "int8", "fp16", "fp32", "gguf"]


def stage(name: Stage) -> None:
    """Tell that a stage begins; an earlier one may begin again."""
    print(f"stage {name}", flush=True)
