"""A trained model keeps its training when it is built: the build measures it, and refuses where it would be lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from peft import PeftModel
from transformers import AutoModelForCausalLM

from aepo_training.build import convert
from aepo_training.build.fidelity import Training, check_survival
from aepo_training.cli import main
from aepo_training.errors import AepoTrainingError

from .conftest import TINY, write_run
from .decoder import Decoder
from .runs import TOKENS, logits, train


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter whose updates are smaller than half a step of 4 bits."""
    folder = write_run(tmp_path_factory.mktemp("trained") / "run", maxSteps=6)
    assert train(folder) == 0
    return folder / "model"


def build(source: Path, target: Path, *options: str) -> int:
    return main(["build-model", "--from", str(source), "--to", str(target), *options])


def copy_tiny(folder: Path) -> None:
    folder.mkdir()
    for path in TINY.iterdir():
        if path.is_file():
            shutil.copy(path, folder)


def graph_logits(folder: Path) -> np.ndarray:
    decoder = Decoder(folder)
    found, _ = decoder.step(np.array([TOKENS], dtype=np.int64), decoder.empty_cache(1))
    last: np.ndarray = found[0]
    return last


def test_the_default_keeps_what_an_adapter_was_taught(
    adapter: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert build(adapter, tmp_path / "built") == 0
    said = capfd.readouterr().out
    assert "nats from the trained model" in said
    base = AutoModelForCausalLM.from_pretrained(TINY)
    before = logits(base)[0, -1].numpy()
    trained = logits(PeftModel.from_pretrained(base, adapter))[0, -1].numpy()
    built = graph_logits(tmp_path / "built")
    assert np.abs(built - trained).max() < np.abs(before - trained).max() / 3
    config = json.loads((tmp_path / "built" / "config.json").read_text(encoding="utf-8"))
    (graph,) = (tmp_path / "built" / "onnx").iterdir()
    assert (config["transformers.js_config"]["dtype"], graph.name) in (
        ("fp32", "model.onnx"),
        ("q8", "model_quantized.onnx"),
    )


def build_run(folder: Path, target: Path, *options: str) -> int:
    return main(["build-run", "--run-dir", str(folder), "--to", str(target), *options])


def test_a_run_is_built_with_a_report_of_what_was_kept(
    adapter: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert build_run(adapter.parent, tmp_path / "generator") == 0
    lines = capfd.readouterr().out.splitlines()
    stages = [line.removeprefix("stage ") for line in lines if line.startswith("stage ")]
    assert stages[:3] == ["load", "compare", "export"]
    report = json.loads((tmp_path / "generator" / "built.json").read_text(encoding="utf-8"))
    assert report["precision"] == stages[-1]
    assert 0 < report["divergence"] <= report["moved"] / 10


def test_a_run_whose_base_has_changed_is_not_built(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    base = tmp_path / "base"
    copy_tiny(base)
    folder = write_run(tmp_path / "run", model=base, maxSteps=1)
    assert train(folder) == 0
    capfd.readouterr()
    moved = tmp_path / "moved"
    base.rename(moved)
    assert build_run(folder, tmp_path / "built") == 2
    assert "which is not a folder here" in capfd.readouterr().err
    assert build_run(folder, tmp_path / "built", "--base", str(moved)) == 0
    config = moved / "config.json"
    config.write_text(config.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert build_run(folder, tmp_path / "again", "--base", str(moved)) == 2
    assert "has changed since the run started (config.json)" in capfd.readouterr().err
    assert not (tmp_path / "again").exists()


def test_a_run_that_is_not_finished_is_not_built(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert build_run(write_run(tmp_path / "run"), tmp_path / "built") == 2
    assert "has no trained model" in capfd.readouterr().err


def test_a_model_that_no_file_can_hold_is_refused_at_once(
    adapter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(convert, "_MOST_BYTES", 1000)
    assert build_run(adapter.parent, tmp_path / "built") == 2
    said = capfd.readouterr()
    assert "one ONNX file cannot hold them" in said.err
    assert "vLLM" in said.err
    assert "stage export" not in said.out


def test_a_precision_that_loses_the_training_is_refused(
    adapter: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert build(adapter, tmp_path / "built", "--precision", "int4") == 1
    assert "more than a tenth of what was trained would be lost" in capfd.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_merged_adapter_keeps_its_training_too(
    adapter: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    merged = tmp_path / "merged"
    assert main(["trainable-model", "--from", str(adapter), "--to", str(merged)]) == 0
    assert build(merged, tmp_path / "lost", "--precision", "int4") == 1
    assert build(merged, tmp_path / "built", "--precision", "fp16") == 0
    assert "nats from the trained model" in capfd.readouterr().out
    expected = logits(AutoModelForCausalLM.from_pretrained(merged))[0, -1].numpy()
    assert np.abs(graph_logits(tmp_path / "built") - expected).max() < 1e-2


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (
            "/elsewhere/models/mine",
            "was trained on /elsewhere/models/mine, which is not a folder here: put the base model",
        ),
        (
            "/elsewhere/python/trainable/SmolLM2-135M-Instruct",
            "was trained on the embedded model, which another machine keeps as /elsewhere/python/trainable/SmolLM2",
        ),
    ],
)
def test_an_adapter_from_another_machine_says_where_its_base_is_named(
    adapter: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], base: str, expected: str
) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(adapter, moved)
    config = moved / "adapter_config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "base_model_name_or_path": base}))
    assert build(moved, tmp_path / "built") == 2
    printed = capfd.readouterr().err
    assert expected in printed
    assert f"base_model_name_or_path in {config}" in printed


def test_all_weights_that_were_trained_name_what_they_were_trained_from(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    base = tmp_path / "base"
    copy_tiny(base)
    folder = write_run(tmp_path / "run", model=base, maxSteps=2, lora=False)
    assert train(folder) == 0
    assert build(folder / "model", tmp_path / "lost", "--precision", "int4") == 1
    shutil.rmtree(base)
    capfd.readouterr()
    assert build(folder / "model", tmp_path / "built") == 0
    assert [path.name for path in (tmp_path / "built" / "onnx").iterdir()] == ["model.onnx"]


def test_a_model_that_was_not_trained_takes_4_bits(tmp_path: Path) -> None:
    assert build(TINY, tmp_path / "built") == 0
    assert sorted(path.name for path in (tmp_path / "built" / "onnx").iterdir()) == [
        "model_integer_q4.onnx",
        "model_integer_q4.onnx_data",
        "model_prefill_q4.onnx",
        "model_q4.onnx",
    ]


def test_the_limit_is_a_tenth_of_what_training_moved() -> None:
    class Measured(Training):
        def divergence(self, graph: Path) -> float:
            return float(graph.name)

    training = Measured([], 0.02)
    assert check_survival(training, [Path("0.001"), Path("0.002")]) == 0.002
    with pytest.raises(AepoTrainingError, match=r"by 0\.0021 nats, and training moved it by 0\.02:"):
        check_survival(training, [Path("0.0021"), Path("0.001")])
    with pytest.raises(AepoTrainingError, match="nan"):
        check_survival(training, [Path("nan")])
