"""Pictures that recompute in the browser: a model as plain data, and the widget whose controls change it there."""

import base64
import copy
from functools import cache
from typing import ClassVar

import numpy as np
import traitlets

from .. import player, words
from ..doors import shown
from ..draw.page import page, save
from ..nn.equations import Applied, Quantity, Weight
from ..nn.model import SequenceModel
from .stepper import Stepper

# What `widgets/js/equations.js` computes element by element; NumPy's names.
FUNCTIONS = frozenset({
    "add", "subtract", "multiply", "divide", "negative", "maximum", "minimum", "greater", "heaviside", "power", "exp",
    "log", "sqrt", "square", "absolute", "positive", "tanh", "sigmoid",
})  # fmt: skip

FAILED = {
    "en": "This picture cannot be recomputed in this browser.",
    "ko": "이 브라우저에서는 이 그림을 다시 계산할 수 없습니다.",
}


# --- plain data -------------------------------------------------------------------------------------------------------


def plain_array(values):
    """An array as plain data: {"shape", "data": base64, row by row, of float32 if that loses nothing, else float64}."""
    values = np.ascontiguousarray(values, "<f8")
    short = _in_float32(values)
    values = short if np.array_equal(short, values, equal_nan=True) else values
    return {"shape": list(values.shape), "data": base64.b64encode(values.tobytes()).decode()}


def _in_float32(values):
    with np.errstate(over="ignore", under="ignore"):
        return values.astype("<f4")


def in_single_precision(model):
    """A copy of a model whose weights are rounded to float32, of the same dtype as before: half as long as plain data.

    What shows them computes with these, in the browser and in Python, so that both show the same.
    """
    model = copy.deepcopy(_checked(model))
    for params in (model.cell.params, model.readout.params):
        for _, W in params.items():
            short = _in_float32(W)
            np.copyto(W, short, where=np.isfinite(short))
    return model


def plain_cell(cell):
    """A cell as plain data: its recorded equations, which serve every T and N, its sizes and its weights.

    Raises
    ------
    ValueError
        An equation has a function that the browser does not know, or an array that is no weight.
    """
    program = cell.program()
    for equation in (*program.equations.values(), *program.back.values()):
        if unknown := _functions(equation.value) - FUNCTIONS:
            raise ValueError(
                f"{equation.line}: a cell that is recomputed in the browser may use {', '.join(sorted(FUNCTIONS))}, "
                f"but {', '.join(sorted(unknown))} came; show this picture with the kernel instead."
            )
    weights = {name: plain_array(cell.params[name]) for name in program.shapes}
    return {"program": plain_program(program), "D": cell.D, "H": cell.H, "weights": weights}


def plain_program(program):
    """The equations as plain data, for every D, H, N and T: {"states", "stacks", "forward", "back"}.

    An equation is [name, value]; a value is a number, the name of a quantity ("f", "d.f"), or a list: ["W", name]
    for a weight, ["T", name] for its transpose, ["@", …] for a product, else [NumPy's name of the function, …].
    """
    ways = {"forward": program.equations, "back": program.back}
    written = {way: [[name, _plain_value(e.value)] for name, e in found.items()] for way, found in ways.items()}
    stacks = {name: list(parts) for name, parts in program.stacks.items()}
    return {"states": list(program.states), "stacks": stacks} | written


def _plain_value(tree):
    if isinstance(tree, Applied):
        return [getattr(tree.function, "__name__", "@"), *map(_plain_value, tree.args)]
    if isinstance(tree, Weight):
        return ["T" if tree.turned else "W", tree.name]
    return tree.name if isinstance(tree, Quantity) else float(tree)


def plain_model(model):
    """A model as plain data: for a `SequenceModel` {"cell", "readout", "shape", "loss"}."""
    _checked(model)
    readout = {name: plain_array(array) for name, array in model.readout.params.items()}
    return {"cell": plain_cell(model.cell), "readout": readout, "shape": model.shape, "loss": model.loss_name}


def _checked(model):
    if not isinstance(model, SequenceModel):
        raise ValueError(f"model must be a SequenceModel, but {type(model).__name__} came.")
    return model


