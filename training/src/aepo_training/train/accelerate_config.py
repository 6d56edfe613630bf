"""The configuration file of accelerate that a run names: how it spreads the run, and what a run cannot use of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aepo_training.errors import INSTALL, InputError, text
from aepo_training.train.run_file import Common

_FSDP, _DEEPSPEED = "FSDP", "DEEPSPEED"
#: Kinds that shard a model across processes.
_SHARDED = (_FSDP, _DEEPSPEED)
#: Others that do, with models and trainers of their own.
_OTHERS = ("MEGATRON_LM", "TP")
#: Those that start one process; YAML reads NO as False.
_SINGLE = ("NO", "FALSE")
#: Parts of a DeepSpeed configuration that would replace the optimizer and the schedule of run.json.
_DECIDED = ("optimizer", "scheduler")
#: With 2.11 the step after a checkpoint fails, if rows were evaluated before it.
_TORCH = (2, 15)


def shards(common: Common) -> bool:
    """Whether a run shards its model across processes.

    Raises:
        InputError: The accelerate configuration file cannot be used.
    """
    if common.accelerate_config is None:
        return common.sharding != "none"
    return _kind(read_config(Path(common.accelerate_config))) in _SHARDED


def check_processes(common: Common) -> None:
    """Refuse processes that this run or this interpreter cannot have.

    Raises:
        InputError: It names the option and what to do.
    """
    if common.accelerate_config is not None:
        check_config(Path(common.accelerate_config), common)
    else:
        sharding_arguments(common)


def sharding_arguments(common: Common) -> list[str]:
    """The arguments of `accelerate launch` for what the run shares out.

    Raises:
        InputError: The run or this interpreter cannot do it.
    """
    if common.sharding == "none":
        return ["--multi_gpu"]  # without GPUs this starts processes on the CPU, which --cpu does by MPI alone
    if common.sharding == "fsdp":
        _check_options(common, _FSDP)
        _need_torch()
        return [
            "--use_fsdp",
            *("--fsdp_version", "2"),
            *("--fsdp_auto_wrap_policy", "TRANSFORMER_BASED_WRAP"),
            *("--fsdp_state_dict_type", "FULL_STATE_DICT"),
            *("--fsdp_reshard_after_forward", "true"),
        ]
    _check_options(common, _DEEPSPEED)
    _need_deepspeed(f"sharding={common.sharding}")
    return ["--use_deepspeed", "--zero_stage", common.sharding.removeprefix("zero-"), "--zero3_init_flag", "false"]


def launched_processes(common: Common, settings: Mapping[str, Any]) -> int | None:
    """How many processes accelerate starts on all machines together; None where neither run nor file says it."""
    if common.processes > 1:
        return common.processes
    if _kind(settings) in _SINGLE:
        return 1
    count = settings.get("num_processes")
    return count if _is_count(count) else None


def check_config(path: Path, common: Common) -> None:
    """Refuse a configuration that a run cannot use.

    Raises:
        InputError: It cannot be read, or asks for what the run or this interpreter cannot do.
    """
    if common.sharding != "none":
        raise InputError(
            text("sharding={value} cannot be set beside accelerateConfig, whose file says it.", value=common.sharding),
            text("Set sharding=none, or leave accelerateConfig out."),
        )
    content = read_config(path)
    kind = _kind(content)
    if kind in _SINGLE and common.processes > 1:
        raise InputError(
            text(
                "The accelerate configuration file {path} starts one process, and processes is {count}.",
                path=path,
                count=common.processes,
            ),
            text("Set processes=1, or write MULTI_GPU as its distributed_type."),
        )
    if launched_processes(common, content) is None:
        raise InputError(
            text("The accelerate configuration file {path} does not say how many processes there are.", path=path),
            text("Write num_processes into it, or set processes."),
        )
    if kind in _OTHERS:
        raise InputError(
            text(
                "The accelerate configuration file {path} asks for {kind}, which TRL's trainers do not use.",
                path=path,
                kind=kind,
            ),
            text("Use FSDP or DEEPSPEED to shard the model across processes, or MULTI_GPU for copies."),
        )
    if kind in _SHARDED:
        _check_options(common, kind)
    if kind == _FSDP:
        _check_fsdp(path, content.get("fsdp_config") or {}, common)
    if kind == _DEEPSPEED:
        _check_deepspeed(path, content.get("deepspeed_config") or {})


def read_config(path: Path) -> dict[str, Any]:
    """The settings of an accelerate configuration file.

    Raises:
        InputError: It cannot be used.
    """
    import yaml

    remedy = text("Write it with accelerate config --config_file FILE, and name its absolute path.")
    if not path.is_absolute():
        raise InputError(text("accelerateConfig is {path}, which is not an absolute path.", path=path), remedy)
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InputError(
            text("The accelerate configuration file {path} cannot be read: {error}.", path=path, error=error), remedy
        ) from error
    if not isinstance(content, dict):
        raise InputError(text("The accelerate configuration file {path} holds no settings.", path=path), remedy)
    return content


def _kind(settings: Mapping[str, Any]) -> str:
    return str(settings.get("distributed_type", "NO")).upper()


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value > 0


def _check_options(common: Common, kind: str) -> None:
    """Refuse what bitsandbytes cannot do with parts of weights."""
    if common.quantization != "none":
        raise InputError(
            text("quantization={value} cannot be combined with {kind}.", value=common.quantization, kind=kind),
            text("Set quantization=none, or do not shard the model."),
        )
    if common.optimizer == "adamw-8bit":
        raise InputError(
            text("optimizer=adamw-8bit cannot be combined with {kind}.", kind=kind),
            text("Set optimizer=adamw, whose state is sharded, too, or do not shard the model."),
        )


def _check_fsdp(path: Path, settings: Mapping[str, Any], common: Common) -> None:
    fsdp_version = int(settings.get("fsdp_version", 1))
    if fsdp_version == 2:
        _need_torch()
    if common.lora and fsdp_version == 1:
        # Names of modules that version 1 wraps differ from those of their weights, by which peft looks for an adapter.
        raise InputError(
            text(
                "The accelerate configuration file {path} uses version 1 of FSDP, with which adapters are saved empty.",
                path=path,
            ),
            text("Set fsdp_version to 2 in its fsdp_config, or set lora=false."),
        )


def _check_deepspeed(path: Path, settings: Mapping[str, Any]) -> None:
    _need_deepspeed(str(path))
    stage = settings.get("zero_stage", 2)
    if own := settings.get("deepspeed_config_file"):
        content = _read_deepspeed(Path(own))
        for part in _DECIDED:
            if part in content:
                raise InputError(
                    text("The DeepSpeed configuration file {path} sets {part}, as the run does.", path=own, part=part),
                    text("Remove {part} from it.", part=part),
                )
        stage = (content.get("zero_optimization") or {}).get("stage", 0)
    if stage == 0:
        raise InputError(
            text(
                "The accelerate configuration file {path} uses DeepSpeed with ZeRO stage 0, which shards nothing.",
                path=path,
            ),
            text("Set stage 1, 2 or 3, or use MULTI_GPU."),
        )


def _need_torch() -> None:
    """Version 2 of FSDP must bear a forward pass without the output layer: TRL's losses read its weights alone."""
    found = version("torch")
    if tuple(int(part) for part in found.split(".")[:2]) < _TORCH:
        raise InputError(
            text(
                "FSDP needs PyTorch {needed} or later, and {python} has {found}.",
                needed=".".join(map(str, _TORCH)),
                python=sys.executable,
                found=found,
            ),
            INSTALL,
        )


def _need_deepspeed(what: str) -> None:
    if find_spec("deepspeed") is None:
        raise InputError(
            text("{what} needs the package deepspeed, which {python} lacks.", what=what, python=sys.executable),
            text("Install it with uv pip install --python {python} deepspeed, or use FSDP.", python=sys.executable),
        )


def _read_deepspeed(path: Path) -> Mapping[str, Any]:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            text("The DeepSpeed configuration file {path} cannot be read: {error}.", path=path, error=error),
            text("Name a JSON file by its absolute path."),
        ) from error
    return content if isinstance(content, dict) else {}
