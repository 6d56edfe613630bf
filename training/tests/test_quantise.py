"""Quantisation: exact where it can be, bounded where not, in the byte layout of ONNX Runtime."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import helper, numpy_helper

from aepo_training.build.graph import quantise_graph
from aepo_training.build.quantise import BLOCK, dequantise, quantise, stored_matrix


def random_matrix(rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(7).normal(0, 0.3, (rows, columns)).astype(np.float32)


def q4_1_matrix(rows: int, blocks: int) -> np.ndarray:
    """Weights as GGUF's Q4_1 stores them: 16 even steps per block, its scale and smallest weight in float16."""
    random = np.random.default_rng(3)
    steps = random.integers(0, 16, (rows, blocks, BLOCK))
    steps[..., 0], steps[..., 1] = 0, 15
    scales = random.uniform(0.01, 0.2, (rows, blocks, 1)).astype(np.float16).astype(np.float32)
    starts = random.uniform(-2, 0, (rows, blocks, 1)).astype(np.float16).astype(np.float32)
    return (steps * scales + starts).astype(np.float32).reshape(rows, blocks * BLOCK)


def test_q4_1_weights_keep_every_step() -> None:
    weight = q4_1_matrix(40, 6)
    error = np.abs(dequantise(quantise(weight, 4)) - weight)
    # The offset alone is rounded, to float16: 2^-11 of its size, which is below 4 here.
    assert error.max() <= 4 * 2**-11


@pytest.mark.parametrize(("bits", "levels"), [(4, 15), (8, 254)])
def test_error_is_within_half_a_step(bits: int, levels: int) -> None:
    weight = random_matrix(33, 96)
    blocks = weight.reshape(33, 3, BLOCK)
    span = np.ptp(blocks, axis=-1) if bits == 4 else 2 * np.abs(blocks).max(axis=-1)
    step = np.repeat(span / levels, BLOCK, axis=1)
    error = np.abs(dequantise(quantise(weight, bits)) - weight)
    # A twentieth of a step more for scale and offset in float16.
    assert (error <= 0.55 * step + 1e-4).all()
    assert error.max() > 0


@pytest.mark.parametrize("bits", [4, 8])
def test_quantising_twice_changes_nothing(bits: int) -> None:
    once = dequantise(quantise(random_matrix(16, 64), bits))
    assert np.abs(dequantise(quantise(once, bits)) - once).max() <= 1e-3


def test_first_of_two_values_is_in_the_low_half() -> None:
    weight = np.zeros((1, BLOCK), dtype=np.float32)
    weight[0, 0], weight[0, 1] = 15.0, 1.0
    packed = quantise(weight, 4).packed
    assert packed[0, 0, 0] == 0x1F
    assert (packed[0, 0, 1:] == 0).all()


def test_equal_weights_are_kept() -> None:
    weight = np.full((2, BLOCK), 0.5, dtype=np.float32)
    assert (dequantise(quantise(weight, 4)) == weight).all()
    assert (dequantise(quantise(np.zeros_like(weight), 8)) == 0).all()


@pytest.mark.parametrize(
    ("weight", "bits", "message"),
    [
        (np.zeros((2, 33), dtype=np.float32), 4, "33 input columns"),
        (np.full((2, 32), np.nan, dtype=np.float32), 4, "NaN"),
        (np.full((2, 32), 1e6, dtype=np.float32), 8, "larger than a float16"),
        (np.zeros((2, 32), dtype=np.float32), 3, "3 bits"),
    ],
)
def test_what_cannot_be_quantised_is_refused(weight: np.ndarray, bits: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        quantise(weight, bits)


@pytest.mark.parametrize("bits", [4, 8])
def test_a_matrix_is_read_from_the_graph_that_stores_it(bits: int) -> None:
    weight = random_matrix(16, 64)
    product = helper.make_node("MatMul", ["x", "w"], ["y"])
    graph = helper.make_graph([product], "one", [], [], [numpy_helper.from_array(weight.T.copy(), "w")])
    model = helper.make_model(graph)
    quantise_graph(model, bits)
    arrays = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    found = stored_matrix("w", arrays.get)
    assert found.bits == bits
    assert (dequantise(found) == dequantise(quantise(weight, bits))).all()
    with pytest.raises(ValueError, match="no quantised matrix v"):
        stored_matrix("v", arrays.get)
