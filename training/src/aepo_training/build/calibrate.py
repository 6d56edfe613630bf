"""How large the activations of a decoder get, measured on what needs no data: random tokens, and its own samples.

Which channels are large is a property of the model more than of the text: random tokens find the same ones as prose
does. How large they get is not: keys and values reach twice as far in prose, which text that the model samples shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper

from aepo_training.build.sessions import cpu_session

Floats = npt.NDArray[np.float32]
#: The first and the second channel of each of some pairs.
Pairs = tuple[Sequence[int], Sequence[int]]
Cached = Floats | npt.NDArray[np.int8]

_SEED = 1
_ROWS, _TOKENS = 8, 128
_SAMPLED_ROWS = 16
_DTYPES = {"tensor(float)": np.float32, "tensor(int8)": np.int8}


@dataclass(frozen=True)
class Largest:
    """The largest magnitudes that were measured, by name."""

    #: Of each channel (last axis) of an activation, on random tokens.
    on_random_tokens: dict[str, Floats]
    #: The same, on random tokens and on text that the model samples.
    in_text: dict[str, Floats]
    #: Of each channel (heads, dim) of keys and values by the name of the graph's input, on both. Of channels that
    #: rotate with the position it is the magnitude of the pair, which either channel reaches at some position.
    in_cache: dict[str, Floats]


def measure(model: onnx.ModelProto, activations: list[str], rotated: Mapping[str, Pairs]) -> Largest:
    """Measure some activations of a decoder, and its keys and values.

    Args:
        model: The decoder.
        activations: The names of the activations.
        rotated: The pairs of channels that are rotated, by the name of the input.
    """
    probed = _probed(model, activations)
    probes = [_probe(name) for name in activations]
    decoder, sampler = Decoder(probed), Decoder(probed)
    random = decoder.feed(decoder.random_tokens(_ROWS, _TOKENS), probes)
    text = random
    for sizes in _sampled(sampler, probes):
        text = [np.maximum(one, other) for one, other in zip(text, sizes, strict=True)]
    pairs = {name: rotated.get(name, ([], [])) for name in decoder.cache}
    return Largest(
        dict(zip(activations, random, strict=True)),
        dict(zip(activations, text, strict=True)),
        {name: np.maximum(decoder.largest(name, both), sampler.largest(name, both)) for name, both in pairs.items()},
    )


def _sampled(decoder: Decoder, names: list[str]) -> Iterator[list[Floats]]:
    """The outputs with these names for tokens sampled at temperature 1, one after the other, after a random one."""
    tokens = decoder.random_tokens(_SAMPLED_ROWS, 1)
    for _ in range(_TOKENS):
        logits, *found = decoder.feed(tokens, ["logits", *names])
        scores = logits[:, -1]
        tokens = (scores + decoder.random.gumbel(size=scores.shape)).argmax(axis=1)[:, None]
        yield found


def _probed(model: onnx.ModelProto, names: list[str]) -> onnx.ModelProto:
    """The model with outputs that have the largest magnitudes of some activations."""
    probed = onnx.ModelProto()
    probed.CopyFrom(model)
    for name in names:
        size, largest = f"{name}.probe.size", _probe(name)
        probed.graph.node.append(helper.make_node("Abs", [name], [size]))
        probed.graph.node.append(helper.make_node("ReduceMax", [size, "probe.axes"], [largest], keepdims=0))
        probed.graph.output.append(helper.make_empty_tensor_value_info(largest))
    probed.graph.initializer.append(helper.make_tensor("probe.axes", onnx.TensorProto.INT64, [2], [0, 1]))
    return probed


def _probe(name: str) -> str:
    return f"{name}.probe"


class Decoder:
    """Runs a graph, or the one in a file, on tokens after the ones before."""

    def __init__(self, model: onnx.ModelProto | Path) -> None:
        self._session = cpu_session(str(model) if isinstance(model, Path) else model.SerializeToString())
        self.cache: dict[str, Cached] = {}
        self.random = np.random.default_rng(_SEED)

    def random_tokens(self, rows: int, count: int) -> npt.NDArray[np.int64]:
        """Rows of tokens that have nothing to do with each other."""
        vocabulary = self._session.get_outputs()[0].shape[-1]
        return self.random.integers(0, vocabulary, (rows, count))

    def feed(self, tokens: npt.NDArray[np.int64], names: list[str]) -> list[Floats]:
        """Compute (rows, new) tokens after those fed before; gives the outputs with these names."""
        cache = self.cache or self._empty_cache(len(tokens))
        past = next(iter(cache.values())).shape[2]
        mask = np.ones((len(tokens), past + tokens.shape[1]), dtype=np.int64)
        presents = [name.replace("past_key_values", "present") for name in cache]
        results = self._session.run([*names, *presents], {"input_ids": tokens, "attention_mask": mask, **cache})
        self.cache = dict(zip(cache, results[len(names) :], strict=True))
        return list(results[: len(names)])

    def largest(self, name: str, pairs: Pairs) -> Floats:
        """The largest magnitudes in a key or value, (heads, dim); of pairs of channels, that of the pair."""
        sizes = np.abs(self.cache[name]).astype(np.float32)
        first, second = pairs
        together = np.hypot(sizes[..., first], sizes[..., second])
        sizes[..., first] = together
        sizes[..., second] = together
        found: Floats = sizes.max(axis=(0, 2))
        return found

    def _empty_cache(self, rows: int) -> dict[str, Cached]:
        return {
            item.name: np.zeros((rows, item.shape[1], 0, item.shape[3]), dtype=_DTYPES[item.type])
            for item in self._session.get_inputs()
            if item.name.startswith("past_key_values")
        }
