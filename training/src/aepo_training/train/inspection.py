"""Turns the rows of a run into tokens, and counts and names every row that is left out or not trained as it stands.

Invariant I19.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from aepo_training.errors import InputError, text
from aepo_training.train.dataset import FEWEST_ROWS
from aepo_training.train.plan import count_steps, hold_out
from aepo_training.train.problems import Kind, Problem, describe
from aepo_training.train.rows import Row, TokenRow
from aepo_training.train.run_file import Common
from aepo_training.train.tokens import Chat, TemplateRefusedError


@dataclass(frozen=True)
class Inspection:
    """What a run will train on.

    Attributes:
        rows: Rows of the data set.
        train: The rows that are trained.
        held_out: The rows that are evaluated.
        problems: What was found on the way.
        steps: Optimiser steps of the run, on one device.
        steps_per_epoch: Those of a pass over the rows.
    """

    rows: int
    train: list[TokenRow]
    held_out: list[TokenRow]
    problems: list[Problem]
    steps: int
    steps_per_epoch: int

    @property
    def self_annotated(self) -> int:
        """The rows to train whose responses the model of the run before compares."""
        return sum(row.self_annotated for row in self.train)

    @property
    def kept(self) -> list[TokenRow]:
        """The rows that are trained or held out, as they come in the data set."""
        return sorted([*self.train, *self.held_out], key=lambda row: row.line)

    def refuse(self) -> None:
        """End the run that cannot train anything useful.

        Raises:
            InputError: A problem is fatal.
        """
        if fatal := [problem for problem in self.problems if problem.fatal]:
            kept = text("{kept} of {rows} rows can be trained.", kept=len(self.kept), rows=self.rows)
            remedies = {str(problem.remedy): problem.remedy for problem in fatal}
            raise InputError([kept, *(each for problem in fatal for each in problem.found)], [*remedies.values()])

    def as_json(self, chat: Chat, tokens: int) -> dict[str, Any]:
        """The object that `inspect` prints, with the first rows as texts of tokens."""
        kept = self.kept
        return {
            "rows": self.rows,
            "kept": len(kept),
            "problems": [problem.as_json() for problem in self.problems],
            "steps": self.steps,
            "stepsPerEpoch": self.steps_per_epoch,
            "heldOutRows": len(self.held_out),
            "selfAnnotatedRows": self.self_annotated,
            "heldOutPrompts": len({row.prompt_id for row in self.held_out}),
            "tokens": [
                {
                    "row": row.line,
                    "prompt": chat.pieces(row.prompt),
                    "responses": {name: chat.pieces(tokens) for name, tokens in row.responses.items()},
                    "values": {name: value for name, value in row.values.items() if value is not None},
                }
                for row in kept[:tokens]
            ],
        }


def inspect_rows(rows: Sequence[Row], chat: Chat, common: Common) -> Inspection:
    """Tokenise the rows, leave out what cannot be trained, and split off what is held out."""
    reader = _Reader(chat, common)
    kept = [found for row in rows if (found := reader.read(row))]
    labelled = [row for row in kept if not row.self_annotated]
    train, held_out = hold_out(labelled, common.held_out)
    own = reader.without_prompts([row for row in kept if row.self_annotated], {row.prompt_id for row in held_out})
    train = sorted([*train, *own], key=lambda row: row.line)
    per_epoch, steps = count_steps(len(train), common)
    return Inspection(
        rows=len(rows),
        train=train,
        held_out=held_out,
        problems=reader.problems(useless=len(labelled) < FEWEST_ROWS),
        steps=steps,
        steps_per_epoch=per_epoch,
    )


class _Reader:
    """Reads one row after the other and remembers what was wrong with which."""

    def __init__(self, chat: Chat, common: Common) -> None:
        self._chat = chat
        self._common = common
        self._lines: dict[Kind, list[int]] = {}
        self._refusal = ""
        self._compared = 0

    def read(self, row: Row) -> TokenRow | None:
        """The tokens of a row, None when it is left out."""
        if row.taught is not None and row.taught.end == "length":
            self._note(Kind.CUT_OFF, row)
            if self._common.cut_off == "leave-out":
                return None
        try:
            prompt = self._chat.prompt(row.prompt, row.template)
        except TemplateRefusedError as error:
            self._refusal = self._refusal or str(error)
            self._note(Kind.TEMPLATE_REFUSED, row)
            return None
        if not self._is_what_was_sampled(prompt, row):
            self._note(Kind.PROMPT_MISMATCH, row)
            return None
        room = self._common.max_length - len(prompt)
        if room <= 0:
            self._note(Kind.PROMPT_TOO_LONG, row)
            return None
        whole = {
            name: self._chat.response(response.text, row.template, ended=response.ended)
            for name, response in row.responses.items()
        }
        cut = {name: tokens[:room] for name, tokens in whole.items()}
        if len(cut) > 1 and all(tokens == next(iter(cut.values())) for tokens in cut.values()):
            self._note(Kind.IDENTICAL, row)
            return None
        if cut != whole:
            self._note(Kind.COMPLETION_CUT, row)
        return TokenRow(row.line, row.prompt_id, prompt, cut, row.values)

    def without_prompts(self, rows: Sequence[TokenRow], held_out: Set[str]) -> list[TokenRow]:
        """The rows whose prompts are not held out."""
        for row in rows:
            if row.prompt_id in held_out:
                self._note(Kind.HELD_OUT_PROMPT, row)
        return [row for row in rows if row.prompt_id not in held_out]

    def problems(self, *, useless: bool) -> list[Problem]:
        """What was found; ``useless`` when too few rows are left."""
        mismatched = len(self._lines.get(Kind.PROMPT_MISMATCH, []))
        return [
            describe(
                kind,
                lines,
                self._common,
                refusal=self._refusal,
                fatal=(useless and kind.leaves_out(self._common))
                or (kind == Kind.PROMPT_MISMATCH and mismatched == self._compared),
            )
            for kind in Kind
            if (lines := self._lines.get(kind))
        ]

    def _note(self, kind: Kind, row: Row | TokenRow) -> None:
        self._lines.setdefault(kind, []).append(row.line)

    def _is_what_was_sampled(self, prompt: list[int], row: Row) -> bool:
        """Whether the prompt has the tokens that the row's generator was fed, if that has the same tokenizer."""
        sampled = row.prompt_tokens
        if sampled is None or not self._chat.is_own(sampled, row.prompt):
            return True
        self._compared += 1
        return sampled == prompt
