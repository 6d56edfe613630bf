"""The training methods by name. A method is one module here with a function `make_trainer(job)`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from trl import DPOTrainer

    from aepo_training.train.job import Job

#: The modules are imported when they are used: TRL takes many seconds to load.
METHODS = {
    "dpo": "aepo_training.train.methods.dpo",
}


class Method(Protocol):
    """What the module of a method offers."""

    def make_trainer(self, job: Job) -> DPOTrainer:
        """A trainer that is ready to run."""


def load_method(name: str) -> Method:
    """Import the module of a method of `METHODS`."""
    return cast("Method", import_module(METHODS[name]))
