"""The tokenizer of a model as metadata of a GGUF file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aepo_training.errors import InputError, text

if TYPE_CHECKING:
    from gguf import GGUFWriter
    from transformers import PreTrainedTokenizerBase

_DIGITS = {"type": "Digits", "individual_digits": True}
#: What to do with a model that cannot be written here.
CONVERTER = text(
    "Export it as a folder (--format merged) and convert it with convert_hf_to_gguf.py of llama.cpp, which knows more."
)


def write_tokenizer(
    writer: GGUFWriter, tokenizer: PreTrainedTokenizerBase, chat_template: str | None, vocabulary: int
) -> None:
    """Write vocabulary, merges, special tokens and chat template.

    Args:
        writer: Of the file.
        tokenizer: A byte-level BPE tokenizer with a fast backend.
        chat_template: The template.
        vocabulary: Rows of the embedding. Those without a token get a name that no text has.

    Raises:
        InputError: The tokenizer is of another kind.
    """
    from gguf import TokenType

    content = json.loads(tokenizer.backend_tokenizer.to_str())
    model = content["model"]
    name = pre_tokenizer_name(content)
    added = {each["id"]: each for each in content["added_tokens"]}
    tokens = {place: token for token, place in model["vocab"].items()}
    tokens |= {place: each["content"] for place, each in added.items()}
    if len(tokens) > vocabulary or max(tokens) >= vocabulary:
        raise InputError(text("The tokenizer has more tokens than the model has embeddings."), CONVERTER)

    def kind(place: int) -> TokenType:
        if place not in tokens:
            return TokenType.UNUSED
        if place not in added:
            return TokenType.NORMAL
        return TokenType.CONTROL if added[place]["special"] else TokenType.USER_DEFINED

    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(name)
    writer.add_token_list([tokens.get(place, f"[PAD{place}]") for place in range(vocabulary)])
    writer.add_token_types([kind(place) for place in range(vocabulary)])
    writer.add_token_merges([each if isinstance(each, str) else " ".join(each) for each in model["merges"]])
    for place, add in (
        (tokenizer.bos_token_id, writer.add_bos_token_id),
        (tokenizer.eos_token_id, writer.add_eos_token_id),
        (tokenizer.unk_token_id, writer.add_unk_token_id),
        (tokenizer.pad_token_id, writer.add_pad_token_id),
    ):
        if place is not None:
            add(place)
    writer.add_add_bos_token(tokenizer("a")["input_ids"][:1] == [tokenizer.bos_token_id])
    if chat_template is not None:
        writer.add_chat_template(chat_template)


def pre_tokenizer_name(content: dict[str, Any]) -> str:
    """How llama.cpp names the way in which a tokenizer splits a text before its merges.

    Args:
        content: The content of tokenizer.json.

    Raises:
        InputError: It is no byte-level BPE tokenizer, or splits in a way that is not known here.
    """
    if content["model"]["type"] != "BPE" or content["model"].get("byte_fallback"):
        raise InputError(text("The tokenizer is not a byte-level BPE tokenizer, which GGUF needs here."), CONVERTER)
    steps = content["pre_tokenizer"] or {"type": "none"}
    steps = steps["pretokenizers"] if steps["type"] == "Sequence" else [steps]
    *before, last = steps
    normalizer = (content["normalizer"] or {"type": "none"})["type"]
    if last["type"] == "ByteLevel" and not last["add_prefix_space"]:
        if normalizer == "none" and last["use_regex"] and not before:
            return "gpt-2"
        if normalizer == "none" and last["use_regex"] and before == [_DIGITS]:
            return "smollm"
        if not last["use_regex"] and len(before) == 1 and (name := _split_name(before[0], normalizer)):
            return name
    raise InputError(text("The tokenizer splits texts in a way that is not known here."), CONVERTER)


def _split_name(step: dict[str, Any], normalizer: str) -> str | None:
    from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS

    if step["type"] != "Split" or step["behavior"] != "Isolated" or step["invert"]:
        return None
    pattern = step["pattern"].get("Regex")
    for name, expected in (("llama-bpe", "none"), ("qwen2", "NFC"), ("tekken", "none")):
        if GGUF_PRE_TOKENIZER_SPLITS[name] == pattern and normalizer == expected:
            return name
    return None
