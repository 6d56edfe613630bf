"""`dpo` is TRL's trainer, bit for bit, with each loss of pairs that TRL has."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import torch

from aepo_training.train.methods.dpo import Own

from .conftest import MakeRun, rows
from .reductions import assert_weights_of, job_of, plain_trainer, weights
from .runs import failure, train

LOSSES = get_args(get_type_hints(Own)["loss"])
SMOOTHED = {"exo_pair": 0.001, "robust": 0.1}


def own(loss: str, smoothing: float | None = None) -> tuple[str, dict[str, Any]]:
    return "dpo", {"beta": 0.2, "loss": loss, "labelSmoothing": smoothing}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_run_gives_the_weights_of_trl(make_run: MakeRun, loss: str) -> None:
    folder = make_run(rows(4), method=own(loss), epochs=2, lora=False)
    assert train(folder) == 0
    trl = plain_trainer(job_of(folder), beta=0.2, loss_type=[loss], label_smoothing=SMOOTHED.get(loss, 0.0))
    trl.train()
    assert_weights_of(folder / "model", trl)


def test_label_smoothing_is_trls(make_run: MakeRun) -> None:
    folder = make_run(rows(4), method=own("robust", 0.3), lora=False)
    assert train(folder) == 0
    trl = plain_trainer(job_of(folder), beta=0.2, loss_type=["robust"], label_smoothing=0.3)
    trl.train()
    assert_weights_of(folder / "model", trl)
    found = weights(folder / "model")
    unsmoothed = weights(made(make_run, "sigmoid") / "model")
    assert not all(torch.equal(found[name], weight) for name, weight in unsmoothed.items())


def made(make_run: MakeRun, loss: str) -> Path:
    folder = make_run(rows(4), name=loss, method=own(loss), lora=False)
    assert train(folder) == 0
    return folder


@pytest.mark.parametrize(
    ("loss", "smoothing", "expected"),
    [
        ("sigmoid", 0.1, "The loss sigmoid has no label smoothing; these have: exo_pair, robust, aot, aot_unpaired."),
        ("ipo", 0.1, "The loss ipo has no label smoothing"),
        ("exo_pair", 0, "The loss exo_pair needs a labelSmoothing above 0."),
    ],
)
def test_what_a_loss_cannot_honour_is_refused_by_name(
    make_run: MakeRun, loss: str, smoothing: float, expected: str
) -> None:
    folder = make_run(method=own(loss, smoothing))
    assert train(folder) == 2
    assert failure(folder)["message"].startswith(expected)
