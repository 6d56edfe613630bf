"""The follower of Stackelberg Game Preference Optimization: the worst distribution near that of the gaps.

The leader trains a policy on gaps v in [0, 1], the larger the better a pair is told apart, with the loss -log v. The
follower may move the mass of the pairs, at a price of its distance, up to a mean distance epsilon (a ball in the
Wasserstein-1 distance), and wants the largest loss. It computes with the largest of some tangents of -log v instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def tangents(pieces: int) -> list[tuple[float, float]]:
    """Slope and value at 0 of the tangents of -log v at k/pieces, for k from 1 to pieces."""
    return [(-pieces / k, 1 - math.log(k / pieces)) for k in range(1, pieces + 1)]


def piecewise_loss(gap: float, pieces: int) -> float:
    """The largest tangent at a gap; at most -log of it."""
    return max(slope * gap + start for slope, start in tangents(pieces))


def moved_shares(gaps: Sequence[float], epsilon: float, pieces: int) -> list[float]:
    """How much of the mass of each pair the follower moves; what is moved goes to the gap 0.

    The loss is convex and falls, so each unit of distance gains most on the way to 0, and the follower's linear
    program is a fractional knapsack: the pairs with the largest gain per distance are moved first. Equal pairs share.

    Args:
        gaps: The gap of each pair, in [0, 1].
        epsilon: The mean distance by which mass may move.
        pieces: The number of tangents.

    Returns:
        For each pair a share from 0 to 1.
    """
    highest = piecewise_loss(0, pieces)
    shares = [0.0 if gap > 0 else 1.0 for gap in gaps]
    left = epsilon * len(gaps)
    by_gap: dict[float, list[int]] = {}
    for place, gap in enumerate(gaps):
        if gap > 0:
            by_gap.setdefault(gap, []).append(place)
    for gap in sorted(by_gap, key=lambda gap: ((piecewise_loss(gap, pieces) - highest) / gap, gap)):
        places = by_gap[gap]
        share = min(1.0, left / (gap * len(places)))
        for place in places:
            shares[place] = share
        left -= share * gap * len(places)
        if left <= 0:
            break
    return shares
