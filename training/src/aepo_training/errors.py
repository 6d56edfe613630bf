"""The failures that end the program with one sentence for the person, their exit codes, and how a run records them."""

from __future__ import annotations

from enum import StrEnum

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_STOPPED = 130


class Code(StrEnum):
    """The kind of failure, as the file `failed` of a run names it."""

    BAD_INPUT = "bad-input"
    DISK_FULL = "disk-full"
    OUT_OF_MEMORY = "out-of-memory"
    TRAINING_FAILED = "training-failed"


class AepoTrainingError(Exception):
    """The work failed although its input was acceptable.

    Attributes:
        message: What happened, to which file or model.
        remedy: What to do; empty where the message says it.
        code: The kind of failure.
    """

    exit_code = EXIT_FAILED

    def __init__(self, message: str, remedy: str = "", code: Code = Code.TRAINING_FAILED) -> None:
        self.message = _sentence(message)
        self.remedy = _sentence(remedy)
        self.code = code
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """Message and remedy in one line."""
        return f"{self.message} {self.remedy}".strip()


class InputError(AepoTrainingError):
    """The input (an argument, a file, a setting) cannot be used."""

    exit_code = EXIT_BAD_INPUT

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy, Code.BAD_INPUT)


def first_line(error: BaseException) -> str:
    """The first line of an error of a library, which may have many; the name of its type where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else type(error).__name__


def _sentence(text: str) -> str:
    """The text on one line, with a capital and a period."""
    line = " ".join(text.split())
    if not line:
        return ""
    return line[:1].upper() + line[1:] + ("" if line[-1] in ".!?" else ".")
