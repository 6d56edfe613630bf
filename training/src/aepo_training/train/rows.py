"""What a row of a data set holds: a prompt, one response or two, and what the method reads beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict


class Message(TypedDict):
    """One message of a conversation."""

    role: str
    content: str


@dataclass(frozen=True)
class Response:
    """One response of a row.

    Attributes:
        text: The text as it was sampled.
        end: Why it ends there: `stop` (by itself), `length` (cut off), `imported` or `other`.
    """

    text: str
    end: str

    @property
    def ended(self) -> bool:
        """Whether the text is whole, so that its end may be learned."""
        return self.end in ("stop", "imported")


@dataclass(frozen=True)
class RowKind:
    """The columns of a row beside its prompt.

    Attributes:
        responses: The columns with a response. Each has a column that says why it ended, such as `chosenEnd`.
        taught: The name of the response that a row makes more likely, from the row's values; None for none.
        values: The names in the column `values`, and the type of each as `aepo_training.train.keys` reads it. One that
            may be None may be absent.
        smallest_batch: Rows that a batch must have.
    """

    responses: tuple[str, ...]
    taught: Callable[[Mapping[str, Any]], str | None]
    values: Mapping[str, Any] = field(default_factory=dict)
    smallest_batch: int = 1

    def with_values(self, **values: Any) -> RowKind:
        """The same columns and these values."""
        return replace(self, values={**self.values, **values})


#: The name among the values of a row whose responses no annotator has compared.
SELF_ANNOTATED = "selfAnnotated"

#: A chosen and a rejected response.
PAIRS = RowKind(("chosen", "rejected"), lambda _values: "chosen")

#: One response, of which `label` says whether it is desirable. It is compared with those of other rows of its batch.
LABELLED = RowKind(
    ("completion",), lambda values: "completion" if values["label"] else None, {"label": bool}, smallest_batch=2
)


@dataclass(frozen=True)
class Row:
    """One row of a data set.

    Attributes:
        line: Number of the line in the file, from 1.
        prompt_id: The hash of the prompt's messages.
        prompt: The messages before the response.
        responses: By their columns.
        taught: The response that the row makes more likely, None where there is none.
        values: What the method reads beside the responses.
        template: Options of the chat template that the responses were sampled with.
        generator: Name of the model that sampled them, None where it is not known.
        prompt_tokens: The prompt as that model's engine tokenised it, None where it was not asked.
    """

    line: int
    prompt_id: str
    prompt: list[Message]
    responses: Mapping[str, Response]
    taught: Response | None
    values: Mapping[str, Any]
    template: Mapping[str, Any]
    generator: str | None
    prompt_tokens: list[int] | None


@dataclass(frozen=True)
class TokenRow:
    """One row as it is trained."""

    line: int
    prompt_id: str
    prompt: list[int]
    responses: Mapping[str, list[int]]
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def self_annotated(self) -> bool:
        """Whether no annotator has compared the responses: the model of the run before does."""
        return bool(self.values.get(SELF_ANNOTATED))

    @property
    def largest(self) -> int:
        """The largest token id."""
        return max(max(tokens, default=0) for tokens in (self.prompt, *self.responses.values()))
