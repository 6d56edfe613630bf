"""Short sampled responses of a model, and the divergence of two models along one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel

_ROWS_AT_ONCE = 8


@dataclass(frozen=True)
class Sampled:
    """One response.

    Attributes:
        prompt: The tokens before it.
        tokens: Its tokens, without the one that ends it.
        ended: Whether it ended before the limit.
    """

    prompt: list[int]
    tokens: list[int]
    ended: bool


@dataclass(frozen=True)
class Sampler:
    """How responses are sampled: from the model's own distribution.

    Attributes:
        new_tokens: The most tokens of a response.
        ends: Tokens that end one.
        padding: A token for the places before shorter prompts.
        seed: Two models that are sampled with the same seed draw the same random numbers.
    """

    new_tokens: int
    ends: frozenset[int]
    padding: int
    seed: int

    def sample(self, model: PreTrainedModel, prompts: Sequence[list[int]]) -> list[Sampled]:
        """One response to each prompt."""
        draws = torch.Generator().manual_seed(self.seed)
        batches = (prompts[start : start + _ROWS_AT_ONCE] for start in range(0, len(prompts), _ROWS_AT_ONCE))
        return [sampled for some in batches for sampled in self._batch(model, some, draws)]

    def _batch(self, model: PreTrainedModel, prompts: Sequence[list[int]], draws: torch.Generator) -> Iterator[Sampled]:
        width = max(map(len, prompts))
        padded = [[self.padding] * (width - len(prompt)) + prompt for prompt in prompts]
        new = torch.tensor(padded, device=model.device)
        mask = torch.tensor(
            [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts], device=model.device
        )
        found: list[list[int]] = [[] for _ in prompts]
        running = set(range(len(prompts)))
        cache = None
        for _ in range(self.new_tokens):
            positions = (mask.cumsum(1) - 1).clamp(min=0)[:, -new.shape[1] :]
            with torch.no_grad():
                output = model(
                    input_ids=new, attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True
                )
            cache = output.past_key_values
            probabilities = output.logits[:, -1].float().softmax(-1).cpu()
            new = torch.multinomial(probabilities, 1, generator=draws).to(model.device)
            mask = torch.cat([mask, mask.new_ones(len(prompts), 1)], 1)
            for row in list(running):
                token = int(new[row, 0])
                if token in self.ends:
                    running.remove(row)
                else:
                    found[row].append(token)
            if not running:
                break
        for row, prompt in enumerate(prompts):
            yield Sampled(prompt, found[row], ended=row not in running)


def log_probs(model: PreTrainedModel, sampled: Sampled) -> torch.Tensor:
    """What a model says at each token of a response, (tokens, vocabulary)."""
    tokens = torch.tensor([sampled.prompt + sampled.tokens], device=model.device)
    with torch.no_grad():
        logits = model(input_ids=tokens, use_cache=False).logits
    found: torch.Tensor = logits[0, len(sampled.prompt) - 1 : -1].float().log_softmax(-1)
    return found


def divergence(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    """The Kullback-Leibler divergence KL(ours ‖ theirs) in nats, summed over the tokens."""
    return float((ours.exp() * (ours - theirs)).sum())
