"""What training changed beside the preferences: the figures before and after a run."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM

from aepo_training.train.regression.neutral import neutral_loss, neutral_windows
from aepo_training.train.regression.prompts import choose_prompts
from aepo_training.train.regression.responses import Sampler, divergence, log_probs
from aepo_training.train.tokens import load_chat

from .conftest import DPO, TINY, MakeRun, labelled, rows
from .reductions import job_of
from .runs import train


def regression(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "regression.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("lora", [True, False])
def test_a_run_that_moves_the_model_moves_the_figures(make_run: MakeRun, lora: bool) -> None:
    folder = make_run(rows(10), epochs=3, heldOut=0.2, learningRate=3e-3, lora=lora, regression=True)
    assert train(folder) == 0
    found = regression(folder)
    assert found["version"] == 1
    assert found["seconds"] > 0
    assert found["heldOut"]["loss"]["before"] == pytest.approx(math.log(2))
    assert found["heldOut"]["loss"]["after"] < 0.6
    assert found["heldOut"]["accuracy"]["after"] == 1
    policy = found["policy"]
    assert policy["kl"] > 1e-4
    assert [prompt["source"] for prompt in policy["prompts"]] == ["held-out"] * 2 + ["fixed"] * 10
    assert "Question" in policy["prompts"][0]["text"]
    for side in ("before", "after"):
        responses = policy[side]["responses"]
        assert [response["prompt"] for response in responses] == [place for place in range(12) for _ in range(2)]
        assert all(response["tokens"] <= 64 for response in responses)
        assert all(response["ended"] == (response["tokens"] < 64) for response in responses)
    assert policy["before"]["neutralLoss"] != policy["after"]["neutralLoss"]


def test_the_figures_before_are_those_of_the_base(make_run: MakeRun) -> None:
    folder = make_run(rows(10), heldOut=0.2, regression=True)
    assert train(folder) == 0
    chat, base = load_chat(str(TINY)), AutoModelForCausalLM.from_pretrained(TINY).eval()
    windows = neutral_windows(chat.tokenizer, base.config.max_position_embeddings)
    policy = regression(folder)["policy"]
    assert policy["before"]["neutralLoss"] == pytest.approx(neutral_loss(base, windows), rel=1e-6)
    # Of the whole text at once, as transformers computes it.
    window = torch.tensor([windows[0]])
    with torch.no_grad():
        assert neutral_loss(base, windows[:1]) == pytest.approx(float(base(window, labels=window).loss), rel=1e-5)


def test_a_run_that_changes_nothing_changes_no_figure(make_run: MakeRun) -> None:
    folder = make_run(rows(4), learningRate=1e-30, regression=True)
    assert train(folder) == 0
    policy = regression(folder)["policy"]
    assert policy["after"] == policy["before"]
    assert policy["kl"] == 0
    assert {prompt["source"] for prompt in policy["prompts"]} == {"fixed"}
    assert regression(folder)["heldOut"] is None


def test_responses_in_a_batch_are_those_of_each_prompt_alone() -> None:
    base = AutoModelForCausalLM.from_pretrained(TINY).eval()
    prompts = [[1, 5, 70], [1, 5, 70, 90, 12, 44, 3]]
    sampler = Sampler(12, frozenset(), 0, seed=3)
    together = sampler.sample(base, prompts)
    alone = [sampler.sample(base, [prompt])[0].tokens for prompt in prompts[:1]]
    assert together[0].tokens[:1] == alone[0][:1]
    for sampled in together:
        ours = log_probs(base, sampled)
        assert ours.shape == (12, base.config.vocab_size)
        assert divergence(ours, ours) == 0
    # Along a response the logits with padding before the prompt are those without.
    with torch.no_grad():
        padded = base(
            input_ids=torch.tensor([[0, 0, 1, 5, 70]]),
            attention_mask=torch.tensor([[0, 0, 1, 1, 1]]),
            position_ids=torch.tensor([[0, 0, 0, 1, 2]]),
        ).logits[0, -1]
        assert torch.allclose(padded, base(torch.tensor([[1, 5, 70]])).logits[0, -1], atol=1e-5)


def test_a_response_ends_at_an_end_token() -> None:
    base = AutoModelForCausalLM.from_pretrained(TINY).eval()
    free = Sampler(20, frozenset(), 0, seed=5).sample(base, [[1, 5, 70]])[0]
    end = free.tokens[4]
    ended = Sampler(20, frozenset({end}), 0, seed=5).sample(base, [[1, 5, 70]])[0]
    assert ended.tokens == free.tokens[: free.tokens.index(end)]
    assert ended.ended
    assert not free.ended


def test_held_out_prompts_go_first_each_once(make_run: MakeRun) -> None:
    job = job_of(make_run(rows(30), heldOut=0.5))
    chosen = choose_prompts(job.held_out, load_chat(str(TINY)))
    assert [prompt.source for prompt in chosen] == ["held-out"] * 12
    assert len({tuple(prompt.tokens) for prompt in chosen}) == 12


def test_a_reward_model_has_no_policy_to_compare(make_run: MakeRun) -> None:
    content = [row | {"values": {"margin": 0}} for row in rows(10)]
    folder = make_run(content, heldOut=0.2, method=("reward", {"margin": 0, "center": 0}), regression=True)
    assert train(folder) == 0
    assert regression(folder)["policy"] is None
    assert set(regression(folder)["heldOut"]) == {"loss", "accuracy"}


@pytest.mark.parametrize("lora", [True, False])
def test_an_extrapolated_model_is_what_is_compared(make_run: MakeRun, lora: bool) -> None:
    changes: Any = {"lora": lora, "epochs": 3, "learningRate": 3e-3, "regression": True, "heldOut": 0.2}
    plain = make_run(rows(10), "plain", method=DPO, **changes)
    further = make_run(
        rows(10), "further", method=("accelerated", {"beta": 0.1, "alpha": 0.5, "previous": None}), **changes
    )
    assert train(plain) == train(further) == 0
    assert regression(further)["policy"]["before"] == regression(plain)["policy"]["before"]
    assert regression(further)["heldOut"] is None, "the rows are evaluated before the extrapolation"
    # Twice: from a run that is extrapolated itself.
    second = make_run(
        rows(10), "second", method=("accelerated", {"beta": 0.1, "alpha": 0.5, "previous": "further"}), **changes
    )
    assert train(second) == 0
    before = regression(second)["policy"]["before"]["neutralLoss"]
    assert before == pytest.approx(regression(further)["policy"]["after"]["neutralLoss"], rel=1e-4)


def test_kto_has_no_accuracy(make_run: MakeRun) -> None:
    own = {"beta": 0.1, "desirableWeight": 1, "undesirableWeight": 1}
    folder = make_run(labelled(10), heldOut=0.2, method=("kto", own), regression=True)
    assert train(folder) == 0
    assert set(regression(folder)["heldOut"]) == {"loss"}
    assert regression(folder)["policy"]["kl"] > 0


def test_a_comparison_that_fails_does_not_fail_the_run(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_arguments: Any) -> None:
        raise RuntimeError("no memory for it")

    monkeypatch.setattr("aepo_training.train.regression.measure.neutral_loss", fail)
    folder = make_run(rows(4), regression=True)
    assert train(folder) == 0
    assert (folder / "model").is_dir()
    assert not (folder / "regression.json").exists()
    assert "no memory for it" in capfd.readouterr().out
