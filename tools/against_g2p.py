"""Let g2p-en itself make sounds of some words, and write down what it says and computes: tests/study/real/g2p.npz.

It needs the package's files alone; what else it imports (nltk, inflect) only looks words up and is left out here:

    pip download --no-deps g2p-en==2.1.0
    unzip g2p_en-2.1.0-py3-none-any.whl -d g2p
    python -m tools.against_g2p g2p

The words are those of data/english.tsv and some more. Of a few, all logits are kept.
"""

import io
import sys
import zipfile
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np

from seqlib import data
from seqlib.study.real.g2p import pronounce

RECORD = Path(__file__).resolve().parents[1] / "tests/study/real/g2p.npz"
CLOSELY = ("recurrent", "seqlib", "neural", "phone", "knight", "gated", "thought", "x")
NAMES = """
recurrent neural network gradient memory gate gated forget input output hidden state vector matrix weight bias loss
softmax logits layer tensor sequence letter sound phoneme phone knight knife gnome psychology rhythm queue yacht colonel
island debt receipt salmon though through tough thought cough bough laugh ghost church chorus machine gem game
giant girl city
cell cat cake receive believe nation question measure vision ocean special physician weird height eight weigh sleigh
quiz jazz buzz fizz zebra xylophone exam extra luxury seqlib numpy jupyter python pytorch keras tesseract opus silero
transformer attention backward forward unrolled vanishing exploding clipping momentum optimizer learning training x
perplexity vocabulary token syllable hangul seoul korea kimchi bibimbap taekwondo blorp snarfle quibbled frobnicate
wug gazornin plimsoll zyzzyva strengths twelfths asthma isthmus
"""


class Watched:
    """Their cell, with each state that it returns kept."""

    def __init__(self, theirs):
        self.theirs, self.states, cell = theirs, [], theirs.grucell

        def kept(*args):
            self.states.append(cell(*args))
            return self.states[-1]

        theirs.grucell = kept

    def predict(self, word):
        """The sounds, and the logits of every step of writing."""
        self.states.clear()
        sounds = self.theirs.predict(word)
        written = np.concatenate(self.states[len(word) + 1 :])
        return sounds, written @ self.theirs.fc_w.T + self.theirs.fc_b


def main(folder):
    """Ask the package for all words, compare, and write the record anew."""
    sys.modules |= {name: MagicMock() for name in ("nltk", "nltk.tokenize", "nltk.corpus", "inflect")}
    sys.path.insert(0, folder)
    from g2p_en.g2p import G2p

    watched = Watched(G2p())
    english = {token.lower() for sentence in data.english() for token in sentence.tokens}
    asked = sorted(english | set(NAMES.split()))
    said = {word: watched.predict(word) for word in asked}
    arrays = {"words": np.array(asked), "sounds": np.array([" ".join(said[word][0]) for word in asked])}
    arrays |= {f"logits_{word}": said[word][1] for word in CLOSELY}
    with zipfile.ZipFile(RECORD, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            npy = io.BytesIO()
            np.lib.format.write_array(npy, array, version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0)), npy.getvalue())
    ours = {word: pronounce(word) for word in asked}
    same = sum(list(ours[word].sounds) == said[word][0] for word in asked)
    far = max(np.abs(ours[word].logits - said[word][1]).max() for word in asked)
    print(f"{same} of {len(asked)} words have the same sounds; logits differ by at most {far:.1e}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
