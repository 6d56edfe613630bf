"""Kahneman-Tversky Optimization (Ethayarajh et al., 2024): single responses, desirable or undesirable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aepo_training.train.keys import PositiveFloat
from aepo_training.train.rows import LABELLED

if TYPE_CHECKING:
    from aepo_training.train.job import Job
    from aepo_training.train.trainer import RunTrainer


@dataclass(frozen=True)
class Own:
    """The hyper-parameters of KTO.

    Attributes:
        beta: How strongly the trained model is held to the reference.
        desirable_weight: Weight of the loss of desirable responses.
        undesirable_weight: Weight of the loss of undesirable responses.
        previous: The run that this one goes on from.
    """

    beta: PositiveFloat
    desirable_weight: PositiveFloat
    undesirable_weight: PositiveFloat
    previous: str | None = None


ROWS = LABELLED
FIGURES = {
    "loss": "loss",
    "eval_loss": "heldOutLoss",
    "rewards/margins": "rewardMargin",
    "eval_rewards/margins": "heldOutMargin",
    "rewards/chosen": "rewardDesirable",
    "rewards/rejected": "rewardUndesirable",
    "logps/chosen": "logpDesirable",
    "logps/rejected": "logpUndesirable",
    "kl": "kl",
    "learning_rate": "learningRate",
    "grad_norm": "gradNorm",
}


def make_trainer(job: Job) -> RunTrainer:
    """TRL's KTOTrainer."""
    from aepo_training.train.labelled import KTORunTrainer

    own: Own = job.own
    return KTORunTrainer(
        job, beta=own.beta, desirable_weight=own.desirable_weight, undesirable_weight=own.undesirable_weight
    )
