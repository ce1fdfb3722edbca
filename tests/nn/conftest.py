import pytest

from tests.conftest import need


@pytest.fixture(scope="session")
def torch():
    """PyTorch, on one thread as NumPy is."""
    torch = need("torch")
    torch.set_num_threads(1)
    return torch


@pytest.fixture(scope="session")
def onnx():
    """ONNX with its reference evaluator."""
    need("onnx.reference")
    return need("onnx")
