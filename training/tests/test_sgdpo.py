"""`sgdpo` with whole pilots is DPO with half its gradient, and with empty ones half of TRL's `bco_pair`."""

from __future__ import annotations

import pytest
import torch

from aepo_training.build.source import load_source
from aepo_training.train.methods.sgdpo import Own, pair_loss
from aepo_training.train.pairs import PairBatch

from .conftest import MakeRun, Row, rows
from .reductions import assert_same, job_of, loss_and_gradient, moved, plain_trainer, trainer_of
from .runs import figures, logits, train


def method(r1: float, r2: float) -> tuple[str, Row]:
    return "sgdpo", {"beta": 0.5, "r1": r1, "r2": r2}


def equal_lengths() -> list[Row]:
    texts = [(f"Yes {number}", f"Yes {number + 1}") for number in range(4)]
    return [
        row
        | {
            "chosen": [{"role": "assistant", "content": chosen}],
            "rejected": [{"role": "assistant", "content": rejected}],
        }
        for row, (chosen, rejected) in zip(rows(4), texts, strict=True)
    ]


def test_whole_pilots_of_equal_lengths_are_dpo_with_half_its_gradient(make_run: MakeRun) -> None:
    folder = make_run(equal_lengths(), method=method(1, 1), lora=False)
    job = job_of(folder)
    assert {len(row["chosen_ids"]) - len(row["rejected_ids"]) for row in job.train} == {0}
    dpo = loss_and_gradient(moved(plain_trainer(job, beta=0.5)))
    assert_same(loss_and_gradient(moved(trainer_of(folder))), dpo, gradient=0.5)


def test_empty_pilots_are_half_of_bco(make_run: MakeRun) -> None:
    folder = make_run(rows(4), method=method(0, 0), lora=False)
    bco = loss_and_gradient(moved(plain_trainer(job_of(folder), beta=0.5, loss_type=["bco_pair"])))
    assert_same(loss_and_gradient(moved(trainer_of(folder))), bco, gradient=0.5, loss=0.5)


@pytest.mark.parametrize(("r1", "r2", "sizes"), [(0.5, 1.0, (2, 4)), (0.1, 0.3, (1, 1)), (0, 0.8, (0, 3))])
def test_a_pilot_is_a_part_of_its_response_as_long_as_a_share_of_the_shorter(
    r1: float, r2: float, sizes: tuple[int, int]
) -> None:
    # Three prompt positions, then 9 tokens of the chosen and 4 of the rejected response, each of ratio 1.
    mask = torch.zeros(2, 12, dtype=torch.bool)
    mask[0, 3:12] = mask[1, 3:7] = True
    batch = PairBatch(policy=mask.float(), reference=torch.zeros(2, 12), mask=mask, values={})
    loss = float(pair_loss(Own(1.0, r1, r2), batch))
    first, second = 9 - sizes[1], sizes[0] - 4
    expected = -torch.nn.functional.logsigmoid(torch.tensor([float(first), float(second)])).sum() / 2
    assert loss == pytest.approx(float(expected))


def test_pilots_are_drawn_anew_in_training_and_the_same_for_held_out_rows() -> None:
    mask = torch.ones(8, 20, dtype=torch.bool)
    policy = torch.randn(8, 20, generator=torch.Generator().manual_seed(3))

    def draw(*, training: bool) -> torch.Tensor:
        return pair_loss(Own(0.5, 0.6, 0.9), PairBatch(policy, torch.zeros(8, 20), mask, {}, training))

    assert not torch.equal(draw(training=True), draw(training=True))
    assert torch.equal(draw(training=False), draw(training=False))


def test_a_run_learns_and_resumes_to_the_weights_of_an_unbroken_one(make_run: MakeRun) -> None:
    folder = make_run(rows(10), method=method(0.6, 0.9), maxSteps=6, saveSteps=3, heldOut=0.2)
    assert train(folder) == 0
    evaluated = [each["heldOutMargin"] for each in figures(folder, "eval")]
    assert evaluated[-1] > evaluated[0] == 0
    whole = logits(load_source(folder / "model").model)
    for place in ("model", "checkpoints/checkpoint-6"):
        (folder / place).rename(folder / f"{place}-before")
    assert train(folder, "--resume") == 0
    assert torch.equal(logits(load_source(folder / "model").model), whole)
