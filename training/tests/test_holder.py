"""One process at a time trains a run: a second one is refused with the name of the first, a killed one is followed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aepo_training.errors import EXIT_HELD
from aepo_training.train.checkpoints import checkpoints
from aepo_training.train.holder import NAME, STALE_SECONDS, HeldError, held, machine

from .conftest import MakeRun, edit_json
from .runs import launch, metrics, train, until


def holder(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    return found


@pytest.fixture
def job(make_run: MakeRun) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A job that has a checkpoint and goes on."""
    folder = make_run(maxSteps=5000, saveSteps=2)
    process = launch(folder, "--job", "SLURM job 12")
    try:
        until(lambda: list(folder.glob("checkpoints/*/trainer_state.json")), "a checkpoint")
        yield folder, process
    finally:
        process.kill()
        process.wait()


def test_a_second_process_is_refused_until_the_first_is_killed(
    job: tuple[Path, subprocess.Popen[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    folder, process = job
    assert holder(folder)["pid"] == process.pid
    log = (folder / "log.txt").read_text()
    assert "training from step 0" in log
    capfd.readouterr()
    assert train(folder, "--resume") == EXIT_HELD
    said = capfd.readouterr().err
    assert f"SLURM job 12 (process {process.pid} on " in said
    assert f"has trained this run since {holder(folder)['since']}." in said
    assert "SLURM job 12" not in (folder / "log.txt").read_text(), "the log is the first one's"
    assert not (folder / "failed").exists()
    assert process.poll() is None

    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (folder / NAME).exists()
    common = json.loads((folder / "run.json").read_text())["common"]
    last = int(checkpoints(folder / "checkpoints")[0].name.partition("-")[2])
    edit_json(folder / "run.json", common=common | {"maxSteps": last + 4})
    (folder / "stopped").touch()
    # The log takes the place of both outputs until capfd puts them back.
    assert train(folder, "--job", "SLURM job 13") == 0, (folder / "log.txt").read_text()
    said = capfd.readouterr().out
    assert f"SLURM job 12 (process {process.pid} on " in said
    assert "is gone" in said
    assert metrics(folder)[-1]["event"] == "end"
    assert not (folder / "stopped").exists()
    assert not (folder / NAME).exists()


def test_a_process_that_becomes_its_launcher_holds_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("psutil.Process.cmdline", lambda _process: [])
    with subprocess.Popen(["/bin/sleep", "60"]) as process:
        first = {"host": "here", "machine": machine(), "pid": process.pid, "since": "2026-01-01T10:00:00Z"}
        (tmp_path / NAME).write_text(json.dumps(first | {"job": None}), encoding="utf-8")
        try:
            with pytest.raises(HeldError, match=f"Process {process.pid} on here"), held(None):
                pass
        finally:
            process.kill()


def test_a_thread_of_the_kernel_with_the_same_number_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = {"host": "here", "machine": machine(), "pid": os.getppid(), "since": "2026-01-01T10:00:00Z", "job": None}
    monkeypatch.setattr("os.getppid", lambda: 0)  # it is no launcher
    monkeypatch.setattr("psutil.Process.cmdline", lambda _process: [])
    monkeypatch.setattr("psutil.Process.memory_info", lambda _process: SimpleNamespace(vms=0))
    (tmp_path / NAME).write_text(json.dumps(first), encoding="utf-8")
    with held(None):
        assert json.loads((tmp_path / NAME).read_text(encoding="utf-8"))["pid"] == os.getpid()


@pytest.mark.parametrize(
    ("changes", "age", "is_held"),
    [
        ({}, 0, True),
        ({}, STALE_SECONDS + 1, False),
        ({"machine": machine()}, 0, False),  # this machine has no such process
        ({"job": "SLURM job 13"}, 0, False),  # requeued after its machine was lost
        ({"job": "Ray job"}, 0, True),
    ],
)
def test_a_holder_on_another_machine_counts_as_killed_without_renewals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], age: float, is_held: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    other = {"host": "node1", "machine": "another", "pid": 2**22, "since": "2026-01-01T10:00:00Z", "job": None}
    (tmp_path / NAME).write_text(json.dumps(other | changes), encoding="utf-8")
    then = time.time() - age
    os.utime(NAME, (then, then))
    job = changes.get("job", "SLURM job 13")
    if is_held:
        with pytest.raises(HeldError, match="from 120 s on it counts as killed"), held(job):
            pass
        assert holder(tmp_path) == other | changes
        return
    with held(job):
        assert holder(tmp_path)["pid"] == os.getpid()
    assert not list(tmp_path.iterdir())


def test_a_run_that_ends_lets_go(make_run: MakeRun) -> None:
    folder = make_run(learningRate=1e38, maxSteps=6)
    assert train(folder) == 1
    assert not (folder / NAME).exists()
