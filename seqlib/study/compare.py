"""Three cells on the same sequences: what they cost, a race, stored runs, and what each of them looks at."""

import numpy as np

from .. import data, words
from ..doors import is_real, real, shown, whole
from ..in_words import answering
from ..nn import GRU, LSTM, RNN, Adam, Readout, SequenceModel, train
from .bptt import largest_singular_value
from .moment import one_step_back
from .table import Table

CELLS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
CELL = {"en": "cell", "ko": "셀"}

BLOCKS = {"RNN": 1, "GRU": 3, "LSTM": 4}  # blocks of H rows: candidates and gates
POINTWISE = {"RNN": 0, "GRU": 3, "LSTM": 3}  # ⊙ products of H numbers: r⊙h, (1-z)⊙h, z⊙g; f⊙C, i⊙g, o⊙tanh C


def parameters(kind, D, H):
    """Number of weights and biases of a cell: blocks · H · (D + H + 1).

    Parameters
    ----------
    kind : {"RNN", "GRU", "LSTM"}
    D, H : int
    """
    D, H = whole("D", D), whole("H", H)
    return _blocks(kind) * H * (D + H + 1)


def multiplications(kind, D, H):
    """Multiplications of one step for one example: those of the matrix products, and the ⊙ products."""
    D, H = whole("D", D), whole("H", H)
    return _blocks(kind) * H * (D + H) + POINTWISE[kind] * H


def hidden_size(kind, D, budget):
    """The H whose number of parameters comes closest to `budget`; the smaller one of two that are equally close.

    Raises
    ------
    ValueError
        The budget is not a positive number.
    """
    if not is_real(budget) or not 0 < budget < np.inf:
        raise ValueError(f"budget must be a positive number of parameters, but {shown(budget)} came.")
    # blocks · (H² + (D + 1) H) = budget: the root of it, and its two neighbours
    D, budget = whole("D", D), real("budget", budget)
    half = (D + 1) / 2
    root = int(np.sqrt(half**2 + budget / _blocks(kind)) - half)
    return min(range(max(root, 1), root + 2), key=lambda H: (abs(parameters(kind, D, H) - budget), H))


COSTS = (CELL, "H", {"en": "parameters", "ko": "파라미터"}, {"en": "multiplications a step", "ko": "한 시점의 곱셈"})


def costs(D, H):
    """What the three cells cost at H units, and then at as many parameters as an LSTM of H units has.

    Returns
    -------
    Table
        Six rows: cell, H, parameters, multiplications of one step for one example.
    """
    budget = parameters("LSTM", D, H)
    sizes = [(kind, H) for kind in CELLS] + [(kind, hidden_size(kind, D, budget)) for kind in CELLS]
    rows = [(kind, str(h), str(parameters(kind, D, h)), str(multiplications(kind, D, h))) for kind, h in sizes]
    return Table(rows, COSTS)


# --- a race ----------------------------------------------------------------------------------------------------------

RACE = (CELL, {"en": "updates", "ko": "업데이트"}, {"en": "lowest", "ko": "최저"}, {"en": "middle", "ko": "중앙"},
        {"en": "highest", "ko": "최고"})  # fmt: skip


