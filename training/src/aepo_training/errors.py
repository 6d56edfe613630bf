"""The two kinds of failure that end the program with one sentence for the person, and their exit codes."""

from __future__ import annotations

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_STOPPED = 130


class AepoTrainingError(Exception):
    """The work failed although its input was acceptable. The message says what happened, where, and what to do."""

    exit_code = EXIT_FAILED

    @property
    def sentence(self) -> str:
        """The message as a sentence of its own."""
        message = str(self)
        return message[:1].upper() + message[1:]


class InputError(AepoTrainingError):
    """The input (an argument, a file, a setting) cannot be used. The message says what happened, where, what to do."""

    exit_code = EXIT_BAD_INPUT
