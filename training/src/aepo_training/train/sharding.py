"""Runs whose model is sharded across processes, by FSDP or DeepSpeed.

While such a run trains, each process holds a part of the weights. What follows the last step needs whole ones: how far
the model moved, sums of adapters, the comparison with the model of the start. The last checkpoint has them, and one
process ends the run from there, as it would end a run of its own.
Invariant I27.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from peft import get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM, TrainerState

from aepo_training.errors import InputError, text
from aepo_training.train.checkpoints import ADAPTER, STATE, ZERO_TAG
from aepo_training.train.job import Job
from aepo_training.train.launch import resume_alone
from aepo_training.train.run_file import Common
from aepo_training.train.trainer import RunTrainer

#: Room for activations beside the weights, as a factor.
_ROOM = 1.2


def set_up(common: Common) -> None:
    """Set what accelerate reads of a run in the environment, before the trainer is made."""
    # Checkpoints have whole weights: a single process ends the run from them.
    os.environ["FSDP_STATE_DICT_TYPE"] = "FULL_STATE_DICT"
    # Every process loads the model itself, before it knows the others.
    os.environ["FSDP_CPU_RAM_EFFICIENT_LOADING"] = "false"
    # run.json says it. DeepSpeed refuses a configuration that differs.
    os.environ["ACCELERATE_GRADIENT_ACCUMULATION_STEPS"] = str(common.gradient_accumulation)
    os.environ["ACCELERATE_GRADIENT_CLIPPING"] = "auto"


def gather_whole_weights(trainer: RunTrainer) -> None:
    """Let checkpoints of DeepSpeed's ZeRO-3 have whole weights, whatever its configuration says."""
    plugin = getattr(trainer.accelerator.state, "deepspeed_plugin", None)
    if plugin is not None:
        plugin.deepspeed_config["zero_optimization"]["stage3_gather_16bit_weights_on_model_save"] = True


def end_in_one_process(trainer: RunTrainer) -> None:
    """After the last step and its checkpoint: the main process becomes the one that ends the run, the others return."""
    trainer.accelerator.wait_for_everyone()
    is_main = trainer.is_world_process_zero()
    torch.distributed.destroy_process_group()
    if is_main:
        resume_alone(Path.cwd())


def choose_device(job: Job) -> None:
    """Let a run end on the CPU if its model, which was sharded, does not fit one GPU.

    Raises:
        InputError: The configuration of the model cannot be read.
    """
    if not torch.cuda.is_available():
        return
    with torch.device("meta"):
        weights = AutoModelForCausalLM.from_config(
            AutoConfig.from_pretrained(job.source, revision=job.revision)
        ).num_parameters()
    needed = weights * job.dtype.itemsize * (1 if job.lora else 2) * _ROOM
    if needed > torch.cuda.mem_get_info()[0]:
        job.arguments.update(use_cpu=True, bf16=False)


def load_trained(trainer: RunTrainer, checkpoint: Path) -> None:
    """Give a trainer, which has trained nothing, the weights of the checkpoint of a run's last step.

    Raises:
        InputError: The checkpoint has not the weights that the run trains.
    """
    print(f"one process ends the run, with the weights of {checkpoint.name}", flush=True)
    model: Any = trainer.model
    adapter = checkpoint / ADAPTER
    if (checkpoint / ZERO_TAG).is_file():
        weights = _zero_weights(checkpoint)
        _check_names(weights, {name for name, weight in model.named_parameters() if weight.requires_grad}, checkpoint)
        model.load_state_dict(weights, strict=False)
    elif adapter.is_file():
        weights = load_file(adapter)
        _check_names(weights, get_peft_model_state_dict(model).keys(), checkpoint)
        set_peft_model_state_dict(model, weights)
    else:
        weights = {name: each for path in checkpoint.glob("*.safetensors") for name, each in load_file(path).items()}
        _check_names(weights, dict(model.named_parameters()).keys(), checkpoint)
        model.load_state_dict(weights, strict=False)
    trainer.state = TrainerState.load_from_json(str(checkpoint / STATE))


def _check_names(weights: Mapping[str, torch.Tensor], expected: Collection[str], checkpoint: Path) -> None:
    if lacking := sorted(set(expected) - weights.keys()):
        raise InputError(
            text("{checkpoint} lacks the trained weights {name}.", checkpoint=checkpoint.name, name=lacking[0]),
            text("Start a new run."),
        )


def _zero_weights(checkpoint: Path) -> dict[str, torch.Tensor]:
    """The trained weights in float32: DeepSpeed computes with a rounded copy of them."""
    from deepspeed.utils.zero_to_fp32 import get_fp32_state_dict_from_zero_checkpoint

    found: dict[str, torch.Tensor] = get_fp32_state_dict_from_zero_checkpoint(
        str(checkpoint), exclude_frozen_parameters=True
    )
    return found
