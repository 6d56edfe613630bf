"""The training methods by name. A method is one module here, of which `Method` says what it offers."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from aepo_training.train.job import Job
    from aepo_training.train.rows import RowKind
    from aepo_training.train.trainer import RunTrainer

#: Every module of this package is a method. They are imported when they are used, and import TRL, which takes many
#: seconds, when they make a trainer.
METHODS = sorted(module.name for module in iter_modules(__path__))


class Method(Protocol):
    """What the module of a method offers.

    Attributes:
        Own: A dataclass of the method's own hyper-parameters, as `aepo_training.train.keys` reads it.
        ROWS: The columns that the method reads of a row.
        FIGURES: The trainer's names of the figures that a run records, and ours; those that begin with `eval_` are of
            the held-out rows.
    """

    Own: type[Any]
    ROWS: RowKind
    FIGURES: dict[str, str]

    def make_trainer(self, job: Job) -> RunTrainer:
        """A trainer that is ready to run."""


def load_method(name: str) -> Method:
    """Import the module of a method of `METHODS`."""
    return cast("Method", import_module(f"{__name__}.{name}"))
