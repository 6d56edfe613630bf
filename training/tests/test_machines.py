"""Runs on several machines: what each launcher is told, what does not fit, and which one writes the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aepo_training.errors import InputError
from aepo_training.train.launch import launch_arguments, writes_files
from aepo_training.train.machines import Machines, machines
from aepo_training.train.run_file import read_run_file

from .conftest import MakeRun

SECOND = Machines(2, 1, "node1", 20012)
_TOLD = ["--num_machines", "2", "--machine_rank", "1", "--main_process_ip", "node1", "--main_process_port", "20012"]


@pytest.mark.parametrize("changes", [{"processes": 4}, {"processes": 4, "accelerateConfig": ""}])
def test_a_launcher_is_told_which_machine_it_is_on_and_where_all_meet(
    make_run: MakeRun, tmp_path: Path, changes: dict[str, Any]
) -> None:
    if "accelerateConfig" in changes:
        config = tmp_path / "accelerate.yaml"
        config.write_text("distributed_type: MULTI_GPU\nnum_machines: 2\nmachine_rank: 0\n", encoding="utf-8")
        changes["accelerateConfig"] = str(config)
    folder = make_run(**changes)
    common = read_run_file(folder / "run.json").common
    arguments = launch_arguments(common, folder, SECOND, resume=False)
    assert arguments[:2] == ["-m", "accelerate.commands.launch"]
    assert " ".join(_TOLD) in " ".join(arguments)
    assert "--num_processes 4" in " ".join(arguments)
    assert arguments[-5:] == ["-m", "aepo_training", "train", "--run-dir", str(folder)]


@pytest.mark.parametrize(
    ("config", "processes", "said"),
    [
        (None, 3, "number of processes is 3, which is no multiple of 2"),
        (None, 1, "number of processes is 1"),
        ({"num_machines": 1, "num_processes": 4}, 1, "says num_machines: 1, and the job has hosts: 2"),
        ({"num_machines": 2, "num_processes": 5}, 1, "number of processes is 5"),
        ({"num_machines": 2, "num_processes": 5}, 3, "number of processes is 3"),
        ({"num_machines": 2, "num_processes": 2, "distributed_type": "NO"}, 1, "number of processes is 1"),
    ],
)
def test_machines_that_do_not_fit_the_run_are_refused(
    make_run: MakeRun, tmp_path: Path, config: dict[str, Any] | None, processes: int, said: str
) -> None:
    changes: dict[str, Any] = {"processes": processes}
    if config is not None:
        path = tmp_path / "accelerate.yaml"
        path.write_text(json.dumps({"distributed_type": "MULTI_GPU"} | config), encoding="utf-8")
        changes["accelerateConfig"] = str(path)
    folder = make_run(**changes)
    common = read_run_file(folder / "run.json").common
    with pytest.raises(InputError, match=said):
        launch_arguments(common, folder, SECOND, resume=False)


def test_the_options_name_one_of_several_machines() -> None:
    assert machines(2, 1, "node1:20012") == SECOND
    assert machines(None, None, None) is None
    assert machines(1, 0, "node1:20012") is None
    for options in [(2, 2, "node1:1"), (2, 0, "node1"), (2, 0, None), (None, 0, "node1:1"), (2, None, "node1:1")]:
        with pytest.raises(InputError, match="do not name one of several machines"):
            machines(*options)


def test_the_first_machine_writes_the_files(make_run: MakeRun) -> None:
    file = make_run(processes=2) / "run.json"
    assert not writes_files(file, SECOND)
    assert writes_files(file, Machines(2, 0, "node1", 20012))
    assert writes_files(file, None)