def _functions(tree):
    if not isinstance(tree, Applied):
        return {"an array of constants"} if isinstance(tree, np.ndarray) and tree.ndim else set()
    own = set() if tree.function == "@" else {tree.function.__name__}
    return own.union(*map(_functions, tree.args))


# --- the widget -------------------------------------------------------------------------------------------------------


@cache
def module():
    """The player, and all that recomputes, as the text of one ES module."""
    # The player's names stay its own.
    stepper = f"const stepper = (() => {{\n{player.module().replace('export default', 'return', 1)}\n}})();"
    render = "export default { render: (context) => renderPlayground(stepper, context) };"
    return "\n".join([stepper, player.module("playground"), render])


class Recomputed(Stepper):
    """A stepper with controls above it. What a reader sets is computed and drawn anew in the browser, kernel or not.

    A subclass has a trait for everything that a reader sets; Python sees it change and can set it.

    Parameters
    ----------
    picture : Picture
        The drawing, and where its values come from; see `seqlib.draw.makers`.
    rows : list of list of dict
        The controls, see `widgets/js/panel.js`.
    given : dict
        What the recipe needs, as plain data.
    **state
        The first values of the traits in ``STATE``.
    """

    RECIPE: ClassVar[str]  # a name of RECIPES in widgets/js/recipes.js
    STATE: ClassVar[tuple[str, ...]] = ()  # what a reader sets: names of traits

    _esm = module()

    recipe = traitlets.Unicode().tag(sync=True)
    given = traitlets.Dict().tag(sync=True)
    rows = traitlets.List().tag(sync=True)
    makers = traitlets.Dict().tag(sync=True)
    state = traitlets.List().tag(sync=True)
    failed = traitlets.Unicode().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)  # what is said of what is shown, beside its sentences

    def __init__(self, picture, rows, given, **state):
        self.picture, self._drawn_for, self._scene = picture, None, None
        for name, value in state.items():
            setattr(self, name, value)
        scene = self.scene
        self.recipe, self.given, self.rows, self.state = self.RECIPE, given, rows, list(self.STATE)
        self.failed = words.say(FAILED)
        self.makers = picture.plain()
        super().__init__(scene)

    def draw(self):
        """The scene of the present state, computed with NumPy."""
        raise NotImplementedError

    @property
    def scene(self):
        """The scene that is shown."""
        now = [getattr(self, name) for name in self.STATE]
        if self._scene is None or now != self._drawn_for:
            self._scene, self._drawn_for = self.draw(), now
        return self._scene

    @scene.setter
    def scene(self, scene):
        self._scene = scene

    @property
    def stepper(self):
        """The part that steps: this widget itself."""
        return self

    def __repr__(self):
        return f"<{type(self).__name__}: {self.scene.T} steps, t = {self.t}>"

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/plain": f"{repr(self)[:-1]}: {self.scene.alt}>"}, metadata

    def page_data(self):
        """All that the browser needs, as plain data."""
        own = ("t", "recipe", "given", "rows", "makers", "state", "failed", "note", *self.STATE)
        return self.scene.player_data() | {name: getattr(self, name) for name in own}

    def save_html(self, path):
        """Write one self-contained page that recomputes with no kernel and no network."""
        save(path, page(self.page_data(), self.scene.alt, module()))


def slider(name, label, low, high, *, step=0.01, digits=2, tip="", when=None):
    """A control for a number, `tip` in both languages; while the trait ``when["name"]`` is set, `when` holds."""
    plain = {"kind": "slider", "name": name, "label": label, "low": low, "high": high, "step": step, "digits": digits}
    return plain | {"tip": words.say(tip) if tip else ""} | ({"when": when} if when else {})


def within(name, value, low, high):
    """`value`, or the end of the range that it lies beyond.

    Raises
    ------
    ValueError
        It lies nowhere: NaN.
    """
    if np.isnan(value):
        raise ValueError(f"{name} must be a number from {low:g} to {high:g}, but {shown(value)} came.")
    return float(min(max(value, low), high))
