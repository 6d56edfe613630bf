"""What tests of methods compare: the loss and the gradient of one batch, and the weights after a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments
from trl import DPOConfig, DPOTrainer

from aepo_training.train.dataset import read_rows
from aepo_training.train.inspection import inspect_rows
from aepo_training.train.job import Job, make_job
from aepo_training.train.methods import load_method
from aepo_training.train.previous import find_previous
from aepo_training.train.run_file import read_run_file
from aepo_training.train.tokens import load_chat
from aepo_training.train.trainer import RunTrainer

from .conftest import TINY


def job_of(folder: Path) -> Job:
    """The job of a run folder."""
    file = read_run_file(folder / "run.json")
    chat = load_chat(file.model)
    rows = read_rows(folder / file.dataset, file.dataset_sha256, load_method(file.method).ROWS)
    job = make_job(file, None, inspect_rows(rows, chat, file.common), chat, find_previous(file, folder.parent))
    job.arguments["output_dir"] = str(folder / "checkpoints")
    return job


def trainer_of(folder: Path) -> RunTrainer:
    """The trainer of a run folder, before its first step."""
    file = read_run_file(folder / "run.json")
    return load_method(file.method).make_trainer(job_of(folder))


class _OnTokens:
    def _prepare_dataset(self, dataset: Dataset, *_arguments: Any) -> Dataset:
        return dataset


def plain_trainer(
    job: Job, trainer: type[Trainer] = DPOTrainer, arguments: type[TrainingArguments] = DPOConfig, **config: Any
) -> Trainer:
    """TRL's own trainer, as it is, on the rows of a job, which are tokens."""
    return type("PlainTrainer", (_OnTokens, trainer), {})(
        model=AutoModelForCausalLM.from_pretrained(TINY),
        ref_model=AutoModelForCausalLM.from_pretrained(TINY),
        args=arguments(**job.arguments, **config),
        train_dataset=job.train,
        processing_class=AutoTokenizer.from_pretrained(TINY),
    )


def moved(trainer: Trainer, size: float = 0.02) -> Trainer:
    """The trainer with weights that differ from the reference's, the same at every call."""
    draws = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for weight in trainer.model.parameters():
            weight.add_(size * torch.randn(weight.shape, generator=draws))
    return trainer


def loss_and_gradient(trainer: Trainer, rows: int = 4) -> tuple[float, torch.Tensor]:
    """Of one batch with the first rows."""
    batch = trainer.data_collator([trainer.train_dataset[place] for place in range(rows)])
    trainer.model.train()
    trainer.model.zero_grad()
    loss = trainer.compute_loss(trainer.model, batch)
    loss.backward()
    gradients = [weight.grad.flatten() for weight in trainer.model.parameters() if weight.grad is not None]
    return loss.item(), torch.cat(gradients)


def assert_same(
    found: tuple[float, torch.Tensor], expected: tuple[float, torch.Tensor], gradient: float = 1.0, loss: float = 1.0
) -> None:
    """Loss and gradient are these shares of the expected ones, up to rounding."""
    assert abs(found[0] - loss * expected[0]) <= 1e-5 * max(1.0, abs(expected[0]))
    difference = found[1] - gradient * expected[1]
    assert float(difference.norm()) <= 1e-4 * float(expected[1].norm())
    assert float(expected[1].norm()) > 0


def weights(folder: Path) -> dict[str, torch.Tensor]:
    """The trained weights in a folder."""
    (file,) = folder.glob("*.safetensors")
    found: dict[str, torch.Tensor] = load_file(file)
    return found


def assert_weights_of(folder: Path, trainer: Trainer) -> None:
    """The trained weights in a folder are the same bits as those of a trainer, which may have more."""
    found = weights(folder)
    assert_equal_weights(found, {name: weight for name, weight in trainer.model.state_dict().items() if name in found})


def assert_equal_weights(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> None:
    """All weights are the same bits."""
    assert one.keys() == other.keys()
    for name, weight in one.items():
        assert torch.equal(weight, other[name]), name
