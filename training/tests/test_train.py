"""Real runs on the tiny model: what they leave on disk, how they resume, how they are stopped."""

from __future__ import annotations

import itertools
import json
import math
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from datasets import load_dataset
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from trl import DPOConfig, DPOTrainer

import aepo_training
from aepo_training.build.source import load_source
from aepo_training.cli import main
from aepo_training.train.checkpoints import last_checkpoint
from aepo_training.train.model import check_model

from .conftest import TINY, MakeRun, rows, write_rows
from .decoder import Decoder

TOKENS = [1, 5, 70, 90]


def train(folder: Path, *options: str) -> int:
    return main(["train", "--run-dir", str(folder), *options])


def metrics(folder: Path) -> list[dict[str, Any]]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    lines = (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_constant=refuse) for line in lines]


def logits(model: PreTrainedModel | PeftModel) -> torch.Tensor:
    with torch.no_grad():
        found: torch.Tensor = model(torch.tensor([TOKENS])).logits
    return found


def test_lora_run_leaves_metrics_and_an_adapter_that_prefers_the_chosen(make_run: MakeRun) -> None:
    folder = make_run(epochs=2, saveSteps=4)
    assert train(folder) == 0

    events = metrics(folder)
    assert [event["event"] for event in events] == [
        *("start", "log", "log", "log", "log", "save", "log", "log", "save", "end")
    ]
    assert {event["totalSteps"] for event in events} == {6}
    logged = [event for event in events if event["event"] == "log"]
    assert [event["step"] for event in logged] == [1, 2, 3, 4, 5, 6]
    for name in ("loss", "rewardMargin", "rewardAccuracy", "learningRate", "gradNorm", "epoch", "time"):
        assert all(math.isfinite(event[name]) for event in logged), name
    assert all(earlier["time"] <= later["time"] for earlier, later in itertools.pairwise(events))
    assert logged[-1]["loss"] < logged[0]["loss"]
    assert logged[-1]["rewardMargin"] > logged[0]["rewardMargin"]

    base = AutoModelForCausalLM.from_pretrained(TINY)
    before = logits(base)
    adapted = PeftModel.from_pretrained(base, folder / "model")
    after = logits(adapted)
    assert not torch.equal(before, after)
    assert len(AutoTokenizer.from_pretrained(folder / "model")) == len(AutoTokenizer.from_pretrained(TINY))
    assert not list(folder.glob(".*")), "temporary folders are left"


@pytest.mark.parametrize(("precision", "tolerance"), [("fp32", 1e-4), ("int8", 0.2)])
def test_adapter_becomes_the_next_generator_and_the_next_model_to_train(
    make_run: MakeRun, tmp_path: Path, precision: str, tolerance: float
) -> None:
    adapter = make_run(maxSteps=2) / "model"
    assert train(adapter.parent) == 0
    adapted = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(TINY), adapter)
    expected = logits(adapted)

    assert main(["trainable-model", "--from", str(adapter), "--to", str(tmp_path / "next")]) == 0
    check_model(str(tmp_path / "next"))
    assert torch.allclose(logits(AutoModelForCausalLM.from_pretrained(tmp_path / "next")), expected, atol=1e-5)

    graph = tmp_path / "graph"
    assert main(["build-model", "--from", str(adapter), "--to", str(graph), "--precision", precision]) == 0
    decoder = Decoder(graph)
    found, _ = decoder.step(np.array([TOKENS], dtype=np.int64), decoder.empty_cache(1))
    assert np.abs(found[0] - expected[0, -1].numpy()).max() <= tolerance


