"""The mathematics of the course, NumPy only: cells, backward passes, losses, optimizers, training."""

from .dense import Flattened, Pooled
from .functions import cross_entropy, mse, sigmoid, softmax
from .gru import GRU
from .lstm import LSTM
from .model import SequenceModel
from .optim import SGD, Adam, clip_by_norm
from .passes import Gradients
from .readout import Readout
from .record import Record
from .rnn import RNN
from .stacked import Bidirectional, Stacked
from .train import History, batches, train
from .workspace import Workspace

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "SGD",
    "Adam",
    "Bidirectional",
    "Flattened",
    "Gradients",
    "History",
    "Pooled",
    "Readout",
    "Record",
    "SequenceModel",
    "Stacked",
    "Workspace",
    "batches",
    "clip_by_norm",
    "cross_entropy",
    "mse",
    "sigmoid",
    "softmax",
    "train",
]
