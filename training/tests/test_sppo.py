"""`sppo` with certain preferences is half of TRL's `sppo_hard`, and with even ones it starts at its minimum."""

from __future__ import annotations

import pytest

from .conftest import MakeRun, Row, rows
from .reductions import assert_same, job_of, loss_and_gradient, moved, plain_trainer, trainer_of
from .runs import failure, figures, metrics, train

SPPO = ("sppo", {"beta": 0.01, "probabilities": "labels"})


def with_probabilities(chosen: float, rejected: float, count: int = 4) -> list[Row]:
    values = {"chosenProbability": chosen, "rejectedProbability": rejected}
    return [row | {"values": values} for row in rows(count)]


def test_certain_preferences_are_half_of_trls_hard_loss(make_run: MakeRun) -> None:
    folder = make_run(with_probabilities(1, 0), method=SPPO, lora=False)
    found = loss_and_gradient(moved(trainer_of(folder)))
    hard = loss_and_gradient(moved(plain_trainer(job_of(folder), beta=0.01, loss_type=["sppo_hard"])))
    assert_same(found, hard, gradient=0.5, loss=0.5)


@pytest.mark.parametrize("lora", [True, False])
def test_even_preferences_have_no_loss_and_no_gradient_at_the_start(make_run: MakeRun, lora: bool) -> None:
    loss, gradient = loss_and_gradient(trainer_of(make_run(with_probabilities(0.5, 0.5), method=SPPO, lora=lora)))
    assert loss == 0
    assert gradient.abs().max() == 0


def test_swapped_responses_with_swapped_probabilities_are_the_same(make_run: MakeRun) -> None:
    def swapped(row: Row) -> Row:
        return row | {"chosen": row["rejected"], "rejected": row["chosen"]}

    one = make_run(with_probabilities(0.8, 0.3), method=SPPO, lora=False)
    other = make_run([swapped(row) for row in with_probabilities(0.3, 0.8)], name="other", method=SPPO, lora=False)
    found, expected = (loss_and_gradient(moved(trainer_of(folder))) for folder in (one, other))
    assert_same(found, expected)


def test_a_run_learns_and_needs_probabilities(make_run: MakeRun) -> None:
    folder = make_run(with_probabilities(1, 0, 10), method=SPPO, epochs=2, heldOut=0.2, loggingSteps=2)
    assert train(folder) == 0
    logged = figures(folder, "log")
    assert logged[-1]["loss"] < logged[0]["loss"]
    evaluated = [each["heldOutMargin"] for each in figures(folder, "eval")]
    assert evaluated[-1] > evaluated[0] == 0
    assert metrics(folder)[-1]["moved"]

    bare = make_run(rows(4), name="bare", method=SPPO)
    assert train(bare) == 2
    assert "row 1: values.chosenProbability is missing" in failure(bare)["message"]
    wrong = make_run(with_probabilities(1.5, 0), name="wrong", method=SPPO)
    assert train(wrong) == 2
    assert "values.chosenProbability is 1.5, but must be a number from 0 to 1" in failure(wrong)["message"]
