"""`accelerated` without extrapolation is iterated DPO, bit for bit; with it, adapters equal weights in float32."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

from aepo_training.cli import main
from aepo_training.trained_from import read_trained_from

from .conftest import DPO, TINY, MakeRun, Row, labelled, rows
from .reductions import assert_equal_weights, weights
from .runs import failure, figures, losses, metrics, train

ALPHA = 0.3


def method(alpha: float, previous: str | None = None) -> tuple[str, Row]:
    return "accelerated", {"beta": 0.1, "alpha": alpha, "previous": previous}


def rounds() -> tuple[list[Row], list[Row]]:
    content = rows(8)
    return content[:4], content[4:]


def merged(folder: Path) -> dict[str, torch.Tensor]:
    """All weights of the model in a folder, in float32."""
    if (folder / "adapter_config.json").is_file():
        base = AutoModelForCausalLM.from_pretrained(TINY)
        model = PeftModel.from_pretrained(base, folder).merge_and_unload()
    else:
        model = AutoModelForCausalLM.from_pretrained(folder)
    return dict(model.named_parameters())


def assert_close(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> None:
    for name, weight in one.items():
        assert torch.allclose(weight, other[name], atol=1e-6), name


@pytest.mark.parametrize("lora", [True, False])
def test_without_extrapolation_two_rounds_are_iterated_dpo(make_run: MakeRun, tmp_path: Path, lora: bool) -> None:
    first, second = rounds()
    assert train(make_run(first, "dpo-1", method=DPO, lora=lora)) == 0
    assert train(make_run(first, "one", method=method(0), lora=lora)) == 0
    assert_equal_weights(weights(tmp_path / "one" / "model"), weights(tmp_path / "dpo-1" / "model"))
    assert not (tmp_path / "one" / "model" / "trained").exists()

    start = tmp_path / "dpo-1" / "model"
    if lora:
        assert main(["trainable-model", "--from", str(start), "--to", str(tmp_path / "start")]) == 0
        start = tmp_path / "start"
    iterated = make_run(second, "dpo-2", model=start, method=DPO, lora=lora)
    assert train(iterated) == 0
    accelerated = make_run(second, "two", method=method(0, "one"), lora=lora)
    assert train(accelerated) == 0
    assert losses(accelerated) == losses(iterated)
    if lora:  # over another base than the adapter of the other run
        trained = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(start), iterated / "model")
        assert_close(merged(accelerated / "model"), dict(trained.merge_and_unload().named_parameters()))
    else:
        assert_equal_weights(weights(accelerated / "model"), weights(iterated / "model"))


@pytest.mark.parametrize("lora", [True, False])
def test_each_round_goes_on_from_what_it_trained_by_the_difference_of_the_two(
    make_run: MakeRun, tmp_path: Path, lora: bool
) -> None:
    for name, content, previous in zip(("one", "two"), rounds(), (None, "one"), strict=True):
        assert train(make_run(content, name, method=method(ALPHA, previous), lora=lora)) == 0
    base = merged(TINY)
    one, two = (merged(tmp_path / name / "model" / "trained") for name in ("one", "two"))
    for found, now, before in (("one", one, base), ("two", two, one)):
        expected = {name: weight + ALPHA * (weight - before[name]) for name, weight in now.items()}
        assert_close(merged(tmp_path / found / "model"), expected)
        assert any(bool((weight - now[name]).abs().gt(1e-5).any()) for name, weight in expected.items())
    # The second round starts from the extrapolated model, and compares with it.
    assert losses(tmp_path / "two")[0] == pytest.approx(0.6931472, abs=1e-6)
    assert metrics(tmp_path / "two")[-1]["moved"]
    config = tmp_path / "two" / "model" / "adapter_config.json"
    if lora:
        assert json.loads(config.read_text(encoding="utf-8"))["base_model_name_or_path"] == str(TINY)
    else:
        assert read_trained_from(tmp_path / "two" / "model") == str(TINY)


def test_a_second_round_resumes_to_the_weights_of_an_unbroken_one(make_run: MakeRun, tmp_path: Path) -> None:
    first, second = rounds()
    assert train(make_run(first, "one", method=method(ALPHA))) == 0
    two = make_run(second, "two", method=method(ALPHA, "one"), maxSteps=4, saveSteps=2)
    assert train(two) == 0
    whole = weights(two / "model")
    for place in ("model", "checkpoints/checkpoint-4"):
        (two / place).rename(tmp_path / place.replace("/", "-"))
    assert train(two, "--resume") == 0
    assert_equal_weights(weights(two / "model"), whole)


@pytest.mark.parametrize(
    ("previous", "expected"),
    [
        ("none", "There is no run none to continue from."),
        ("../one", "previous is ../one, which is not the name of a folder."),
        ("unfinished", "The run unfinished is not finished."),
        ("all", "The run all trained all weights, and this one trains an adapter."),
        ("other", "The run other trained the model /another/model."),
        ("broken", "The run broken cannot be read: "),
        ("reward", "The run reward trained no language model."),
    ],
)
def test_a_run_that_cannot_be_gone_on_from_is_refused(
    make_run: MakeRun, tmp_path: Path, previous: str, expected: str
) -> None:
    make_run(name="unfinished")
    reward = {"method": ("reward", {"margin": 0, "center": 0})}
    for name, changes in (
        ("all", {"lora": False}),
        ("other", {"model": "/another/model"}),
        ("broken", {"lora": 1}),
        ("reward", reward),
    ):
        model = make_run(name=name, **changes) / "model"
        model.mkdir()
        kind = "SEQ_CLS" if name == "reward" else "CAUSAL_LM"
        (model / "adapter_config.json").write_text(f'{{"task_type": "{kind}"}}', encoding="utf-8")
    assert train(make_run(method=method(ALPHA, previous))) == 2
    assert failure(tmp_path / "run")["message"].startswith(expected)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("dpo", {"beta": 0.1, "loss": "ipo", "labelSmoothing": None}),
        ("sppo", {"beta": 0.01, "probabilities": "labels"}),
        ("sgdpo", {"beta": 0.1, "r1": 0.6, "r2": 0.9}),
        ("kto", {"beta": 0.1, "desirableWeight": 1, "undesirableWeight": 1}),
    ],
)
def test_other_methods_go_on_from_an_earlier_run_too(make_run: MakeRun, tmp_path: Path, name: str, own: Row) -> None:
    first, second = rounds()
    assert train(make_run(first, "one", method=DPO)) == 0
    if name == "kto":
        second = labelled(4)
    values = {"chosenProbability": 1, "rejectedProbability": 0} if name == "sppo" else {}
    content = [row | ({"values": values} if values else {}) for row in second]
    two = make_run(content, "two", method=(name, own | {"previous": "one"}))
    assert train(two) == 0
    start, end = merged(tmp_path / "one" / "model"), merged(two / "model")
    update = max(float((weight - start[layer]).abs().max()) for layer, weight in end.items())
    assert update == pytest.approx(metrics(two)[-1]["largestUpdate"], rel=1e-3)
    assert float(max(abs(value) for value in rewards(two))) < 1e-4


def rewards(folder: Path) -> list[float]:
    """Rewards of the first step, which are 0 where the reference is the start."""
    first = figures(folder, "log")[0]
    return [value for name, value in first.items() if name.startswith("reward") and name != "rewardAccuracy"]
