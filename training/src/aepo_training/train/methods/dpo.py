"""Direct Preference Optimization (Rafailov et al., 2023) as TRL implements it, with its sigmoid loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from aepo_training.train.keys import Limit, PositiveFloat

if TYPE_CHECKING:
    from aepo_training.train.job import Job
    from aepo_training.train.trainer import RunTrainer

#: Half of the labels flipped says nothing.
_SMOOTHING = Limit("a number from 0 to below 0.5", lambda value: bool(0 <= value < 0.5))


@dataclass(frozen=True)
class Own:
    """The hyper-parameters of DPO.

    Attributes:
        beta: How strongly the trained model is held to the reference.
        loss: The loss, by TRL's name.
        label_smoothing: Share of the labels that are taken to be wrong.
    """

    beta: PositiveFloat
    loss: Literal["sigmoid"]
    label_smoothing: Annotated[float, _SMOOTHING]


FIGURES = {
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


def make_trainer(job: Job) -> RunTrainer:
    """A DPO trainer; without an adapter a second copy of the model is the reference."""
    from trl import DPOConfig

    from aepo_training.train.trainer import RunTrainer

    own: Own = job.own
    arguments = DPOConfig(**job.arguments, beta=own.beta, loss_type=[own.loss], label_smoothing=own.label_smoothing)
    return RunTrainer(
        model=job.model,
        ref_model=job.reference,
        args=arguments,
        train_dataset=job.train,
        eval_dataset=job.held_out,
        processing_class=job.tokenizer,
        peft_config=job.lora,
        callbacks=job.callbacks,
    )
