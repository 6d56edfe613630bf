"""Block-wise weight quantisation in the memory layout of ONNX Runtime's MatMulNBits and GatherBlockQuantized.

A weight matrix of N output rows and K input columns is cut along K into blocks of `BLOCK` weights.
With 8 bits a block is ``scale * (q - 128)``. With 4 bits it is ``scale * (q - 8) + offset``: a real
offset per block, where the operator itself knows integer zero points only. That form contains GGUF's
Q4_1 blocks, so weights that were stored as Q4_1 lose nothing but the rounding of the offset to float16.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

#: Weights that share one scale (and one offset).
BLOCK = 32

#: The integer that stands for zero when MatMulNBits is given no zero points.
_ZERO_4 = 8
_ZERO_8 = 128


@dataclass(frozen=True)
class QuantisedMatrix:
    """One quantised weight matrix.

    Attributes:
        packed: uint8 of shape (N, K / BLOCK, BLOCK * bits / 8); of two 4-bit values the first is in the low half.
        scales: float16 of shape (N, K / BLOCK).
        offsets: float16 of shape (N, K / BLOCK) for 4 bits, None for 8 bits.
        bits: 4 or 8.
    """

    packed: npt.NDArray[np.uint8]
    scales: npt.NDArray[np.float16]
    offsets: npt.NDArray[np.float16] | None
    bits: int

    @property
    def rows(self) -> int:
        """The number of output rows N."""
        return int(self.packed.shape[0])

    @property
    def columns(self) -> int:
        """The number of input columns K."""
        return int(self.packed.shape[1]) * BLOCK


def quantise(weight: npt.NDArray[np.float32], bits: int) -> QuantisedMatrix:
    """Quantise a weight matrix of shape (N, K) to 4 or 8 bits.

    Raises:
        ValueError: K is no multiple of BLOCK, a weight is not finite or too large for a float16 scale,
            or bits is neither 4 nor 8.
    """
    rows, columns = weight.shape
    if columns % BLOCK != 0:
        raise ValueError(f"{columns} input columns cannot be cut into blocks of {BLOCK}")
    if not np.isfinite(weight).all():
        raise ValueError("the weights contain NaN or infinity")
    if np.abs(weight).max(initial=0.0) > np.finfo(np.float16).max:
        raise ValueError("a weight is larger than a float16 can hold")
    blocks = np.ascontiguousarray(weight, dtype=np.float32).reshape(rows, columns // BLOCK, BLOCK)
    if bits == 4:
        return _quantise_4(blocks)
    if bits == 8:
        return _quantise_8(blocks)
    raise ValueError(f"{bits} bits per weight are not supported; 4 and 8 are")


def stored_matrix(name: str, find: Callable[[str], npt.NDArray[Any] | None]) -> QuantisedMatrix:
    """A matrix of a graph that `aepo_training.build.graph` has quantised.

    Args:
        name: The name that the matrix had.
        find: Gives a constant of the graph by its name, None where there is none.

    Raises:
        ValueError: The graph has no such matrix.
    """
    packed, scales, offsets = (find(f"{name}.{part}") for part in ("q", "scales.f16", "offsets.f16"))
    if packed is None or scales is None:
        raise ValueError(f"the graph has no quantised matrix {name}")
    bits = 8 if offsets is None else 4
    return QuantisedMatrix(packed, scales.reshape(packed.shape[:2]), None if offsets is None else offsets.T, bits)


def dequantise(matrix: QuantisedMatrix) -> npt.NDArray[np.float32]:
    """The float32 matrix of shape (N, K) that a quantised matrix stands for."""
    scales = matrix.scales.astype(np.float32)[..., None]
    if matrix.offsets is None:
        blocks = (matrix.packed.astype(np.float32) - _ZERO_8) * scales
    else:
        values = np.stack([matrix.packed & 0x0F, matrix.packed >> 4], axis=-1).reshape(*matrix.scales.shape, BLOCK)
        blocks = (values.astype(np.float32) - _ZERO_4) * scales + matrix.offsets.astype(np.float32)[..., None]
    return blocks.reshape(matrix.rows, matrix.columns)


def _quantise_4(blocks: npt.NDArray[np.float32]) -> QuantisedMatrix:
    """Spread 16 steps evenly from the smallest to the largest weight of each (rows, blocks, BLOCK) block."""
    low = blocks.min(axis=-1)
    scales = ((blocks.max(axis=-1) - low) / 15).astype(np.float16)
    step = scales.astype(np.float32)
    start = low.astype(np.float16).astype(np.float32)
    values = np.rint((blocks - start[..., None]) / _divisor(step)[..., None])
    values = values.clip(0, 15).astype(np.uint8)
    packed = values[..., 0::2] | (values[..., 1::2] << 4)
    offsets = (start + _ZERO_4 * step).astype(np.float16)
    return QuantisedMatrix(np.ascontiguousarray(packed), scales, offsets, bits=4)


def _quantise_8(blocks: npt.NDArray[np.float32]) -> QuantisedMatrix:
    """Spread 255 steps symmetrically over the largest magnitude of each (rows, blocks, BLOCK) block."""
    scales = (np.abs(blocks).max(axis=-1) / 127).astype(np.float16)
    values = np.rint(blocks / _divisor(scales.astype(np.float32))[..., None])
    packed = (values.clip(-127, 127) + _ZERO_8).astype(np.uint8)
    return QuantisedMatrix(packed, scales, None, bits=8)


def _divisor(step: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The steps with 1 in the place of 0, which stands for a block of equal weights."""
    return np.where(step == 0, np.float32(1), step)
