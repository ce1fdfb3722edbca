"""The tables of docs/conventions.md and docs/training-differences.md: of the rows, and of what libraries computed."""

import json
from pathlib import Path

from seqlib.study.libraries import CONVENTIONS

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/study/conventions"


def found():
    """What the libraries computed: {environment: {"versions", "cases", "training"}}."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(DATA.glob("*.json"))}


def table(head, rows):
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def checked(data=None):
    """The rows of which a library's own numbers are in the tests."""
    function = {
        "from_keras": ("keras CuDNNLSTM", "keras CuDNNGRU", "keras LSTM of version 1", "keras GRU of version 1")
    }
    rows = [case["row"] for part in (data or found()).values() for case in part["cases"]]
    return {name for row in rows for name in function.get(row, (row,))}


def conventions(data=None):
    """The table of docs/conventions.md."""
    ran = checked(data)
    head = ["library", "version", "layer", "order", "z", "r", "added to f", "gates, candidate", "layout", "names",
            "checked"]  # fmt: skip
    rows = []
    for row in CONVENTIONS.values():
        gru = row.kind == "GRU"
        functions = {"sigmoid": "σ"}.get(row.gates, row.gates) + f", {row.activation}"
        names = "; ".join(f"{role}: {names.replace(' ', ', ')}" for role, names in row.names.items())
        extra = ", axis of directions" * row.axis + ", `_l0` …" * row.layered
        rows.append([
            row.library, row.version, row.layer, row.order, row.z if gru else "", row.reset if gru else "",
            row.add if row.kind == "LSTM" else "", functions if row.kind != "RNN" else row.activation,
            row.layout + extra,
            names, "run" if row.name in ran else row.how,
        ])  # fmt: skip
    return table(head, rows)


def _number(value):
    return "–" if value is None else f"{value:.3g}" if isinstance(value, float) else str(value)


def _arrays(arrays):
    return " ".join(
        "(" + ", ".join(_number(abs(v)) if isinstance(v, float) else v for v in array) + ")" for array in arrays
    )


def _trained(data):
    return {name: entry for part in data.values() for name, entry in part["training"].items()}


def adam(data=None, ours=None):
    """First steps of Adam, in units of η."""
    rows, all_ = [], _trained(data or found())
    for name, entry in all_.items():
        for key, what in (("adam", ""), ("adam_corrected", ", bias_correction=True")):
            if key in entry:
                rows.append([name + what, *(_number(float(f"{entry[key][g]:.3g}")) for g in ("1", "1e-7"))])
    return table(
        ["library", "gradient 1", "gradient 10⁻⁷"], [*rows, *([["seqlib", *map(_number, ours)]] if ours else [])]
    )


def clipping(data=None, ours=None):
    """What clipping by norm makes of three gradients."""
    rows = []
    for name, entry in _trained(data or found()).items():
        for key, what in (("clip", ", clipnorm" if name == "Keras" else ""), ("clip_global", ", global_clipnorm")):
            if key in entry:
                part = entry[key]
                rows.append(
                    [name + what, f"{part['at equality']:.4f}", _arrays(part["two arrays"]), _arrays(part["one inf"])]
                )
    head = ["library", "factor at equality", "(3, 0) (0, 4), limit 1", "(inf, 1) (2), limit 1"]
    return table(head, [*rows, *([["seqlib", f"{ours[0]:.4f}", _arrays(ours[1]), _arrays(ours[2])]] if ours else [])])


def weights(data=None, ours=None):
    """How the first weights of an LSTM with D = H = 64 lie, in units of 1/√H."""
    keys = ("W_x", "W_x std", "W_h", "W_h std")
    entries = {name: entry["weights"] for name, entry in _trained(data or found()).items() if "weights" in entry}
    rows = [[name, *(f"{entry[key]:.1f}" for key in keys), "yes" if entry["orthogonal"] else "no",
             f"{entry['b'] / 8:.2f}", f"{entry['b_f']:.1f}".replace("-0.0", "0.0")]
            for name, entry in (entries | ({"seqlib": ours} if ours else {})).items()]  # fmt: skip
    head = ["library", "W_x: largest", "spread", "W_h: largest", "spread", "WᵀW = 1", "largest bias", "mean of b_f"]
    return table(head, rows)


def ours():
    """The same three things of seqlib: arguments of `adam`, `clipping` and `weights`."""
    import numpy as np

    from seqlib import LSTM, Adam, Record, clip_by_norm

    from .cases import spread

    def step(g):
        params = Record({"w": np.zeros(1)})
        Adam(1.0, grid=None).update(params, Record({"w": np.array([g])}))
        return float(f"{-params.w[0]:.3g}")

    def clip(limit, *grads):
        record = Record({str(k): np.array(g, float) for k, g in enumerate(grads)})
        clip_by_norm(record, limit)
        return [[float(v) if np.isfinite(v) else repr(float(v)) for v in g] for _, g in record.items()]

    cell = LSTM(64, 64, rng=np.random.default_rng(0))
    p = cell.params
    return {
        "adam": (step(1.0), step(1e-7)),
        "clipping": (clip(5 / 1024, [3 / 1024, 4 / 1024])[0][0] * 1024 / 3, clip(1.0, [3, 0], [0, 4]),
                     [[repr(v) if isinstance(v, float) else v for v in g] for g in clip(1.0, [np.inf, 1], [2])]),
        "weights": spread(p.W_x, p.W_h, p.b, p.b_f),
    }  # fmt: skip


def versions(data=None):
    """One line."""
    found_ = {name: version for part in (data or found()).values() for name, version in part["versions"].items()}
    return ", ".join(f"{name} {version.partition('+')[0]}" for name, version in sorted(found_.items()))


def pieces():
    """{page: {name of a piece: its text}}."""
    data, mine = found(), ours()
    return {
        "conventions.md": {"table": conventions(data), "versions": versions(data)},
        "training-differences.md": {
            "versions": versions({k: v for k, v in data.items() if v["training"]}), "adam": adam(data, mine["adam"]),
            "clipping": clipping(data, mine["clipping"]), "weights": weights(data, mine["weights"]),
        },
    }  # fmt: skip


def filled(text, parts):
    """The page with these pieces between its marks."""
    for name, piece in parts.items():
        begin, end = f"<!-- {name}, by python -m tools.conventions --docs -->\n\n", f"\n\n<!-- end of {name} -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}{piece}{end}{rest.split(end, 1)[1]}"
    return text


def write():
    """Both pages."""
    for page, parts in pieces().items():
        path = ROOT / "docs" / page
        path.write_text(filled(path.read_text(), parts))
