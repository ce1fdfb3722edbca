"""Pictures of lesson 4: the calculation of a step, with tokens and classes, and the two activations."""

import numpy as np

from .. import words
from ..nn.functions import ACTIVATIONS
from . import diagrams, style
from .picture import picture
from .scene import Scene
from .scenes import example, sub

ALT = {
    "en": "A recurrent cell: W_hh h_{t−1}, W_xh x_t and b_h are added to a_t, tanh gives h_t, and the readout ŷ_t.",
    "ko": "순환 셀: W_hh h_{t−1}, W_xh x_t, b_h를 더하면 a_t, tanh를 거쳐 h_t, 출력층을 거쳐 ŷ_t가 된다.",
}
STEP = {
    "en": "Step {t} ({token}): h{s} = ({state}); the most likely class is {best} with {p}.",
    "ko": "시점 {t}(‘{token}’): h{s} = ({state}). 가장 그럴듯한 클래스는 ‘{best}’, 확률은 {p}이다.",
}
PART = {"en": "part", "ko": "순서"}  # the name of the slider
PARTS = (
    {
        "en": "Input: x{s} ({token}), and the state before it, h{b}.",
        "ko": "입력: x{s}(‘{token}’), 그리고 이전 상태 h{b}.",
    },
    {
        "en": "Linear transformation: W_hh takes h{b}, W_xh takes x{s}; each gives a number for every unit.",
        "ko": "선형 변환: W_hh는 h{b}에, W_xh는 x{s}에 곱해진다. 둘 다 유닛마다 값 하나를 낸다.",
    },
    {"en": "Sum: both products and b_h add up to a{s}.", "ko": "합: 두 곱과 b_h를 더하면 a{s}이다."},
    {
        "en": "State: tanh brings a{s} between −1 and 1. That is h{s}, and it goes on to the next step.",
        "ko": "상태: tanh가 a{s} 값을 −1과 1 사이의 값으로 바꾼다. 이 값이 h{s}이고, 다음 시점으로 넘어간다.",
    },
    {
        "en": "Output: W_hy and b_y make z{s} of h{s}, softmax makes probabilities of it: {best} gets {p}.",
        "ko": "출력: W_hy와 b_y가 h{s}에서 z{s} 값을 만들고, 소프트맥스가 확률로 바꾼다. ‘{best}’의 확률은 {p}이다.",
    },
)


@picture(vocabulary=True)
def sentence_scene(model, trace, n=0, *, tokens, start=1):
    """The cell stepping through a sentence: states, classes with their probabilities, and the equation in numbers.

    Parameters
    ----------
    model : SequenceModel of an RNN
        Many-to-many, tanh or ReLU; D ≤ 4, H and K ≤ 6, H + D ≤ 8. Its inputs are one-hot, its classes the inputs.
    trace : Record
        What ``model.forward`` returned.
    n : int
        Which example of the batch.
    tokens : list of D str
        The vocabulary: token i is the input whose i-th number is 1, and class i.
    start : int
        The step shown first, from 0.

    Returns
    -------
    Scene
    """
    run, cell = example(trace, n), model.cell
    read = _tokens_read(run["x"], tokens)
    below = max(cell.H, cell.D) * diagrams.ROW + 0.52
    fig, ax = diagrams.canvas(10, diagrams.cell_height(cell.H, cell.D) + below)
    options = {"activation": cell.activation, "bottom": below, "tokens": read, "classes": tokens}
    bindings = diagrams.rnn_cell(ax, model.params, **run, **options)
    bindings += diagrams.equation(
        ax, model.params, run["x"], run["h_prev"], run["h"], y=below / 2 - 0.14, activation=cell.activation
    )
    said = [words.say(STEP, **_fields(run, t, read, tokens)) for t in range(len(read))]
    return Scene(fig, bindings, sentences=said, alt=words.say(ALT), start=start)


