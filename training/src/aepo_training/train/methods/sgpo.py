"""Stackelberg Game Preference Optimization (2025): DPO against the worst preferences near the policy's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

from aepo_training.errors import InputError, text
from aepo_training.train.figures import PAIR_FIGURES
from aepo_training.train.keys import PositiveFloat, at_least, share
from aepo_training.train.rows import PAIRS, SELF_ANNOTATED

if TYPE_CHECKING:
    import torch
    from datasets import Dataset

    from aepo_training.train.job import Job
    from aepo_training.train.pairs import PairBatch
    from aepo_training.train.trainer import RunTrainer


@dataclass(frozen=True)
class Own:
    """The hyper-parameters of SGPO.

    Attributes:
        beta: How strongly the trained model is held to the reference.
        epsilon: Mean distance by which the follower moves the gaps, which lie in [0, 1].
        pieces: Tangents by which the follower approximates the loss.
        previous: The run of the seed set or of the round before: its model judges the pairs.
        self_annotate: Whether that model also compares responses that no annotator has compared.
    """

    beta: PositiveFloat
    epsilon: Annotated[float, share()]
    pieces: Annotated[int, at_least(2)]
    previous: str | None
    self_annotate: bool = False

    def __post_init__(self) -> None:
        if self.previous is None:
            raise InputError(
                text("The method sgpo continues from an earlier run, which has trained on the seed set."),
                text("Name the folder of a finished run in runs: previous=RUN."),
            )


ROWS = PAIRS.with_values(**{SELF_ANNOTATED: bool | None})
FIGURES = PAIR_FIGURES

_VALUES = ("gap", "moved")


def pair_loss(own: Own, batch: PairBatch) -> torch.Tensor:
    """The loss of DPO on what the follower left in place, and the steepest tangents on what it moved."""
    import torch
    from torch.nn.functional import logsigmoid

    from aepo_training.train.follower import tangents

    chosen, rejected = batch.log_ratios()
    margin = own.beta * (chosen - rejected)
    gap, moved = (batch.values[name] for name in _VALUES)
    lines = torch.tensor(tangents(own.pieces), device=margin.device)
    worst = (lines[:, :1] * (margin.sigmoid() - gap) + lines[:, 1:]).max(0).values
    return -(1 - moved) * logsigmoid(margin) + moved * worst


def make_trainer(job: Job) -> RunTrainer:
    """Scores the pairs, solves the follower's program, and gives a trainer of pairs with `pair_loss`."""
    from dataclasses import replace

    from aepo_training.train.follower import moved_shares
    from aepo_training.train.pairs import PairTrainer
    from aepo_training.train.self_annotation import annotated

    own: Own = job.own
    train, gaps = annotated(job, _gaps(job, job.train))
    moved = moved_shares(gaps, own.epsilon, own.pieces)
    print(f"the follower moves {sum(moved) / len(moved):.1%} of the pairs", flush=True)
    train = train.add_column("gap", gaps).add_column("moved", moved)
    held_out = job.held_out
    if held_out is not None:
        nothing = [0.0] * len(held_out)
        held_out = held_out.add_column("gap", nothing).add_column("moved", nothing)
    return PairTrainer(replace(job, train=train, held_out=held_out), partial(pair_loss, own), _VALUES, beta=own.beta)


def _gaps(job: Job, rows: Dataset) -> list[float]:
    """How well the earlier run's model tells each pair apart: the sigmoid of its margin, in [0, 1]."""
    from torch import sigmoid

    from aepo_training.train.scoring import pair_log_probs

    before = pair_log_probs(job.load_model(job.previous and job.previous.before), job, rows)
    chosen, rejected = (pair_log_probs(job.model, job, rows) - before).unbind(1)
    found: list[float] = sigmoid(job.own.beta * (chosen - rejected)).tolist()
    return found
