"""Write data/checksums.json anew, after a data file was changed on purpose: python data/make/checksums.py"""

import json
from pathlib import Path

from seqlib import data

NAMES = (
    "english.tsv",
    "korean.tsv",
    "korean_forms.tsv",
    "digits.npz",
    "adding_rnn.json",
    "adding_lstm.json",
    "lstm_runs.json",
    "sunspots.csv",
    "adding_gru.json",
    "compare.json",
    "growing.json",
    "after.json",
    "speed.json",
    "opus/weights.npz",
    "opus/recorded.npz",
    "opus/sound.mp3",
    "silero/weights.safetensors",
    "silero/recorded.npz",
    "tesseract/kor.npz",
    "tesseract/eng.npz",
    "g2p/checkpoint20.npz",
)


def main():
    """Hash every file the loaders read, text with \\n as its line ending."""
    sums = {name: data.checksum(data.FOLDER / name) for name in NAMES}
    Path(data.FOLDER / "checksums.json").write_text(json.dumps(sums, indent=2) + "\n", encoding="utf-8", newline="\n")
    print("\n".join(f"{value}  {name}" for name, value in sums.items()))


if __name__ == "__main__":
    main()
