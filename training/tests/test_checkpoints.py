"""Stopping and resuming: what is saved when, what can be resumed from, and what a run must still find as it was."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from trl import DPOTrainer

from aepo_training.build.source import load_source
from aepo_training.train.checkpoints import find_fault, last_checkpoint
from aepo_training.train.pairs import DPORunTrainer

from .conftest import MakeModel, MakeRun, edit_json, write_run
from .runs import failure, launch, logits, metrics, train

Damage = Callable[[Path], None]


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def until(process: subprocess.Popen[str], text: str) -> list[str]:
    assert process.stdout is not None
    return list(itertools.takewhile(lambda line: text not in line, process.stdout))


def test_a_stopped_run_saves_where_it_is_and_leaves_no_process(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = make_run(maxSteps=5000)
    with launch(folder) as process:
        seen = until(process, "step 3/")
        os.killpg(process.pid, signal.SIGTERM)
        assert process.stdout is not None
        rest = process.stdout.read()
    assert process.returncode == 130, "".join(seen) + rest
    assert rest.splitlines()[-1] == "stopped by SIGTERM"
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert not (folder / "model").exists()
    last = metrics(folder)[-1]
    assert (last["event"], last["step"]) == ("save", metrics(folder)[-2]["step"])
    checkpoint = last_checkpoint(folder / "checkpoints")
    assert checkpoint is not None
    assert checkpoint.name == f"checkpoint-{last['step']}"
    assert train(folder) == 2
    assert "add --resume" in capfd.readouterr().err.lower()


def test_a_run_goes_on_while_its_folder_is_renamed_and_resumes_there(make_run: MakeRun, tmp_path: Path) -> None:
    folder = make_run(maxSteps=60, saveSteps=5)
    with launch(folder) as process:
        until(process, "step 3/")
        moved = tmp_path / "elsewhere" / "renamed"
        moved.parent.mkdir()
        folder.rename(moved)
        seen = until(process, "checkpoint saved")
        os.killpg(process.pid, signal.SIGTERM)
        seen += process.stdout or []
    assert process.returncode == 130, "".join(seen)
    assert not folder.exists()
    assert train(moved, "--resume") == 0
    assert metrics(moved)[-1]["event"] == "end"


def test_resumed_run_gives_the_weights_of_an_unbroken_one(make_run: MakeRun, tmp_path: Path) -> None:
    unbroken = make_run(maxSteps=6, saveSteps=4, warmupRatio=0.3)
    assert train(unbroken) == 0
    broken = tmp_path / "broken"
    shutil.copytree(unbroken, broken)
    shutil.rmtree(broken / "model")
    shutil.rmtree(broken / "checkpoints" / "checkpoint-6")
    (broken / "metrics.jsonl").unlink()
    (broken / "failed").write_text("why", encoding="utf-8")

    assert train(broken, "--resume") == 0
    assert not (broken / "failed").exists()
    assert [(event["event"], event["step"]) for event in metrics(broken)] == [
        *(("start", 4), ("log", 5), ("log", 6), ("save", 6), ("end", 6))
    ]
    results = [logits(load_source(run / "model").model) for run in (unbroken, broken)]
    assert torch.equal(results[0], results[1])


def test_a_paused_run_is_resumed_to_the_weights_of_an_unbroken_one(make_run: MakeRun) -> None:
    changes = {"maxSteps": 6, "warmupRatio": 0.3, "saveSteps": 100}
    broken = make_run(name="broken", **changes)
    (broken / "pause").write_text("", encoding="utf-8")
    assert train(broken) == 130
    assert not (broken / "pause").exists()
    assert (broken / "paused").exists()
    assert not (broken / "model").exists()
    assert not (broken / "failed").exists()
    assert [(event["event"], event["step"]) for event in metrics(broken)] == [("start", 0), ("log", 1), ("save", 1)]
    assert train(broken, "--resume") == 0
    assert not (broken / "paused").exists()
    whole = make_run(name="whole", **changes)
    assert train(whole) == 0
    results = [load_file(run / "model" / "adapter_model.safetensors") for run in (broken, whole)]
    assert results[0].keys() == results[1].keys()
    assert max(float((results[0][name] - results[1][name]).abs().max()) for name in results[0]) == 0


def test_a_pause_in_the_last_step_lets_the_run_finish(make_run: MakeRun) -> None:
    folder = make_run(maxSteps=1)
    (folder / "pause").write_text("", encoding="utf-8")
    assert train(folder) == 0
    assert metrics(folder)[-1]["event"] == "end"
    assert not (folder / "paused").exists()


def test_a_run_stopped_within_a_step_gives_the_weights_of_an_unbroken_one(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = DPORunTrainer.compute_loss
    calls = 0

    def stopping(self: DPORunTrainer, *arguments: object, **named: object) -> torch.Tensor:
        nonlocal calls
        calls += 1
        loss: torch.Tensor = original(self, *arguments, **named)
        if calls == 8:  # the second of the two passes of step 4
            os.kill(os.getpid(), signal.SIGTERM)
        return loss

    monkeypatch.setattr(DPORunTrainer, "compute_loss", stopping)
    broken = make_run(name="broken", maxSteps=6, batchSize=1, gradientAccumulation=2)
    assert train(broken) == 130
    assert [event["step"] for event in metrics(broken) if event["event"] == "save"] == [3]
    assert train(broken, "--resume") == 0
    monkeypatch.setattr(DPORunTrainer, "compute_loss", original)
    whole = make_run(name="whole", maxSteps=6, batchSize=1, gradientAccumulation=2)
    assert train(whole) == 0
    results = [logits(load_source(run / "model").model) for run in (broken, whole)]
    assert torch.equal(results[0], results[1])


def test_checkpoints_are_saved_by_the_clock_too(make_run: MakeRun) -> None:
    folder = make_run(maxSteps=3, saveMinutes=1e-6)
    assert train(folder) == 0
    assert [event["step"] for event in metrics(folder) if event["event"] == "save"] == [1, 2, 3]


@pytest.mark.parametrize(
    "damage",
    [
        lambda checkpoint: halve(checkpoint / "optimizer.pt"),
        lambda checkpoint: halve(checkpoint / "scheduler.pt"),
        lambda checkpoint: halve(checkpoint / "adapter_model.safetensors"),
        lambda checkpoint: halve(checkpoint / "trainer_state.json"),
        lambda checkpoint: halve(checkpoint / "rng_state.pth"),
        lambda checkpoint: (checkpoint / "rng_state.pth").unlink(),
        lambda checkpoint: (checkpoint / "optimizer.pt").unlink(),
        lambda checkpoint: (checkpoint / "scheduler.pt").unlink(),
        lambda checkpoint: (checkpoint / "adapter_model.safetensors").unlink(),
        lambda checkpoint: (checkpoint / "trainer_state.json").unlink(),
    ],
)
def test_a_damaged_checkpoint_is_passed_over(trained: Path, tmp_path: Path, damage: Damage) -> None:
    folder = tmp_path / "checkpoints"
    shutil.copytree(trained / "checkpoints", folder)
    damage(folder / "checkpoint-4")
    said: list[str] = []
    assert last_checkpoint(folder, said.append) == folder / "checkpoint-2"
    assert len(said) == 1
    assert said[0].startswith("checkpoint-4 is passed over: ")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with two checkpoints, which tests copy."""
    folder = write_run(tmp_path_factory.mktemp("trained") / "run", maxSteps=4, saveSteps=2)
    assert train(folder) == 0
    return folder