def test_run_of_all_weights_leaves_a_model_and_is_not_run_twice(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = make_run(maxSteps=2, lora=False)
    assert train(folder) == 0
    trained = AutoModelForCausalLM.from_pretrained(folder / "model")
    assert not torch.equal(logits(trained), logits(AutoModelForCausalLM.from_pretrained(TINY)))
    assert [event["event"] for event in metrics(folder)] == ["start", "log", "log", "save", "end"]

    assert train(folder) == 2
    assert "is finished" in capfd.readouterr().err


def test_stopped_run_leaves_no_process_and_no_model(make_run: MakeRun, capfd: pytest.CaptureFixture[str]) -> None:
    folder = make_run(maxSteps=5000, saveSteps=2)
    environment = os.environ | {"PYTHONPATH": str(Path(aepo_training.__file__).parents[1])}
    command = [sys.executable, "-u", "-m", "aepo_training", "train", "--run-dir", str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True, env=environment
    ) as process:
        assert process.stdout is not None
        seen = list(itertools.takewhile(lambda line: "checkpoint saved" not in line, process.stdout))
        os.killpg(process.pid, signal.SIGTERM)
        rest = process.stdout.read()
    assert process.returncode == 130, "".join(seen) + rest
    assert rest.splitlines()[-1] == "stopped by SIGTERM"
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert not (folder / "model").exists()
    assert "end" not in {event["event"] for event in metrics(folder)}

    assert last_checkpoint(folder / "checkpoints") is not None
    assert train(folder) == 2
    assert "add --resume" in capfd.readouterr().err


def test_run_of_two_processes_is_one_run(make_run: MakeRun) -> None:
    folder = make_run(epochs=1, batchSize=1)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    environment = os.environ | {"PYTHONPATH": str(Path(aepo_training.__file__).parents[1])}
    subprocess.run([*command, "-m", "aepo_training", "train", "--run-dir", str(folder)], env=environment, check=True)
    events = metrics(folder)
    assert [event["event"] for event in events] == ["start", "log", "log", "log", "save", "end"]
    assert {event["totalSteps"] for event in events} == {3}, "six rows, two a step"
    PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(TINY), folder / "model")
    assert not list(folder.glob(".*"))


def test_run_whose_loss_is_not_a_number_fails(make_run: MakeRun, capfd: pytest.CaptureFixture[str]) -> None:
    folder = make_run(learningRate=1e30, maxSteps=6)
    assert train(folder) == 1
    assert metrics(folder)[-1]["loss"] is None
    assert "is not a number: start a new run with a lower learningRate" in capfd.readouterr().err


def test_resumed_run_gives_the_weights_of_an_unbroken_one(make_run: MakeRun, tmp_path: Path) -> None:
    unbroken = make_run(maxSteps=6, saveSteps=4)
    assert train(unbroken) == 0
    broken = tmp_path / "broken"
    shutil.copytree(unbroken / "checkpoints" / "checkpoint-4", broken / "checkpoints" / "checkpoint-4")
    shutil.copyfile(unbroken / "run.json", broken / "run.json")
    torn = broken / "checkpoints" / "checkpoint-5"
    torn.mkdir()
    (torn / "trainer_state.json").write_text('{"global_step"', encoding="utf-8")

    (broken / "failed").write_text("why", encoding="utf-8")

    assert train(broken, "--resume") == 0
    assert not (broken / "failed").exists()
    assert [(event["event"], event["step"]) for event in metrics(broken)] == [
        *(("start", 4), ("log", 5), ("log", 6), ("save", 6), ("end", 6))
    ]
    results = [logits(load_source(run / "model").model) for run in (unbroken, broken)]
    assert torch.equal(results[0], results[1])


def test_rows_of_the_extension_load_unchanged_in_datasets_and_trl(tmp_path: Path) -> None:
    content = rows(4)
    write_rows(tmp_path / "rows.jsonl", content)
    data = load_dataset(
        "json", data_files=str(tmp_path / "rows.jsonl"), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert [dict(row) for row in data] == content
    arguments = DPOConfig(output_dir=str(tmp_path / "out"), use_cpu=True, bf16=False, report_to="none")
    tokenizer = AutoTokenizer.from_pretrained(TINY)
    trainer = DPOTrainer(model=str(TINY), args=arguments, train_dataset=data, processing_class=tokenizer)
    assert len(trainer.train_dataset) == len(content)
    first = trainer.train_dataset[0]
    assert tokenizer.decode(first["prompt_ids"]).endswith("<|im_start|>assistant\n")
    assert tokenizer.decode(first["chosen_ids"]).startswith(content[0]["chosen"][0]["content"])


def test_a_failure_inside_the_libraries_is_one_sentence_and_exit_code_1(
    make_run: MakeRun, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in TINY.glob("*.json"):
        (broken / file.name).write_bytes(file.read_bytes())
    (broken / "model.safetensors").write_bytes(b"\x00" * 100)
    assert train(make_run(model=broken)) == 1
    last = capfd.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("The training failed (")
    assert (tmp_path / "run" / "failed").read_text(encoding="utf-8") == f"{last}\n"


def test_prompts_over_the_limit_are_an_error_when_none_is_left(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str]
) -> None:
    assert train(make_run(maxLength=8)) == 2
    assert "raise hyperparameters.maxLength" in capfd.readouterr().err
