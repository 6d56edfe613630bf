"""Real runs on the tiny model: what they leave on disk, how they resume, how they are stopped."""

from __future__ import annotations

import itertools
import json
import math
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import torch
from datasets import load_dataset
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import DPOConfig, DPOTrainer

from aepo_training.cli import main
from aepo_training.train.methods.dpo import FIGURES
from aepo_training.train.model import check_model

from .conftest import TINY, MakeRun, rows, write_rows
from .decoder import Decoder
from .runs import TOKENS, failure, logits, metrics, train


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
    for name in FIGURES.values():
        assert name.startswith("heldOut") or all(math.isfinite(event["figures"][name]) for event in logged), name
    assert all(event["figures"]["learningRate"] > 0 for event in logged)
    assert all(math.isfinite(event[name]) for event in logged for name in ("epoch", "time"))
    assert (events[0]["rows"], events[0]["heldOutRows"]) == (6, 0)
    assert events[-1]["moved"] is True
    assert events[-1]["largestUpdate"] > 1e-4
    assert events[-1]["peakMemory"] >= events[-2]["peakMemory"] > 100e6
    machine = json.loads((folder / "machine.json").read_text(encoding="utf-8"))
    assert machine["packages"]["trl"] == version("trl")
    assert machine["device"]
    assert machine["threads"] >= 1
    assert all(earlier["time"] <= later["time"] for earlier, later in itertools.pairwise(events))
    assert logged[-1]["figures"]["loss"] < logged[0]["figures"]["loss"]
    assert logged[-1]["figures"]["rewardMargin"] > logged[0]["figures"]["rewardMargin"]

    base = AutoModelForCausalLM.from_pretrained(TINY)
    before = logits(base)
    adapted = PeftModel.from_pretrained(base, folder / "model")
    after = logits(adapted)
    assert not torch.equal(before, after)
    assert len(AutoTokenizer.from_pretrained(folder / "model")) == len(AutoTokenizer.from_pretrained(TINY))
    assert not list(folder.glob(".*")), "temporary folders are left"


@pytest.mark.parametrize(("precision", "tolerance"), [("fp32", 1e-4), ("fp16", 1e-2)])
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


def test_rows_of_the_extension_load_unchanged_in_datasets_and_trl(tmp_path: Path) -> None:
    content = [{name: row[name] for name in ("prompt", "chosen", "rejected")} for row in rows(4)]
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


def test_with_the_defaults_a_few_rows_move_the_weights_and_the_held_out_margin(make_run: MakeRun) -> None:
    folder = make_run(rows(10), epochs=11, learningRate=1e-3, warmupRatio=0.1, heldOut=0.2)
    assert train(folder) == 0
    events = metrics(folder)
    evaluated = [event for event in events if event["event"] == "eval"]
    assert (evaluated[0]["step"], evaluated[-1]["step"]) == (0, 44)
    assert 3 <= len(evaluated) <= 12
    assert evaluated[0]["figures"] == {
        "heldOutMargin": 0,
        "heldOutAccuracy": 0,
        "heldOutLoss": pytest.approx(math.log(2)),
    }
    assert evaluated[-1]["figures"]["heldOutMargin"] > 0.1
    assert evaluated[-1]["figures"]["heldOutAccuracy"] == 1
    assert (events[0]["rows"], events[0]["heldOutRows"]) == (8, 2)
    assert all(event["figures"]["learningRate"] > 0 for event in events if event["event"] == "log")


def test_a_single_step_moves_the_weights(make_run: MakeRun) -> None:
    folder = make_run(rows(2), warmupRatio=0.5)
    assert train(folder) == 0
    assert metrics(folder)[-1]["moved"]


def test_a_run_that_changes_nothing_ends_with_a_warning(make_run: MakeRun, capfd: pytest.CaptureFixture[str]) -> None:
    folder = make_run(rows(2), learningRate=1e-30)
    assert train(folder) == 0
    end = metrics(folder)[-1]
    assert end["event"] == "end"
    assert end["moved"] is False
    assert end["largestUpdate"] < 1e-20
    assert "warning: the run did not change the model" in capfd.readouterr().out


@pytest.mark.parametrize("lora", [True, False])
@pytest.mark.parametrize(
    "changes",
    [{"maxSteps": 6}, {"maxSteps": 8, "loggingSteps": 10}, {"maxSteps": 1}],
    ids=["in a step that is logged", "in a step that is not logged", "in the last step"],
)
def test_weights_and_losses_that_are_not_numbers_fail_the_run(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str], changes: dict[str, int], lora: bool
) -> None:
    folder = make_run(learningRate=1e38, lora=lora, **changes)
    assert train(folder) == 1
    assert not (folder / "model").exists()
    assert "end" not in {event["event"] for event in metrics(folder)}
    last = capfd.readouterr().err.splitlines()[-1]
    assert "not a number" in last or "not numbers" in last
    assert last.endswith("Start a new run with a lower learningRate.")
    assert failure(folder)["code"] == "training-failed"
