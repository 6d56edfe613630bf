"""What is trained is what was sampled: the tokens of prompts and responses, and the rows that are left out for it."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

import aepo_training
from aepo_training.cli import main
from aepo_training.train.tokens import Chat, TemplateRefusedError, load_chat

from .conftest import TINY, MakeModel, MakeRun, Row, rows
from .runs import failure, train

USER = [{"role": "user", "content": "What is 2+2?"}]


def trl_template(name: str) -> str:
    """A real chat template, one of those that TRL installs."""
    spec = find_spec("trl")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "chat_templates" / f"{name}.jinja").read_text(encoding="utf-8")


def inspected(folder: Path, capfd: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    capfd.readouterr()
    assert main(["inspect", "--run-dir", str(folder), *options]) == 0
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    return found


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


def test_cut_off_responses_are_not_taught_to_end(make_run: MakeRun, capfd: pytest.CaptureFixture[str]) -> None:
    content = rows(4)
    content[0]["chosenEnd"] = "length"
    content[1]["rejectedEnd"] = "length"
    found = inspected(make_run(content), capfd, "--tokens", "9")
    assert found["problems"] == [
        {
            "kind": "cut-off",
            "count": 1,
            "rows": [1],
            "fatal": False,
            "message": "Row 1 is left out. The chosen response was cut off. "
            "Raise maxNewTokens to get whole responses, or train these without an end: cutOff=keep.",
            "texts": [
                {"template": "Row {row} is left out.", "values": {"row": "1"}},
                {"template": "The chosen response was cut off.", "values": {}},
                {
                    "template": "Raise maxNewTokens to get whole responses, or train these without an end: "
                    "cutOff=keep.",
                    "values": {},
                },
            ],
        }
    ]
    assert [row["row"] for row in found["tokens"]] == [2, 3, 4]
    assert [row["responses"]["rejected"][-1] == "<|im_end|>" for row in found["tokens"]] == [False, True, True]
    assert all(row["responses"]["chosen"][-1] == "<|im_end|>" for row in found["tokens"])

    found = inspected(make_run(content, name="kept", cutOff="keep"), capfd, "--tokens", "1")
    assert found["kept"] == 4
    assert [(problem["kind"], problem["count"]) for problem in found["problems"]] == [("cut-off", 1)]
    assert found["tokens"][0]["responses"]["chosen"][-1] == "."


def test_what_the_length_does_to_rows_is_counted_and_named(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str]
) -> None:
    content = rows(8)
    content[2]["prompt"][1]["content"] = "A long question. " * 40
    for number in (4, 5):
        content[number]["chosen"][0]["content"] = "The same start of a story. " * 12 + "A good end."
        content[number]["rejected"][0]["content"] = "The same start of a story. " * 12 + "A bad end."
    content[6]["chosen"][0]["content"] = "Different. " * 40
    found = inspected(make_run(content, maxLength=128), capfd)
    assert {problem["kind"]: problem["rows"] for problem in found["problems"]} == {
        "prompt-too-long": [3],
        "identical": [5, 6],
        "completion-cut": [7],
    }
    assert (found["rows"], found["kept"]) == (8, 5)
    assert not any(problem["fatal"] for problem in found["problems"])


def test_the_trainer_gets_the_tokens_that_inspect_shows(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from aepo_training.train.trainer import RunTrainer

    trained: list[dict[str, list[int]]] = []
    original = RunTrainer.train

    def spy(self: RunTrainer, *arguments: Any, **named: Any) -> Any:
        trained.extend(self.train_dataset)
        return original(self, *arguments, **named)

    monkeypatch.setattr(RunTrainer, "train", spy)
    folder = make_run(maxLength=64, maxSteps=1)
    found = inspected(folder, capfd, "--tokens", "99")
    assert train(folder) == 0
    chat = load_chat(str(TINY))
    assert [
        {name: chat.pieces(row[f"{name}_ids"]) for name in ("prompt", "chosen", "rejected")} for row in trained
    ] == [{"prompt": row["prompt"], **row["responses"]} for row in found["tokens"]]
    assert json.loads((folder / "inspection.json").read_text(encoding="utf-8")) == found | {"tokens": []}


def sampled(content: list[Row]) -> list[Row]:
    chat = load_chat(str(TINY))
    return [row | {"promptTokens": chat.prompt(row["prompt"], row.get("template", {}))} for row in content]


def test_prompts_that_are_not_those_of_sampling_are_left_out(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str]
) -> None:
    content = sampled(rows(4))
    assert inspected(make_run(content), capfd)["problems"] == []
    content[1]["promptTokens"] = [1, *content[1]["promptTokens"]]
    found = inspected(make_run(content, name="one"), capfd)
    assert [(problem["kind"], problem["rows"], problem["fatal"]) for problem in found["problems"]] == [
        ("prompt-mismatch", [2], False)
    ]
    assert found["kept"] == 3


def test_a_run_whose_prompts_all_differ_from_sampling_refuses(make_run: MakeRun, make_model: MakeModel) -> None:
    template = "{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}<|im_start|>"
    folder = make_run(sampled(rows(4)), model=make_model(template=template))
    assert train(folder) == 2
    assert failure(folder)["message"].startswith("0 of 4 rows can be trained. 4 rows (1, 2, 3, 4) are left out. The")
    assert json.loads((folder / "inspection.json").read_text(encoding="utf-8"))["problems"][0]["fatal"]


def test_prompt_tokens_of_another_tokenizer_are_not_compared(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str]
) -> None:
    content = [row | {"promptTokens": [300, 5, 44, 7]} for row in rows(4)]
    assert inspected(make_run(content), capfd)["kept"] == 4


def test_a_row_that_the_template_refuses_is_left_out_by_name(
    make_run: MakeRun, make_model: MakeModel, capfd: pytest.CaptureFixture[str]
) -> None:
    content = rows(4)
    for row in content[:3]:
        row["prompt"] = row["prompt"][1:]
    model = make_model(template=trl_template("gemma"))
    found = inspected(make_run(content, model=model), capfd)
    assert [(problem["kind"], problem["rows"]) for problem in found["problems"]] == [("template-refused", [4])]
    assert "(System role not supported)" in found["problems"][0]["message"]
    folder = make_run(rows(4), model=model, name="all")
    assert train(folder) == 2
    assert "0 of 4 rows can be trained" in failure(folder)["message"]


def test_prompts_that_reach_the_limit_are_an_error_when_none_is_left(make_run: MakeRun) -> None:
    folder = make_run(maxLength=8)
    assert train(folder) == 2
    assert failure(folder)["remedy"] == "Raise maxLength."


@pytest.mark.parametrize(("prompts", "share", "expected"), [(7, 0.5, 0), (8, 0, 0), (8, 0.01, 1), (20, 0.25, 5)])
def test_whole_prompts_are_held_out(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str], prompts: int, share: float, expected: int
) -> None:
    content = [row for row in rows(prompts) for _ in range(2)]
    found = inspected(make_run(content, heldOut=share), capfd)
    assert (found["heldOutPrompts"], found["heldOutRows"]) == (expected, 2 * expected)
    assert found["stepsPerEpoch"] == prompts - expected


def test_the_split_follows_the_prompts_and_not_their_order(
    make_run: MakeRun, capfd: pytest.CaptureFixture[str]
) -> None:
    from aepo_training.train.plan import hold_out
    from aepo_training.train.rows import TokenRow

    tokens = [TokenRow(number, f"prompt-{number}", [1], {"chosen": [2], "rejected": [3]}) for number in range(20)]
    held = {row.prompt_id for row in hold_out(tokens, 0.2)[1]}
    assert held == {row.prompt_id for row in hold_out(tokens[::-1], 0.2)[1]}
    assert len(held & {row.prompt_id for row in hold_out(tokens[:19], 0.2)[1]}) >= 3
    assert inspected(make_run(rows(3), maxSteps=7), capfd)["steps"] == 7
    # `aepo export --split` holds out the same prompts: test/unit/export/formats.test.ts.
    tokens = [TokenRow(number, f"prompt {number}", [1], {"chosen": [2], "rejected": [3]}) for number in range(10)]
    assert {row.line for row in hold_out(tokens, 0.2)[1]} == {2, 6}


def test_inspect_is_a_program_that_loads_neither_pytorch_nor_weights(make_run: MakeRun, make_model: MakeModel) -> None:
    model = make_model()
    (model / "model.safetensors").unlink()
    (model / "pytorch_model.bin").write_bytes(b"not read")
    code = (
        "import runpy, sys; sys.argv[1:] = ['inspect', '--run-dir', sys.argv[1]]\n"
        "try: runpy.run_module('aepo_training', run_name='__main__', alter_sys=True)\n"
        "finally: print([name for name in ('torch', 'trl', 'peft', 'datasets') if sys.modules.get(name)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(make_run(model=model))],
        env={"PYTHONPATH": str(Path(aepo_training.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    first, loaded = done.stdout.splitlines()
    assert json.loads(first)["kept"] == 6
    assert loaded == "[]"
