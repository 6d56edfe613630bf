"""Direct Preference Optimization (Rafailov et al., 2023) and the other losses of pairs that TRL has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from aepo_training.errors import InputError, text
from aepo_training.train.figures import PAIR_FIGURES
from aepo_training.train.keys import PositiveFloat, share_below
from aepo_training.train.rows import PAIRS

if TYPE_CHECKING:
    from aepo_training.train.job import Job
    from aepo_training.train.trainer import RunTrainer

#: Half of the labels flipped says nothing.
_SMOOTHING = share_below(0.5)

#: The losses of TRL that read `label_smoothing`, each with the value that it has when none is given.
_SMOOTHED = {"exo_pair": 0.001, "robust": 0.1, "aot": 0.0, "aot_unpaired": 0.0}


@dataclass(frozen=True)
class Own:
    """The hyper-parameters of DPO.

    Attributes:
        beta: How strongly the trained model is held to the reference.
        loss: The loss, by TRL's name.
        label_smoothing: Share of the labels that are taken to be wrong; None for the loss's own.
        previous: The run that this one goes on from.
    """

    beta: PositiveFloat
    loss: Literal[
        "sigmoid",
        "hinge",
        "ipo",
        "exo_pair",
        "nca_pair",
        "robust",
        "bco_pair",
        "sppo_hard",
        "aot",
        "aot_unpaired",
        "apo_zero",
        "apo_down",
        "discopop",
        "sigmoid_norm",
    ]
    label_smoothing: Annotated[float, _SMOOTHING] | None
    previous: str | None = None

    def __post_init__(self) -> None:
        if self.label_smoothing and self.loss not in _SMOOTHED:
            raise InputError(
                text(
                    "The loss {loss} has no label smoothing; these have: {losses}.",
                    loss=self.loss,
                    losses=", ".join(_SMOOTHED),
                ),
                text("Remove labelSmoothing."),
            )
        if self.loss == "exo_pair" and self.label_smoothing == 0:
            raise InputError(text("The loss exo_pair needs a labelSmoothing above 0."))


ROWS = PAIRS
FIGURES = PAIR_FIGURES


def make_trainer(job: Job) -> RunTrainer:
    """TRL's DPOTrainer."""
    from aepo_training.train.pairs import DPORunTrainer

    own: Own = job.own
    smoothing = _SMOOTHED.get(own.loss, 0.0) if own.label_smoothing is None else own.label_smoothing
    return DPORunTrainer(job, beta=own.beta, loss_type=[own.loss], label_smoothing=smoothing)
