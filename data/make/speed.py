"""Make data/speed.json, the time of a training step against PyTorch's, and its picture docs/speed.svg.

    python -m tests.benchmarks --only steps --json steps.json
    python data/make/speed.py steps.json "a server with two processor cores" "프로세서 코어 두 개짜리 서버"

Keeps the median of every measurement, in microseconds, and the machine in words: English, then Korean. Afterwards
python data/make/checksums.py, and copy the tables of --markdown to docs/speed.md.
"""

import json
import sys
from pathlib import Path
from statistics import median

from seqlib.draw.compare import speed_scene

ROOT = Path(__file__).resolve().parents[2]


def main(path, english, korean):
    """Write the medians."""
    measured = json.loads(Path(path).read_text(encoding="utf-8"))
    kept = [
        {name: row[name] for name in ("cell", "dtype")}
        | dict(zip("DHNT", row["D, H, N, T"], strict=True))
        | {"microseconds": {name: round(median(times) * 1e6, 1) for name, times in row["seconds"].items()}}
        for row in measured["steps"]
    ]
    about = {"machine": {"en": english, "ko": korean}, "software": measured["machine"]}
    lines = ",\n".join("  " + json.dumps(row) for row in kept)
    text = f'{{"about": {json.dumps(about, ensure_ascii=False)},\n "steps": [\n{lines}\n]}}\n'
    (ROOT / "data" / "speed.json").write_text(text, encoding="utf-8", newline="\n")
    (ROOT / "docs" / "speed.svg").write_text(speed_scene(kept).at(1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
