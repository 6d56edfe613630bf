"""Runs an exported decoder graph as the engine does: inputs by name, the key/value cache handed from call to call."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from aepo_training.build.convert import INTEGER_GRAPH, PREFILL_GRAPH

Logits = npt.NDArray[np.float32]
Cache = dict[str, npt.NDArray[np.float32] | npt.NDArray[np.int8]]

_DTYPES = {"tensor(float)": np.float32, "tensor(int8)": np.int8}


class Decoder:
    """One session on the CPU."""

    def __init__(self, model: Path, graph: str | None = None) -> None:
        (only,) = (path for path in (model / "onnx").glob("*.onnx") if path.name not in (INTEGER_GRAPH, PREFILL_GRAPH))
        path = model / "onnx" / graph if graph else only
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._outputs = [output.name for output in self._session.get_outputs()]

    def empty_cache(self, rows: int) -> Cache:
        """A cache that holds nothing yet."""
        return {
            item.name: np.zeros((rows, item.shape[1], 0, item.shape[3]), dtype=_DTYPES[item.type])
            for item in self._session.get_inputs()
            if item.name.startswith("past_key_values")
        }

    def step(self, tokens: npt.NDArray[np.int64], cache: Cache) -> tuple[Logits, Cache]:
        """Feed (rows, new tokens) after a cache: logits of the last position (rows, vocabulary), and the new cache."""
        past = next(iter(cache.values())).shape[2]
        mask = np.ones((tokens.shape[0], past + tokens.shape[1]), dtype=np.int64)
        results = self._session.run(None, {"input_ids": tokens, "attention_mask": mask, **cache})
        named = dict(zip(self._outputs, results, strict=True))
        logits = named.pop("logits")
        return logits[:, -1], {name.replace("present", "past_key_values"): value for name, value in named.items()}

    def rounded(self, tokens: npt.NDArray[np.int64]) -> tuple[Logits, Cache]:
        """Logits after a text, and the integers that the graph for long prompts gives to decode after it."""
        logits, outputs = self.step(tokens, self.empty_cache(1))
        kept = {name: value for name, value in outputs.items() if name.startswith("rounded")}
        return logits, {name.replace("rounded", "past_key_values"): value for name, value in kept.items()}

    def score(self, tokens: npt.NDArray[np.int64]) -> Logits:
        """Logits after a (1, tokens) text and after each of four further tokens: (5, vocabulary)."""
        logits, cache = self.step(tokens, self.empty_cache(1))
        found = [logits[0]]
        for _ in range(4):
            logits, cache = self.step(np.array([[int(found[-1].argmax())]], dtype=np.int64), cache)
            found.append(logits[0])
        return np.stack(found)

    def follow(self, tokens: npt.NDArray[np.int64], after: Cache | None = None) -> Logits:
        """Logits after each token of a (1, tokens) text, fed one by one after a cache: (tokens, vocabulary)."""
        cache = after or self.empty_cache(1)
        found = []
        for token in tokens[0]:
            logits, cache = self.step(np.array([[token]], dtype=np.int64), cache)
            found.append(logits[0])
        return np.stack(found)
