"""Starts a run in several processes by `accelerate launch`, in the place of the process that was asked to train."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from aepo_training.errors import InputError, text
from aepo_training.train.run_file import Common, read_run_file

#: A launcher gives each of its processes its number.
_RANK = "RANK"

_MODULE = "aepo_training"
_SOURCES = Path(__file__).parents[2]

#: Kinds of accelerate that part a model among the processes. The end of a run is the work of one process that has all
#: weights: it looks for numbers that are none, measures the update, merges adapters, samples from both models.
_SHARDED = ("FSDP", "MEGATRON_LM", "TP")
#: Its checkpoints are folders of its own, which `checkpoints.find_fault` cannot check.
_DEEPSPEED = "DEEPSPEED"
_COPIES = text("Use MULTI_GPU, which puts a copy on each GPU; quantization and lora take less memory.")


def is_launched() -> bool:
    """Whether a launcher started this process."""
    return _RANK in os.environ


def is_main_process() -> bool:
    """Whether this process is the one of a run that writes its files."""
    return os.environ.get(_RANK, "0") == "0"


def writes_files(run_file: Path) -> bool:
    """Whether this process, or one that it launches, writes the files of a run: not those on further hosts."""
    if is_launched():
        return is_main_process()
    try:
        config = read_run_file(run_file).common.accelerate_config
        return config is None or int(_settings(Path(config)).get("machine_rank", 0)) == 0
    except (InputError, ValueError):  # which are recorded in these files
        return True


def launch_if_asked(common: Common, folder: Path, *, resume: bool) -> None:
    """Become `accelerate launch` if the run asks for several processes and none is launched yet.

    The process keeps its number and its group, so the launcher of the run finds and stops it as before.

    Raises:
        InputError: The accelerate configuration file cannot be used.
    """
    if is_launched() or (common.processes == 1 and common.accelerate_config is None):
        return
    sys.stdout.flush()
    sys.stderr.flush()
    arguments = launch_arguments(common, folder, resume=resume)
    # Relative entries would be sought in the folder of the run.
    paths = [str(_SOURCES), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.execve(sys.executable, [sys.executable, *arguments], os.environ | {"PYTHONPATH": os.pathsep.join(paths)})  # noqa: S606


def launch_arguments(common: Common, folder: Path, *, resume: bool) -> list[str]:
    """The arguments of Python for `accelerate launch` on a run.

    Raises:
        InputError: The accelerate configuration file cannot be used.
    """
    run = ["-m", _MODULE, "train", "--run-dir", str(folder), *(["--resume"] if resume else [])]
    return ["-m", "accelerate.commands.launch", *_where(common), *run]


def _where(common: Common) -> list[str]:
    if common.accelerate_config is not None:
        _check_config(Path(common.accelerate_config))
        count = ["--num_processes", str(common.processes)] if common.processes > 1 else []
        return ["--config_file", common.accelerate_config, *count]
    threads = max(1, (os.cpu_count() or 1) // common.processes)
    return [
        # Without GPUs this starts processes on the CPU, which --cpu does by MPI alone.
        "--multi_gpu",
        *("--num_processes", str(common.processes)),
        *("--num_machines", "1"),
        *("--mixed_precision", "no"),
        *("--dynamo_backend", "no"),
        *("--main_process_port", "0"),
        *([] if "OMP_NUM_THREADS" in os.environ else ["--num_cpu_threads_per_process", str(threads)]),
    ]


def _check_config(path: Path) -> None:
    content = _settings(path)
    kind = str(content.get("distributed_type", "NO")).upper()
    if kind in _SHARDED:
        raise InputError(
            [
                text(
                    "The accelerate configuration file {path} shards the model across processes ({kind}).",
                    path=path,
                    kind=kind,
                ),
                text("A run checks, compares and writes the whole model in one process."),
            ],
            _COPIES,
        )
    if kind == _DEEPSPEED:
        raise InputError(
            text(
                "The accelerate configuration file {path} uses DeepSpeed, from whose checkpoints no run resumes.",
                path=path,
            ),
            _COPIES,
        )


def _settings(path: Path) -> dict[str, Any]:
    """The content of an accelerate configuration file.

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
