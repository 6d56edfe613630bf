"""`reward` is TRL's trainer of reward models, with the margins of the rows."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch
from peft import AutoPeftModelForSequenceClassification
from transformers import AutoModelForSequenceClassification, AutoTokenizer, set_seed
from trl import RewardConfig, RewardTrainer

from aepo_training.cli import main

from .conftest import DPO, TINY, MakeModel, MakeRun, Row, rows
from .reductions import assert_weights_of, job_of, loss_and_gradient, trainer_of, weights
from .runs import figures, metrics, train

REWARD = ("reward", {"margin": 1, "center": 0})


def with_margins(count: int, margin: float = 0) -> list[Row]:
    return [row | {"values": {"margin": margin}} for row in rows(count)]


def test_a_run_gives_the_weights_of_trl(make_run: MakeRun) -> None:
    folder = make_run(with_margins(4, 1.5), method=REWARD, epochs=2, lora=False)
    assert train(folder) == 0
    job = job_of(folder)
    joined = job.train.map(lambda row: {name: row["prompt_ids"] + row[name] for name in ("chosen_ids", "rejected_ids")})
    set_seed(42)
    trl = RewardTrainer(
        model=AutoModelForSequenceClassification.from_pretrained(TINY, num_labels=1),
        args=RewardConfig(**job.arguments),
        train_dataset=joined,
        processing_class=AutoTokenizer.from_pretrained(TINY),
    )
    trl.train()
    assert "score.weight" in weights(folder / "model")
    assert_weights_of(folder / "model", trl)


def test_a_margin_asks_for_a_larger_difference(make_run: MakeRun) -> None:
    losses = [
        loss_and_gradient(trainer_of(make_run(with_margins(4, margin), name=str(margin), method=REWARD, lora=False)))[0]
        for margin in (0.0, 1.0, 3.0)
    ]
    assert losses == sorted(losses)
    assert losses[2] > losses[0] + 1


def reward(folder: Path, text: str) -> float:
    if (folder / "adapter_config.json").is_file():
        model = AutoPeftModelForSequenceClassification.from_pretrained(folder, num_labels=1)
    else:
        model = AutoModelForSequenceClassification.from_pretrained(folder)
    model.config.pad_token_id = 0
    tokens = AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        return float(model.eval()(tokens).logits[0, 0])


@pytest.mark.parametrize("lora", [True, False])
def test_a_run_leaves_a_model_that_tells_the_responses_apart(
    make_run: MakeRun, lora: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_run(with_margins(10), method=REWARD, lora=lora, epochs=4, heldOut=0.2, learningRate=3e-3)
    assert train(folder) == 0
    evaluated = figures(folder, "eval")
    assert evaluated[-1]["heldOutMargin"] > evaluated[0]["heldOutMargin"]
    assert evaluated[-1]["heldOutAccuracy"] == 1
    logged = figures(folder, "log")
    assert logged[-1]["loss"] < logged[0]["loss"]
    assert all(math.isfinite(value) for value in logged[-1].values())
    assert metrics(folder)[-1]["moved"]

    assert main(["build-model", "--from", str(folder / "model"), "--to", str(folder / "graph")]) == 2

    row = rows(12)[11]
    chosen, rejected = (
        reward(
            folder / "model",
            AutoTokenizer.from_pretrained(TINY).apply_chat_template(row["prompt"] + row[name], tokenize=False),
        )
        for name in ("chosen", "rejected")
    )
    assert chosen > rejected

    file = tmp_path / "responses.jsonl"
    texts = [row["chosen"][0]["content"], row["rejected"][0]["content"]]
    file.write_text("".join(json.dumps({"messages": row["prompt"], "text": each}) + "\n" for each in texts))
    capsys.readouterr()
    assert main(["score", "--model", str(folder / "model"), "--responses", str(file)]) == 0
    scores = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert scores[0]["score"] > scores[1]["score"]
    assert all(each["tokens"] > 0 for each in scores)


def scored(model: Path, tmp_path: Path) -> int:
    file = tmp_path / "responses.jsonl"
    file.write_text(json.dumps({"messages": [{"role": "user", "content": "x"}], "text": "y"}) + "\n")
    return main(["score", "--model", str(model), "--responses", str(file)])


def test_a_model_without_a_head_gives_no_scores(
    make_run: MakeRun, make_model: MakeModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # With one label its missing head is made at random, and gives one number.
    plain = make_model(num_labels=1, id2label={"0": "LABEL_0"}, label2id={"LABEL_0": 0})
    assert scored(plain, tmp_path) == 2
    output = capsys.readouterr()
    assert output.out == ""
    said = f"The files of the model {plain} lack 1 of its weights, such as score.weight. Name a reward model.\n"
    assert output.err.endswith(said)

    language = make_run(rows(4), "dpo", method=DPO)
    assert train(language) == 0
    capsys.readouterr()
    assert scored(language / "model", tmp_path) == 2
    assert "is not one of a reward model. Name a reward model." in capsys.readouterr().err


def test_a_tokenizer_must_tell_prompt_and_response_apart(
    make_run: MakeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_run(with_margins(4), method=REWARD, lora=False)
    assert train(folder) == 0
    model = folder / "model"
    assert scored(model, tmp_path) == 0
    (model / "chat_template.jinja").unlink()
    capsys.readouterr()
    assert scored(model, tmp_path) == 2
    said = capsys.readouterr().err
    assert "has neither a chat template nor a separator of prompt and response. Add the template" in said