@picture(vocabulary=True)
def calculation_scene(model, trace, n=0, *, tokens, t):
    """One step of the sentence, calculated part by part: input, linear transformation, sum, state, output.

    Parameters
    ----------
    model, trace, n, tokens
        As for `sentence_scene`.
    t : int
        The step that is calculated, from 1.

    Returns
    -------
    Scene
        Its five steps are the parts of the calculation.
    """
    run, cell = example(trace, n), model.cell
    read = _tokens_read(run["x"], tokens)
    fig, ax = diagrams.canvas(10, diagrams.cell_height(cell.H, cell.D))
    now = {name: values[t - 1 : t] for name, values in run.items()}
    bindings = diagrams.rnn_calculation(
        ax, model.params, **now, tokens=read[t - 1 : t], classes=tokens, activation=cell.activation
    )
    said = [words.say(part, **_fields(run, t - 1, read, tokens)) for part in PARTS]
    return Scene(fig, bindings, sentences=said, alt=words.say(ALT), start=len(PARTS) - 1, label=words.say(PART))


@picture
def activations_scene():
    """tanh and ReLU, and their slopes, as functions of a.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    a = np.linspace(-3, 3, 121)
    fig = style.figure(10, 3.2)
    axes = fig.subplots(1, 2)
    for (name, f), colour, label in zip(ACTIVATIONS.items(), (style.H, style.KEEP), ("tanh", "ReLU"), strict=True):
        h = f.value(a)
        slope = f.slope(h)
        if name == "relu":
            slope[a == 0] = np.nan  # it jumps there: no line between 0 and 1
        for ax, values, at in ((axes[0], h, 2.05), (axes[1], slope, 1.6 if name == "relu" else 0.75)):
            ax.plot(a, values, color=colour, lw=2.5)
            height = float(np.interp(at, a, np.nan_to_num(values)))
            place = {"ha": "right", "va": "bottom"} if (ax is axes[0] and name == "relu") else {"va": "bottom"}
            ax.text(at, height + 0.06, label, color=colour, size=style.BIG, **place)
    axes[0].set(xlabel="$a$", ylabel="$h$", ylim=(-1.3, 3.1), yticks=[-1, 0, 1, 2, 3])
    axes[1].set(xlabel="$a$", ylabel="$dh/da$", ylim=(-0.15, 1.3), yticks=[0, 0.5, 1])
    for ax in axes:
        ax.set(xlim=(-3, 3), xticks=[-3, -2, -1, 0, 1, 2, 3])
        ax.grid(axis="y", lw=0.8)
        ax.tick_params(length=0)
    told = {
        "en": "Left: tanh stays between −1 and 1; ReLU is 0 for negative a and grows without bound for positive a. "
        "Right: the slope of tanh is 1 at 0 and falls towards 0 on both sides; that of ReLU is 0 or 1.",
        "ko": "왼쪽: tanh는 −1과 1 사이에 머물고, ReLU는 음수에서 0이며 양수에서 한없이 커진다. "
        "오른쪽: tanh의 미분은 0에서 1이고 양쪽으로 갈수록 0에 가까워지며, ReLU의 미분은 0 또는 1이다.",
    }
    return Scene(fig, [], sentences=[words.say(told)], alt=words.say(told))


def _tokens_read(x, tokens):
    """Which token each one-hot x_t stands for."""
    if len(tokens) != x.shape[1]:
        raise ValueError(f"tokens must be the {x.shape[1]} tokens of the vocabulary, but {len(tokens)} came.")
    return [tokens[i] for i in x.argmax(axis=1)]


def _fields(run, t, read, tokens):
    """What the sentences say of a step."""
    z = run["logits"][t]
    p = np.exp(z - z.max())
    p /= p.sum()
    return {
        "t": t + 1, "s": sub(t + 1), "b": sub(t), "token": read[t], "best": tokens[int(p.argmax())],
        "p": f"{p.max():.2f}", "state": ", ".join(diagrams.numbers(run["h"][t])),
    }  # fmt: skip
