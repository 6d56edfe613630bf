"""A second graph beside a 4-bit one, for CPUs: it multiplies 8-bit integers.

Products of 8-bit integers with one scale per output are several times as fast as products with 4-bit blocks once a
batch has more than a few rows. What is no such product is read from the 4-bit file.

Integers are taken where rounding costs little: for activations that come from a normalisation (queries, keys, values,
and the inner layer's gate) and for the output of attention. Before rounding, the channels of a normalised activation
are brought nearer to one size, and the weights take the difference: Xiao et al., "SmoothQuant", arXiv 2211.10438,
equation 4 with an exponent of one half.

Keys and values are kept as 8-bit integers, too (`integer_cache`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from aepo_training.build.calibrate import Floats, largest_activations, largest_in_cache
from aepo_training.build.integer_cache import ATTENTION, round_cache
from aepo_training.build.nodes import LARGEST, SMALLEST, Nodes
from aepo_training.build.quantise import dequantise, stored_matrix
from aepo_training.build.shared_constants import share_constants

_BITS = 4
#: Normalisations, and which of their inputs scale the channels of the result.
_NORMALISATIONS = {
    "LayerNormalization": (1, 2),
    "SimplifiedLayerNormalization": (1,),
    "SkipLayerNormalization": (2, 3),
    "SkipSimplifiedLayerNormalization": (2,),
}
#: Constants of at least so many bytes are read from the 4-bit file.
_SHARED_BYTES = 4096


def write_integer_graph(four_bit: Path, target: Path) -> None:
    """Write the graph that goes with the one in ``four_bit``, if it has such products; both stay in one folder."""
    content = four_bit.read_bytes()
    model = onnx.load_model_from_string(content)
    rewriter = _Rewriter(model)
    if not rewriter.normalised:
        return
    cache = largest_in_cache(model)
    rewriter.rewrite(largest_activations(model, rewriter.normalised))
    round_cache(model.graph, cache)
    share_constants(model, content, four_bit.name, _SHARED_BYTES, but=rewriter.constants)
    target.write_bytes(model.SerializeToString())


class _Rewriter(Nodes):
    """Replaces products in a graph that `quantise_graph` has made."""

    def __init__(self, model: onnx.ModelProto) -> None:
        super().__init__(next(item.version for item in model.opset_import if not item.domain))
        self._graph = model.graph
        self._weights = {item.name: item for item in model.graph.initializer}
        self._makers = {name: node for node in model.graph.node for name in node.output if name}
        self._users: defaultdict[str, list[onnx.NodeProto]] = defaultdict(list)
        for node in model.graph.node:
            for name in node.input:
                self._users[name].append(node)
        self._renamed: dict[str, str] = {}
        self._factors: dict[str, Floats] = {}
        #: The normalised activations whose products are replaced.
        self.normalised = sorted({node.input[0] for node in model.graph.node if self._reads_normalised(node)})

    def rewrite(self, largest: Mapping[str, Floats]) -> None:
        """Put the new nodes and constants in place; ``largest`` has the largest magnitudes of `normalised`."""
        for name in self.normalised:
            self._smooth(name, largest[name])
        for node in self._graph.node:
            copied = onnx.NodeProto()
            copied.CopyFrom(node)
            copied.input[:] = [self._renamed.get(name, name) for name in node.input]
            self.nodes.append(copied)
            if self._reads_normalised(node) or self._reads_attention(node):
                self._replace(node)
        self._graph.initializer.extend(self.constants.values())
        _drop_unused(self._graph, self.nodes)

    def _reads_normalised(self, node: onnx.NodeProto) -> bool:
        """Whether it is a 4-bit product of a normalised activation of which nothing else is made."""
        source = node.input[0] if _is_product(node) else ""
        maker = self._makers.get(source)
        if maker is None or maker.op_type not in _NORMALISATIONS or maker.output[0] != source:
            return False
        users = [user for user in self._users[source] if user.op_type != "Reshape"]
        return all(_is_product(user) for user in users) and all(name in self._weights for name in _scales(maker))

    def _reads_attention(self, node: onnx.NodeProto) -> bool:
        maker = self._makers.get(node.input[0]) if _is_product(node) else None
        return maker is not None and maker.op_type == ATTENTION

    def _smooth(self, source: str, largest: Floats) -> None:
        """Divide an activation by a factor per channel, where it is made."""
        products = [user for user in self._users[source] if _is_product(user)]
        weights = np.max([np.abs(self._matrix(node)).max(axis=0) for node in products], axis=0)
        factor = np.sqrt(np.maximum(largest, SMALLEST) / np.maximum(weights, SMALLEST))
        self._factors[source] = (factor / np.exp(np.log(factor).mean())).astype(np.float32)
        for name in _scales(self._makers[source]):
            values = numpy_helper.to_array(self._weights[name]) / self._factors[source]
            self._renamed[name] = self.constant(f"{name}.smoothed", values.astype(np.float32))

    def _replace(self, node: onnx.NodeProto) -> None:
        """Add the integer product that takes the place of a 4-bit one and of the sum with its offsets."""
        source, name = node.input[0], _matrix_name(node)
        (total,) = self._users[node.output[0]]
        weights = self._matrix(node) * self._factors.get(source, np.float32(1))
        scales = np.maximum(np.abs(weights).max(axis=1), SMALLEST) / np.float32(LARGEST)
        integers = self.constant(f"{name}.integers", np.rint(weights / scales[:, None]).astype(np.int8).T)
        row_scales = self.constant(f"{name}.row_scales", scales)
        self._renamed[total.output[0]] = self.integer_product(source, integers, row_scales, name)

    def _matrix(self, node: onnx.NodeProto) -> Floats:
        """The weights of a product, (outputs, inputs)."""
        return dequantise(stored_matrix(_matrix_name(node), self._array))

    def _array(self, name: str) -> npt.NDArray[Any] | None:
        return numpy_helper.to_array(self._weights[name]) if name in self._weights else None


def _is_product(node: onnx.NodeProto) -> bool:
    return node.op_type == "MatMulNBits" and any(item.name == "bits" and item.i == _BITS for item in node.attribute)


def _scales(normalisation: onnx.NodeProto) -> list[str]:
    """The names of what scales the channels of its result."""
    places = [place for place in _NORMALISATIONS[normalisation.op_type] if place < len(normalisation.input)]
    return [normalisation.input[place] for place in places if normalisation.input[place]]


def _matrix_name(node: onnx.NodeProto) -> str:
    return str(node.input[1]).removesuffix(".q")


def _drop_unused(graph: onnx.GraphProto, nodes: list[onnx.NodeProto]) -> None:
    """Keep of the nodes, which are in the order of their execution, and of the constants what the outputs need."""
    needed = {item.name for item in graph.output}
    kept = []
    for node in reversed(nodes):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    constants = [item for item in graph.initializer if item.name in needed]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(reversed(kept))
    graph.initializer.extend(constants)
