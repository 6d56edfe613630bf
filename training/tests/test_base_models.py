"""Models that cannot be trained as they are: each refused in one sentence, before it is loaded where its files tell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

import aepo_training

from .conftest import TINY, MakeModel, MakeRun, edit_json
from .runs import failure, train

Change = Callable[[Path], object]


def lfs_pointer(model: Path) -> None:
    (model / "model.safetensors").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 377360\n", encoding="utf-8"
    )


def half(model: Path) -> None:
    path = model / "model.safetensors"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lacking_shard(model: Path) -> None:
    (model / "model.safetensors").unlink()
    (model / "model.safetensors.index.json").write_text('{"weight_map": {"a": "model-1.safetensors"}}', "utf-8")


def added_token(model: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(model)
    tokenizer.add_special_tokens({"pad_token": "[PAD]"})
    tokenizer.save_pretrained(model)


def without_tokenizer(model: Path) -> None:
    for path in model.glob("tokenizer*"):
        path.unlink()


FOUND_IN_FILES: dict[str, tuple[Change, str]] = {
    "Git LFS pointer": (lfs_pointer, "model.safetensors is a Git LFS pointer, not the file itself. Run git lfs pull"),
    "half downloaded": (half, "of 377,360 bytes: its download or copy broke off. Fetch the model again."),
    "no header": (lambda model: (model / "model.safetensors").write_bytes(b"\0" * 100), "has no header"),
    "lacking shard": (lacking_shard, "lacks model-1.safetensors (1 missing). Fetch the model again."),
    "added token": (added_token, "uses the token 309, and the model has embeddings for 309 tokens. Resize"),
    "quantised": (
        lambda model: edit_json(model / "config.json", quantization_config={"quant_method": "bitsandbytes"}),
        "are quantised (bitsandbytes). Name the model that it was made from",
    ),
    "remote code": (
        lambda model: edit_json(model / "config.json", model_type="xmodel", auto_map={"AutoConfig": "c.X"}),
        "of the type 'xmodel', which transformers does not know. It needs Python code of its own",
    ),
    "no language model": (
        lambda model: edit_json(model / "config.json", model_type="t5"),
        "of the type 't5', which does not continue a text. Name a language model",
    ),
    "no tokenizer": (without_tokenizer, "has no tokenizer. Name a model folder with tokenizer.json"),
    "broken template": (
        lambda model: edit_json(model / "tokenizer_config.json", chat_template="{% for m in messages %}\n{{ m"),
        "cannot be read, line 2: unexpected end of template",
    ),
    "broken config": (lambda model: (model / "config.json").write_text("{", "utf-8"), "is not JSON"),
}


@pytest.mark.parametrize(("change", "expected"), FOUND_IN_FILES.values(), ids=FOUND_IN_FILES.keys())
def test_what_files_tell_is_said_before_anything_is_loaded(
    make_run: MakeRun, make_model: MakeModel, monkeypatch: pytest.MonkeyPatch, change: Change, expected: str
) -> None:
    def load(*_arguments: object, **_named: object) -> None:
        raise AssertionError("the weights were loaded")

    model = make_model()
    change(model)
    monkeypatch.setattr("aepo_training.train.load.AutoModelForCausalLM.from_pretrained", load)
    folder = make_run(model=model)
    assert train(folder) == 2
    found = failure(folder)
    assert found["code"] == "bad-input"
    assert expected in f"{found['message']} {found['remedy']}"


def test_a_gguf_file_is_named_with_the_command_that_makes_a_folder_of_it(make_run: MakeRun, tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(b"GGUF")
    folder = make_run(model=path)
    assert train(folder) == 2
    assert f"{path} is a GGUF file" in failure(folder)["message"]
    assert "aepo model export FILE.gguf --to FOLDER" in failure(folder)["remedy"]


def test_a_config_without_architectures_is_trained(make_run: MakeRun, make_model: MakeModel) -> None:
    assert train(make_run(model=make_model(architectures=None), maxSteps=1)) == 0


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_base_with_a_weight_that_is_not_a_number(make_run: MakeRun, make_model: MakeModel, value: float) -> None:
    model = make_model()
    loaded = AutoModelForCausalLM.from_pretrained(TINY)
    with torch.no_grad():
        loaded.model.layers[0].mlp.down_proj.weight[0, 0] = value
    loaded.save_pretrained(model)
    folder = make_run(model=model)
    assert train(folder) == 2
    assert "model.layers.0.mlp.down_proj.weight" in failure(folder)["message"]


def test_a_config_that_does_not_fit_the_weights(
    make_run: MakeRun, make_model: MakeModel, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = make_run(model=make_model(num_hidden_layers=3))
    assert train(folder) == 2
    assert "lack" in failure(folder)["message"]
    assert "Traceback" not in capfd.readouterr().err


def test_shapes_that_the_config_does_not_name(make_run: MakeRun, make_model: MakeModel) -> None:
    folder = make_run(model=make_model(vocab_size=400))
    assert train(folder) == 2
    assert "do not fit its config.json" in failure(folder)["message"]


def test_an_interpreter_with_another_trl_is_told_the_version(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aepo_training.train.reading.version", lambda _name: "0.9.6")
    folder = make_run()
    assert train(folder) == 2
    assert failure(folder)["message"].endswith("has TRL 0.9.6, and the runner needs TRL 1.16.*.")
    assert json.loads((folder / "failed").read_text(encoding="utf-8"))["remedy"].startswith("Install")


def bare(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The program in an interpreter without any package."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "aepo_training", *arguments],
        env=os.environ | {"PYTHONPATH": str(Path(aepo_training.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_interpreter_without_packages_is_told_what_it_lacks(make_run: MakeRun) -> None:
    folder = make_run()
    done = bare("train", "--run-dir", str(folder))
    assert done.returncode == 2, done.stderr
    assert failure(folder)["message"].endswith("has no TRL, and the runner needs TRL 1.16.*.")


def test_an_inspection_without_packages_says_what_is_lacking(make_run: MakeRun) -> None:
    done = bare("inspect", "--run-dir", str(make_run()))
    assert done.returncode == 2
    assert json.loads(done.stdout)["failure"]["message"].endswith("has no TRL, and the runner needs TRL 1.16.*.")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [("score", "--model", str(TINY), "--responses", "none"), ("build-model", "--from", "x", "--to", "y")]
)
def test_every_command_names_the_package_that_is_missing(arguments: tuple[str, ...]) -> None:
    done = bare(*arguments)
    assert done.returncode == 2
    said = done.stderr.splitlines()[-1]
    assert "lacks a package (No module named" in said
    assert said.endswith("Install what training/requirements.lock names.")
