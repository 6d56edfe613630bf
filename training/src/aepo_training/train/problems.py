"""What can be wrong with rows that read well: each kind with its sentence and its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aepo_training.train.run_file import Common

#: Rows that a message or a list of rows names.
_NAMED = 5
_LISTED = 20


class Kind(StrEnum):
    """A kind of problem."""

    CUT_OFF = "cut-off"
    TEMPLATE_REFUSED = "template-refused"
    PROMPT_MISMATCH = "prompt-mismatch"
    PROMPT_TOO_LONG = "prompt-too-long"
    IDENTICAL = "identical"
    COMPLETION_CUT = "completion-cut"

    def leaves_out(self, common: Common) -> bool:
        """Whether rows with it are not trained."""
        return self != Kind.COMPLETION_CUT and (self != Kind.CUT_OFF or common.cut_off == "leave-out")


@dataclass(frozen=True)
class Problem:
    """Rows with the same problem.

    Attributes:
        kind: The kind of problem.
        lines: The rows, as numbers of lines from 1.
        found: What is wrong with them, without a period.
        remedy: What to do, without a period.
        fatal: Whether the run refuses because of it.
    """

    kind: Kind
    lines: Sequence[int]
    found: str
    remedy: str
    fatal: bool

    @property
    def message(self) -> str:
        """One sentence with the remedy."""
        return f"{self.found[:1].upper()}{self.found[1:]}: {self.remedy[:1].lower()}{self.remedy[1:]}."

    def as_json(self) -> dict[str, Any]:
        """The object in the list of problems."""
        return {
            "kind": str(self.kind),
            "count": len(self.lines),
            "rows": list(self.lines[:_LISTED]),
            "fatal": self.fatal,
            "message": self.message,
        }


def describe(kind: Kind, lines: Sequence[int], common: Common, *, refusal: str, fatal: bool) -> Problem:
    """A problem in words; ``refusal`` is what the chat template said."""
    outcome = "left out" if kind.leaves_out(common) else "kept"
    found, remedy = _words(kind, common, refusal)
    return Problem(kind, lines, f"{_rows(lines)} {outcome}, since {found}", remedy, fatal)


def _words(kind: Kind, common: Common, refusal: str) -> tuple[str, str]:
    limit = f"maxLength ({common.max_length} tokens)"
    if kind == Kind.CUT_OFF:
        if common.cut_off == "keep":
            return "the chosen response was cut off: its end is not taught", "Raise maxNewTokens to get whole responses"
        return "the chosen response was cut off", "Raise maxNewTokens, or set cutOff to keep"
    return {
        Kind.TEMPLATE_REFUSED: (
            f"the model's chat template refuses the prompt ({refusal})",
            "Remove what the model does not take, such as system messages, or name another model",
        ),
        Kind.PROMPT_MISMATCH: (
            "the model would be trained on other prompt tokens than were sampled from",
            "Generate with the model that is trained, or use its chat template for both",
        ),
        Kind.PROMPT_TOO_LONG: (f"the prompt alone reaches {limit}", "Raise maxLength"),
        Kind.IDENTICAL: (
            f"the two responses are the same tokens up to {limit}",
            "Raise maxLength if they differ later, or remove the rows",
        ),
        Kind.COMPLETION_CUT: (f"a response passes {limit} and is trained up to there", "Raise maxLength"),
    }[kind]


def _rows(lines: Sequence[int]) -> str:
    """The rows in words, the first by their numbers."""
    named = ", ".join(str(line) for line in lines[:_NAMED]) + (", …" if len(lines) > _NAMED else "")
    return f"row {named} is" if len(lines) == 1 else f"{len(lines)} rows ({named}) are"
