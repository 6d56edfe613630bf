"""A reward model (Bradley-Terry) of the annotators' preferences, as TRL trains it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from aepo_training.train.keys import Limit
from aepo_training.train.rows import PAIRS

if TYPE_CHECKING:
    from aepo_training.train.job import Job
    from aepo_training.train.trainer import RunTrainer

_NOT_NEGATIVE = Limit("a number of at least 0", lambda value: bool(0 <= value < float("inf")))


@dataclass(frozen=True)
class Own:
    """The hyper-parameters of reward models.

    Attributes:
        margin: By how much the rewards of a pair must differ for each tier between them; 0 for no margin.
        center: Weight of the square of the sum of a pair's rewards, which keeps them around 0; 0 for none.
    """

    margin: Annotated[float, _NOT_NEGATIVE]
    center: Annotated[float, _NOT_NEGATIVE]


ROWS = PAIRS.with_values(margin=Annotated[float, _NOT_NEGATIVE])
FIGURES = {
    "loss": "loss",
    "eval_loss": "heldOutLoss",
    "margin": "rewardMargin",
    "eval_margin": "heldOutMargin",
    "accuracy": "rewardAccuracy",
    "eval_accuracy": "heldOutAccuracy",
    "mean_reward": "rewardMean",
    "learning_rate": "learningRate",
    "grad_norm": "gradNorm",
}


def make_trainer(job: Job) -> RunTrainer:
    """TRL's RewardTrainer; the rows have their margins from the launcher."""
    from aepo_training.train.reward_model import RewardRunTrainer

    return RewardRunTrainer(job, center_rewards_coefficient=job.own.center or None)
