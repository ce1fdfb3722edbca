"""Make data/tesseract/*.npz: Tesseract's recognisers of a line of print, Korean and English, taken out of its files.

The files are those of Debian's packages tesseract-ocr-kor and tesseract-ocr-eng 1:4.1.0-2, which are the files of
tessdata_fast 4.1.0 (<https://github.com/tesseract-ocr/tessdata_fast>):

    apt-get download tesseract-ocr-kor tesseract-ocr-eng
    for file in tesseract-ocr-*.deb; do dpkg-deb -x "$file" extracted; done
    python data/make/tesseract.py extracted/usr/share/tesseract-ocr/5/tessdata

What is kept: the weights as they are (int8, and a scale for each row), and which symbols spell which character. What is
left out: dictionaries, and what only a training needs. The bytes are the same on every run and every system.
"""

import io
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
NETWORK, CHARACTERS, SPELLING = 17, 21, 22  # parts of a file of Tesseract
INT8, OWN_RATES = 1, 64  # flags: of a matrix, of a network
COUNTERS = 3  # numbers of a training, before that of the blank
NAMES = ("conv", "down", "forward", "backward", "last", "output")  # what has weights, in the order of the file
NO_CHARACTER = ("Joined", "|Broken|0|1")  # the blank, under two names


class Reader:
    """Little-endian numbers, one after the other."""

    def __init__(self, content):
        self.content, self.at = content, 0

    def numbers(self, form):
        values = struct.unpack_from(f"<{form}", self.content, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values

    def array(self, dtype, count):
        values = np.frombuffer(self.content, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def text(self):
        [length] = self.numbers("I")
        self.at += length
        return self.content[self.at - length : self.at].decode()


def parts(path):
    """The parts of a .traineddata file by their number."""
    reader = Reader(path.read_bytes())
    [count] = reader.numbers("i")
    starts = reader.numbers(f"{count}q")
    present = sorted((start, number) for number, start in enumerate(starts) if start >= 0)
    ends = [start for start, _ in present[1:]] + [len(reader.content)]
    return {number: reader.content[start:end] for (start, number), end in zip(present, ends, strict=True)}


def matrix(reader):
    """int8 weights (rows, columns), the bias in the last column, and a scale for each row."""
    [mode] = reader.numbers("B")
    if not mode & INT8:
        raise ValueError("the weights must be int8, as in tessdata_fast, but these are floats; take the fast files.")
    rows, columns, _ = reader.numbers("IIb")
    weights = reader.array("i1", rows * columns).reshape(rows, columns)
    [count] = reader.numbers("I")
    return weights, reader.array("<f8", count)


def network(reader, found):
    """Walk over a network and what is in it; every matrix is added to `found`, and the input's height returned."""
    reader.numbers("b")
    kind = reader.text()
    _, _, flags, *_ = reader.numbers("bbiiii")
    reader.text()  # its name
    height = 0
    if kind in ("Series", "RTLReversed", "XYTranspose"):
        [count] = reader.numbers("I")
        height = max([network(reader, found) for _ in range(count)])
        if flags & OWN_RATES:
            reader.array("<f4", *reader.numbers("I"))
    elif kind == "Input":
        _, height, *_ = reader.numbers("iiiii")
    elif kind in ("Convolve", "Maxpool"):
        reader.numbers("ii")
    elif kind in ("LSTM", "SummLSTM"):
        reader.numbers("i")
        found.append([np.concatenate(group) for group in zip(*(matrix(reader) for _ in "gifo"), strict=True)])
    elif kind in ("Tanh", "Softmax"):
        found.append(matrix(reader))
    else:
        raise ValueError(f"the network has a part of kind {kind!r}, which is not known here.")
    return height


def spelling(content):
    """For each character the numbers of its symbols: (n, 3), with -1 where there are fewer."""
    reader = Reader(content)
    codes = np.full((*reader.numbers("I"), 3), -1, np.int16)
    for row in codes:
        _, length = reader.numbers("bI")
        row[:length] = reader.numbers(f"{length}i")
    return codes


def arrays(path):
    """All that is kept of a file."""
    part, found = parts(path), []
    reader = Reader(part[NETWORK])
    made = {"height": np.int64(network(reader, found))}
    print(path.name, reader.text())  # the network in Tesseract's own words
    made["blank"] = np.int64(reader.numbers(f"{COUNTERS}ii")[-1])
    for name, (weights, scale) in zip(NAMES, found, strict=True):
        made |= {name: weights, f"{name}_scale": scale}
    count, *lines = part[CHARACTERS].decode().split("\n")
    characters = [line.split(" ")[0] for line in lines[: int(count)]]
    characters = ["" if c in NO_CHARACTER else " " if c == "NULL" else c for c in characters]
    return made | {"characters": np.array(characters), "spelling": spelling(part[SPELLING])}


def main(folder):
    """Write the recognisers of both languages."""
    for name in ("kor", "eng"):
        path = HERE.parent / "tesseract" / f"{name}.npz"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for key, array in arrays(Path(folder) / f"{name}.traineddata").items():
                npy = io.BytesIO()
                np.lib.format.write_array(npy, np.asarray(array), version=(1, 0), allow_pickle=False)
                entry = zipfile.ZipInfo(f"{key}.npy", date_time=(1980, 1, 1, 0, 0, 0))
                entry.create_system = 3  # the same bytes on Windows, macOS and Linux
                archive.writestr(entry, npy.getvalue())
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
