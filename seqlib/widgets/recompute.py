"""What leaves Python so that a picture recomputes in the browser: a model as plain data, and the JavaScript as one text."""

import base64

import numpy as np

from ..nn.equations import Applied
from ..nn.model import SequenceModel

# What `widgets/js/equations.js` computes element by element; NumPy's names.
FUNCTIONS = frozenset(
    "add subtract multiply divide negative maximum minimum greater heaviside power exp log sqrt square absolute positive "
    "tanh sigmoid".split()
)


def plain_array(values):
    """An array as plain data: {"shape", "data": base64 of float64, row by row}."""
    values = np.ascontiguousarray(values, "<f8")
    return {"shape": list(values.shape), "data": base64.b64encode(values.tobytes()).decode()}


def plain_cell(cell):
    """A cell as plain data: its recorded equations, which serve every T and N, its sizes and its weights.

    Raises
    ------
    ValueError
        An equation has a function that the browser does not know.
    """
    program = cell.program()
    for equation in (*program.equations.values(), *program.back.values()):
        if unknown := _functions(equation.value) - FUNCTIONS:
            raise ValueError(
                f"{equation.line}: a cell that is recomputed in the browser may use {', '.join(sorted(FUNCTIONS))}, "
                f"but {', '.join(sorted(unknown))} came; show this picture with the kernel instead."
            )
    weights = {name: plain_array(cell.params[name]) for name in program.shapes}
    return {"program": program.as_data(), "D": cell.D, "H": cell.H, "weights": weights}


def plain_model(model):
    """A model as plain data: for a `SequenceModel` {"cell", "readout", "shape", "loss"}."""
    if not isinstance(model, SequenceModel):
        raise ValueError(f"model must be a SequenceModel, but {type(model).__name__} came.")
    readout = {name: plain_array(array) for name, array in model.readout.params.items()}
    return {"cell": plain_cell(model.cell), "readout": readout, "shape": model.shape, "loss": model.loss_name}


def _functions(tree):
    if not isinstance(tree, Applied):
        return set()
    own = set() if tree.function == "@" else {tree.function.__name__}
    return own.union(*map(_functions, tree.args))
