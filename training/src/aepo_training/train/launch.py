"""Starts a run in several processes by `accelerate launch`, in the place of the process that was asked to train."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

from aepo_training.errors import InputError
from aepo_training.train.accelerate_config import check_config, read_config, sharding_arguments
from aepo_training.train.environment import start_anew
from aepo_training.train.machines import Machines, check_machines
from aepo_training.train.run_file import Common, read_run_file

#: A launcher gives each of its processes its number.
_RANK = "RANK"
#: What `accelerate launch` and the launcher of PyTorch set for their processes.
_RANKS = (_RANK, "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE")
_OF_LAUNCHER = ("ACCELERATE_", "FSDP_", "TORCHELASTIC_", "GROUP_", "ROLE_", "MASTER_", "DEEPSPEED_")

_MODULE = "aepo_training"
_SOURCES = Path(__file__).parents[2]

#: The number of the launching process, for a process without a rank: one that ends a sharded run, or that a launcher
#: starts alone.
_LAUNCHER = "AEPO_LAUNCHER"

#: What accelerate sets for processes that hold parts of one model.
_SHARDED = ("ACCELERATE_USE_FSDP", "ACCELERATE_USE_DEEPSPEED")


def is_launched() -> bool:
    """Whether a launcher started this process."""
    return _RANK in os.environ


def launcher() -> int | None:
    """The number of the process that launched this one, or for which it ends a sharded run; None if none did."""
    if is_launched():
        return os.getppid()
    return int(os.environ[_LAUNCHER]) if _LAUNCHER in os.environ else None


def is_sharded() -> bool:
    """Whether this process was launched with others that hold parts of one model."""
    return any(os.environ.get(name, "false").lower() == "true" for name in _SHARDED)


def is_main_process() -> bool:
    """Whether this process is the one of a run that writes its files."""
    return os.environ.get(_RANK, "0") == "0"


def writes_files(run_file: Path, machines: Machines | None) -> bool:
    """Whether this process, or one that it launches, writes the files of a run: not those on further hosts."""
    if is_launched():
        return is_main_process()
    if machines is not None:
        return machines.rank == 0
    try:
        config = read_run_file(run_file).common.accelerate_config
        return config is None or int(read_config(Path(config)).get("machine_rank", 0)) == 0
    except (InputError, ValueError):  # which are recorded in these files
        return True


def launch_if_asked(common: Common, folder: Path, machines: Machines | None, *, resume: bool) -> None:
    """Become `accelerate launch` if the run asks for several processes and none is launched yet.

    The process keeps its number and its group, so the launcher of the run finds and stops it as before.

    Raises:
        InputError: The accelerate configuration file cannot be used, or the machines do not fit the run.
    """
    is_single = (
        common.processes == 1 and common.accelerate_config is None and common.sharding == "none" and machines is None
    )
    if launcher() is not None or is_single:
        return
    arguments = launch_arguments(common, folder, machines, resume=resume)
    # Relative entries would be sought in the folder of the run.
    paths = [str(_SOURCES), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    start_anew(arguments, os.environ | {"PYTHONPATH": os.pathsep.join(paths), _LAUNCHER: str(os.getpid())})


def resume_alone(folder: Path) -> NoReturn:
    """Become a process that resumes a run by itself. It keeps its number, and the launcher goes on watching it."""
    kept = {
        name: value for name, value in os.environ.items() if name not in _RANKS and not name.startswith(_OF_LAUNCHER)
    }
    start_anew(_train_arguments(folder, resume=True), kept | {_LAUNCHER: str(os.getppid())})


def launch_arguments(common: Common, folder: Path, machines: Machines | None = None, *, resume: bool) -> list[str]:
    """The arguments of Python for `accelerate launch` on a run.

    Raises:
        InputError: The accelerate configuration file cannot be used, or the machines do not fit the run.
    """
    return ["-m", "accelerate.commands.launch", *_where(common, machines), *_train_arguments(folder, resume=resume)]


def _train_arguments(folder: Path, *, resume: bool) -> list[str]:
    return ["-m", _MODULE, "train", "--run-dir", str(folder), *(["--resume"] if resume else [])]


def _where(common: Common, machines: Machines | None) -> list[str]:
    if common.accelerate_config is not None:
        check_config(Path(common.accelerate_config), common)
        count = ["--num_processes", str(common.processes)] if common.processes > 1 else []
        if machines is not None:
            check_machines(machines, common, read_config(Path(common.accelerate_config)))
        return ["--config_file", common.accelerate_config, *count, *(machines.arguments() if machines else [])]
    sharding = sharding_arguments(common)
    if machines is not None:
        check_machines(machines, common, None)
    here = common.processes // (machines.count if machines else 1)
    threads = max(1, (os.cpu_count() or 1) // here)
    return [
        *sharding,
        *("--num_processes", str(common.processes)),
        *("--mixed_precision", "no"),
        *("--dynamo_backend", "no"),
        *(machines.arguments() if machines else ("--num_machines", "1", "--main_process_port", "0")),
        *([] if "OMP_NUM_THREADS" in os.environ else ["--num_cpu_threads_per_process", str(threads)]),
    ]
