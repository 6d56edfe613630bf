"""Models of a hub: the revision is recorded at the first start and used again at every later one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import aepo_training

from .conftest import MakeModel, MakeRun
from .hub import MODEL, Hub, serve
from .runs import metrics

FIRST, SECOND = "a" * 40, "b" * 40


def run(folder: Path, hub: Hub, cache: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PYTHONPATH": str(Path(aepo_training.__file__).parents[1]),
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(cache),
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_XET": "1",
    }
    command = [sys.executable, "-m", "aepo_training", "train", "--run-dir", str(folder), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_resumed_run_loads_the_revision_that_it_started_from(
    make_run: MakeRun, make_model: MakeModel, tmp_path: Path
) -> None:
    folder = make_run(model=MODEL, maxSteps=2)
    with serve({FIRST: make_model("first"), SECOND: make_model("second", vocab_size=1)}) as hub:
        done = run(folder, hub, tmp_path / "cache")
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads((folder / "base.json").read_text(encoding="utf-8")) == {"model": MODEL, "revision": FIRST}
        adapter = json.loads((folder / "model" / "adapter_config.json").read_text(encoding="utf-8"))
        assert (adapter["base_model_name_or_path"], adapter["revision"]) == (MODEL, FIRST)

        hub.main = SECOND
        hub.asked.clear()
        shutil.rmtree(folder / "model")
        done = run(folder, hub, tmp_path / "another-cache", "--resume")
        assert done.returncode == 0, done.stdout + done.stderr
        # PEFT looks at the newest config when it saves an adapter; what is trained is of the recorded revision.
        of = {name: {revision for asked, revision in hub.asked if asked == name} for name, _ in hub.asked}
        assert [of[name] for name in ("model.safetensors", "tokenizer.json")] == [{FIRST}, {FIRST}]
        assert metrics(folder)[-1]["event"] == "end"
