"""Compares settings of sampling by the candidates they gave.

    python bench/sampling.py FOLDER.aepo ...

prints a Markdown table with a row for each data folder of a curation. The curations have the same prompts and differ
in their sampling; `aepo generate` fills them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from statistics import mean
from typing import Any

#: A text is repetitive when more than this share of its 4-grams of words came before in it.
REPETITIVE = 0.15
NGRAM = 4

Candidate = dict[str, Any]

HEAD = (
    "| setting | candidates | cut off | repetitive | log-probability per token | tokens | diversity |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def read_candidates(folder: Path) -> list[Candidate]:
    """The candidates in the journal of a data folder, without the records of their settings."""
    with (folder / "candidates.jsonl").open(encoding="utf-8") as lines:
        return [record for record in map(json.loads, lines) if "text" in record]


def repeated_share(text: str) -> float:
    """The share of the 4-grams of words that came before in the text."""
    words = text.split()
    grams = [tuple(words[i : i + NGRAM]) for i in range(len(words) - NGRAM + 1)]
    return 1 - len(set(grams)) / len(grams) if grams else 0.0


def diversity(candidates: Sequence[Candidate]) -> float:
    """Mean Jaccard distance between the sets of words of two candidates of a prompt."""
    pools: dict[str, list[set[str]]] = {}
    for candidate in candidates:
        pools.setdefault(candidate["promptId"], []).append(set(candidate["text"].lower().split()))
    return mean(1 - len(a & b) / max(1, len(a | b)) for pool in pools.values() for a, b in combinations(pool, 2))


def row(folder: Path) -> str:
    """One row of the table."""
    candidates = read_candidates(folder)
    cut_off = sum(candidate["finishReason"] == "length" for candidate in candidates)
    repetitive = sum(repeated_share(candidate["text"]) > REPETITIVE for candidate in candidates)
    per_token = mean(candidate["logprob"] / candidate["tokenCount"] for candidate in candidates)
    tokens = mean(candidate["tokenCount"] for candidate in candidates)
    return (
        f"| {folder.stem} | {len(candidates)} | {cut_off} | {repetitive} | {per_token:.2f} | {tokens:.0f} "
        f"| {diversity(candidates):.2f} |"
    )


if __name__ == "__main__":
    print(HEAD)
    for argument in sys.argv[1:]:
        print(row(Path(argument)))
