"""Compares the model that a run gives with the one that it started from."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel

from aepo_training.train.job import Job
from aepo_training.train.regression.neutral import count_predicted, neutral_loss, neutral_windows
from aepo_training.train.regression.prompts import choose_prompts
from aepo_training.train.regression.responses import Sampled, Sampler, divergence, log_probs
from aepo_training.train.tokens import Chat
from aepo_training.train.trainer import RunTrainer

VERSION = 1
NAME = "regression.json"

_NEW_TOKENS = 64
_RESPONSES_PER_PROMPT = 2

#: Our name of a figure of the held-out rows, and its key in the file.
_HELD_OUT = {"heldOutLoss": "loss", "heldOutAccuracy": "accuracy"}


def measure_regression(trainer: RunTrainer, job: Job, chat: Chat, figures: Mapping[str, str], path: Path) -> None:
    """Write the figures of a run that has trained; `figures` are those of its method."""
    began = time.monotonic()
    held_out = _held_out(trainer, figures)
    policy = _Comparison(trainer, job, chat).figures() if trainer.generates else None
    seconds = round(time.monotonic() - began, 3)
    found = {"version": VERSION, "seconds": seconds, "heldOut": held_out, "policy": policy}
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"compared with the model of the start in {seconds:.0f} s: {path}", flush=True)


def _held_out(trainer: RunTrainer, figures: Mapping[str, str]) -> dict[str, Any] | None:
    """The figures of the held-out rows before the first step and after the last."""
    ours = {theirs: _HELD_OUT[ours] for theirs, ours in figures.items() if ours in _HELD_OUT}
    logged = [entry for entry in trainer.state.log_history if "eval_loss" in entry]
    if not logged or not trainer.evaluates_result:
        return None
    return {name: {"before": logged[0].get(theirs), "after": logged[-1].get(theirs)} for theirs, name in ours.items()}


class _Comparison:
    """The two models, and what they are compared on."""

    def __init__(self, trainer: RunTrainer, job: Job, chat: Chat) -> None:
        self._trainer = trainer
        self._chat = chat
        self._prompts = choose_prompts(job.held_out, chat)
        config = job.model.config
        self._windows = neutral_windows(chat.tokenizer, getattr(config, "max_position_embeddings", None))
        self._sampler = Sampler(_NEW_TOKENS, _ends(chat, job.model), job.padding, job.common.seed)

    def figures(self) -> dict[str, Any]:
        """The part `policy` of the file."""
        with self._trainer.model_before() as model:
            before, _ = self._side(model)
        with self._trainer.model_given() as model:
            after, responses = self._side(model)
            kl = self._divergence(model, responses)
        return {
            "neutral": {"tokens": count_predicted(self._windows)},
            "sampling": {"maxNewTokens": _NEW_TOKENS, "temperature": 1, "seed": self._sampler.seed},
            "prompts": [
                {"source": prompt.source, "text": self._chat.tokenizer.decode(prompt.tokens)}
                for prompt in self._prompts
            ],
            "before": before,
            "after": after,
            "kl": kl,
        }

    def _side(self, model: PreTrainedModel) -> tuple[dict[str, Any], list[Sampled]]:
        """What is measured of one model."""
        model.eval()
        prompts = [(place, prompt) for place, prompt in enumerate(self._prompts) for _ in range(_RESPONSES_PER_PROMPT)]
        sampled = self._sampler.sample(model, [prompt.tokens for _, prompt in prompts])
        responses = [
            {"prompt": place, "text": self._text(each.tokens), "tokens": len(each.tokens), "ended": each.ended}
            for (place, _), each in zip(prompts, sampled, strict=True)
        ]
        return {"neutralLoss": neutral_loss(model, self._windows), "responses": responses}, sampled

    def _divergence(self, given: PreTrainedModel, responses: list[Sampled]) -> float | None:
        """Of the model of the start from the trained one: the mean over the tokens of the trained one's responses."""
        total, tokens = 0.0, 0
        for sampled in responses:
            if not sampled.tokens:
                continue
            ours = log_probs(given, sampled)
            with self._trainer.model_before() as before:
                total += divergence(ours, log_probs(before, sampled))
            tokens += len(sampled.tokens)
        return total / tokens if tokens else None

    def _text(self, tokens: list[int]) -> str:
        text: str = self._chat.tokenizer.decode(tokens, skip_special_tokens=True)
        return text


def _ends(chat: Chat, model: PreTrainedModel) -> frozenset[int]:
    """Every token that ends a response: that of the template, and those of the model."""
    own = getattr(model.generation_config, "eos_token_id", None)
    return frozenset(
        token for token in [chat.end_token({}), *(own if isinstance(own, list) else [own])] if token is not None
    )
