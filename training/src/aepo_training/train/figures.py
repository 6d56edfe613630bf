"""Figures that several methods record: the trainer's names, and ours."""

from __future__ import annotations

PAIR_FIGURES = {
    "loss": "loss",
    "rewards/margins": "rewardMargin",
    "rewards/accuracies": "rewardAccuracy",
    "rewards/chosen": "rewardChosen",
    "rewards/rejected": "rewardRejected",
    "logps/chosen": "logpChosen",
    "logps/rejected": "logpRejected",
    "learning_rate": "learningRate",
    "grad_norm": "gradNorm",
    "eval_rewards/margins": "heldOutMargin",
    "eval_rewards/accuracies": "heldOutAccuracy",
    "eval_loss": "heldOutLoss",
}
