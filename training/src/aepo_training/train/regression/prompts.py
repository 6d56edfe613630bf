"""The prompts whose responses are compared: held-out ones, and fixed ones where a run holds out few."""

from __future__ import annotations

from dataclasses import dataclass

from datasets import Dataset

from aepo_training.train.rows import Message
from aepo_training.train.tokens import Chat, TemplateRefusedError

_COUNT = 12
#: Longer prompts take memory and time, and change the figures little.
_LONGEST = 512

_FIXED = (
    "Why does the moon have phases?",
    "Write four lines about a quiet morning.",
    "How do I sew on a button?",
    "Name three animals that live in a desert.",
    "Explain what a fraction is, with an example.",
    "Write a short message that moves a meeting to Friday.",
    "What is the difference between weather and climate?",
    "Give me a simple recipe for pancakes.",
    "How does a bicycle stay upright?",
    "Describe a market to someone who has never seen one.",
    "What is 12 times 15? Show the steps.",
    "Write a Python function that reverses a string.",
)


@dataclass(frozen=True)
class Prompt:
    """One prompt.

    Attributes:
        source: `held-out` or `fixed`.
        tokens: The prompt up to where the response begins.
    """

    source: str
    tokens: list[int]


def choose_prompts(held_out: Dataset | None, chat: Chat) -> list[Prompt]:
    """The first held-out prompts, and fixed ones up to the same number."""
    seen = dict.fromkeys(tuple(tokens) for tokens in (held_out["prompt_ids"] if held_out else []))
    own = [Prompt("held-out", list(tokens)) for tokens in seen if len(tokens) <= _LONGEST][:_COUNT]
    return [*own, *_fixed(chat)[: _COUNT - len(own)]]


def _fixed(chat: Chat) -> list[Prompt]:
    found = []
    for content in _FIXED:
        try:
            found.append(Prompt("fixed", chat.prompt([Message(role="user", content=content)], {})))
        except TemplateRefusedError:
            continue
    return found
