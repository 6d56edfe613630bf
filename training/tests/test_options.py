"""Options of a run: what each changes, and what refuses it where it cannot be honoured."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from transformers import TrainerControl, TrainerState, TrainingArguments

import aepo_training
from aepo_training.cli import main
from aepo_training.errors import AepoTrainingError
from aepo_training.train.divergence import Divergence
from aepo_training.train.plan import learning_rate_factor

from .conftest import TINY, MakeRun, rows
from .reductions import job_of, trainer_of
from .runs import failure, figures, losses, train


def rates(folder: Path) -> list[float]:
    return [each["learningRate"] for each in figures(folder, "log")]


@pytest.mark.parametrize("optimizer", ["adafactor", "sgd"])
def test_an_optimizer_takes_other_steps(make_run: MakeRun, optimizer: str) -> None:
    assert train(make_run(rows(6), "adamw")) == 0
    other = make_run(rows(6), "other", optimizer=optimizer, learningRate=0.01)
    assert train(other) == 0
    assert losses(other)[0] == losses(other.parent / "adamw")[0]
    assert losses(other)[2] != losses(other.parent / "adamw")[2]
    assert losses(other)[2] < losses(other)[0]


def test_a_schedule_gives_every_step_a_rate(make_run: MakeRun) -> None:
    for schedule in ("linear", "cosine", "constant"):
        folder = make_run(rows(10), schedule, schedule=schedule, warmupRatio=0.4, learningRate=1e-3)
        assert train(folder) == 0
        found = rates(folder)
        assert len(found) == 5
        assert all(rate > 0 for rate in found)
        assert max(found) == pytest.approx(1e-3)
        assert found[:3] == pytest.approx([1e-3 / 3, 2e-3 / 3, 1e-3])
    assert rates(folder)[2:] == pytest.approx([1e-3] * 3)


def test_a_cosine_is_half_of_one() -> None:
    found = [learning_rate_factor(step, 10, 0, "cosine") for step in range(11)]
    assert found == pytest.approx([(1 + math.cos(math.pi * step / 10)) / 2 for step in range(11)])


def test_gradient_checkpointing_changes_no_loss(make_run: MakeRun) -> None:
    plain, saving = (
        make_run(rows(6), "off", gradientCheckpointing="off"),
        make_run(rows(6), "on", gradientCheckpointing="on"),
    )
    assert train(plain) == train(saving) == 0
    assert losses(saving) == pytest.approx(losses(plain), abs=1e-6)
    assert trainer_of_new(make_run, gradientCheckpointing="on").args.gradient_checkpointing
    assert not trainer_of_new(make_run, gradientCheckpointing="auto").args.gradient_checkpointing


def trainer_of_new(make_run: MakeRun, **changes: Any) -> Any:
    return trainer_of(make_run(rows(4), "-".join(["new", *map(str, changes.values())]), **changes))


def test_an_adapter_is_of_the_modules_that_are_named(make_run: MakeRun) -> None:
    folder = make_run(rows(4), loraTargets="q_proj, v_proj", loraDropout=0.1)
    assert train(folder) == 0
    adapter = json.loads((folder / "model" / "adapter_config.json").read_text())
    assert sorted(adapter["target_modules"]) == ["q_proj", "v_proj"]
    assert adapter["lora_dropout"] == 0.1
    dropped, whole = job_of(folder).lora, job_of(make_run(rows(4), "whole")).lora
    assert dropped is not None
    assert whole is not None
    assert (dropped.lora_dropout, whole.lora_dropout) == (0.1, 0)


@pytest.mark.parametrize("method", ["dpo", "reward"])
def test_modules_that_the_model_lacks_are_refused_with_those_that_it_has(make_run: MakeRun, method: str) -> None:
    own: dict[str, Any] = {"margin": 0, "center": 0}
    content = [row | {"values": {"margin": 0}} for row in rows(4)]
    changes: Any = {"method": ("reward", own)} if method == "reward" else {}
    folder = make_run(content, loraTargets="c_attn", **changes)
    assert train(folder) == 2
    assert failure(folder)["message"] == "The model has no linear module c_attn, which loraTargets names."
    assert "q_proj" in failure(folder)["remedy"]


@pytest.mark.parametrize(
    ("changes", "is_refused"),
    [
        ({"loraTargets": "q_proj, c_attn"}, True),
        ({"loraTargets": "q_proj, lm_head"}, False),  # its weights are those of the embedding: no file has them
        ({"loraTargets": "c_attn", "lora": False}, False),
    ],
)
def test_modules_that_the_model_lacks_are_refused_before_the_start(
    make_run: MakeRun, changes: dict[str, Any], is_refused: bool
) -> None:
    folder = make_run(rows(4), **changes)
    # A process of its own: elsewhere the inspection does without PyTorch.
    command = [sys.executable, "-m", "aepo_training", "inspect", "--run-dir", str(folder)]
    sources = str(Path(aepo_training.__file__).parents[1])
    ended = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": sources}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == (2 if is_refused else 0), ended.stderr
    said = json.loads(ended.stdout)
    assert ("failure" in said) == is_refused
    if is_refused:
        assert said["failure"]["message"] == "The model has no linear module c_attn, which loraTargets names."


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quantization": "4bit"}, "quantization=4bit needs the package bitsandbytes"),
        ({"quantization": "8bit", "lora": False}, "quantization=8bit cannot train all weights"),
        ({"optimizer": "adamw-8bit"}, "optimizer=adamw-8bit needs the package bitsandbytes"),
        ({"reportTo": "trackio"}, "reportTo=trackio needs the package trackio"),
        ({"reportTo": "wandb"}, "reportTo=wandb needs the package wandb"),
        ({"reportTo": "mlflow"}, "reportTo=mlflow needs the package mlflow"),
        ({"sharding": "zero-3"}, "sharding=zero-3 needs the package deepspeed"),
        ({"accelerateConfig": "/nowhere/accelerate.yaml"}, "/nowhere/accelerate.yaml cannot be read"),
        (
            {"quantization": "4bit", "method": ("reward", {"margin": 0, "center": 0})},
            "The method reward cannot use quantization",
        ),
        (
            {"quantization": "4bit", "method": ("sgdpo", {"beta": 0.1, "r1": 0.5, "r2": 0.5, "previous": "earlier"})},
            "A run with `previous` cannot use quantization",
        ),
    ],
)
def test_an_option_that_cannot_be_honoured_is_refused_by_name(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], message: str
) -> None:
    for module in ("options", "accelerate_config"):
        monkeypatch.setattr(f"aepo_training.train.{module}.find_spec", lambda _name: None)
    content = [row | {"values": {"margin": 0}} for row in rows(4)]
    folder = make_run(content, **changes)
    assert train(folder) == 2
    assert message in failure(folder)["message"]
    assert failure(folder)["remedy"]
    assert not (folder / "metrics.jsonl").exists()


def test_a_run_for_another_machine_needs_no_package_here(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("aepo_training.train.options.find_spec", lambda _name: None)
    asks = {"quantization": "4bit", "reportTo": "wandb", "accelerateConfig": "/on/the/cluster.yaml"}
    folder = make_run(rows(4), **asks)
    assert main(["inspect", "--run-dir", str(folder)]) == 2
    assert "needs the package bitsandbytes" in capfd.readouterr().out
    assert main(["inspect", "--run-dir", str(folder), "--elsewhere"]) == 0
    assert json.loads(capfd.readouterr().out)["kept"] == 4


@pytest.mark.parametrize("changes", [{"quantization": "4bit"}, {"optimizer": "adamw-8bit"}])
def test_what_needs_cuda_is_refused_without(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    monkeypatch.setattr("aepo_training.train.options.find_spec", lambda _name: object())
    folder = make_run(rows(4), **changes)
    assert train(folder) == 2
    assert "needs a GPU with CUDA, and PyTorch sees none here" in failure(folder)["message"]


def test_figures_are_reported_to_a_package_that_is_there(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aepo_training.train.options.find_spec", lambda _name: object())
    job = job_of(make_run(rows(4), reportTo="tensorboard", model=TINY))
    assert (job.arguments["report_to"], job.arguments["run_name"]) == ("tensorboard", "test-run")


def test_a_loss_that_leaves_the_range_of_the_start_ends_the_run(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tiny model does not diverge: any loss counts as one.
    monkeypatch.setattr("aepo_training.train.divergence._FACTOR", 1e-9)
    folder = make_run(rows(8), maxSteps=20, saveSteps=3)
    assert train(folder) == 1
    assert failure(folder)["message"].startswith("The loss diverges: at step 10 it is ")
    assert failure(folder)["remedy"].startswith("Start a new run with a lower learningRate.")
    assert (folder / "checkpoints" / "checkpoint-9").is_dir()
    assert not (folder / "model").exists()


def test_a_loss_diverges_when_the_last_five_are_ten_times_the_first_five() -> None:
    losses = [0.7, 0.6, 0.5, 0.6, 0.4, 2.0, *[7.1] * 4]
    state = TrainerState(log_history=[{"loss": loss} for loss in losses])
    Divergence().on_log(TrainingArguments(), state, TrainerControl())
    state.log_history.append({"loss": 8.0})
    with pytest.raises(AepoTrainingError, match=r"it is 8, and it was at most 0\.7 at the start"):
        Divergence().on_log(TrainingArguments(), state, TrainerControl())


def test_losses_that_are_high_for_a_moment_or_fall_do_not_end_a_run() -> None:
    watch = Divergence()
    for logged in ([1.0] * 5 + [50.0] * 4 + [2.0], [100.0] * 5 + [1.0] * 20, [0.0] * 5 + [9.0] * 9, [1.0] * 9 + [99.0]):
        state = TrainerState(log_history=[{"loss": loss} for loss in logged])
        watch.on_log(TrainingArguments(), state, TrainerControl())
