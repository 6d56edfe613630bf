"""Writes a table of the results that `run.sh` collected: ``python table.py RESULTS.jsonl TABLE.md``."""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path


def main(results: str, table: str) -> None:
    """Read the results and write the table."""
    rows = [json.loads(line) for line in Path(results).read_text().splitlines() if line.startswith("{")]
    lines = ["| what | work | tokens/s | tokens | s | medians, ms |", "| --- | --- | ---: | ---: | ---: | --- |"]
    for row in rows:
        if "rate" in row:
            counts = row.get("counts", {})
            medians = ", ".join(
                f"{name} {value:.2f} ({counts.get(name, 0)})" for name, value in row.get("medians", {}).items()
            )
            fetched = row.get("blocksFetched", 0) > 0
            extra = f"; {row['rowsFetchedWhole']} rows whole, {row['blocksFetched']} blocks" if fetched else ""
            extra += f"; {row['megabytes']} MB" if "megabytes" in row else ""
            figures = [f"{row['rate']:.0f}", str(row["tokens"]), f"{row['seconds']:.2f}", medians + extra]
            lines.append(f"| {' | '.join([row['label'], row['name'], *figures])} |")
    lines += ["", "| what | work | median, ms | least, ms |", "| --- | --- | ---: | ---: |"]
    lines += [
        f"| {row['label']} | {row['name']} | {row['milliseconds']:.2f} | {row['least']:.2f} |"
        for row in rows
        if "milliseconds" in row
    ]
    other = [row for row in rows if "rate" not in row and "milliseconds" not in row]
    lines += ["", "Other:", ""]
    lines += [f"- {json.dumps({k: v for k, v in row.items() if k != 'texts'})}" for row in other]
    texts: dict[str, list[str]] = {}
    for row in rows:
        if row.get("texts") and row["name"].startswith("the same texts"):
            texts[row["label"]] = row["texts"]
    labels = list(texts)
    for a, b in itertools.pairwise(labels):
        same = sum(x == y for x, y in zip(texts[a], texts[b], strict=False))
        lines.append(f"- texts equal, {a} and {b}: {same} of {len(texts[a])}")
    for row in rows:
        if row.get("texts"):
            lines.append(f"- {row['label']}, {row['name']}: {row['texts'][0][:160]!r}")
    Path(table).write_text("\n".join(lines) + "\n")


main(*sys.argv[1:])