def test_a_run_resumes_from_the_checkpoint_before_a_damaged_one(
    trained: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(trained, folder)
    shutil.rmtree(folder / "model")
    (folder / "metrics.jsonl").unlink()
    halve(folder / "checkpoints" / "checkpoint-4" / "optimizer.pt")
    assert train(folder, "--resume") == 0
    assert "checkpoint-4 is passed over: optimizer.pt is not whole" in capfd.readouterr().out
    assert [event["step"] for event in metrics(folder)] == [2, 3, 4, 4, 4]

    shutil.rmtree(folder / "model")
    for checkpoint in (folder / "checkpoints").glob("checkpoint-*"):
        (checkpoint / "scheduler.pt").unlink()
    assert train(folder, "--resume") == 2
    assert "no complete checkpoint" in failure(folder)["message"]


@pytest.mark.parametrize("options", [(), ("--job", "SLURM job 12")])
def test_a_run_that_was_killed_at_its_first_checkpoint_starts_over(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    folder = make_run(maxSteps=2)
    part = folder / "checkpoints" / "checkpoint-1"
    part.mkdir(parents=True)
    (part / "adapter_model.safetensors").write_bytes(b"half")
    assert train(folder, *options) == 0
    said = capfd.readouterr().out
    assert "checkpoint-1 was not written to its end and is removed: the run starts over" in said
    assert metrics(folder)[0]["step"] == 0
    assert not part.exists()


def test_all_weights_are_a_whole_checkpoint_too(make_run: MakeRun) -> None:
    folder = make_run(maxSteps=1, lora=False)
    assert train(folder) == 0
    checkpoint = folder / "checkpoints" / "checkpoint-1"
    assert find_fault(checkpoint) == ""
    halve(checkpoint / "model.safetensors")
    assert "broke off" in find_fault(checkpoint)


def test_a_base_that_changed_meanwhile_is_refused(make_run: MakeRun, make_model: MakeModel) -> None:
    model = make_model()
    folder = make_run(model=model, maxSteps=2)
    assert train(folder) == 0
    shutil.rmtree(folder / "model")
    edit_json(model / "config.json", rms_norm_eps=1e-5)
    assert train(folder, "--resume") == 2
    assert failure(folder)["message"].endswith("has changed since the run started (config.json).")


def test_a_full_disk_is_called_that_and_leaves_no_part_of_a_checkpoint(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: DPOTrainer, *_arguments: object) -> None:
        place = Path(self.args.output_dir, "checkpoint-1")
        place.mkdir(parents=True)
        (place / "optimizer.pt").write_bytes(b"half")
        with Path("/dev/full").open("wb", buffering=0) as device:
            torch.save({"weights": torch.zeros(10)}, device)

    monkeypatch.setattr(DPOTrainer, "_save_checkpoint", full)
    folder = make_run(maxSteps=2, saveSteps=1)
    assert train(folder) == 1
    assert failure(folder)["code"] == "disk-full"
    assert failure(folder)["message"].startswith(f"The disk of {folder} is full (")
    assert not list((folder / "checkpoints").iterdir())
