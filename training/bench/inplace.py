"""Decodes as the engine does: attention reads and extends one buffer per layer in place, for a fixed set of rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

Logits = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int64]

THREADS = 2
_DTYPES = {"tensor(float)": np.float32, "tensor(int8)": np.int8}


def open_session(graph: Path) -> onnxruntime.InferenceSession:
    """A session on the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


class InPlaceDecoder:
    """Rows that share a session, each with room for `capacity` tokens."""

    def __init__(self, session: onnxruntime.InferenceSession, rows: int, capacity: int) -> None:
        self._session = session
        self._cache = {
            item.name: onnxruntime.OrtValue.ortvalue_from_numpy(
                np.zeros((rows, item.shape[1], capacity, item.shape[3]), dtype=_DTYPES[item.type])
            )
            for item in session.get_inputs()
            if item.name.startswith("past_key_values")
        }

    def step(self, tokens: Tokens, lengths: Tokens) -> Logits:
        """Feed tokens of shape (rows, new) that end at the given lengths; logits of the last position of each row."""
        mask = (np.arange(lengths.max())[None, :] < lengths[:, None]).astype(np.int64)
        binding = self._session.io_binding()
        binding.bind_cpu_input("input_ids", tokens)
        binding.bind_cpu_input("attention_mask", mask)
        binding.bind_output("logits", "cpu")
        for name, value in self._cache.items():
            binding.bind_ortvalue_input(name, value)
            binding.bind_ortvalue_output(name.replace("past_key_values", "present"), value)
        self._session.run_with_iobinding(binding)
        logits: Logits = binding.get_outputs()[0].numpy()
        return logits[:, -1]

    def copy_row(self, source: InPlaceDecoder, source_row: int, row: int) -> None:
        """Take over the cache of another decoder's row, whose capacity must be the same."""
        for name, value in self._cache.items():
            buffer = value.numpy()
            buffer[row] = source._cache[name].numpy()[source_row]
            value.update_inplace(buffer)
