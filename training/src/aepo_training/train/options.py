"""Options of a run that need more than the packages of the lock file, or that not every run can honour."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from aepo_training.errors import InputError, text
from aepo_training.train.run_file import Common, RunFile

#: Our names of optimisers, and those of transformers.
OPTIMIZERS = {
    "adamw": "adamw_torch_fused",
    "adafactor": "adafactor",
    "sgd": "sgd",
    "adamw-8bit": "adamw_8bit",
}

_BITSANDBYTES = "bitsandbytes"

#: Where figures can be reported, and the packages of which one is needed.
_REPORTERS = {
    "tensorboard": ("tensorboard", "tensorboardX"),
    "wandb": ("wandb",),
    "trackio": ("trackio",),
    "mlflow": ("mlflow",),
}


def check_options(file: RunFile) -> None:
    """Refuse what this run cannot do on any machine, before anything is loaded.

    Raises:
        InputError: It names the option and what to do.
    """
    if file.common.quantization != "none":
        _check_quantization(file)


def check_packages(common: Common) -> None:
    """Refuse what this interpreter lacks a package for.

    Raises:
        InputError: It names the option and what to do.
    """
    if common.quantization != "none":
        _need(f"quantization={common.quantization}", (_BITSANDBYTES,), "quantization=none")
    if common.optimizer == "adamw-8bit":
        _need("optimizer=adamw-8bit", (_BITSANDBYTES,), "optimizer=adafactor")
    if common.report_to != "none":
        _need(f"reportTo={common.report_to}", _REPORTERS[common.report_to], "reportTo=none")


def check_cuda(file: RunFile, *, cuda: bool) -> None:
    """Refuse what bitsandbytes does on GPUs of CUDA alone, where there is none.

    Raises:
        InputError: It names the option and what to do.
    """
    common = file.common
    if cuda:
        return
    if common.quantization != "none":
        raise InputError(
            text("quantization={value} needs a GPU with CUDA, and PyTorch sees none here.", value=common.quantization),
            text("Set quantization=none, and train a smaller model if memory does not suffice."),
        )
    if common.optimizer == "adamw-8bit":
        raise InputError(
            text("optimizer=adamw-8bit needs a GPU with CUDA, and PyTorch sees none here."),
            text("Set optimizer=adafactor, which keeps little state, too."),
        )


def _check_quantization(file: RunFile) -> None:
    if not file.common.lora:
        raise InputError(
            text("quantization={value} cannot train all weights.", value=file.common.quantization),
            text("Leave lora on, or set quantization=none."),
        )
    if file.method == "reward":
        raise InputError(
            text("The method reward cannot use quantization: the layer that gives the reward is trained whole."),
            text("Set quantization=none."),
        )
    if getattr(file.own, "previous", None) is not None:
        raise InputError(
            text("A run with `previous` cannot use quantization: it starts from merged weights."),
            text("Set quantization=none, or start without previous."),
        )


def _need(option: str, packages: tuple[str, ...], otherwise: str) -> None:
    if any(find_spec(package) is not None for package in packages):
        return
    raise InputError(
        text(
            "{option} needs the package {package}, which {python} lacks.",
            option=option,
            package=packages[0],
            python=sys.executable,
        ),
        text(
            "Install it with uv pip install --python {python} {package}, or set {otherwise}.",
            python=sys.executable,
            package=packages[0],
            otherwise=otherwise,
        ),
    )
