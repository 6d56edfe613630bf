"""From a row to the tokens that are trained: those of the prompt as it was sampled from, and of each response after it.

A response is never rendered by the chat template: templates of reasoning models drop the thought, and others trim.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError
from transformers import AutoTokenizer, PreTrainedTokenizerBase
from transformers.utils import cached_file, chat_template_utils

from aepo_training.errors import InputError, first_line, text
from aepo_training.train.rows import Message

#: Stands for a prompt, to find out whether a template writes it.
_PROBE = "xpromptx"

#: Texts that a response is tokenised after. The first is as good as any where its tokens do not merge with the text.
_ANCHORS = ("\n", "a", ".", "0")

#: Stands for a response where the template is asked what it writes after one.
_MARK = "xresponsex"

_TOKENIZER_FILES = ("tokenizer*", "vocab*", "*.model", "*.tiktoken")
_TOKENIZER = text("Name a model folder with tokenizer.json, or a hub id that can be reached.")

#: What a template does with messages that it was not written for.
_REFUSALS = (TemplateError, TypeError, ValueError, KeyError, AttributeError, IndexError)


class _FixedDate(dt.datetime):
    """The date that templates write as today's: the engine samples with the same, so prompts stay the same."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> _FixedDate:
        """Friday, 26 July 2024."""
        return cls(2024, 7, 26, tzinfo=tz)


class TemplateRefusedError(Exception):
    """The chat template refuses the messages; the text is the template's own."""


