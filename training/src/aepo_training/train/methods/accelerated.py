"""Accelerated Preference Optimization (He et al., 2024): DPO whose model is extrapolated from one round to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from aepo_training.train.figures import PAIR_FIGURES
from aepo_training.train.keys import PositiveFloat, share_below
from aepo_training.train.rows import PAIRS

if TYPE_CHECKING:
    from aepo_training.train.job import Job
    from aepo_training.train.trainer import RunTrainer


@dataclass(frozen=True)
class Own:
    """The hyper-parameters of Accelerated Preference Optimization.

    Attributes:
        beta: How strongly the trained model is held to the reference.
        alpha: How far the model goes on in the direction of the round's step.
        previous: The run of the round before, None in the first round.
    """

    beta: PositiveFloat
    alpha: Annotated[float, share_below(1)]
    previous: str | None


ROWS = PAIRS
FIGURES = PAIR_FIGURES


def make_trainer(job: Job) -> RunTrainer:
    """TRL's DPOTrainer, whose result is extrapolated."""
    from aepo_training.train.extrapolation import ExtrapolatingTrainer

    return ExtrapolatingTrainer(job, job.own.alpha, beta=job.own.beta)
