"""Self-Play Preference Optimization (Wu et al., 2024): win probabilities against the policy as targets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from aepo_training.train.figures import PAIR_FIGURES
from aepo_training.train.keys import PositiveFloat, share
from aepo_training.train.rows import PAIRS

if TYPE_CHECKING:
    import torch

    from aepo_training.train.job import Job
    from aepo_training.train.pairs import PairBatch
    from aepo_training.train.trainer import RunTrainer

_Probability = Annotated[float, share()]


@dataclass(frozen=True)
class Own:
    """The hyper-parameters of SPPO.

    Attributes:
        beta: How strongly the trained model is held to the policy of the start: 1/η in the paper.
        probabilities: Where the launcher has the rows' win probabilities from.
        judge: The judge that the launcher took them from.
        previous: The run that this one goes on from.
    """

    beta: PositiveFloat
    probabilities: Literal["labels", "scores", "judge"]
    judge: str | None = None
    previous: str | None = None


ROWS = PAIRS.with_values(chosenProbability=_Probability, rejectedProbability=_Probability)
FIGURES = PAIR_FIGURES


def pair_loss(beta: float, batch: PairBatch) -> torch.Tensor:
    """The paper's squared distance of each log-ratio from its target, with the factor 1/2 of its authors' code."""
    chosen, rejected = batch.log_ratios()
    chosen_target, rejected_target = ((batch.values[name] - 0.5) / beta for name in ROWS.values)
    return ((chosen - chosen_target) ** 2 + (rejected - rejected_target) ** 2) / 2


def make_trainer(job: Job) -> RunTrainer:
    """A trainer of pairs with `pair_loss`."""
    from aepo_training.train.pairs import PairTrainer

    beta = job.own.beta
    return PairTrainer(job, partial(pair_loss, beta), tuple(ROWS.values), beta=beta)