class Chat:
    """The tokenizer and the chat template of a model, used as the engine uses them.

    Raises:
        TemplateSyntaxError: The template cannot be read.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer
        # What transformers' strftime_now reads; a template cannot be given another function of that name.
        chat_template_utils.datetime = _FixedDate
        self._takes_parts = not self._writes(_PROBE) and self._writes(_parts(_PROBE))
        self._special = {token_id for token_id, token in tokenizer.added_tokens_decoder.items() if token.special} | set(
            tokenizer.all_special_ids
        )
        self._end_tokens: dict[str, int | None] = {}

    @property
    def largest_used(self) -> int:
        """The largest id of a token that every run uses: padding, or the end where there is no padding token."""
        return int(self.tokenizer.pad_token_id or self.tokenizer.eos_token_id or 0)

    def prompt(self, messages: Sequence[Message], options: Mapping[str, Any]) -> list[int]:
        """The tokens of the messages up to where the response begins.

        Raises:
            TemplateRefusedError: The template refuses them.
        """
        tokens: list[int] = self.tokenizer(self._render(messages, options, prompt=True), add_special_tokens=False)[
            "input_ids"
        ]
        return tokens

    def response(self, text: str, options: Mapping[str, Any], *, ended: bool) -> list[int]:
        """The tokens of a response, with the token that ends a turn if the response ended by itself."""
        end = self.end_token(options) if ended else None
        return self._continuation(text) + ([] if end is None else [end])

    def end_token(self, options: Mapping[str, Any]) -> int | None:
        """The token by which the template ends a response, the tokenizer's own end token where it writes none."""
        key = json.dumps(options, sort_keys=True)
        if key not in self._end_tokens:
            self._end_tokens[key] = self._find_end_token(options)
        return self._end_tokens[key]

    def pieces(self, tokens: Sequence[int]) -> list[str]:
        """The text of each token."""
        texts = []
        for place, token in enumerate(tokens):
            # Decoded after the token before it: alone, a token loses the space that SentencePiece writes into it.
            before = tokens[max(place - 1, 0) : place]
            start, both = (self.tokenizer.decode([*some]) for some in (before, [*before, token]))
            texts.append(both.removeprefix(start))
        return texts

    def is_own(self, tokens: Sequence[int], messages: Sequence[Message]) -> bool:
        """Whether tokens that were made from messages are of this tokenizer: they then decode to the last message."""
        if not tokens or max(tokens) >= len(self.tokenizer):
            return False
        squeezed = ["".join(text.split()) for text in (self.tokenizer.decode([*tokens]), messages[-1]["content"])]
        return squeezed[1] in squeezed[0]

    def _continuation(self, text: str) -> list[int]:
        """The tokens of a text in the middle of another: no space in front, and no special token read out of it."""
        for anchor in _ANCHORS:
            start, both = self._plain(anchor), self._plain(anchor + text)
            if both[: len(start)] == start:
                return both[len(start) :]
        return self._plain(text)

    def _plain(self, text: str) -> list[int]:
        """Sampled text has no special tokens; where it spells one, it was sampled as several tokens."""
        found: list[int] = self.tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]
        return found

    def _find_end_token(self, options: Mapping[str, Any]) -> int | None:
        conversation = [Message(role="user", content="Hello"), Message(role="assistant", content=_MARK)]
        try:
            rendered = self._render(conversation, options, prompt=False)
        except TemplateRefusedError:
            rendered = ""
        after = rendered.rpartition(_MARK)[2]
        for token in self.tokenizer(after, add_special_tokens=False)["input_ids"]:
            if token in self._special:
                return int(token)
            if self.tokenizer.decode([token]).strip():
                break
        own: int | None = self.tokenizer.eos_token_id
        return own

    def _render(self, messages: Sequence[Message], options: Mapping[str, Any], *, prompt: bool) -> str:
        given = [
            {**message, "content": _parts(message["content"]) if self._takes_parts else message["content"]}
            for message in messages
        ]
        fixed = {"add_generation_prompt": prompt, "tokenize": False}
        try:
            text: str = self.tokenizer.apply_chat_template(given, **{**options, **fixed})
        except _REFUSALS as error:
            raise TemplateRefusedError(first_line(error)) from error
        return text

    def _writes(self, content: str | list[dict[str, str]]) -> bool:
        """Whether the template writes the content of a user's message.

        Templates of models that see images may take a list of parts alone, and write nothing of a text.

        Raises:
            TemplateSyntaxError: The template cannot be read.
        """
        try:
            text = self.tokenizer.apply_chat_template(
                [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False
            )
        except TemplateSyntaxError:
            raise
        except _REFUSALS:
            return False
        return _PROBE in text


def _parts(text: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": text}]


def load_chat(model: str, revision: str | None = None) -> Chat:
    """Load the tokenizer of a model folder or a hub id.

    Raises:
        InputError: It is missing or cannot be loaded, or has no chat template or a broken one.
    """
    _check_tokenizer_files(Path(model))
    try:
        tokenizer = AutoTokenizer.from_pretrained(model, revision=revision)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise InputError(
            text("The tokenizer of the model {model} cannot be loaded: {error}.", model=model, error=first_line(error)),
            _TOKENIZER,
        ) from error
    if tokenizer.chat_template is None:
        tokenizer.chat_template = _older_template(model, revision)
    if tokenizer.chat_template is None:
        raise InputError(
            text("The model {model} has no chat template to write conversations with.", model=model),
            text("Use an instruction-tuned model."),
        )
    try:
        return Chat(tokenizer)
    except TemplateSyntaxError as error:
        raise InputError(
            text(
                "The chat template of the model {model} cannot be read, line {line}: {error}.",
                model=model,
                line=error.lineno,
                error=first_line(error),
            ),
            text("Correct the template, or name another model."),
        ) from error


def _check_tokenizer_files(folder: Path) -> None:
    if not folder.is_dir() or any(path for pattern in _TOKENIZER_FILES for path in folder.glob(pattern)):
        return
    raise InputError(text("The model folder {folder} has no tokenizer.", folder=folder), _TOKENIZER)


def _older_template(model: str, revision: str | None) -> str | None:
    """The template in chat_template.json: the older form of chat_template.jinja, which the engine reads as well."""
    path = cached_file(model, "chat_template.json", revision=revision, _raise_exceptions_for_missing_entries=False)
    if path is None:
        return None
    template = json.loads(Path(path).read_text(encoding="utf-8")).get("chat_template")
    return template if isinstance(template, str) else None
