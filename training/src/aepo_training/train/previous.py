"""The run that a run goes on from: the one of the round before, in a folder beside its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aepo_training.errors import InputError, Text, first_line, text
from aepo_training.language import is_language_model
from aepo_training.train.run_file import NAME, RunFile, read_run_file

MODEL = "model"

#: Within the model of a run: what was trained, where the model itself is an extrapolation of it.
TRAINED = "trained"

_REMEDY = text("Name the folder of a finished run in runs, on the same model: previous=RUN.")


@dataclass(frozen=True)
class PreviousRun:
    """A finished run.

    Attributes:
        model: What it gave: an adapter for the model that both runs name, or all weights.
        lora: Whether that is an adapter.
        before: The run that it went on from itself.
    """

    model: Path
    lora: bool
    before: PreviousRun | None

    @property
    def trained(self) -> Path:
        """What it trained, before any extrapolation."""
        return self.model / TRAINED if (self.model / TRAINED).is_dir() else self.model


def find_previous(file: RunFile, runs: Path) -> PreviousRun | None:
    """The run that a run file names; None where it names none.

    Args:
        file: The run file.
        runs: The folder with the folders of all runs.

    Raises:
        InputError: There is no such run, it is not finished, or it trained another model or in another way.
    """
    name = getattr(file.own, "previous", None)
    if name is None:
        return None
    folder = runs / name
    if Path(name).name != name:
        raise _refused(text("previous is {name}, which is not the name of a folder.", name=name))
    if not (folder / NAME).is_file():
        raise _refused(text("There is no run {name} to continue from.", name=name))
    try:
        earlier = read_run_file(folder / NAME)
    except InputError as error:
        raise _refused(text("The run {name} cannot be read: {error}.", name=name, error=first_line(error))) from error
    if not (folder / MODEL).is_dir():
        raise _refused(text("The run {name} is not finished.", name=name))
    if not is_language_model(folder / MODEL):
        raise _refused(text("The run {name} trained no language model.", name=name))
    if earlier.model != file.model:
        raise _refused(text("The run {name} trained the model {model}.", name=name, model=earlier.model))
    if earlier.common.lora != file.common.lora:
        raise _refused(
            text("The run {name} trained an adapter, and this one trains all weights.", name=name)
            if earlier.common.lora
            else text("The run {name} trained all weights, and this one trains an adapter.", name=name)
        )
    return PreviousRun(folder / MODEL, earlier.common.lora, find_previous(earlier, runs))


def _refused(message: Text) -> InputError:
    return InputError(message, _REMEDY)
