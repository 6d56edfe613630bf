"""Whether a built graph still says what training taught: divergences between trained model, base and graph.

The divergence is measured along texts that the trained model samples after fixed prompts: there it is the mean over
tokens of the divergence between the models' answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from aepo_training.build.calibrate import Decoder
from aepo_training.errors import AepoTrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

#: A graph may be so far from the trained model, as a share of how far training moved the model.
_ALLOWED_SHARE = 0.1
#: In nats: closer than this counts as the same, also where training hardly moved the model.
_SAME = 1e-5

_PROMPTS = (
    "Why is the sky blue?",
    "Write a short poem about rain.",
    "How do I boil an egg?",
    "Name three uses of a brick.",
    "Explain what a prime number is, with an example.",
    "Write a polite note to a neighbour about a noisy party.",
)
_ROWS, _TOKENS = 2, 24
_SEED = 1

Logs = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """Texts after one prompt, and what the trained model says of each of their tokens.

    Attributes:
        tokens: Prompt and texts, (rows, prompt + `_TOKENS`).
        start: Tokens of the prompt.
        logs: Log-probabilities at each token of the texts, (rows, `_TOKENS`, vocabulary).
    """

    tokens: Tokens
    start: int
    logs: Logs


@dataclass(frozen=True)
class Training:
    """What training changed.

    Attributes:
        samples: Texts of the trained model.
        moved: The divergence of the base from the trained model on them, in nats.
    """

    samples: Sequence[Sample]
    moved: float

    @property
    def allowed(self) -> float:
        """How far a graph may be from the trained model, in nats."""
        return max(self.moved * _ALLOWED_SHARE, _SAME)

    def divergence(self, graph: Path) -> float:
        """How far a graph is from the trained model, in nats."""
        return float(np.mean([_divergence(sample.logs, _follow(graph, sample)) for sample in self.samples]))


def compare_training(
    tokenizer: PreTrainedTokenizerBase,
    trained: PreTrainedModel,
    base: Callable[[torch.Tensor], torch.Tensor],
) -> Training:
    """Sample from a trained model and compare it with its base.

    Args:
        tokenizer: The tokenizer of both.
        trained: The trained model.
        base: Gives the base's logits for tokens.
    """
    torch.manual_seed(_SEED)
    samples, moved = [], []
    for prompt in _PROMPTS:
        tokens = _prompt_tokens(tokenizer, prompt)
        texts = _sample(trained, tokens)
        with torch.no_grad():
            logs, base_logs = (_logs(logits, tokens.shape[1]) for logits in (trained(texts).logits, base(texts)))
        samples.append(Sample(texts.numpy(), tokens.shape[1], logs))
        moved.append(_divergence(logs, base_logs))
    return Training(samples, float(np.mean(moved)))


def check_survival(training: Training, graphs: Sequence[Path]) -> float:
    """The divergence of the farthest of some graphs from the trained model.

    Raises:
        AepoTrainingError: Training moved the model hardly farther than rounding did.
    """
    found = max(training.divergence(graph) for graph in graphs)
    if not found <= training.allowed:
        raise AepoTrainingError(
            f"at this precision rounding moves the model by {found:.2g} nats, and training moved it by "
            f"{training.moved:.2g}: more than a tenth of what was trained would be lost",
            "Build it without --precision, which chooses one that keeps the training",
        )
    return found


def _prompt_tokens(tokenizer: PreTrainedTokenizerBase, prompt: str) -> torch.Tensor:
    messages = [{"role": "user", "content": prompt}]
    if tokenizer.chat_template:
        tokens = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
    else:
        tokens = tokenizer(prompt)["input_ids"]
    return torch.tensor([tokens] * _ROWS)


def _sample(model: PreTrainedModel, tokens: torch.Tensor) -> torch.Tensor:
    """Prompts, each with the same number of sampled tokens after it; end tokens are tokens like others."""
    cache, new = None, tokens
    for _ in range(_TOKENS):
        with torch.no_grad():
            output = model(new, past_key_values=cache, use_cache=True)
        cache = output.past_key_values
        new = torch.multinomial(output.logits[:, -1].float().softmax(dim=-1), 1)
        tokens = torch.cat([tokens, new], dim=1)
    return tokens


def _logs(logits: torch.Tensor, start: int) -> Logs:
    found: Logs = logits[:, start - 1 : -1].float().log_softmax(dim=-1).numpy()
    return found


def _follow(graph: Path, sample: Sample) -> Logs:
    """What a graph says of the same tokens, fed to it one by one."""
    decoder = Decoder(graph)
    steps = np.split(sample.tokens, range(sample.start, sample.tokens.shape[1]), axis=1)[:-1]
    logits = [decoder.feed(np.ascontiguousarray(tokens), ["logits"])[0][:, -1] for tokens in steps]
    found: Logs = torch.from_numpy(np.stack(logits, axis=1)).log_softmax(dim=-1).numpy()
    return found


def _divergence(ours: Logs, theirs: Logs) -> float:
    """The mean Kullback-Leibler divergence KL(ours ‖ theirs) in nats."""
    wide = ours.astype(np.float64)
    return float((np.exp(wide) * (wide - theirs)).sum(axis=-1).mean())
