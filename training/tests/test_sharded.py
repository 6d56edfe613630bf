"""Runs whose model is sharded across processes: by FSDP on the CPU, which stands in for GPUs, and what is refused."""

from __future__ import annotations

import json
import shutil
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from aepo_training.errors import InputError
from aepo_training.train.accelerate_config import check_config
from aepo_training.train.checkpoints import find_fault
from aepo_training.train.run_file import read_run_file

from .conftest import MakeRun, rows, write_run
from .runs import failure, launch, losses, metrics, train

_STAND_IN = Path(__file__).parent / "gpu_stand_in"
#: Rounding: the rows of a step are padded and summed in another order.
_TOLERANCE = 1e-4
_RUN: dict[str, Any] = {"maxSteps": 4, "heldOut": 0.2, "regression": True, "saveSteps": 100}


def configuration(path: Path, **settings: Any) -> str:
    """A file like those of accelerate config, for two processes."""
    shared = {"num_processes": 2, "num_machines": 1, "machine_rank": 0, "main_process_port": 0}
    path.write_text(json.dumps({**shared, **settings}), encoding="utf-8")
    return str(path)


def run(folder: Path, *options: str) -> int:
    with (folder / "log.txt").open("a") as log:
        return launch(folder, *options, output=log, path=[_STAND_IN]).wait()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run in one process."""
    folder = write_run(tmp_path_factory.mktemp("plain") / "run", rows(20), batchSize=2, **_RUN)
    assert train(folder) == 0
    return folder


def test_a_sharded_run_is_paused_and_resumed_to_what_one_process_trains(make_run: MakeRun, plain: Path) -> None:
    folder = make_run(rows(20), batchSize=1, processes=2, sharding="fsdp", **_RUN)
    (folder / "pause").touch()
    log = folder / "log.txt"
    assert run(folder) != 0
    assert (folder / "paused").exists(), log.read_text()
    assert run(folder, "--resume") == 0, log.read_text()

    said = log.read_text()
    assert "one process ends the run, with the weights of checkpoint-4" in said
    assert said.count("training from step") == 2, "one process writes the log"
    expected, found = (load_file(each / "model" / "adapter_model.safetensors") for each in (plain, folder))
    assert found.keys() == expected.keys()
    assert max(float((found[name] - expected[name]).abs().max()) for name in expected) < _TOLERANCE
    assert [each["step"] for each in metrics(folder) if each["event"] == "log"] == [1, 2, 3, 4]
    assert losses(folder) == pytest.approx(losses(plain), abs=_TOLERANCE)
    assert metrics(folder)[-1]["event"] == "end"
    assert metrics(folder)[-1]["moved"] is True
    figures = [json.loads((each / "regression.json").read_text())["policy"]["kl"] for each in (plain, folder)]
    assert figures[1] == pytest.approx(figures[0], rel=0.01)
    last = folder / "checkpoints" / "checkpoint-4"
    assert find_fault(last) == ""
    (last / "optimizer.bin").unlink()
    assert find_fault(last) == "it lacks optimizer.bin"


def test_a_run_ends_with_the_weights_that_deepspeed_keeps_in_float32(
    plain: Path, make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for DeepSpeed, which is not among the packages of the tests: its files, and its function."""
    config = configuration(tmp_path / "a.yaml", distributed_type="DEEPSPEED", deepspeed_config={"zero_stage": 3})
    folder = make_run(rows(20), accelerateConfig=config, **_RUN)
    source, checkpoint = plain / "checkpoints" / "checkpoint-4", folder / "checkpoints" / "checkpoint-4"
    (checkpoint / "global_step4").mkdir(parents=True)
    for name in (
        "adapter_config.json",
        "adapter_model.safetensors",
        "trainer_state.json",
        "scheduler.pt",
        "rng_state.pth",
    ):
        (checkpoint / name).write_bytes((source / name).read_bytes())
    (checkpoint / "latest").write_text("global_step4")
    for name in ("zero_pp_rank_0_mp_rank_00_model_states.pt", "zero_pp_rank_0_mp_rank_00_optim_states.pt"):
        torch.save({}, checkpoint / "global_step4" / name)
    exact = {
        name.replace(".weight", ".default.weight"): weight + 1e-3
        for name, weight in load_file(source / "adapter_model.safetensors").items()
    }
    for name in ("deepspeed", "deepspeed.utils", "deepspeed.utils.zero_to_fp32"):
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        monkeypatch.setitem(sys.modules, name, module)
    sys.modules["deepspeed.utils.zero_to_fp32"].get_fp32_state_dict_from_zero_checkpoint = (  # type: ignore[attr-defined]
        lambda _folder, exclude_frozen_parameters: exact if exclude_frozen_parameters else {}
    )
    assert find_fault(checkpoint) == ""
    assert train(folder, "--resume") == 0
    given = load_file(folder / "model" / "adapter_model.safetensors")
    assert all(torch.equal(weight, exact[name.replace(".weight", ".default.weight")]) for name, weight in given.items())

    exact.popitem()
    shutil.rmtree(folder / "model")
    assert train(folder, "--resume") == 2
    assert "checkpoint-4 lacks the trained weights base_model.model." in failure(folder)["message"]
    (checkpoint / "global_step4" / "zero_pp_rank_0_mp_rank_00_optim_states.pt").write_bytes(b"half")
    assert "optim_states.pt is not whole" in find_fault(checkpoint)


