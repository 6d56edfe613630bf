"""The loss of a model on a small text that no preference is about: encyclopaedic English, arithmetic and code."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

_TEXT = Path(__file__).with_name("neutral.txt")
#: A tokenizer of bytes makes many tokens of the text: more than these are not read.
_MOST_TOKENS = 4096
_WINDOW = 512


def neutral_windows(tokenizer: PreTrainedTokenizerBase, longest: int | None) -> list[list[int]]:
    """The text in windows of tokens.

    Args:
        tokenizer: The tokenizer of the model.
        longest: The most tokens that the model takes, None where it does not say.
    """
    tokens: list[int] = tokenizer(_TEXT.read_text(encoding="utf-8"), add_special_tokens=False, verbose=False)[
        "input_ids"
    ]
    size = min(_WINDOW, longest or _WINDOW)
    starts = range(0, min(len(tokens), _MOST_TOKENS), size)
    return [window for start in starts if len(window := tokens[start : start + size]) > 1]


def count_predicted(windows: list[list[int]]) -> int:
    """Tokens that have another token before them in their window."""
    return sum(len(window) - 1 for window in windows)


def neutral_loss(model: PreTrainedModel, windows: list[list[int]]) -> float:
    """The mean negative log-probability of a token, in nats."""
    total = 0.0
    for window in windows:
        tokens = torch.tensor([window], device=model.device)
        with torch.no_grad():
            logits = model(input_ids=tokens, use_cache=False).logits[0, :-1].float()
        total += float(torch.nn.functional.cross_entropy(logits, tokens[0, 1:], reduction="sum"))
    return total / count_predicted(windows)
