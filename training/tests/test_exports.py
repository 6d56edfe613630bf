"""Each export format of the command line is read by the trainer that it is made for."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import trl
from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer

from tests.conftest import TINY

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node") or "node"
CURATION = "first-labels.aepo.json"

#: Export format → configuration and trainer of TRL.
READERS = {
    "dpo": ("DPOConfig", "DPOTrainer"),
    "kto": ("KTOConfig", "KTOTrainer"),
}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder."""
    command = [NODE, str(ROOT / "dist" / "cli.js"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def aepo(folder: Path, *arguments: str) -> dict[str, Any]:
    """Run the command line in a folder; its result."""
    ended = run(folder, *arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    result: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return result


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with its recorded candidates, labelled by length."""
    folder = tmp_path_factory.mktemp("exports") / "samples"
    shutil.copytree(ROOT / "samples", folder)
    aepo(folder, "annotate", CURATION, "--rule", "longest", "--annotator", "length")
    return folder


def test_every_format_has_a_reader(labelled: Path) -> None:
    refused = run(labelled, "export", CURATION, "--format", "none")
    assert refused.returncode == 2
    assert ", ".join(READERS) in refused.stderr


@pytest.mark.parametrize("name", READERS)
def test_a_trainer_reads_the_rows(labelled: Path, tmp_path: Path, name: str) -> None:
    exported = aepo(labelled, "export", CURATION, "--format", name, "--cut-off", "keep")
    assert Path(exported["file"]).name == f"first-labels.with-cut-off.{name}.jsonl"
    rows = load_dataset("json", data_files=exported["file"], split="train", cache_dir=str(tmp_path / "cache"))
    assert rows.num_rows == exported["rows"] > 8
    config, trainer = (getattr(trl, part) for part in READERS[name])
    arguments = config(
        output_dir=str(tmp_path / "run"),
        max_steps=1,
        per_device_train_batch_size=4,
        learning_rate=1e-4,
        max_length=256,
        use_cpu=True,
        bf16=False,
        report_to=[],
        save_strategy="no",
    )
    run = trainer(
        model=AutoModelForCausalLM.from_pretrained(TINY),
        args=arguments,
        train_dataset=rows,
        processing_class=AutoTokenizer.from_pretrained(TINY),
    )
    assert math.isfinite(run.train().training_loss)
