"""The modules of a model that get an adapter, as a run names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aepo_training.errors import InputError, text

if TYPE_CHECKING:
    from torch import nn

    from aepo_training.train.run_file import Common, RunFile

#: Every linear layer but the output layer.
_ALL = "all-linear"


def target_modules(targets: str) -> str | list[str]:
    """What peft takes."""
    return _ALL if targets == _ALL else _names(targets)


def names_modules(common: Common) -> bool:
    """Whether a run names modules, rather than take all linear ones or train no adapter."""
    return common.lora and common.lora_targets != _ALL


def check_before_start(file: RunFile) -> None:
    """Refuse names of modules that the model of a run does not have, without its weights.

    Raises:
        InputError: As :func:`check_targets`; or no model can be made of its config.
    """
    if not names_modules(file.common):
        return
    from aepo_training.train.load import modules_of  # with PyTorch, which takes seconds

    check_targets(modules_of(file.model), file.common.lora_targets)


def check_targets(model: nn.Module, targets: str) -> None:
    """Refuse names of modules that a model does not have.

    Raises:
        InputError: It names the modules that the model has.
    """
    if targets == _ALL:
        return
    from torch import nn

    linear = {name.rpartition(".")[2] for name, module in model.named_modules() if isinstance(module, nn.Linear)}
    for name in _names(targets):
        if name not in linear:
            raise InputError(
                text("The model has no linear module {name}, which loraTargets names.", name=name),
                text("Name some of {modules}, or all-linear.", modules=", ".join(sorted(linear))),
            )


def _names(targets: str) -> list[str]:
    return [name.strip() for name in targets.split(",") if name.strip()]