_JSON = "own.json"
_OWN = {"distributed_type": "DEEPSPEED", "deepspeed_config": {"deepspeed_config_file": _JSON}}


@pytest.mark.parametrize(
    ("settings", "changes", "said"),
    [
        ({"distributed_type": "MEGATRON_LM"}, {}, "asks for MEGATRON_LM"),
        ({"distributed_type": "NO"}, {"processes": 2}, "starts one process, and processes is 2"),
        ({"distributed_type": "MULTI_GPU", "num_processes": None}, {}, "does not say how many processes there are"),
        ({"distributed_type": "MULTI_GPU", "num_processes": -1}, {}, "does not say how many processes there are"),
        (
            {"distributed_type": "FSDP"},
            {"optimizer": "adamw-8bit"},
            "optimizer=adamw-8bit cannot be combined with FSDP",
        ),
        ({"distributed_type": "FSDP", "fsdp_config": {"fsdp_version": 2}}, {}, "FSDP needs PyTorch 2.15 or later"),
        ({"distributed_type": "FSDP"}, {}, "version 1 of FSDP, with which adapters are saved empty"),
        ({"distributed_type": "FSDP"}, {"sharding": "fsdp"}, "sharding=fsdp cannot be set beside accelerateConfig"),
        ({"distributed_type": "FSDP"}, {"quantization": "4bit"}, "quantization=4bit cannot be combined with FSDP"),
        (_OWN, {"zero_optimization": {"stage": 3}, "scheduler": {}}, "sets scheduler, as the run does"),
        (_OWN, {"zero_optimization": {"stage": 0}}, "ZeRO stage 0, which shards nothing"),
        (_OWN, None, "own.json cannot be read"),
    ],
)
def test_what_cannot_be_sharded_is_refused(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, settings: Any, changes: Any, said: str
) -> None:
    """The changes are those of the run, or the content of DeepSpeed's own file."""
    monkeypatch.setattr("aepo_training.train.accelerate_config.version", lambda _name: "2.11.0+cu130")
    is_own = settings is _OWN
    folder = make_run(**({} if is_own else changes))
    monkeypatch.chdir(folder)
    if is_own and changes is not None:
        Path(_JSON).write_text(json.dumps(changes), encoding="utf-8")
    path = Path(configuration(folder / "accelerate.yaml", **settings))
    common = read_run_file(folder / "run.json").common
    if is_own:
        with pytest.raises(InputError, match="needs the package deepspeed"):
            check_config(path, common)
        monkeypatch.setattr("aepo_training.train.accelerate_config.find_spec", lambda _name: object())
    with pytest.raises(InputError, match=said):
        check_config(path, common)
