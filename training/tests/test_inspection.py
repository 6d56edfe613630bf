"""Which rows a run trains on, which are left out or held out, and how `inspect` says so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import aepo_training
from aepo_training.cli import main
from aepo_training.train.tokens import load_chat

from .conftest import TINY, MakeModel, MakeRun, Row, rows, trl_template
from .runs import failure, train


def inspected(folder: Path, capfd: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    capfd.readouterr()
    assert main(["inspect", "--run-dir", str(folder), *options]) == 0
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    return found


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
