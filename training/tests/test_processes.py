"""Runs of several processes, as `accelerate launch` starts them on the CPU: one run, and no process left of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from peft import PeftModel
from transformers import AutoModelForCausalLM

from aepo_training.train.launch import launch_arguments
from aepo_training.train.run_file import read_run_file

from .conftest import TINY, MakeRun, edit_json, rows
from .runs import failure, launch, metrics, train, until

#: Rounding: the rows of a step are padded and summed in another order.
_TOLERANCE = 1e-4


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    """A run as the launcher starts it, with its output in a file."""
    with (folder / "log.txt").open("a") as log:
        return launch(folder, *options, output=log)


def processes_of(folder: Path) -> list[int]:
    """Processes whose command line names a run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:
            continue
        if str(folder).encode() in command:
            found.append(int(path.parent.name))
    return found


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def test_two_processes_train_what_one_does_on_the_same_rows_a_step(make_run: MakeRun) -> None:
    alone = make_run(rows(20), "one", epochs=2, heldOut=0.2)
    assert train(alone) == 0
    together = make_run(rows(20), "two", epochs=2, heldOut=0.2, batchSize=1, processes=2, regression=True)
    assert start(together).wait() == 0, (together / "log.txt").read_text()

    expected, found = metrics(alone), metrics(together)
    assert [event["event"] for event in found] == [event["event"] for event in expected]
    for one, other in zip(expected, found, strict=True):
        assert (one["step"], one["totalSteps"]) == (other["step"], other["totalSteps"])
        assert other.get("figures", {}) == {
            name: pytest.approx(value, abs=_TOLERANCE, rel=_TOLERANCE) for name, value in one.get("figures", {}).items()
        }
    log = (together / "log.txt").read_text()
    assert log.count("training from step 0 to 16") == 1, "one process writes the log"
    assert (together / "regression.json").is_file()
    PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(TINY), together / "model")
    assert not list(together.glob(".*")), "temporary files are left"
    assert not processes_of(together)


@pytest.fixture
def endless(make_run: MakeRun) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A run of two processes that goes on, and has a checkpoint."""
    folder = make_run(rows(20), maxSteps=4000, saveSteps=2, batchSize=1, processes=2)
    process = start(folder)
    try:
        until(lambda: '"save"' in read(folder / "metrics.jsonl"), "a checkpoint")
        yield folder, process
    finally:
        for left in processes_of(folder):
            os.kill(left, signal.SIGKILL)
        process.wait()


def test_a_stop_leaves_no_process_and_the_run_resumes(endless: tuple[Path, subprocess.Popen[str]]) -> None:
    folder, process = endless
    os.killpg(process.pid, signal.SIGTERM)
    process.wait()
    until(lambda: not processes_of(folder), "the end of all processes")
    assert not (folder / "failed").exists()
    last = max(event["step"] for event in metrics(folder) if event["event"] == "save")

    edit_json(folder / "run.json", common=read_common(folder) | {"maxSteps": last + 3})
    assert start(folder, "--resume").wait() == 0, (folder / "log.txt").read_text()
    events = metrics(folder)
    assert events[-1]["event"] == "end"
    assert events[-1]["step"] == last + 3


def test_processes_end_when_the_one_that_launched_them_is_killed(endless: tuple[Path, subprocess.Popen[str]]) -> None:
    folder, process = endless
    os.killpg(process.pid, signal.SIGKILL)  # the others have sessions of their own
    process.wait()
    until(lambda: not processes_of(folder), "the end of all processes")


def read_common(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "run.json").read_text())["common"]
    return found


def test_the_failure_of_one_process_is_that_of_the_run(make_run: MakeRun) -> None:
    folder = make_run(rows(8), learningRate=1e38, maxSteps=6, batchSize=1, processes=2)
    assert start(folder).wait() != 0
    assert failure(folder)["code"] == "training-failed"
    assert failure(folder)["remedy"] == "Start a new run with a lower learningRate."
    assert not processes_of(folder)


def test_a_file_of_accelerate_that_starts_one_process_is_one_run(make_run: MakeRun, tmp_path: Path) -> None:
    config = tmp_path / "accelerate.yaml"
    config.write_text(
        'compute_environment: LOCAL_MACHINE\ndistributed_type: "NO"\nnum_processes: 1\nuse_cpu: true\n',
        encoding="utf-8",
    )
    folder = make_run(rows(4), maxSteps=2, accelerateConfig=str(config))
    assert start(folder).wait() == 0, (folder / "log.txt").read_text()
    assert metrics(folder)[-1]["event"] == "end"
    assert not processes_of(folder)


def test_a_file_of_accelerate_is_passed_on_and_looked_at(make_run: MakeRun, tmp_path: Path) -> None:
    config = tmp_path / "accelerate.yaml"
    config.write_text("distributed_type: MULTI_GPU\nnum_processes: 4\n", encoding="utf-8")
    folder = make_run(accelerateConfig=str(config))
    common = read_run_file(folder / "run.json").common
    assert launch_arguments(common, folder, resume=True) == [
        *("-m", "accelerate.commands.launch", "--config_file", str(config)),
        *("-m", "aepo_training", "train", "--run-dir", str(folder), "--resume"),
    ]

    config.unlink()
    assert train(folder) == 2
    assert "cannot be read" in failure(folder)["message"]
