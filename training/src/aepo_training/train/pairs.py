"""Trainers of preference pairs: TRL's DPOTrainer as it is, and with the loss of another method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from trl import DPOConfig, DPOTrainer
from trl.models.utils import disable_gradient_checkpointing
from trl.trainer.dpo_trainer import DataCollatorForPreference
from trl.trainer.utils import use_adapter

from aepo_training.train.job import Job
from aepo_training.train.trainer import RunTrainer


class DPORunTrainer(RunTrainer, DPOTrainer):  # type: ignore[misc]  # TRL has no types
    """TRL's trainer of pairs in a run. Without an adapter a second copy of the model is the reference."""

    def __init__(self, job: Job, data_collator: DataCollatorForPreference | None = None, **config: Any) -> None:
        super().__init__(
            model=job.model,
            ref_model=job.reference,
            args=DPOConfig(**job.arguments, **config),
            data_collator=data_collator,
            train_dataset=job.train,
            eval_dataset=job.held_out,
            processing_class=job.tokenizer,
            peft_config=job.lora,
        )
        self.previous = job.previous


@dataclass(frozen=True)
class PairBatch:
    """What a loss of pairs is computed from. B pairs make 2B sequences: all chosen, then all rejected.

    Attributes:
        policy: Log-probability of each token under the model, (2B, T), 0 outside the responses.
        reference: The same under the reference, without a gradient.
        mask: True at the tokens of the responses, (2B, T).
        values: The values of the rows, (B) each.
        training: False for rows that are evaluated.
    """

    policy: torch.Tensor
    reference: torch.Tensor
    mask: torch.Tensor
    values: Mapping[str, torch.Tensor]
    training: bool = True

    def log_ratios(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Sums of policy - reference over the tokens of the chosen and of the rejected responses, (B) each."""
        chosen, rejected = (self.policy.sum(1) - self.reference.sum(1)).chunk(2)
        return chosen, rejected


@dataclass
class _PairCollator(DataCollatorForPreference):  # type: ignore[misc]  # TRL has no types
    """Puts the values of the rows into the batch, too."""

    values: tuple[str, ...] = ()

    def torch_call(self, examples: list[dict[str, Any]]) -> dict[str, Any]:
        batch: dict[str, Any] = super().torch_call(examples)
        return batch | {name: torch.tensor([example[name] for example in examples]) for name in self.values}


#: The loss of each pair of a batch, (B).
PairLoss = Callable[[PairBatch], torch.Tensor]


class PairTrainer(DPORunTrainer):
    """Trains with a loss that TRL does not have, and records the figures that TRL's trainer records of pairs.

    Args:
        job: What to train.
        loss: The loss.
        values: The columns that the loss reads beside the tokens.
        config: Further keyword arguments of TRL's DPOConfig, such as `beta`.
    """

    def __init__(self, job: Job, loss: PairLoss, values: tuple[str, ...] = (), **config: Any) -> None:
        self._pair_loss = loss
        self._values = values
        super().__init__(job, _PairCollator(job.padding, job.common.max_length, values=values), **config)

    def _set_signature_columns_if_needed(self) -> None:
        super()._set_signature_columns_if_needed()
        self._signature_columns += [name for name in self._values if name not in self._signature_columns]

    def _compute_loss(self, model: Any, inputs: dict[str, Any], return_outputs: bool) -> torch.Tensor:
        """The mean loss of a batch, in the place of TRL's chain of losses."""
        if return_outputs:
            raise NotImplementedError("outputs are not kept")
        tokens = {
            "input_ids": inputs["input_ids"],
            "attention_mask": inputs["attention_mask"],
            "labels": inputs["input_ids"].masked_fill(inputs["completion_mask"] == 0, -100),
            "use_cache": False,
            "fused_lm_head": True,
        }
        outputs = model(**tokens, **({"output_router_logits": True} if self.aux_loss_enabled else {}))
        batch = PairBatch(
            policy=outputs.log_probs,
            reference=self._reference(tokens),
            mask=inputs["completion_mask"][:, 1:].bool(),
            values={name: inputs[name] for name in self._values},
            training=self.model.training,
        )
        self._record(batch)
        loss = self._pair_loss(batch).mean()
        # Models of several experts have a loss of their own that keeps them in use.
        return loss + self.router_aux_loss_coef * outputs.aux_loss if self.aux_loss_enabled else loss

    def _reference(self, tokens: Mapping[str, Any]) -> torch.Tensor:
        adapter_off = (
            use_adapter(self.accelerator.unwrap_model(self.model), adapter_name=None)
            if self.ref_model is None
            else nullcontext()
        )
        with (
            torch.no_grad(),
            disable_gradient_checkpointing(self.model, self.args.gradient_checkpointing_kwargs),
            adapter_off,
        ):
            found: torch.Tensor = (self.ref_model or self.model)(**tokens).log_probs
        return found

    def _record(self, batch: PairBatch) -> None:
        """Keep the figures of a batch until the next log."""
        chosen, rejected = (self.beta * ratio.detach() for ratio in batch.log_ratios())
        chosen_logps, rejected_logps = batch.policy.detach().sum(1).chunk(2)
        figures = {
            "rewards/chosen": chosen,
            "rewards/rejected": rejected,
            "rewards/accuracies": (chosen > rejected).float(),
            "rewards/margins": chosen - rejected,
            "logps/chosen": chosen_logps,
            "logps/rejected": rejected_logps,
        }
        kept = self._metrics["train" if batch.training else "eval"]
        for name, values in figures.items():
            kept[name].append(self.accelerator.gather(values).mean().item())
