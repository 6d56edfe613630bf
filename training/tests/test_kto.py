"""`kto` is TRL's trainer on shuffled rows; the undesirable responses alone are enough."""

from __future__ import annotations

from dataclasses import replace

import pytest
from datasets import Dataset
from transformers import AutoTokenizer
from trl import KTOConfig, KTOTrainer

from .conftest import TINY, MakeRun, labelled
from .reductions import assert_weights_of, job_of, plain_trainer, trainer_of
from .runs import failure, figures, metrics, train

KTO = ("kto", {"beta": 0.1, "desirableWeight": 1, "undesirableWeight": 1.5})


def test_a_run_gives_the_weights_of_trl(make_run: MakeRun) -> None:
    folder = make_run(labelled(4), method=KTO, epochs=2, lora=False)
    assert train(folder) == 0
    job = replace(job_of(folder), train=trainer_of(folder).train_dataset)
    trl = plain_trainer(job, KTOTrainer, KTOConfig, beta=0.1, desirable_weight=1, undesirable_weight=1.5)
    trl.train()
    assert_weights_of(folder / "model", trl)


def test_rows_are_shuffled_and_paired_with_the_other_responses_of_their_batch_as_trl_pairs_them(
    make_run: MakeRun,
) -> None:
    content = labelled(5)
    folder = make_run(content, method=KTO, batchSize=4)
    ours = list(trainer_of(folder).train_dataset)
    assert [row["prompt_ids"] for row in ours] != [row["prompt_ids"] for row in job_of(folder).train]
    assert len({str(row["prompt_ids"]) for row in ours}) == 5
    # TRL's own preparation of the same rows in the same order.
    places = {(str(row["prompt_ids"]), row["label"]): place for place, row in enumerate(job_of(folder).train)}
    order = [places[str(row["prompt_ids"]), row["label"]] for row in ours]
    messages = [{name: content[place][name] for name in ("prompt", "completion")} for place in order]
    theirs = KTOTrainer(
        model=str(TINY),
        args=KTOConfig(**job_of(folder).arguments),
        train_dataset=Dataset.from_list(
            [row | {"label": content[place]["values"]["label"]} for row, place in zip(messages, order, strict=True)]
        ),
        processing_class=AutoTokenizer.from_pretrained(TINY),
    ).train_dataset
    for mine, other in zip(ours, theirs, strict=True):
        assert mine["prompt_ids"] == other["prompt_ids"]
        for name in ("completion_ids", "KL_completion_ids"):  # TRL trains what the template writes after the end, too
            assert mine[name] == other[name][: len(mine[name])], name


@pytest.mark.parametrize("lora", [True, False])
def test_a_run_learns_from_both_sides(make_run: MakeRun, lora: bool) -> None:
    folder = make_run(labelled(10), method=KTO, lora=lora, epochs=3, heldOut=0.2)
    assert train(folder) == 0
    evaluated = figures(folder, "eval")
    assert evaluated[-1]["heldOutMargin"] > evaluated[0]["heldOutMargin"] == 0
    assert evaluated[-1]["heldOutLoss"] < evaluated[0]["heldOutLoss"]
    logged = figures(folder, "log")
    assert logged[-1].keys() >= {"loss", "kl", "learningRate", "gradNorm"}
    assert metrics(folder)[-1]["moved"]


def test_undesirable_responses_alone_are_unlearned(make_run: MakeRun) -> None:
    folder = make_run(labelled(6, (False,)), method=KTO, epochs=3)
    assert train(folder) == 0
    rewards = [each["rewardUndesirable"] for each in figures(folder, "log")]
    assert rewards[-1] < rewards[0] == 0


def test_only_desirable_responses_that_were_cut_off_are_left_out(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str]
) -> None:
    content = labelled(3)
    content[0]["completionEnd"] = content[1]["completionEnd"] = "length"
    assert train(make_run(content, method=KTO)) == 0
    assert "rows with cut-off: 1," in capfd.readouterr().out


def test_batches_of_one_row_are_refused(make_run: MakeRun) -> None:
    folder = make_run(labelled(3), method=KTO, batchSize=1)
    assert train(folder) == 2
    assert failure(folder)["message"] == "The method kto needs batches of at least 2 rows."
