"""Bad input: every kind ends with exit code 2 and one sentence that names the file, the place and the remedy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aepo_training.cli import main
from aepo_training.errors import InputError
from aepo_training.train.dataset import read_rows
from aepo_training.train.model import check_model
from aepo_training.train.run_file import read_run_file

from .conftest import MODELS, MakeRun, rows, write_rows

Change = Callable[[dict[str, Any]], None]


def refusal(folder: Path, capfd: pytest.CaptureFixture[str]) -> str:
    assert main(["train", "--run-dir", str(folder)]) == 2
    output = capfd.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    assert not (folder / "metrics.jsonl").exists()
    if folder.is_dir():
        failed = json.loads((folder / "failed").read_text(encoding="utf-8"))
        assert failed["code"] == "bad-input"
        assert f"{failed['message']} {failed['remedy']}".strip() == output.err.strip()
        filled = [each["template"].format(**each["values"]) for texts in failed["texts"].values() for each in texts]
        assert " ".join(filled) == output.err.strip()
    return output.err


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda run: run.update(extra=1), "unknown key extra"),
        (lambda run: run.pop("id"), "the key id is missing"),
        (lambda run: run.update(round=0), "round is 0"),
        (lambda run: run.update(version=2), "version is 2"),
        (lambda run: run.update(method="ppo"), "method is 'ppo', but must be one of: accelerated, dpo, kto"),
        (lambda run: run.update(model=""), 'model is ""'),
        (lambda run: run.update(common=[]), "common is [], but must be a JSON object"),
        (lambda run: run["common"].update(lr=1), "unknown key common.lr"),
        (lambda run: run["common"].pop("saveMinutes"), "common.saveMinutes is missing"),
        (lambda run: run["own"].pop("beta"), "own.beta is missing"),
        (lambda run: run["own"].update(beta=0), "own.beta is 0, but must be a number above 0"),
        (lambda run: run["own"].update(beta="0.1"), 'own.beta is "0.1"'),
        (lambda run: run["own"].update(loss="sft"), 'own.loss is "sft", but must be one of: sigmoid, hinge,'),
        (lambda run: run["own"].update(labelSmoothing=0.5), "own.labelSmoothing is 0.5"),
        (lambda run: run["common"].update(learningRate=True), "common.learningRate is true"),
        (lambda run: run["common"].update(batchSize=1.5), "common.batchSize is 1.5"),
        (lambda run: run["common"].update(maxSteps=0), "common.maxSteps is 0"),
        (lambda run: run["common"].update(maxSteps="2"), 'common.maxSteps is "2"'),
        (lambda run: run["common"].update(lora=1), "common.lora is 1, but must be true or false"),
        (lambda run: run["common"].update(warmupRatio=1.1), "common.warmupRatio is 1.1"),
        (lambda run: run["common"].update(seed=2**32), "common.seed is 4294967296, but must be a whole number from 0"),
        (lambda run: run["common"].update(heldOut=0.6), "common.heldOut is 0.6"),
        (lambda run: run["common"].update(cutOff="no"), "one of: leave-out, keep"),
        (lambda run: run.update(model="not a hub id"), "neither an absolute path nor a hub id"),
        (lambda run: run.update(model="/nowhere/model"), "/nowhere/model does not exist"),
        (
            lambda run: run.update(model="/nowhere/trainable/SmolLM2-135M-Instruct"),
            "The run trains the embedded model, and this machine does not have it as /nowhere/trainable/SmolLM2",
        ),
        (lambda run: run.update(model=str(MODELS)), "has no config.json"),
        (lambda run: run.update(model=str(MODELS / "SmolLM2-135M-Instruct")), "no weights for PyTorch"),
        (lambda run: run.update(dataset="none.jsonl"), "none.jsonl cannot be read"),
        (lambda run: run.update(dataset="/nowhere/data.jsonl"), "must be the path of a file in the run's folder"),
        (lambda run: run.update(dataset="../data.jsonl"), "must be the path of a file in the run's folder"),
        (lambda run: run.update(datasetSha256="0" * 64), "was changed after the run was prepared"),
    ],
)
def test_run_file(make_run: MakeRun, capfd: pytest.CaptureFixture[str], change: Change, expected: str) -> None:
    folder = make_run()
    path = folder / "run.json"
    run = json.loads(path.read_text(encoding="utf-8"))
    change(run)
    path.write_text(json.dumps(run), encoding="utf-8")
    assert expected in refusal(folder, capfd)


@pytest.mark.parametrize(("content", "expected"), [("{", "not JSON"), ("[]", "the whole file must be")])
def test_run_file_that_is_no_object(tmp_path: Path, content: str, expected: str) -> None:
    (tmp_path / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=expected):
        read_run_file(tmp_path / "run.json")


def test_missing_run_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert f"{tmp_path / 'run.json'} cannot be read" in refusal(tmp_path, capfd)


def test_resuming_needs_a_checkpoint(make_run: MakeRun, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--run-dir", str(make_run()), "--resume"]) == 2
    assert "no complete checkpoint" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda row: row.pop("chosen"), "row 2: chosen is missing"),
        (lambda row: row.update(chosen="plain text"), "row 2: chosen is not a list of messages"),
        (lambda row: row.update(prompt=[]), "row 2: prompt is empty"),
        (lambda row: row["prompt"].append("text"), "row 2: prompt has a message without"),
        (lambda row: row["rejected"][0].pop("content"), "row 2: rejected has a message without"),
        (lambda row: row["rejected"][0].update(role="bot"), 'row 2: rejected has the role "bot"'),
        (lambda row: row.pop("promptId"), "row 2: promptId is missing"),
        (lambda row: row.update(chosenEnd="cut"), 'row 2: chosenEnd is "cut", but must be one of'),
        (lambda row: row["chosen"].append(row["chosen"][0]), "row 2: chosen is not one message of the assistant"),
        (lambda row: row.update(template=[]), "row 2: template is not a JSON object"),
        (lambda row: row.update(generator={"model": 1}), "generator.model must be strings"),
        (lambda row: row.update(promptTokens=["a"]), "row 2: promptTokens is not a list"),
    ],
)
def test_row(make_run: MakeRun, capfd: pytest.CaptureFixture[str], change: Change, expected: str) -> None:
    content = rows(3)
    change(content[1])
    assert expected in refusal(make_run(content), capfd)


@pytest.mark.parametrize(("count", "expected"), [(0, "has no rows"), (1, "has one row")])
def test_too_few_rows(make_run: MakeRun, capfd: pytest.CaptureFixture[str], count: int, expected: str) -> None:
    assert expected in refusal(make_run(rows(count)), capfd)


@pytest.mark.parametrize(
    ("line", "expected"),
    [(b'{"prompt":\n', "row 3: not JSON"), (b"7\n", "row 3: not a JSON object"), (b"\xff\n", "row 3: not UTF-8")],
)
def test_broken_line(tmp_path: Path, line: bytes, expected: str) -> None:
    path = tmp_path / "data.jsonl"
    write_rows(path, rows(2))
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(InputError, match=expected):
        read_rows(path, hashlib.sha256(path.read_bytes()).hexdigest())


def test_blank_lines_are_no_rows_but_count_as_lines(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    write_rows(path, rows(2))
    path.write_bytes(b"\n" + path.read_bytes() + b"\r\n")
    assert len(read_rows(path, hashlib.sha256(path.read_bytes()).hexdigest())) == 2


def test_adapter_is_no_model_to_train(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="aepo model export"):
        check_model(str(tmp_path))


def test_inspect_prints_why_it_refuses(make_run: MakeRun, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = make_run(model=tmp_path / "none")
    assert main(["inspect", "--run-dir", str(folder)]) == 2
    printed = json.loads(capfd.readouterr().out)["failure"]
    assert printed["code"] == "bad-input"
    assert printed["message"] == f"The model folder {tmp_path / 'none'} does not exist."
    assert printed["texts"]["message"] == [
        {"template": "The model folder {model} does not exist.", "values": {"model": str(tmp_path / "none")}}
    ]
