"""DyNet (the package dynet38 has its wheels)."""

import dynet as dy
import numpy as np
from cases import D, H, N, case, numbers, start, write

for kind, states in (("SimpleRNNBuilder", 1), ("VanillaLSTMBuilder", 2), ("GRUBuilder", 1)):
    collection = dy.ParameterCollection()  # the builder does not keep it alive
    builder = getattr(dy, kind)(1, D, H, collection)
    arrays = {}
    for k, parameter in enumerate(builder.get_parameters()[0]):
        arrays[f"_{k}"] = numbers(*parameter.shape())
        parameter.set_value(arrays[f"_{k}"])
    x, *first = start(states)
    hs, Cs = [], []
    for n in range(N):
        dy.renew_cg()
        given = [dy.inputVector(array[:, n]) for array in reversed(first)]  # c, then h
        state, ys = builder.initial_state(given), []
        for x_t in x[:, :, n]:
            state = state.add_input(dy.inputVector(x_t))
            ys.append(state.output().npvalue())
        hs.append(ys)
        Cs.append(state.s()[0].npvalue())
    C = np.array(Cs, np.float32).T if states == 2 else None
    case(f"DyNet {kind}", arrays, x, first, np.array(hs, np.float32).transpose(1, 2, 0), C)
write("dynet38")
