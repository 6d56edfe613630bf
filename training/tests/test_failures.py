"""What the errors of libraries mean for the person."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from aepo_training.train.failures import explain


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)"),
    ],
)
def test_errors_of_writing_to_a_full_disk(error: Exception, tmp_path: Path) -> None:
    assert explain(error, tmp_path).code == "disk-full"


@pytest.mark.parametrize(
    "said",
    ["[enforce fail at inline_container.cc:603] . unexpected pos 64 vs 0", "basic_ios::clear: iostream error"],
)
def test_a_short_write_is_a_full_disk_where_there_is_no_space(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
) -> None:
    error = RuntimeError(said)
    assert explain(error, tmp_path).code == "training-failed"
    monkeypatch.setattr("aepo_training.train.failures._free", lambda _folder: 0)
    assert explain(error, tmp_path).code == "disk-full"


@pytest.mark.parametrize(
    "error",
    [MemoryError(), torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("DefaultCPUAllocator: not enough")],
)
def test_errors_of_lacking_memory(error: Exception, tmp_path: Path) -> None:
    assert explain(error, tmp_path).code == "out-of-memory"


@pytest.mark.parametrize(
    "said",
    [
        "[/gloo/gloo/transport/tcp/pair.cc:545] Read error [127.0.0.1]:49872: Connection reset by peer",
        "[/gloo/gloo/transport/tcp/pair.cc:534] Connection closed by peer [127.0.0.1]:4872",
        "NCCL error, remote process exited or there was a network error\nncclRemoteError: A call failed",
    ],
)
def test_a_process_that_lost_another_says_so(tmp_path: Path, said: str) -> None:
    explained = explain(RuntimeError(said), tmp_path)
    assert explained.message.startswith("Another process of the run ended")
    assert "Resume the run" in str(explained)
