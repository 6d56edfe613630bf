"""The failures that end the program with a message for the user, their exit codes, and how a run records them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_HELD = 3
EXIT_STOPPED = 130


class Code(StrEnum):
    """The kind of failure, as the file `failed` of a run names it."""

    BAD_INPUT = "bad-input"
    BUSY = "busy"
    DISK_FULL = "disk-full"
    OUT_OF_MEMORY = "out-of-memory"
    TRAINING_FAILED = "training-failed"


@dataclass(frozen=True)
class Text:
    """A sentence for the user, which the launcher can translate.

    Attributes:
        template: The sentence in English, with a `{name}` for each value. `npm run l10n` exports it.
        values: The values by name.
    """

    template: str
    values: Mapping[str, str]

    def __str__(self) -> str:
        return self.template.format_map(self.values)

    def as_json(self) -> dict[str, Any]:
        """The template and its values."""
        return {"template": self.template, "values": dict(self.values)}


def text(template: str, **values: object) -> Text:
    """A sentence. The template must be a literal: the export of strings reads the source."""
    return Text(template, {name: _one_line(str(value)) for name, value in values.items()})


class AepoTrainingError(Exception):
    """The work failed although its input was acceptable.

    Args:
        message: What happened, to which file or model; a plain string is not translated.
        remedy: What to do; empty if the message says it.
        code: The kind of failure.
    """

    exit_code = EXIT_FAILED

    def __init__(
        self,
        message: str | Text | Sequence[Text],
        remedy: str | Text | Sequence[Text] = (),
        code: Code = Code.TRAINING_FAILED,
    ) -> None:
        self._message = _texts(message)
        self._remedy = _texts(remedy)
        self.code = code
        super().__init__(self.sentence)

    @property
    def message(self) -> str:
        """What happened."""
        return joined(self._message)

    @property
    def remedy(self) -> str:
        """What to do; may be empty."""
        return joined(self._remedy)

    @property
    def sentence(self) -> str:
        """Message and remedy in one line."""
        return f"{self.message} {self.remedy}".strip()

    def as_json(self) -> dict[str, Any]:
        """The content of the file `failed`."""
        return {
            "code": str(self.code),
            "message": self.message,
            "remedy": self.remedy,
            "texts": {
                "message": [each.as_json() for each in self._message],
                "remedy": [each.as_json() for each in self._remedy],
            },
        }


class InputError(AepoTrainingError):
    """The input (an argument, a file, a setting) cannot be used."""

    exit_code = EXIT_BAD_INPUT

    def __init__(self, message: str | Text | Sequence[Text], remedy: str | Text | Sequence[Text] = ()) -> None:
        super().__init__(message, remedy, Code.BAD_INPUT)


#: What to do where a package is missing or has another version.
INSTALL = text("Install what training/requirements.lock names.")


def lacking_package(error: ImportError) -> InputError:
    """The failure of an interpreter that lacks a package."""
    return InputError(text("{python} lacks a package ({error}).", python=sys.executable, error=error), INSTALL)


def first_line(error: BaseException) -> str:
    """The first line of an error of a library, which may have many; the name of its type if it has no text."""
    lines = str(error).strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else type(error).__name__


def joined(texts: Sequence[Text]) -> str:
    """Sentences in one line."""
    return " ".join(str(each) for each in texts)


def _texts(given: str | Text | Sequence[Text]) -> Sequence[Text]:
    if isinstance(given, Text):
        return [given]
    if not isinstance(given, str):
        return given
    sentence = _sentence(given)
    return [Text("{sentence}", {"sentence": sentence})] if sentence else []


def _sentence(plain: str) -> str:
    """The text on one line, with a capital and a period."""
    line = _one_line(plain)
    if not line:
        return ""
    return line[:1].upper() + line[1:] + ("" if line[-1] in ".!?" else ".")


def _one_line(plain: str) -> str:
    return " ".join(plain.split())
