"""Self-Guided DPO (2025): each log-ratio is compared with that of a random part of the other response."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

from aepo_training.train.figures import PAIR_FIGURES
from aepo_training.train.keys import PositiveFloat, share
from aepo_training.train.rows import PAIRS

if TYPE_CHECKING:
    import torch

    from aepo_training.train.job import Job
    from aepo_training.train.pairs import PairBatch
    from aepo_training.train.trainer import RunTrainer

#: The parts of held-out rows are drawn from this seed each time, so that their figures can be compared.
_HELD_OUT_SEED = 0


@dataclass(frozen=True)
class Own:
    """The hyper-parameters of SGDPO.

    Attributes:
        beta: How strongly the trained model is held to the reference.
        r1: Size of the part of the chosen response, as a share of the shorter of the two.
        r2: Size of the part of the rejected response, likewise.
        previous: The run that this one goes on from.
    """

    beta: PositiveFloat
    r1: Annotated[float, share()]
    r2: Annotated[float, share()]
    previous: str | None = None


ROWS = PAIRS
FIGURES = PAIR_FIGURES


def pair_loss(own: Own, batch: PairBatch) -> torch.Tensor:
    """Half of two DPO terms, in which a pilot without a gradient stands for one of the two responses."""
    from torch.nn.functional import logsigmoid

    chosen, rejected = batch.log_ratios()
    chosen_pilot, rejected_pilot = _pilots(own, batch)
    terms = logsigmoid(own.beta * (chosen - rejected_pilot)) + logsigmoid(own.beta * (chosen_pilot - rejected))
    return -terms / 2


def _pilots(own: Own, batch: PairBatch) -> tuple[torch.Tensor, torch.Tensor]:
    """Sums of the log-ratios of tokens that are drawn anew for each response, without replacement."""
    import torch

    lengths = batch.mask.sum(1)
    shorter = torch.minimum(*lengths.chunk(2))
    sizes = torch.cat([_size(shorter, own.r1), _size(shorter, own.r2)])
    drawn = _draws(batch).masked_fill(~batch.mask, 2.0)  # above every draw
    is_taken = drawn.argsort(1).argsort(1) < sizes[:, None]
    ratios = (batch.policy - batch.reference).detach()
    chosen, rejected = (ratios * is_taken).sum(1).chunk(2)
    return chosen, rejected


def _size(shorter: torch.Tensor, share_of_it: float) -> torch.Tensor:
    """At least one token, as in the authors' code; none for a share of 0."""
    if share_of_it == 0:
        return shorter * 0
    return (shorter * share_of_it).long().clamp(min=1)


def _draws(batch: PairBatch) -> torch.Tensor:
    import torch

    if batch.training:
        return torch.rand(batch.mask.shape, device=batch.mask.device)
    fixed = torch.Generator().manual_seed(_HELD_OUT_SEED)
    return torch.rand(batch.mask.shape, generator=fixed).to(batch.mask.device)


def make_trainer(job: Job) -> RunTrainer:
    """A trainer of pairs with `pair_loss`."""
    from aepo_training.train.pairs import PairTrainer

    return PairTrainer(job, partial(pair_loss, job.own), beta=job.own.beta)
