"""The most memory that learning the next word takes, against the length of the text: each way in an own process."""

import json
import os
import subprocess
import sys

import numpy as np

from .setting import LR, optional

WORDS = (3000, 30_000, 300_000, 1_000_000)
V, H, BATCH, UPDATES = 5000, 32, 32, 20
WAYS = {
    "token ids": "ours, as in lesson 14",
    "one-hot": "ours, with columns made for each batch",
    "PyTorch": "nn.Embedding of 32 numbers a word, nn.RNN, its Adam",
}


def measure(report, quick):
    """Print a table with a row for each length; give back all numbers."""
    ways = [way for way in WAYS if way != "PyTorch" or optional("torch")]
    results, rows = [], []
    for words in WORDS[:2] if quick else WORDS:
        peaks = {way: _in_a_process(way, words) for way in ways}
        results.append({"words": words, "megabytes": peaks})
        rows.append([f"{words:,}", *(f"{more:.0f} + {start:.0f} MB" for start, more in peaks.values())])
    report.say(
        f"RNN, H = {H}, a vocabulary of {V}, batches of {BATCH} sentences, {UPDATES} updates, float64. What a process",
        "takes: for text and training + before that, with Python and the libraries alone.",
        *(f"{way}: {WAYS[way]}." for way in ways),
    )
    report.table("Memory against the number of words", ["words", *ways], rows)
    return results


def _in_a_process(way, words):
    """(megabytes with all that was imported, megabytes that came on top)."""
    command = [sys.executable, "-m", "tests.benchmarks.memory", way, str(words)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ).stdout)


def text(words):
    """Sentences of 5 to 20 words, some words as frequent as in a language: ids (T, N), -1 where a sentence is over."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(5, 21, size=words // 12)
    ids = (V * rng.random((20, len(lengths))) ** 4).astype(int)
    return np.where(np.arange(20)[:, None] < lengths, ids, -1)


def batches_of(ids):
    """The batches of a training: the words before, and the words that are to be named."""
    rng = np.random.default_rng(0)
    for _ in range(UPDATES):
        part = ids[:, rng.integers(ids.shape[1], size=BATCH)]
        yield part[:-1], part[1:]


def ours(ids, as_columns):
    from seqlib import RNN, Adam, Readout, SequenceModel, data, train

    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(V, H, rng=rng), Readout(H, V, rng=rng))
    made = ((data.one_hot(x, V) if as_columns else x, y) for x, y in batches_of(ids))
    train(model, made, Adam(LR), UPDATES)


def theirs(ids):
    import torch

    embed, layer = torch.nn.Embedding(V, H, dtype=torch.float64), torch.nn.RNN(H, H, dtype=torch.float64)
    head = torch.nn.Linear(H, V, dtype=torch.float64)
    optimizer = torch.optim.Adam([W for part in (embed, layer, head) for W in part.parameters()], lr=LR)
    for x, y in batches_of(ids):
        optimizer.zero_grad()
        h, _ = layer(embed(torch.tensor(np.maximum(x, 0))))
        targets = torch.tensor(y).reshape(-1)
        torch.nn.functional.cross_entropy(head(h).reshape(-1, V), targets, ignore_index=-1).backward()
        optimizer.step()


def child(way, words):
    """What an own process does: [megabytes at the start, megabytes that came on top]."""
    from tools.execute import megabytes

    if way == "PyTorch":
        import torch

        torch.set_num_threads(1)
    else:
        import seqlib  # noqa: F401

    start = megabytes(os.getpid())
    ids = text(words)
    theirs(ids) if way == "PyTorch" else ours(ids, way == "one-hot")
    return start, megabytes(os.getpid()) - start


if __name__ == "__main__":
    print(json.dumps(child(sys.argv[1], int(sys.argv[2]))))
