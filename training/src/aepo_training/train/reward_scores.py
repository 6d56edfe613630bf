"""Scores of responses by a reward model: what `aepo-training score` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from peft import PeftConfig, PeftModel, TaskType
from peft.utils import load_peft_weights
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PreTrainedTokenizerBase

from aepo_training.errors import InputError, first_line, text
from aepo_training.train.load import ModelKind, for_inference, load_model

_ADAPTER = "adapter_config.json"
_REWARD_MODEL = text("Name a reward model.")

#: Before the name of each weight in the file of an adapter.
_PREFIX = "base_model.model."


def score_responses(model: str, responses: Path) -> Iterator[dict[str, Any]]:
    """Score each line of a file, `{"messages", "text"}`, one at a time, so that no score depends on another.

    Args:
        model: A Hugging Face folder, a LoRA adapter, or a hub id.
        responses: The file.

    Raises:
        InputError: The model cannot be loaded, lacks the weights of its head, has more than one output, or a tokenizer
            that would run prompt and response together.
    """
    found, tokenizer = _load(model)
    loaded = for_inference(found)
    limit = getattr(loaded.config, "max_position_embeddings", None)
    for line in responses.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        ids = _tokens(tokenizer, row["messages"], row["text"], limit)
        with torch.no_grad():
            logits = loaded(input_ids=torch.tensor([ids], device=loaded.device)).logits[0].float()
        if logits.numel() != 1:
            raise InputError(
                text(
                    "The model {model} has {count} outputs, and a reward model has one.",
                    model=model,
                    count=logits.numel(),
                ),
                _REWARD_MODEL,
            )
        yield {"score": logits.item(), "tokens": len(ids)}


def _load(model: str) -> tuple[Any, PreTrainedTokenizerBase]:
    try:
        tokenizer = AutoTokenizer.from_pretrained(model)
        adapter = PeftConfig.from_pretrained(model) if (Path(model) / _ADAPTER).is_file() else None
    except (OSError, ValueError, KeyError, ImportError, TypeError) as error:
        raise InputError(
            text("The model {model} cannot be loaded: {error}.", model=model, error=first_line(error)), _REWARD_MODEL
        ) from error
    if not tokenizer.chat_template and not _separates(tokenizer):
        raise InputError(
            text(
                "The tokenizer of {model} has neither a chat template nor a separator of prompt and response.",
                model=model,
            ),
            text("Add the template that the model was trained with to the folder, as chat_template.jinja."),
        )
    kind = ModelKind(AutoModelForSequenceClassification, remedy=_REWARD_MODEL)
    if adapter is None:
        return load_model(model, None, "auto", kind), tokenizer
    if adapter.task_type != TaskType.SEQ_CLS:
        raise InputError(text("The adapter {model} is not one of a reward model.", model=model), _REWARD_MODEL)
    head = replace(kind, new=_whole_weights(model))
    base = load_model(adapter.base_model_name_or_path, None, "auto", head, num_labels=1)
    return PeftModel.from_pretrained(base, model), tokenizer


def _whole_weights(adapter: str) -> list[str]:
    """The weights that the file of an adapter holds in full, such as the head, by their names in the model."""
    names = load_peft_weights(adapter, device="cpu")
    return [name.removeprefix(_PREFIX) for name in names if ".lora_" not in name]


def _separates(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Whether the tokens of a pair of texts are more than those of the one text after the other."""
    prompt, response = "prompt", "response"
    alone = [tokenizer(each, add_special_tokens=False)["input_ids"] for each in (prompt, response)]
    joined, pair = [*alone[0], *alone[1]], tokenizer(prompt, response)["input_ids"]
    return all(pair[start : start + len(joined)] != joined for start in range(len(pair)))


def _tokens(
    tokenizer: PreTrainedTokenizerBase, messages: list[dict[str, str]], answer: str, limit: int | None
) -> list[int]:
    """The conversation with its answer, as the chat template writes it; without a template as two texts.

    A text of more than `limit` tokens loses its beginning.
    """
    if tokenizer.chat_template:
        whole = [*messages, {"role": "assistant", "content": answer}]
        # A template ends a turn with a line break that training does not have.
        rendered = str(tokenizer.apply_chat_template(whole, tokenize=False)).rstrip("\n")
        return list(tokenizer(rendered, add_special_tokens=False)["input_ids"])[-(limit or 0) :]
    prompt = "\n\n".join(message["content"] for message in messages)
    return list(tokenizer(prompt, answer, truncation=limit is not None, max_length=limit)["input_ids"])
