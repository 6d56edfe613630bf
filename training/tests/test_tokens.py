"""What is trained is what was sampled: the tokens of prompts and responses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from aepo_training.train.tokens import Chat, TemplateRefusedError, load_chat

from .conftest import TINY, MakeModel, Row, trl_template

USER = [{"role": "user", "content": "What is 2+2?"}]


def shown(chat: Chat, messages: list[Row], **options: Any) -> str:
    return str(chat.tokenizer.decode(chat.prompt(messages, options)))  # type: ignore[arg-type]


def test_the_prompt_is_rendered_with_the_options_of_its_candidate(make_model: MakeModel) -> None:
    chat = load_chat(str(make_model(template=trl_template("glm4moe"))))
    assert "/nothink" in shown(chat, USER, enable_thinking=False)
    assert "/nothink" not in shown(chat, USER)
    chat = load_chat(str(make_model("other", trl_template("qwen3_8"))))
    assert shown(chat, USER, reasoning_effort="low") != shown(chat, USER)


def test_an_older_file_of_the_template_is_read(make_model: MakeModel) -> None:
    folder = make_model()
    config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    config.pop("chat_template", None)
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "chat_template.jinja").unlink(missing_ok=True)
    older = json.dumps({"chat_template": "OLDER {{ messages[0]['content'] }}"})
    (folder / "chat_template.json").write_text(older, encoding="utf-8")
    assert shown(load_chat(str(folder)), USER).startswith("OLDER What")


def test_the_date_is_the_one_of_sampling(make_model: MakeModel) -> None:
    chat = load_chat(str(make_model(template=trl_template("llama3_2"))))
    assert "Today Date: 26 Jul 2024" in shown(chat, USER)
    assert "Today Date: 1 May 2020" in shown(chat, USER, date_string="1 May 2020")
    chat = load_chat(str(make_model("other", "{{ strftime_now('%Y-%m-%d') }} {{ messages[0]['content'] }}")))
    assert shown(chat, USER).startswith("2024-07-26 ")


def test_a_template_that_takes_parts_alone_is_given_parts(make_model: MakeModel) -> None:
    parts = "{% for part in messages[0]['content'] if part['type'] is defined %}[{{ part['text'] }}]{% endfor %}"
    assert shown(load_chat(str(make_model(template=parts))), USER) == "[What is 2+2?]"


def test_a_template_in_a_file_of_its_own_comes_first(make_model: MakeModel) -> None:
    model = make_model()
    (model / "chat_template.jinja").write_text("[FILE] {{ messages[0]['content'] }}", encoding="utf-8")
    assert shown(load_chat(str(model)), USER) == "[FILE] What is 2+2?"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("deepseek_r1_distill", "Double it: 2+2 is 4.\n</think>\n\nThe answer is 4."),
        ("qwen3", "<think>\nOkay, the user asks"),
        ("qwen3_8", "Double it.\n</think>\n\nThe answer is 4."),
        ("nemotron_3_nano", "  Double it.\n</think>\n\nThe answer is 4.  \n"),
    ],
)
def test_a_response_is_trained_as_it_was_sampled_with_its_thought(
    make_model: MakeModel, template: str, text: str
) -> None:
    chat = load_chat(str(make_model(template=trl_template(template))))
    tokens = chat.response(text, {}, ended=False)
    assert chat.tokenizer.decode(tokens) == text
    assert len(chat.response(text, {}, ended=True)) == len(tokens) + 1


def test_the_end_is_the_templates_end_of_a_turn_or_else_the_tokenizers(make_model: MakeModel) -> None:
    assert load_chat(str(TINY)).end_token({}) == 2
    own = "{% for m in messages %}{{ m['content'] }}<|endoftext|>{% endfor %}"
    assert load_chat(str(make_model("own", own))).end_token({}) == 0
    silent = "{% for m in messages %}{{ m['content'] }} next{% endfor %}"
    assert load_chat(str(make_model("silent", silent))).end_token({}) == 2
    refusing = "{% if not add_generation_prompt %}{{ raise_exception('no') }}{% endif %}{{ messages[0]['content'] }}"
    assert load_chat(str(make_model("refusing", refusing))).end_token({}) == 2


def test_a_response_that_spells_a_special_token_was_sampled_as_text() -> None:
    chat = load_chat(str(TINY))
    assert 2 not in chat.response("Write <|im_end|> here", {}, ended=False)


@pytest.mark.parametrize("scheme", ["first", "always"])
def test_sentencepiece_puts_no_space_before_a_response(scheme: str) -> None:
    words = ["▁", "\n", *"aHelothr"]
    backend = Tokenizer(models.BPE({word: place for place, word in enumerate(words)}, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme)
    backend.decoder = decoders.Metaspace(prepend_scheme=scheme)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend)
    tokenizer.chat_template = "{{ messages[0]['content'] }}"
    chat = Chat(tokenizer)
    pieces = tokenizer.convert_ids_to_tokens(chat.response("Hello there", {}, ended=False))
    assert pieces == ["H", "e", "l", "l", "o", "▁", "t", "h", "e", "r", "e"]


def test_a_template_that_refuses_says_so(make_model: MakeModel) -> None:
    chat = load_chat(str(make_model(template=trl_template("gemma"))))
    with pytest.raises(TemplateRefusedError, match="System role not supported"):
        chat.prompt([{"role": "system", "content": "Be brief."}, *USER], {})  # type: ignore[list-item]
