"""The training methods by name. A method is one module here, of which `Method` says what it offers."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from aepo_training.train.job import Job
    from aepo_training.train.trainer import RunTrainer

#: The modules are imported when they are used. They import TRL, which takes many seconds, when they make a trainer.
METHODS = {
    "dpo": "aepo_training.train.methods.dpo",
}


class Method(Protocol):
    """What the module of a method offers.

    Attributes:
        Own: A dataclass of the method's own hyper-parameters, as `aepo_training.train.keys` reads it.
        FIGURES: The trainer's names of the figures that a run records, and ours; those that begin with `eval_` are of
            the held-out rows.
    """

    Own: type[Any]
    FIGURES: dict[str, str]

    def make_trainer(self, job: Job) -> RunTrainer:
        """A trainer that is ready to run."""


def load_method(name: str) -> Method:
    """Import the module of a method of `METHODS`."""
    return cast("Method", import_module(METHODS[name]))
