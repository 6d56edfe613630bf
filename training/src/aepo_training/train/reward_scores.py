"""Scores of responses by a reward model: what `aepo-training score` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PreTrainedTokenizerBase

from aepo_training.errors import InputError, first_line, text
from aepo_training.train.load import for_inference

_ADAPTER = "adapter_config.json"


def score_responses(model: str, responses: Path) -> Iterator[dict[str, Any]]:
    """Score each line of a file, `{"messages", "text"}`, one at a time, so that no score depends on another.

    Args:
        model: A Hugging Face folder, a LoRA adapter, or a hub id.
        responses: The file.

    Raises:
        InputError: The model cannot be loaded, or has more than one output.
    """
    found, tokenizer = _load(model)
    loaded = for_inference(found)
    for line in responses.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        ids = _tokens(tokenizer, row["messages"], row["text"])
        with torch.no_grad():
            logits = loaded(input_ids=torch.tensor([ids], device=loaded.device)).logits[0].float()
        if logits.numel() != 1:
            raise InputError(
                text(
                    "The model {model} has {count} outputs, and a reward model has one.",
                    model=model,
                    count=logits.numel(),
                ),
                text("Name a reward model."),
            )
        yield {"score": logits.item(), "tokens": len(ids)}


def _load(model: str) -> tuple[Any, PreTrainedTokenizerBase]:
    try:
        tokenizer = AutoTokenizer.from_pretrained(model)
        if (Path(model) / _ADAPTER).is_file():
            from peft import AutoPeftModelForSequenceClassification

            loaded = AutoPeftModelForSequenceClassification.from_pretrained(model, num_labels=1)
        else:
            loaded = AutoModelForSequenceClassification.from_pretrained(model)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise InputError(
            text("The model {model} cannot be loaded: {error}.", model=model, error=first_line(error)),
            text("Name a reward model."),
        ) from error
    return loaded, tokenizer


def _tokens(tokenizer: PreTrainedTokenizerBase, messages: list[dict[str, str]], answer: str) -> list[int]:
    """The conversation with its answer, as the chat template writes it; without a template as two texts."""
    if tokenizer.chat_template:
        whole = [*messages, {"role": "assistant", "content": answer}]
        # A template ends a turn with a line break that training does not have.
        rendered = str(tokenizer.apply_chat_template(whole, tokenize=False)).rstrip("\n")
        return list(tokenizer(rendered, add_special_tokens=False)["input_ids"])
    prompt = "\n\n".join(message["content"] for message in messages)
    return list(tokenizer(prompt, answer)["input_ids"])