class Race:
    """RNN, LSTM and GRU learn to copy (`seqlib.data.copy_task`), in turn, a few updates at a time.

    All start as they are drawn (b_f = 1, b_z = 0); Adam, η = 0.02, 32 fresh sequences a batch, clipped at norm 1.

    Parameters
    ----------
    lag : int, at least 3
        Steps from reading a symbol to having to give it.
    H : int
        Units of each cell.
    seeds : int
        How many networks of each cell.
    updates : int
        Planned for each network, a multiple of `LOOK`.

    Attributes
    ----------
    shares : dict of str to list of list of float
        Cell, seed: the share of right symbols in 200 sequences that no network is trained on, before the first update
        and after every `LOOK`.
    """

    LOOK, BATCH, TESTED, RATE, CLIP = 20, 32, 200, 0.02, 1.0

    def __init__(self, lag, *, H=16, seeds=3, updates=400):
        lag, H, seeds = whole("lag", lag, 3), whole("H", H), whole("seeds", seeds)
        if lag > 200 or H > 256 or seeds > 20:
            raise ValueError("lag must be at most 200, H at most 256 and seeds at most 20, or it would take hours, but "
                             f"{lag}, {H} and {seeds} came.")  # fmt: skip
        if (updates := whole("updates", updates)) % self.LOOK:
            raise ValueError(f"updates must be a multiple of {self.LOOK}, but {updates} came.")
        self.lag, self.H, self.seeds, self.updates = lag, H, seeds, updates
        self.test = data.copy_task(self.TESTED, lag, rng=np.random.default_rng(1000))
        self._runners = [(name, self._runner(name, seed)) for seed in range(seeds) for name in CELLS]
        self.shares = {name: [[r[0].accuracy(*self.test)] for n, r in self._runners if n == name] for name in CELLS}
        self.turns = 0

    def _runner(self, name, seed):
        rng = np.random.default_rng(seed)
        model = SequenceModel(CELLS[name](6, self.H, rng=rng), Readout(self.H, 4, rng=rng))
        return model, data.copy_batches(self.BATCH, self.lag, rng=rng), Adam(self.RATE)

    @property
    def over(self):
        """Whether every network has had all its updates."""
        return self.turns == len(self._runners) * self.updates // self.LOOK

    @property
    def done(self):
        """The updates that every network has had."""
        return self.turns // len(self._runners) * self.LOOK

    def advance(self):
        """Give the network whose turn it is its next `LOOK` updates, and test it.

        Interrupted, it keeps its turn, and has the rest of them the next time.
        """
        if self.over:
            return
        looks, place = divmod(self.turns, len(self._runners))
        name, (model, fresh, optimizer) = self._runners[place]
        due = (looks + 1) * self.LOOK
        if optimizer.k < due:
            train(model, fresh, optimizer, due - optimizer.k, clip=self.CLIP)
        if optimizer.k < due:
            raise KeyboardInterrupt  # which `train` has taken, to come back between two updates
        self.shares[name][place // len(CELLS)][looks + 1 :] = [model.accuracy(*self.test)]
        self.turns += 1

    def table(self):
        """Lowest, middle and highest share of each cell, as far as all its networks have come."""
        rows = []
        for name, runs in self.shares.items():
            looks = min(map(len, runs))
            ends = [run[looks - 1] for run in runs]
            values = (f"{value:.2f}" for value in (min(ends), np.median(ends), max(ends)))
            rows.append((name, str((looks - 1) * self.LOOK), *values))
        return Table(rows, RACE)


# --- the stored runs -------------------------------------------------------------------------------------------------

USUAL = {"RNN": 1.0, "LSTM": 4.0, "GRU": -4.0}  # the starts that keep: ρ, b_f, b_z
ADDING_STARTS = {"RNN": "radius 1", "LSTM": "bias 4", "GRU": "bias -4"}
START = {"en": "start", "ko": "초깃값"}
SIGNS = {"RNN": "ρ", "LSTM": "b_f", "GRU": "b_z"}


def by_lag(task, start="keeps"):
    """The stored runs of a task: the share of right answers at the end of each.

    Parameters
    ----------
    task : {"adding", "copy"}
    start : {"keeps", "forgets"}
        Begun at ρ = 1, b_f = 4, b_z = -4; or, copying only, at ρ ≈ 0.6, b_f = 1, b_z = -1.

    Returns
    -------
    dict of str to dict of int to dict of int to list of float
        Cell, number of units, lag: one share a run.
    """
    if start not in ("keeps", "forgets"):
        raise ValueError(f'start must be "keeps" or "forgets", but {shown(start)} came.')
    found = {name: {} for name in CELLS}
    for run in _stored(task):
        if (run["begun"] == USUAL[run["cell"]]) == (start == "keeps"):
            found[run["cell"]].setdefault(run["H"], {}).setdefault(run["lag"], []).append(run["correct"][-1])
    return {name: sizes for name, sizes in found.items() if sizes}


def table(task):
    """The stored runs of a task: lowest … highest share of right answers for each lag.

    Parameters
    ----------
    task : {"adding", "copy"}

    Returns
    -------
    Table
        A row for each cell, size and start; "–" where nothing was tried.
    """
    runs = [(start, name, H, of_lag) for start in ("keeps", "forgets") for name, sizes in by_lag(task, start).items()
            for H, of_lag in sizes.items()]  # fmt: skip
    lags = sorted({lag for *_, of_lag in runs for lag in of_lag})
    rows = []
    for start, name, H, of_lag in runs:
        spans = (f"{min(of_lag[lag]):.2f}…{max(of_lag[lag]):.2f}" if lag in of_lag else "–" for lag in lags)
        rows.append((name, _begun(name, start), str(H), *spans))
    heads = [{"en": f"lag {lag}", "ko": f"시차 {lag}"} for lag in lags]
    return Table(rows, (CELL, START, "H", *heads), left=2)


def updates_needed():
    """The adding problem: updates until 90 % were right, lowest … median … highest over eight seeds, for each lag.

    Returns
    -------
    Table
        A row for LSTM and GRU with 32 units, which solve every lag.
    """
    found = {"LSTM": {}, "GRU": {}}
    for name, of_lag in found.items():
        stored = data.adding_runs(name)
        for run in stored["runs"]:
            if run["start"] == ADDING_STARTS[name]:
                of_lag.setdefault(run["T"] // 2, []).append(stored["settings"]["look"] * len(run["correct"]))
    span = lambda needed: f"{min(needed)}…{np.median(needed):.0f}…{max(needed)}"  # noqa: E731
    heads = [{"en": f"lag {lag}", "ko": f"시차 {lag}"} for lag in found["LSTM"]]
    return Table([(name, *map(span, of_lag.values())) for name, of_lag in found.items()], (CELL, *heads))


def _stored(task):
    """All runs of a task, with ``begun`` as a number (or None) and ``lag``."""
    stored = data.compare_runs()
    if task == "copy":
        return [run | {"begun": run["start"]} for run in stored["copy"]]
    if task != "adding":
        raise ValueError(f'task must be "adding" or "copy", but {shown(task)} came.')
    runs = [run | {"cell": name, "H": 32} for name in CELLS for run in data.adding_runs(name)["runs"]]
    kept = [run for run in (*runs, *stored["adding"]) if run["start"] == ADDING_STARTS[run["cell"]]]
    return [run | {"begun": USUAL[run["cell"]], "lag": run["T"] // 2} for run in kept]


def _begun(name, start):
    if start == "keeps":
        return f"{SIGNS[name]} = {USUAL[name]:g}".replace("-", "−")
    return {"RNN": "ρ ≈ 0.6", "LSTM": "b_f = 1", "GRU": "b_z = −1"}[name]


# --- the same sentence -----------------------------------------------------------------------------------------------

TAGGED = (CELL, *({"en": f"seed {seed}", "ko": f"시드 {seed}"} for seed in range(3)))


READ = {"en": lambda: data.english() + data.korean(), "ko": data.korean_morphemes}
# Nobody has learned them. In both a form comes twice and is two things: a verb and a noun, an adjective and a verb. In
# the Korean one the left neighbour of both is the same, so that one word of the past is not enough.
OPENING = {"en": "I watch the old watch", "ko": "배가 고프지 않으면 먹지 않는다"}


class Taggers:
    """RNN, LSTM and GRU with 8 units that name the part of speech of every word, three seeds each.

    They read English and Korean words, or, where Korean is the language in use, Korean morphemes (lesson 3).

    Trained on four fifths of the course's sentences: 200 updates of Adam, η = 0.02, 32 sentences each, clipped at norm
    1; three words in a hundred are replaced by the sign for unknown words, so that its weights are learned, too.

    Attributes
    ----------
    sentences : list of Sentence
    opening : str
        A sentence to begin with that is none of these.
    vocabulary, tags : Vocabulary
    models : dict of str to SequenceModel
        Those of seed 0.
    alone : float
        The share of right tags in the held-out sentences without any past: each word gets the tag that it has most
        often in the others.
    shares : dict of str to list of float
        The share that each network gets right there.
    """

    def __init__(self):
        self.sentences, self.opening = words.say(READ)(), words.say(OPENING)
        self.vocabulary = data.Vocabulary(token for s in self.sentences for token in s.tokens)
        self.tags = data.Vocabulary((tag for s in self.sentences for tag in s.tags), unknown=None)
        self._ids = data.pad([self.vocabulary.encode(s.tokens) for s in self.sentences])
        self._y = data.pad([self.tags.encode(s.tags) for s in self.sentences])
        self._kept, out = data.split(len(self.sentences), 0.8, np.random.default_rng(0))
        x, y = self._ids[:, out], self._y[:, out]
        self.alone = self._without_past(out)
        trained = {name: [self._trained(Cell, seed) for seed in range(3)] for name, Cell in CELLS.items()}
        self.models = {name: models[0] for name, models in trained.items()}
        right = lambda model: float((model.predict(x) == y)[y >= 0].mean())  # noqa: E731
        self.shares = {name: [right(model) for model in models] for name, models in trained.items()}

    def _without_past(self, out):
        ids, y = self._ids[:, self._kept], self._y[:, self._kept]
        counts = np.zeros((self.vocabulary.size, self.tags.size))
        np.add.at(counts, (ids[y >= 0], y[y >= 0]), 1)
        there = self._y[:, out] >= 0
        return float((counts.argmax(axis=1)[self._ids[:, out]] == self._y[:, out])[there].mean())

    def _batches(self, rng):
        while True:
            some = rng.choice(self._kept, 32)
            ids = self._ids[:, some]
            gap = (rng.random(ids.shape) < 0.03) & (ids >= 0)
            yield np.where(gap, 0, ids), self._y[:, some]

    def _trained(self, Cell, seed):
        rng = np.random.default_rng(seed)
        model = SequenceModel(Cell(self.vocabulary.size, 8, rng=rng), Readout(8, self.tags.size, rng=rng))
        train(model, self._batches(rng), Adam(0.02), 200, clip=1.0)
        return model

    def table(self):
        """The share of right tags of every network."""
        return Table([(name, *(f"{share:.2f}" for share in of)) for name, of in self.shares.items()], TAGGED)


def word_weights(model, x):
    """How much each word so far matters to what a model says at every step: ‖∂ℓ/∂x_k‖, ℓ the winning logit.

    Parameters
    ----------
    model : SequenceModel
        Many-to-many.
    x : ndarray, (T, D, 1)

    Returns
    -------
    ndarray, (T, T)
        Row t - 1, column k - 1: the norm for the answer at step t and the word at step k, divided by the sum over k; 0
        for k > t, as what comes later does not matter, and for all where no word does.

    Raises
    ------
    ValueError
        The model gives no outputs at every step, or x holds more than one sequence.
    """
    if model.shape != "many-to-many" or x.shape[-1] != 1:
        raise ValueError("a many-to-many model and one sequence, x of shape (T, D, 1), are needed, but a "
                         f"{model.shape} model and x of shape {x.shape} came.")  # fmt: skip
    trace = model.forward(x)
    winning, T = trace.logits[:, :, 0].argmax(axis=1), len(x)
    found = np.zeros((T, T))
    for t in range(T):
        dh = np.zeros_like(trace.h)
        dh[t, :, 0] = model.readout.params.W_hy[winning[t]]
        dx = model.cell.backward(trace, dh).trace.x[: t + 1, :, 0]
        found[t, : t + 1] = np.linalg.norm(dx, axis=1)
    total = found.sum(axis=1, keepdims=True)
    return found / np.where(total == 0, 1.0, total)


def memory_flow(cell, trace, t):
    """‖∂h_t/∂C_k‖ for k = 0 … t: how strongly what an LSTM shows at t depends on its earlier memories.

    The *total* derivative, as ``Gradients.trace.C`` is: C_k also shows in h_k, and goes on from there.

    Returns
    -------
    ndarray, (t + 1, N)
        Spectral norms, as in `seqlib.study.bptt.gradient_flow`.

    Raises
    ------
    ValueError
        The cell has no memory C, or the trace no such step.
    """
    if "C" not in cell.STATES:
        raise ValueError(f"cell must have a memory C, as an LSTM has, but {shown(cell)} came.")
    if not 1 <= whole("t", t, 0) <= len(trace.h):
        raise ValueError(f"t must be a step from 1 to T = {len(trace.h)}, but {t} came.")
    _, H, N = trace.h.shape
    dh = np.repeat(np.eye(H, dtype=trace.h.dtype)[:, :, None], N, axis=2)  # a loss for each unit of h_t
    dC, norms = np.zeros_like(dh), []
    for k in range(t, 0, -1):
        seen = trace.o[k - 1] * (1 - trace.tanh_C[k - 1] ** 2)  # ∂h_k/∂C_k
        norms.append(largest_singular_value((dC + dh * seen).transpose(2, 0, 1)))
        d = one_step_back(cell, trace, k - 1, h=dh, C=dC)
        dh, dC = d.h_prev, d.C_prev
    norms.append(largest_singular_value(dC.transpose(2, 0, 1)))  # nothing shows C_0: h_0 was given beside it
    return np.array(norms[::-1])


def _blocks(kind):
    if kind not in BLOCKS:
        raise ValueError(f"kind must be one of {', '.join(BLOCKS)}, but {shown(kind)} came.")
    return BLOCKS[kind]


answering(globals())
