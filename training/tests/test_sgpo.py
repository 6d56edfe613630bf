"""`sgpo` without a follower is DPO; the follower solves its linear program, and its moves keep a gradient."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.optimize import linprog

from aepo_training.train.follower import moved_shares, piecewise_loss, tangents
from aepo_training.train.methods.sgpo import Own, pair_loss
from aepo_training.train.pairs import PairBatch

from .conftest import DPO, MakeRun, Row, rows
from .reductions import assert_equal_weights, assert_same, loss_and_gradient, moved, trainer_of, weights
from .runs import failure, figures, metrics, train


def method(epsilon: float, previous: str | None = "seed") -> tuple[str, Row]:
    return "sgpo", {"beta": 0.1, "epsilon": epsilon, "pieces": 6, "previous": previous}


def solved(gaps: list[float], epsilon: float, pieces: int) -> float:
    """The optimum of the paper's program (theorem 3.3) with support [0, 1], by HiGHS.

    Variables for each pair and tangent: the mass s, and the displacement q as the difference of two parts.
    """
    count = len(gaps)
    lines = tangents(pieces)
    size = count * pieces
    v = np.repeat(gaps, pieces)
    slope, start = (np.tile([line[part] for line in lines], count) for part in (0, 1))
    # slope (s v - q) + start s, maximised
    cost = -np.concatenate([slope * v + start, -slope, slope]) / count
    mass = np.zeros((count, 3 * size))
    for row in range(count):
        mass[row, row * pieces : (row + 1) * pieces] = 1
    unit = np.eye(size)
    at_least_0 = np.hstack([-v[:, None] * unit, unit, -unit])
    at_most_1 = np.hstack([(v - 1)[:, None] * unit, -unit, unit])
    distance = np.hstack([np.zeros(size), np.ones(2 * size)])[None] / count
    found = linprog(
        cost,
        A_ub=np.vstack([at_least_0, at_most_1, distance]),
        b_ub=np.concatenate([np.zeros(2 * size), [epsilon]]),
        A_eq=mass,
        b_eq=np.ones(count),
        bounds=(0, None),
        method="highs",
    )
    assert found.status == 0
    return -float(found.fun)


def worst_loss(gaps: list[float], shares: list[float], pieces: int) -> float:
    """The mean loss after the moves."""
    highest = piecewise_loss(0, pieces)
    return sum(
        share * highest + (1 - share) * piecewise_loss(gap, pieces) for gap, share in zip(gaps, shares, strict=True)
    ) / len(gaps)


@pytest.mark.parametrize(
    ("count", "epsilon", "pieces"),
    [(1, 0.1, 6), (7, 0.0, 6), (20, 0.01, 6), (20, 0.05, 5), (20, 0.3, 2), (20, 0.9, 7), (60, 0.02, 6)],
)
def test_the_follower_reaches_the_optimum_of_a_solver(count: int, epsilon: float, pieces: int) -> None:
    gaps = np.random.default_rng(count).random(count).tolist()
    shares = moved_shares(gaps, epsilon, pieces)
    assert all(0 <= share <= 1 for share in shares)
    distance = sum(share * gap for share, gap in zip(shares, gaps, strict=True)) / count
    assert distance <= epsilon + 1e-12
    assert distance == pytest.approx(epsilon) or shares == [1.0] * count
    assert worst_loss(gaps, shares, pieces) == pytest.approx(solved(gaps, epsilon, pieces), abs=1e-7)


def test_the_follower_without_a_budget_moves_nothing_and_with_more_gains_more() -> None:
    gaps = [0.2, 0.5, 0.5, 0.9]
    assert moved_shares(gaps, 0, 6) == [0, 0, 0, 0]
    worst = [worst_loss(gaps, moved_shares(gaps, epsilon, 6), 6) for epsilon in (0, 0.01, 0.1, 0.5, 1)]
    assert worst == sorted(worst)
    assert worst[-1] == pytest.approx(piecewise_loss(0, 6))
    shares = moved_shares([0.5] * 4, 0.1, 6)
    assert shares == pytest.approx([0.2] * 4), "equal pairs share"
    assert moved_shares([0.0, 0.5], 0.0, 6) == [1, 0]


@pytest.fixture
def seed(make_run: MakeRun) -> Path:
    """A finished run on the seed set."""
    folder = make_run(rows(4), "seed", method=DPO, lora=False)
    assert train(folder) == 0
    return folder


def test_without_a_follower_the_loss_is_dpos(make_run: MakeRun, seed: Path) -> None:
    folder = make_run(rows(6), "sgpo", method=method(0), lora=False)
    dpo = make_run(rows(6), "dpo", model=seed / "model", method=DPO, lora=False)
    assert_same(loss_and_gradient(moved(trainer_of(folder))), loss_and_gradient(moved(trainer_of(dpo))))
    assert train(folder) == train(dpo) == 0
    found, expected = weights(folder / "model"), weights(dpo / "model")
    assert max(float((found[name] - weight).abs().max()) for name, weight in expected.items()) < 1e-6


def test_what_is_moved_has_a_gradient_at_the_start() -> None:
    own = Own(0.1, 0.1, 6, "seed")
    policy = torch.zeros(4, 3, requires_grad=True)
    for gap in (0.3, 0.6, 0.99):
        values = {"gap": torch.full((2,), gap), "moved": torch.tensor([1.0, 0.0])}
        batch = PairBatch(policy, torch.zeros(4, 3), torch.ones(4, 3, dtype=torch.bool), values)
        (gradient,) = torch.autograd.grad(pair_loss(own, batch).sum(), policy)
        assert float(gradient[0, 0]) < float(gradient[1, 0]) < 0, "moved pairs are pulled harder"


@pytest.mark.parametrize("lora", [True, False])
def test_a_run_learns_from_pairs_that_the_run_before_has_judged(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str], lora: bool
) -> None:
    assert train(make_run(rows(4), "seed", method=DPO, lora=lora)) == 0
    folder = make_run(rows(10), "run", method=method(0.1), lora=lora, epochs=2, heldOut=0.2)
    assert train(folder) == 0
    assert "the follower moves" in capfd.readouterr().out
    evaluated = [each["heldOutMargin"] for each in figures(folder, "eval")]
    assert evaluated[-1] > evaluated[0] == 0
    again = make_run(rows(10), "again", method=method(0.1, "run"), lora=lora)
    assert train(again) == 0
    assert metrics(again)[-1]["moved"]
    same = make_run(rows(10), "same", method=method(0.1, "run"), lora=lora)
    assert train(same) == 0
    assert_equal_weights(weights(again / "model"), weights(same / "model"))


def test_it_needs_an_earlier_run(make_run: MakeRun) -> None:
    folder = make_run(method=method(0.1, None))
    assert train(folder) == 2
    assert failure(folder)["message"].startswith("The method sgpo continues from an earlier run")


def unlabelled(count: int, start: int = 20) -> list[Row]:
    """Pairs that nobody has labelled, the worse response first."""
    return [
        row | {"chosen": row["rejected"], "rejected": row["chosen"], "values": {"selfAnnotated": True}}
        for row in rows(start + count)[start:]
    ]


def own_annotations(folder: Path) -> list[Row]:
    lines = (folder / "self-annotated.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def with_own(previous: str | None = "seed") -> tuple[str, Row]:
    name, own = method(0.1, previous)
    return name, own | {"selfAnnotate": True}


@pytest.mark.parametrize("lora", [True, False])
def test_the_model_of_the_run_before_annotates_what_nobody_has_labelled(make_run: MakeRun, lora: bool) -> None:
    assert train(make_run(rows(12), "seed", method=DPO, lora=lora, epochs=3, learningRate=3e-3)) == 0
    content = [*rows(8), *unlabelled(3)]
    folder = make_run(content, method=with_own(), lora=lora, heldOut=0.2)
    assert train(folder) == 0
    found = own_annotations(folder)
    assert [each["row"] for each in found] == [9, 10, 11]
    assert all(each["preferred"] == "rejected" and each["probability"] > 0.5 for each in found)
    start = metrics(folder)[0]
    assert (start["rows"], start["heldOutRows"], start["selfAnnotatedRows"]) == (9, 2, 3)

    # A person who agrees with the model gives the same weights.
    agreed = [row | {"values": {}} for row in rows(23)[20:]]
    labelled = make_run([*rows(8), *agreed], "labelled", method=method(0.1), lora=lora)
    own = make_run(content, "own", method=with_own(), lora=lora)
    assert train(labelled) == train(own) == 0
    assert not (labelled / "self-annotated.jsonl").exists()
    trained, expected = weights(own / "model"), weights(labelled / "model")
    # The probability of the other order is rounded otherwise.
    assert max(float((trained[name] - weight).abs().max()) for name, weight in expected.items()) < 1e-5


def test_prompts_that_are_held_out_are_not_trained_on_by_own_annotations(make_run: MakeRun) -> None:
    assert train(make_run(rows(12), "seed", method=DPO, epochs=4, learningRate=3e-3)) == 0
    content = [*rows(8), *unlabelled(8, start=0)]
    folder = make_run(content, method=with_own(), heldOut=0.25)
    assert train(folder) == 0
    inspection = json.loads((folder / "inspection.json").read_text(encoding="utf-8"))
    assert (inspection["heldOutRows"], inspection["selfAnnotatedRows"]) == (2, 6)
    (problem,) = inspection["problems"]
    assert (problem["kind"], problem["count"], problem["fatal"]) == ("held-out-prompt", 2, False)


def test_a_model_that_prefers_nothing_annotates_nothing(make_run: MakeRun) -> None:
    assert train(make_run(rows(4), "seed", method=DPO, learningRate=1e-30)) == 0
    folder = make_run([*rows(4), *unlabelled(2)], method=with_own())
    assert train(folder) == 2
    assert failure(folder)["message"] == "The model of the run seed prefers none of the unlabelled responses."


def test_labels_must_be_left_beside_own_annotations(make_run: MakeRun) -> None:
    assert train(make_run(rows(4), "seed", method=DPO, learningRate=3e-3)) == 0
    cut_off = [row | {"chosenEnd": "length"} for row in rows(3)]
    folder = make_run([*cut_off, *unlabelled(6)], method=with_own())
    assert train(folder) == 2
    assert "The chosen response was cut off." in failure(folder)["message"]
