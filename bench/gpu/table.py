"""Writes a table of the results that `run.sh` collected: python table.py RESULTS.jsonl TABLE.md"""

import json
import sys
from pathlib import Path


def main(results, table):
    rows = [json.loads(line) for line in Path(results).read_text().splitlines() if line.startswith("{")]
    lines = ["| what | work | tokens/s | tokens | s | medians, ms |", "| --- | --- | ---: | ---: | ---: | --- |"]
    for row in rows:
        if "rate" in row:
            medians = ", ".join(
                f"{name} {value:.2f} ({row.get('counts', {}).get(name, 0)})" for name, value in row.get("medians", {}).items()
            )
            extra = f"; {row['rowsFetchedWhole']} rows whole, {row['blocksFetched']} blocks" if "blocksFetched" in row else ""
            lines.append(
                f"| {row['label']} | {row['name']} | {row['rate']:.0f} | {row['tokens']} | {row['seconds']:.2f} | {medians}{extra} |"
            )
    lines += ["", "Other:", ""]
    lines += [f"- {json.dumps({k: v for k, v in row.items() if k != 'texts'})}" for row in rows if "rate" not in row]
    texts = {}
    for row in rows:
        if row.get("texts") and row["name"].startswith("the same texts"):
            texts[row["label"]] = row["texts"]
    labels = list(texts)
    for a, b in zip(labels, labels[1:]):
        same = sum(x == y for x, y in zip(texts[a], texts[b]))
        lines.append(f"- texts equal, {a} and {b}: {same} of {len(texts[a])}")
    for row in rows:
        if row.get("texts"):
            lines.append(f"- {row['label']}, {row['name']}: {row['texts'][0][:160]!r}")
    Path(table).write_text("\n".join(lines) + "\n")


main(*sys.argv[1:])
