"""A network of one unit: small enough that each factor of its gradient is one number."""

import numpy as np

from ..nn import RNN, Readout, SequenceModel


def one_unit_model():
    """The network of one unit whose gradient lesson 5 takes by hand, and its data.

    Returns
    -------
    model : SequenceModel
        D = H = K = 1, many-to-one, mean squared error; W_xh = 0.5, W_hh = 0.8, b_h = 0.1, W_hy = 1.5, b_y = −0.2.
    x : ndarray, (3, 1, 1)
        Three steps: 1, −0.5, 0.8.
    targets : ndarray, (1, 1, 1)
        0.2.
    h0 : ndarray, (1, 1)
        0.5: not zero, so that no term is.
    """
    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(1, 1, rng=rng), Readout(1, 1, rng=rng), "many-to-one", "mse")
    model.params.W_xh, model.params.W_hh, model.params.b_h = 0.5, 0.8, 0.1
    model.params.W_hy, model.params.b_y = 1.5, -0.2
    return model, np.array([1.0, -0.5, 0.8]).reshape(3, 1, 1), np.array([[[0.2]]]), np.array([[0.5]])
