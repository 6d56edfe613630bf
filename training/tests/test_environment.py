"""What commands make of the machine they find: GPUs, number formats, signals."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path

import pytest
import torch

from aepo_training.atomic import new_folder
from aepo_training.cli import main
from aepo_training.train.environment import (
    collect_as_before,
    collect_rarely,
    sleep_between_products,
    use_one_gpu,
)
from aepo_training.train.inspection import Inspection
from aepo_training.train.job import make_job
from aepo_training.train.rows import TokenRow
from aepo_training.train.run_file import read_run_file
from aepo_training.train.tokens import load_chat

from .conftest import MakeRun


@pytest.mark.parametrize(
    ("allowed", "expected"), [(None, "0"), ("0,1", "0"), ("3,1", "3"), ("GPU-8f,GPU-9a", "GPU-8f")]
)
def test_the_first_gpu_is_used(monkeypatch: pytest.MonkeyPatch, allowed: str | None, expected: str) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", allowed or "")
    if allowed is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    use_one_gpu()
    assert os.environ["CUDA_VISIBLE_DEVICES"] == expected


@pytest.mark.parametrize(("given", "expected"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_waiting_threads_sleep_unless_the_user_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, given: str | None, expected: str
) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", given or "")
    if given is None:
        monkeypatch.delenv("OMP_WAIT_POLICY")
    sleep_between_products()
    assert os.environ["OMP_WAIT_POLICY"] == expected


def test_garbage_is_looked_for_rarely_until_the_libraries_are_loaded() -> None:
    before, kept = gc.get_threshold(), gc.get_freeze_count()
    collect_as_before()
    assert gc.get_freeze_count() == kept, "nothing was put off"
    collect_rarely()
    assert gc.get_threshold()[0] > 10 * before[0]
    collect_as_before()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() > kept


def test_gpus_that_a_launcher_gave_out_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    use_one_gpu()
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "0,1"


@pytest.mark.parametrize("native", [True, False])
def test_bfloat16_is_used_where_the_gpu_has_it(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, native: bool
) -> None:
    def is_supported(including_emulation: bool = True) -> bool:
        return native or including_emulation

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", is_supported)
    run = read_run_file(make_run() / "run.json")
    chat = load_chat(run.model)
    rows = [TokenRow(number, str(number), [1], {"chosen": [2], "rejected": [3]}) for number in range(2)]
    inspection = Inspection(2, rows, [], [], steps=1, steps_per_epoch=1)
    job = make_job(run, None, inspection, chat)
    assert job.arguments["bf16"] is native
    assert job.model.dtype == (torch.bfloat16 if native else torch.float32)


def test_a_signal_leaves_nothing_of_a_model_that_is_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(target: Path) -> None:
        with new_folder(target) as folder:
            (folder / "weights").write_bytes(b"half")
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("aepo_training.build.tiny.build_tiny_model", build)
    assert main(["tiny-model", "--to", str(tmp_path / "model")]) == 130
    assert not list(tmp_path.iterdir())
