"""GGUF files with the tokens of SentencePiece: their tokenizer gives the tokens that SentencePiece gave.

`recorded/sentencepiece.json` was written by `recorded/record_sentencepiece.py`. The engine reads the same tokenizer in
test/engine/sentencePiece.test.ts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gguf import GGUFWriter
from transformers import LlamaConfig, LlamaForCausalLM

from aepo_training.build import gguf_export
from aepo_training.build.source import load_source
from aepo_training.cli import main
from aepo_training.train.tokens import load_chat

from .conftest import TINY

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "recorded" / "sentencepiece.json").read_text("utf-8"))
#: What the engine reads.
FOLDER = Path(__file__).parents[2] / "test" / "engine" / "fixtures" / "sentencepiece"
TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>\n{{ message.content }}{{ eos_token }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
BOS, EOS = 1, 2

WriteFile = Callable[..., Path]


@pytest.fixture
def write_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteFile:
    """A function that writes a tiny model with the recorded tokenizer as a GGUF file; its metadata can be changed."""

    def write(**changes: Any) -> Path:
        def write_tokenizer(writer: GGUFWriter, *_arguments: Any) -> None:
            writer.add_tokenizer_model("llama")
            writer.add_tokenizer_pre("default")
            writer.add_token_list(RECORDED["tokens"])
            if changes.get("scores", True):
                writer.add_token_scores(RECORDED["scores"])
            writer.add_token_types(RECORDED["types"])
            writer.add_bos_token_id(BOS)
            writer.add_eos_token_id(EOS)
            writer.add_unk_token_id(0)
            if "prefix" in changes:
                writer.add_add_space_prefix(changes["prefix"])
            if "begins" in changes:
                writer.add_add_bos_token(changes["begins"])
            writer.add_chat_template(TEMPLATE)

        monkeypatch.setattr(gguf_export, "write_tokenizer", write_tokenizer)
        config = {"vocab_size": len(RECORDED["tokens"]), "hidden_size": 32, "intermediate_size": 64}
        layers = {
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "tie_word_embeddings": True,
        }
        folder = tmp_path / "source"
        LlamaForCausalLM(LlamaConfig(**config, **layers)).save_pretrained(folder)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            (folder / name).write_bytes((TINY / name).read_bytes())
        file = tmp_path / "model.gguf"
        gguf_export.export_gguf(folder, file)
        return file

    return write


def test_the_tokens_are_those_of_sentencepiece(write_file: WriteFile) -> None:
    tokenizer = load_source(write_file()).tokenizer
    for each in RECORDED["texts"]:
        text, tokens = each["text"], each["tokens"]
        assert tokenizer(text)["input_ids"] == [BOS, *tokens]
        assert tokenizer(text, add_special_tokens=False)["input_ids"] == tokens
        assert tokenizer.decode(tokens) == text.replace("▁", " ")
    first, second = RECORDED["turns"]
    expected = [*first["tokens"], EOS, *second["tokens"]]
    assert tokenizer(f"{first['text']}</s>{second['text']}", add_special_tokens=False)["input_ids"] == expected


def test_a_trained_folder_has_the_prompt_and_the_response_as_tokens_of_their_own(
    write_file: WriteFile, tmp_path: Path
) -> None:
    file, folder = write_file(), tmp_path / "folder"
    assert main(["trainable-model", "--from", str(file), "--to", str(folder)]) == 0
    chat = load_chat(str(folder))
    first, second = RECORDED["turns"]
    prompt = chat.prompt([{"role": "user", "content": first["text"].partition("\n")[2]}], {})
    assert prompt == [*first["tokens"], EOS, *second["tokens"]]
    # A response goes on: no space before its first word.
    response = chat.response("river\n🙂", {}, ended=True)
    assert chat.tokenizer.convert_ids_to_tokens(response)[0] == "r"
    assert chat.tokenizer.decode([*prompt, *response]).endswith("<|assistant|>\nriver\n🙂</s>")


def test_the_engine_reads_the_same_tokenizer(write_file: WriteFile, tmp_path: Path) -> None:
    folder = tmp_path / "built"
    assert main(["build-model", "--from", str(write_file()), "--to", str(folder), "--precision", "fp32"]) == 0
    for name in ("tokenizer.json", "tokenizer_config.json"):
        built, read = (json.loads((place / name).read_text(encoding="utf-8")) for place in (folder, FOLDER))
        assert built == read


def test_the_file_says_what_is_put_before_a_text(write_file: WriteFile) -> None:
    tokenizer = load_source(write_file(prefix=False, begins=False)).tokenizer
    spaced = next(each["tokens"] for each in RECORDED["texts"] if each["text"] == "ends with a space ")
    assert tokenizer(" ends with a space ")["input_ids"] == spaced
    assert tokenizer.decode(tokenizer("river")["input_ids"]) == "river"


def test_what_a_file_does_not_hold_is_refused(
    write_file: WriteFile, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(file: Path) -> str:
        assert main(["trainable-model", "--from", str(file), "--to", str(tmp_path / "folder")]) == 2
        return capsys.readouterr().err.splitlines()[-1]

    file = write_file(scores=False)
    assert "lacks scores or types of its tokens" in refused(file)
    file.unlink()
    monkeypatch.setitem(gguf_export._ARCHITECTURES, "llama", "gemma2")
    assert "for the architecture 'gemma2', whose rules a GGUF file does not hold" in refused(write_file())
