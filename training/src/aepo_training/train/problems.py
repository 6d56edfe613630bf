"""What can be wrong with well-formed rows: each kind with its sentence and its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aepo_training.errors import Text, joined, text
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
    HELD_OUT_PROMPT = "held-out-prompt"
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
        found: What is wrong with them and what becomes of them.
        remedy: What to do.
        fatal: Whether the run refuses because of it.
    """

    kind: Kind
    lines: Sequence[int]
    found: Sequence[Text]
    remedy: Text
    fatal: bool

    def as_json(self) -> dict[str, Any]:
        """The object in the list of problems."""
        texts = [*self.found, self.remedy]
        return {
            "kind": str(self.kind),
            "count": len(self.lines),
            "rows": list(self.lines[:_LISTED]),
            "fatal": self.fatal,
            "message": joined(texts),
            "texts": [each.as_json() for each in texts],
        }


def describe(kind: Kind, lines: Sequence[int], common: Common, *, refusal: str, fatal: bool) -> Problem:
    """A problem in words; ``refusal`` is the error of the chat template."""
    cause, remedy = _words(kind, common, refusal)
    return Problem(kind, lines, [_outcome(lines, leaves_out=kind.leaves_out(common)), cause], remedy, fatal)


def _words(kind: Kind, common: Common, refusal: str) -> tuple[Text, Text]:
    longest = common.max_length
    longer = text("Raise maxLength.")
    if kind == Kind.CUT_OFF and common.cut_off == "keep":
        return (
            text("The chosen response was cut off: its end is not taught."),
            text("Raise maxNewTokens to get whole responses."),
        )
    return {
        Kind.CUT_OFF: (
            text("The chosen response was cut off."),
            text("Raise maxNewTokens to get whole responses, or train these without an end: cutOff=keep."),
        ),
        Kind.TEMPLATE_REFUSED: (
            text("The model's chat template refuses the prompt ({error}).", error=refusal),
            text("Remove what the model does not support, such as system messages, or name another model."),
        ),
        Kind.PROMPT_MISMATCH: (
            text("The model would be trained on other prompt tokens than were sampled from."),
            text("Generate with the model that is trained, or use its chat template for both."),
        ),
        Kind.PROMPT_TOO_LONG: (text("The prompt alone reaches maxLength ({longest} tokens).", longest=longest), longer),
        Kind.IDENTICAL: (
            text("The two responses are the same tokens up to maxLength ({longest} tokens).", longest=longest),
            text("Raise maxLength if they differ later, or remove the rows."),
        ),
        Kind.HELD_OUT_PROMPT: (
            text("Nobody has labelled its responses, and its prompt is held out."),
            text("Nothing needs to be done."),
        ),
        Kind.COMPLETION_CUT: (
            text("A response passes maxLength ({longest} tokens) and is trained up to there.", longest=longest),
            longer,
        ),
    }[kind]


def _outcome(lines: Sequence[int], *, leaves_out: bool) -> Text:
    """What becomes of the rows, the first of which are named by their numbers."""
    count = len(lines)
    named = ", ".join(str(line) for line in lines[:_NAMED]) + (", …" if count > _NAMED else "")
    if count == 1:
        return text("Row {row} is left out.", row=named) if leaves_out else text("Row {row} is kept.", row=named)
    if leaves_out:
        return text("{count} rows ({rows}) are left out.", count=count, rows=named)
    return text("{count} rows ({rows}) are kept.", count=count, rows=named)
