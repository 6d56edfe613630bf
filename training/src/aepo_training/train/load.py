"""Loads the weights that a run starts from, and refuses those that training would spoil without a word."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import torch
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel

from aepo_training.errors import InputError, Text, first_line, text
from aepo_training.train.model import OTHER_MODEL

_INCOMPLETE = text("Fetch the model again, or name one whose config.json fits its weights.")

#: The option that the error of transformers names where shapes differ.
_MISFIT = "ignore_mismatched_sizes"

#: What transformers raises for a model that it cannot load.
_ERRORS = (OSError, ValueError, KeyError, ImportError, RuntimeError)


@dataclass(frozen=True)
class ModelKind:
    """What a model must be.

    Attributes:
        loader: The automatic class that loads it.
        new: Weights that the files need not hold.
        remedy: What to do where it cannot be loaded or lacks weights; None for advice on language models.
    """

    loader: type[Any]
    new: Collection[str] = ()
    remedy: Text | None = None


LANGUAGE_MODEL = ModelKind(AutoModelForCausalLM)


def load_model(
    model: str,
    revision: str | None,
    dtype: torch.dtype | Literal["auto"],
    kind: ModelKind = LANGUAGE_MODEL,
    **config: Any,
) -> PreTrainedModel:
    """Load a model whose files hold all its weights.

    Args:
        model: A folder or a hub id.
        revision: The revision on the hub, None for a folder.
        dtype: The number format of the weights, "auto" for that of the files.
        kind: What it must be.
        config: Values to set in the model's configuration.

    Raises:
        InputError: It cannot be loaded, lacks weights, or has weights that are not numbers.
    """
    try:
        found, report = kind.loader.from_pretrained(
            model, revision=revision, dtype=dtype, output_loading_info=True, **config
        )
    except _ERRORS as error:
        if _MISFIT in str(error):
            raise InputError(
                text("The weights of the model {model} do not fit its config.json.", model=model), _INCOMPLETE
            ) from error
        raise _refusal(model, kind, error) from error
    if missing := sorted(set(report["missing_keys"]) - set(kind.new)):
        raise InputError(
            text(
                "The files of the model {model} lack {count} of its weights, such as {first}.",
                model=model,
                count=len(missing),
                first=missing[0],
            ),
            kind.remedy or _INCOMPLETE,
        )
    for name, weight in found.named_parameters():
        if not torch.isfinite(weight).all():
            raise InputError(
                text(
                    "The weights {name} of the model {model} have values that are not numbers.", name=name, model=model
                ),
                text("Name another model."),
            )
    # An adapter names its base by this; it is the name in run.json, not the place in the hub's cache.
    found.name_or_path = found.config._name_or_path = model  # noqa: SLF001
    loaded: PreTrainedModel = found
    return loaded


def modules_of(model: str) -> PreTrainedModel:
    """A language model without its weights: the modules that its config gives it.

    Args:
        model: A folder or a hub id.

    Raises:
        InputError: None can be made of its config.
    """
    try:
        with torch.device("meta"):
            found: PreTrainedModel = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(model))
    except _ERRORS as error:
        raise _refusal(model, LANGUAGE_MODEL, error) from error
    return found


def _refusal(model: str, kind: ModelKind, error: Exception) -> InputError:
    return InputError(
        text("The model {model} cannot be loaded: {error}.", model=model, error=first_line(error)),
        kind.remedy or OTHER_MODEL,
    )


def for_inference(model: PreTrainedModel) -> PreTrainedModel:
    """A model that is not trained, on the accelerator if there is one."""
    device = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else torch.device("cpu")
    found: PreTrainedModel = model.to(device).eval()
    return found
