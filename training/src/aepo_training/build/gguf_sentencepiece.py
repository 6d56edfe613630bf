"""The tokenizer of a GGUF file whose tokens are those of SentencePiece, as in files of Llama 2, Mistral and TinyLlama.

Such a file has the tokens with a score and a type each, and no merges. SentencePiece joins the two neighbours whose
union has the highest score, again and again, so the merges and their order follow from the scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aepo_training.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedTokenizerFast

_MODEL = "llama"
#: Files of other architectures have further rules, which the file does not hold.
_ARCHITECTURE = "llama"
_SPACE = "▁"
_SPECIAL = {"bos": "bos_token", "eos": "eos_token", "unknown": "unk_token", "padding": "pad_token"}


def read_sentencepiece(path: Path, fields: Mapping[str, Any]) -> PreTrainedTokenizerFast | None:
    """Build the tokenizer from the metadata of a file; None where it is of another kind.

    Args:
        path: The file.
        fields: Its metadata, as `gguf.GGUFReader` has them.

    Raises:
        InputError: The metadata are incomplete, or of an architecture whose rules they do not hold.
    """
    if _value(fields, "model") != _MODEL:
        return None
    architecture = fields["general.architecture"].contents()
    if architecture != _ARCHITECTURE:
        raise InputError(
            f"{path} has a SentencePiece tokenizer for the architecture {architecture!r}, whose rules a GGUF file does "
            "not hold: convert from the model's Hugging Face folder instead"
        )
    tokens, scores, kinds = (_value(fields, name) for name in ("tokens", "scores", "token_type"))
    if not tokens or not scores or not kinds or not len(tokens) == len(scores) == len(kinds):
        raise InputError(f"{path} lacks scores or types of its tokens: convert from the model's Hugging Face folder")
    special = {
        name: tokens[place]
        for key, name in _SPECIAL.items()
        if (place := _value(fields, f"{key}_token_id")) is not None
    }
    return _build(tokens, scores, kinds, special, fields)


def merges_of(tokens: Sequence[str], scores: Sequence[float]) -> list[tuple[str, str]]:
    """The pairs that SentencePiece joins, in the order in which it prefers them."""
    places = {token: place for place, token in enumerate(tokens)}
    found = []
    for place, token in enumerate(tokens):
        for cut in range(1, len(token)):
            left, right = places.get(token[:cut]), places.get(token[cut:])
            if left is not None and right is not None:
                found.append((-scores[place], -cut, left, right))
    # Of equal scores the leftmost pair of a text goes first: in a run of one letter that with the longer left.
    return [(tokens[left], tokens[right]) for _score, _cut, left, right in sorted(found)]


def _build(
    tokens: Sequence[str],
    scores: Sequence[float],
    kinds: Sequence[int],
    special: Mapping[str, str],
    fields: Mapping[str, Any],
) -> PreTrainedTokenizerFast:
    from gguf import TokenType
    from tokenizers import AddedToken, Tokenizer, decoders, normalizers, processors
    from tokenizers.models import BPE
    from transformers import PreTrainedTokenizerFast

    pieces = [
        (token, score) for token, score, kind in zip(tokens, scores, kinds, strict=True) if kind == TokenType.NORMAL
    ]
    vocabulary = {token: place for place, token in enumerate(tokens)}
    backend = Tokenizer(
        BPE(
            vocabulary,
            merges_of([token for token, _ in pieces], [score for _, score in pieces]),
            unk_token=special.get("unk_token"),
            fuse_unk=True,
            byte_fallback=TokenType.BYTE in kinds,
        )
    )
    prefix = _value(fields, "add_space_prefix") is not False
    # Each part between two special tokens begins with a space, as in llama.cpp and in SentencePiece.
    spaces = normalizers.Replace(" ", _SPACE)
    backend.normalizer = normalizers.Sequence([normalizers.Prepend(_SPACE), spaces]) if prefix else spaces
    backend.decoder = decoders.Sequence(
        [
            decoders.Replace(_SPACE, " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            *([decoders.Strip(" ", 1, 0)] if prefix else []),
        ]
    )
    for token, kind in zip(tokens, kinds, strict=True):
        if kind in (TokenType.CONTROL, TokenType.UNKNOWN):
            backend.add_special_tokens([AddedToken(token, normalized=False, special=True)])
        elif kind == TokenType.USER_DEFINED:
            backend.add_tokens([AddedToken(token, normalized=False, special=False)])
    # Older files do not say; llama.cpp then begins texts of these tokenizers with the token of the beginning.
    before = [special["bos_token"]] if _value(fields, "add_bos_token") is not False and "bos_token" in special else []
    after = [special["eos_token"]] if _value(fields, "add_eos_token") is True and "eos_token" in special else []
    if before or after:
        backend.post_processor = processors.TemplateProcessing(
            single=[*before, "$A", *after],
            pair=[
                *before,
                "$A",
                *after,
                *(f"{token}:1" for token in before),
                "$B:1",
                *(f"{token}:1" for token in after),
            ],
            special_tokens=[(token, vocabulary[token]) for token in {*before, *after}],
        )
    template = fields.get("tokenizer.chat_template")
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        clean_up_tokenization_spaces=False,
        chat_template=template.contents() if template else None,
        **special,
    )


def _value(fields: Mapping[str, Any], name: str) -> Any:
    field = fields.get(f"tokenizer.ggml.{name}")
    return None if field is None else field.contents()
