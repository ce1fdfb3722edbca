"""SGD, Adam and clipping, against PyTorch's."""

import copy
import inspect
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import RNN, SGD, Adam, Readout, Record, SequenceModel, clip_by_norm
from seqlib.nn.optim import _parts, joint_norm
from seqlib.nn.workspace import at_once
from tests.nn.agreement import EXACT, agree, bits, few, seeds


def two_arrays(seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return Record({"W": rng.normal(size=(3, 2)).astype(dtype), "b": rng.normal(size=(3, 1)).astype(dtype)})


PAIRS = {
    "SGD": (lambda: SGD(0.1), lambda torch, p: torch.optim.SGD(p, lr=0.1)),
    "Adam": (lambda: Adam(0.05, grid=None), lambda torch, p: torch.optim.Adam(p, lr=0.05)),
    "Adam, all set": (
        lambda: Adam(0.05, beta1=0.5, beta2=0.9, eps=1e-3, grid=None),
        lambda torch, p: torch.optim.Adam(p, lr=0.05, betas=(0.5, 0.9), eps=1e-3),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_hundred_updates_equal_torch(torch, name):
    ours, theirs = PAIRS[name]
    params = two_arrays(0)
    tensors = {name: torch.tensor(array.copy(), requires_grad=True) for name, array in params.items()}
    optimizer, reference = ours(), theirs(torch, list(tensors.values()))
    for step in range(100):
        grads = two_arrays(step + 1)
        grads.W *= 10.0 ** (step % 7 - 3)  # Adam divides by sizes: let them differ
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[name])
        optimizer.update(params, grads)
        reference.step()
        agree(params, {name: tensor.detach() for name, tensor in tensors.items()}, EXACT)


@pytest.mark.parametrize("optimizer", [lambda: SGD(0.1), lambda: Adam(np.float64(0.1))], ids=["SGD", "Adam"])
def test_updates_are_made_in_place_and_read_the_gradients_only(optimizer):
    params, grads, optimizer = two_arrays(0, np.float32), two_arrays(1, np.float32), optimizer()
    held, start, before = params.W, params.copy(), bits(grads)
    optimizer.update(params, grads)
    optimizer.update(params, grads)
    assert params.W is held and held.dtype == np.float32 and (held != start.W).all()
    assert bits(grads) == before


def test_the_first_step_of_adam_is_lr_in_every_entry():
    params, grads = two_arrays(0), two_arrays(1)
    start = params.copy()
    Adam(0.01, eps=1e-300, grid=None).update(params, grads)
    np.testing.assert_allclose(params.W - start.W, -0.01 * np.sign(grads.W), rtol=1e-12)


def test_updates_are_rounded_to_the_grid():
    params, exact = two_arrays(0), two_arrays(0)
    optimizer, other = Adam(0.01), Adam(0.01, grid=None)
    start = params.copy()
    for k in range(5):
        optimizer.update(params, two_arrays(k + 1))
        other.update(exact, two_arrays(k + 1))
    for name, W in params.items():
        steps = (W - start[name]) * 2**20
        np.testing.assert_allclose(steps, steps.round(), rtol=0, atol=1e-6)
        assert (steps.round() % 2 != 0).any()
        assert 0 < np.abs(W - exact[name]).max() <= 5 * 2**-21


@pytest.mark.parametrize("lr", [1e-3, 1e-4, 1e-9])
def test_a_small_rate_is_not_rounded_away(lr):
    params, exact, grads = two_arrays(0), two_arrays(0), two_arrays(1)
    optimizer, other, start = Adam(lr), Adam(lr, grid=None), params.copy()
    for _ in range(3):
        optimizer.update(params, grads)
        other.update(exact, grads)
    np.testing.assert_allclose(params.W - start.W, exact.W - start.W, rtol=2e-3)


def test_a_small_rate_is_rounded_to_about_a_thousandth_of_it():
    params, grads = two_arrays(0), two_arrays(1)
    start = params.copy()
    Adam(1.1e-4).update(params, grads)
    steps = (params.W - start.W) * 2**24  # lr is 1845.5 times the grid
    np.testing.assert_allclose(steps, steps.round(), rtol=0, atol=1e-6)
    assert (steps.round() % 2 != 0).any()


def test_rounding_errors_do_not_grow_in_training():
    """Every gradient is off in its last digits, as another BLAS would have it; the weights come out the same."""

    def trained(grid, noise):
        rng, other = np.random.default_rng(0), np.random.default_rng(1)
        model = SequenceModel(RNN(1, 16, rng=rng), Readout(16, 1, rng=rng), loss="mse")
        optimizer = Adam(0.05, grid=grid)
        for _ in range(300):
            x = rng.normal(size=(10, 1, 8))
            _, grads = model.loss_and_gradients(x, np.sign(np.cumsum(x, axis=0)))
            for _, g in grads.params.items():
                g *= 1 + noise * other.uniform(-1, 1, g.shape)
            optimizer.update(model.params, grads.params)
        return model.params

    assert bits(trained(2**-20, 0)) == bits(trained(2**-20, 1e-15))
    apart = max(
        np.abs(a - b).max()
        for (_, a), (_, b) in zip(trained(None, 0).items(), trained(None, 1e-15).items(), strict=True)
    )
    assert apart > 1e-9


def test_a_copy_of_adam_goes_on_as_the_original():
    params, grads, one = two_arrays(0), two_arrays(1), Adam(0.1)
    one.update(params, grads)
    twin, other = copy.deepcopy(one), params.copy()
    for scale in (3, -1):
        one.update(params, grads.map(lambda g, s=scale: s * g))
        twin.update(other, grads.map(lambda g, s=scale: s * g))
    assert bits(params) == bits(other)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_without_a_gradient_adam_s_mean_does_not_become_denormal(dtype):
    params, grads, optimizer = two_arrays(0, dtype), two_arrays(1, dtype), Adam(0.01)
    optimizer.update(params, grads)
    for _ in range(900 if dtype == np.float32 else 7500):
        optimizer.update(params, params.zeros_like())
        assert ((np.abs(optimizer.m) >= np.finfo(dtype).tiny) | (optimizer.m == 0)).all()
    assert np.abs(optimizer.m).max() < 1e-30  # and yet it is as good as gone


def test_adam_looks_for_means_that_have_all_but_vanished_at_every_16th_update(monkeypatch):
    lengths = []
    monkeypatch.setattr("seqlib.nn.optim.at_once", lambda calls: (lengths.append(len(calls)), at_once(calls)))
    params, grads, optimizer = two_arrays(0), two_arrays(1), Adam(0.01)
    for _ in range(33):
        optimizer.update(params, grads)
    assert [k for k, length in enumerate(lengths, start=1) if length > lengths[0]] == [16, 32]


@pytest.mark.parametrize("most", [1, 7, 12, 20, 100])
def test_a_large_network_is_changed_in_parts_as_a_small_one_is_at_once(most, monkeypatch):
    shapes = {"W": (5, 4), "b": (5, 1), "V": (2, 9), "c": (2, 1), "U": (8, 1)}
    rng = np.random.default_rng(0)
    params, grads = (Record({name: rng.normal(size=shape) for name, shape in shapes.items()}) for _ in range(2))
    whole, together, in_parts = params.copy(), Adam(0.01), Adam(0.01)
    together.update(whole, grads)
    monkeypatch.setattr("seqlib.nn.optim.AT_ONCE", most)
    in_parts.update(params, grads)
    assert bits(params) == bits(whole)
    parts = [[params[name][rows] for name, rows in part] for part in _parts(params)]
    sizes = [sum(W.size for W in part) for part in parts]
    assert all(size <= most or len(part) == len(part[0]) == 1 for size, part in zip(sizes, parts, strict=True))
    # None could have had the first row of the next.
    assert all(size + part[0][0].size > most for size, part in zip(sizes, parts[1:], strict=False))


def strided(W):
    big = np.zeros((2 * len(W), W.shape[1] + 3))
    big[::2, : W.shape[1]] = W
    return big[::2, : W.shape[1]]


@pytest.mark.parametrize("after", [np.ascontiguousarray, np.asfortranarray, strided])
@pytest.mark.parametrize("before", [np.ascontiguousarray, np.asfortranarray, strided])
def test_averages_stay_with_their_numbers_when_a_copy_lies_otherwise(before, after):
    rng = np.random.default_rng(0)
    params, grads = (Record({"W": rng.normal(size=(5, 4)), "b": rng.normal(size=(5, 1))}) for _ in range(2))
    whole, changed, one, two = params.copy(), params.map(before), Adam(0.01), Adam(0.01)
    for _ in range(3):
        one.update(whole, grads)
        two.update(changed, grads)
    changed, two = changed.map(lambda W: after(W.copy())), copy.deepcopy(two)
    for _ in range(3):
        one.update(whole, grads)
        two.update(changed, grads)
    assert bits(whole) == bits(changed)


def test_an_adam_that_was_kept_before_it_knew_columns_goes_on():
    rng = np.random.default_rng(0)
    params, grads = (Record({"W": rng.normal(size=(5, 4))}) for _ in range(2))
    one, whole = Adam(0.01), params.copy()
    one.update(whole, grads)
    old = copy.deepcopy(one)
    del old._turned
    kept = whole.map(np.asfortranarray)
    one.update(whole, grads)
    old.update(kept, grads)
    assert bits(whole) == bits(kept)


def test_a_long_gradient_of_another_dtype_is_read_as_one_of_the_weights(monkeypatch):
    monkeypatch.setattr("seqlib.nn.optim.AT_ONCE", 7)
    rng = np.random.default_rng(0)
    params, grads = (Record({"W": rng.normal(size=(5, 30))}) for _ in range(2))
    params, read = params.map(np.float32), grads.map(np.float32)
    same = params.copy()
    Adam(0.01, grid=None).update(params, grads)
    Adam(0.01, grid=None).update(same, read)
    assert bits(params) == bits(same)


@pytest.mark.parametrize("dtype, value, count", [
    (np.float32, 1e20, 3), (np.float32, 1e-30, 3), (np.complex64, 1e20j, 3),
    (np.float16, 100, 100), (np.float16, 1, 100_000),
])  # fmt: skip
def test_a_norm_is_right_where_squares_are_beyond_the_dtype(dtype, value, count):
    g = np.full((count, 1), value, dtype)
    with np.errstate(over="ignore", under="ignore"):
        assert joint_norm({"W": g}) == pytest.approx(abs(g[0, 0].astype(complex)) * np.sqrt(count), rel=1e-6)


def test_the_norm_of_small_integers_does_not_run_over():
    assert joint_norm({"W": np.array([[100, 100]], np.int8)}) == pytest.approx(np.sqrt(20_000), rel=1e-15)


@pytest.mark.parametrize("most", [1, 7, 20, 100])
@pytest.mark.parametrize("turned", ["params", "grads", "both"])
def test_arrays_that_lie_column_by_column_are_changed_alike(most, turned, monkeypatch):
    monkeypatch.setattr("seqlib.nn.optim.AT_ONCE", most)
    rng, shapes = np.random.default_rng(0), {"W": (5, 4), "V": (2, 9), "b": (5, 1)}
    params, grads = (Record({name: rng.normal(size=shape) for name, shape in shapes.items()}) for _ in range(2))
    ours, theirs = Adam(0.01), Adam(0.01)
    other, same = (record.map(np.asfortranarray if turned in (name, "both") else np.copy)
                   for name, record in (("params", params), ("grads", grads)))  # fmt: skip
    for _ in range(3):
        ours.update(params, grads)
        theirs.update(other, same)
    assert bits(params) == bits(other) and bits(grads) == bits(same)
    assert joint_norm(grads) == pytest.approx(joint_norm(same), rel=1e-14)
    other, theirs = copy.deepcopy((other, theirs))  # they lie as before
    ours.update(params, grads)
    theirs.update(other, same)
    assert bits(params) == bits(other)


def test_adam_follows_a_learning_rate_that_is_changed_on_the_way(torch):
    params, optimizer = two_arrays(0), Adam(0.01, grid=None)
    tensors = [torch.nn.Parameter(torch.tensor(array)) for _, array in params.items()]
    theirs = torch.optim.Adam(tensors, 0.01)
    for k in range(6):
        if k == 3:
            optimizer.lr = theirs.param_groups[0]["lr"] = 0.002
        grads = two_arrays(10 + k)
        for tensor, (_, g) in zip(tensors, grads.items(), strict=True):
            tensor.grad = torch.tensor(g)
        theirs.step()
        optimizer.update(params, grads)
    for tensor, (_, array) in zip(tensors, params.items(), strict=True):
        np.testing.assert_allclose(array, tensor.detach().numpy(), rtol=1e-12)


def test_the_grid_follows_a_learning_rate_that_is_changed_on_the_way():
    params, grads, optimizer = two_arrays(0), two_arrays(1), Adam(0.01)
    for lr in (0.01, 1e-7):
        optimizer.lr = lr
        before = bits(params)
        optimizer.update(params, grads)
        assert bits(params) != before  # at the first rate's grid an update of 1e-7 would be rounded to nothing


def test_adam_sees_other_gradients_and_refuses_other_parameters():
    g, other = two_arrays(1), two_arrays(2)
    p, q, r = (two_arrays(0) for _ in range(3))
    ours, theirs = Adam(0.01), Adam(0.01)
    for gradients in (g, other, g):
        ours.update(p, gradients)
        theirs.update(r, gradients.copy())
    assert bits(p) == bits(r) != bits(q)
    with pytest.raises(ValueError, match="another model, of the same size"):
        ours.update(q, g)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda all_three: pickle.loads(pickle.dumps(all_three))])
def test_a_copy_of_adam_changes_the_copy_s_parameters(duplicate):
    params, grads, optimizer = two_arrays(0), two_arrays(1), Adam(0.01)
    optimizer.update(params, grads)
    of_copy, grads_2, optimizer_2 = duplicate((params, grads, optimizer))
    before = bits(params)
    optimizer_2.update(of_copy, grads_2)
    assert bits(params) == before
    optimizer.update(params, grads)
    assert bits(of_copy) == bits(params) != before


def test_a_failed_update_of_adam_changes_nothing():
    params, expected, grads = two_arrays(0), two_arrays(0), two_arrays(1)
    optimizer, honest = Adam(0.1), Adam(0.1)
    for k in range(4):
        optimizer.update(params, grads)
        honest.update(expected, grads)
        for wrong in (Record({"u": np.zeros(3)}), grads.map(lambda array: np.zeros(7))):
            with pytest.raises((KeyError, ValueError)):
                optimizer.update(params, wrong)
        assert optimizer.k == k + 1 and bits(params) == bits(expected)


def test_adam_s_state_and_numbers_may_be_set():
    grads = two_arrays(1)
    for change in (
        dict(m=None, v=None, k=0), dict(beta1=0.5), dict(beta2=0.9), dict(eps=0.1), dict(grid=None), dict(lr=0.2)
    ):  # fmt: skip
        ours, theirs = Adam(0.01), Adam(0.01)
        p, q = two_arrays(0), two_arrays(0)
        ours.update(p, grads)
        theirs.update(q, grads)
        theirs = copy.deepcopy(theirs)  # has no list yet
        for name, value in change.items():
            setattr(ours, name, value)
            setattr(theirs, name, value)
        for _ in range(2):
            ours.update(p, grads)
            theirs.update(q, grads)
        assert bits(p) == bits(q) and ours.m is not None, change
    m = np.full_like(ours.m, 0.5)
    ours.m = theirs.m = m.copy()
    theirs.m = m.copy()
    ours.update(p, grads)
    theirs.update(q, grads)
    assert bits(p) == bits(q) and ours.m[0] != 0.5 and np.array_equal(ours.m, theirs.m)


def test_adam_stays_where_the_gradient_is_zero():
    params = two_arrays(0)
    before = bits(params)
    Adam(0.1).update(params, params.zeros_like())
    assert bits(params) == before


@few
@given(seed=seeds, limit=st.floats(1e-3, 1e3))
def test_clipping_equals_torch_and_keeps_the_direction(torch, seed, limit):
    grads = two_arrays(seed)
    start, parameters = grads.copy(), []
    for _, array in grads.items():
        parameters.append(torch.nn.Parameter(torch.zeros(array.shape, dtype=torch.float64)))
        parameters[-1].grad = torch.tensor(array.copy())
    held = grads.W
    norm = clip_by_norm(grads, limit)
    expected = torch.nn.utils.clip_grad_norm_(parameters, limit)
    assert isinstance(norm, float) and norm == pytest.approx(float(expected), rel=1e-12)
    assert grads.W is held
    # PyTorch divides by norm + 1e-6.
    factor = 1 if norm <= limit else (norm + 1e-6) / norm
    agree(grads, {"W": parameters[0].grad * factor, "b": parameters[1].grad * factor}, EXACT)
    assert joint_norm(grads) == pytest.approx(min(norm, limit), rel=1e-12)
    # One factor for all arrays together: not each by its own norm, not entry by entry.
    agree(grads, start.map(lambda array: array * min(1, limit / norm)), EXACT)


def test_an_infinite_limit_only_measures():
    grads = Record({"W": np.array([3.0, 4.0])})
    assert clip_by_norm(grads, np.inf) == 5 and grads.W.tolist() == [3, 4]


def test_clipping_leaves_small_gradients_alone():
    grads = two_arrays(0)
    before = bits(grads)
    clip_by_norm(grads, joint_norm(grads))
    assert bits(grads) == before


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_clipping_leaves_what_is_not_finite_as_it_is(bad):
    grads = two_arrays(0)
    grads.W[0, 0] = bad
    before = bits(grads)
    assert not np.isfinite(clip_by_norm(grads, 1.0))
    assert bits(grads) == before


@pytest.mark.parametrize(
    ("call", "fragments"),
    [
        (lambda: SGD(0), ["lr must be a positive number", "0 came"]),
        (lambda: SGD(-0.1), ["lr must be a positive number", "-0.1 came"]),
        (lambda: Adam(np.nan), ["lr must be a positive number", "nan"]),
        (lambda: Adam(grid=0), ["grid must be a positive number", "0 came"]),
        (lambda: clip_by_norm(two_arrays(0), 0), ["limit must be a positive number", "0 came"]),
    ],
)
def test_bad_input_gets_one_sentence(call, fragments):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(fragment in str(caught.value) for fragment in fragments)


@pytest.mark.parametrize("make", [lambda: SGD(0.1), lambda: Adam(0.01)])
def test_an_update_takes_two_records_and_is_counted(make):
    params, grads, optimizer = two_arrays(0), two_arrays(1), make()
    for both, name in (((params.W, grads), "params"), ((params, grads.W), "grads")):
        with pytest.raises(ValueError, match=f"^{name} must be a Record"):
            optimizer.update(*both)
    assert optimizer.k == 0
    for k in (1, 2):
        optimizer.update(params, grads)
        assert optimizer.k == k


def test_what_is_left_unsaid_is_as_in_torch(torch):
    theirs, ours = inspect.signature(torch.optim.Adam).parameters, Adam()
    assert [ours.lr, (ours.beta1, ours.beta2), ours.eps] == [theirs[name].default for name in ("lr", "betas", "eps")]


RECORDS = {
    "no rows": (np.zeros((0, 3)), None, r"params must have rows with numbers in them, but W has shape \(0, 3\)"),
    "no axis": (np.array(3.0), None, r"params must have rows with numbers in them, but W has shape \(\)"),
    "read-only": (np.broadcast_to(np.ones((2, 1)), (2, 3)), None, "params must be .* W is read-only; take a copy"),
    "complex gradient": (np.ones((2, 2)), np.ones((2, 2)) * 1j, "the gradient of W must be real, as W is, but complex"),
    "a list": (np.ones((1, 1)), [[1.0]], "grads must be NumPy arrays of numbers, but W is a list"),
    "objects": (np.ones((1, 1)), np.array([[1]], object), "grads must be NumPy arrays of numbers, but W is of object"),
    "a masked array": (np.ma.ones((1, 1)), None, "params must be a plain array, but a masked one came"),
    "two of them": (np.ma.ones((1, 1)), np.ma.ones((1, 1)), "params must be a plain array, but a masked one came"),
    "letters": (np.ones((1, 1)), np.array([["a"]]), "grads must hold numbers, but an array of <U1 came"),
}


@pytest.mark.parametrize("what", RECORDS)
@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_an_update_refuses_what_it_cannot_change_and_changes_nothing(what, optimizer):
    W, g, says = RECORDS[what]
    optimizer, params = optimizer(0.1), {"W": W, "b": np.ones((2, 1))}
    with pytest.raises(ValueError, match=says):
        optimizer.update(params, {"W": np.ones(W.shape) if g is None else g, "b": np.ones((2, 1))})
    assert optimizer.k == 0 and (params["b"] == 1).all()
    optimizer.update({"own": (own := np.ones((2, 2)))}, {"own": np.ones((2, 2))})  # nothing is left of it
    assert (own < 1).all()


@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_what_was_frozen_after_an_update_stays_as_it_is(optimizer):
    optimizer, params, grads = optimizer(0.1), *(Record({"W": np.ones((2, 2)), "b": np.ones((2, 1))}) for _ in range(2))
    optimizer.update(params, grads)
    before = params.copy()
    params.b.flags.writeable = False
    with pytest.raises(ValueError, match=r"params must be .* b is read-only; take a copy"):
        optimizer.update(params, grads)
    assert optimizer.k == 1 and all((params[name] == W).all() for name, W in before.items())
    params.b.flags.writeable = True
    optimizer.update(params, grads)
    assert optimizer.k == 2 and (params.b < before.b).all()


def test_adam_refuses_another_order_and_another_split_and_goes_on():
    W, b = np.ones((2, 2)), np.ones(4)
    adam, params, grads = Adam(0.1), {"W": W, "b": b}, {"W": np.ones((2, 2)), "b": np.ones(4)}
    adam.update(params, grads)
    with pytest.raises(ValueError, match="params must come in the order in which this Adam has trained them"):
        adam.update({"b": b, "W": W}, grads)
    kept = pickle.loads(pickle.dumps(adam))
    others = [{"a": np.ones(8)}, {name: np.ones(2) for name in "abcd"}, {"a": np.ones(4), "b": np.ones(4) * 1j}]
    for other in [*others, {"W": W.astype(np.float32), "b": b.astype(np.float32)}, {"W": W * 1j, "b": b * 1j}]:
        with pytest.raises(ValueError, match=r"this Adam has trained another model|all real or all complex"):
            kept.update(other, other)
    kept.update(params, grads)
    assert kept.k == 2 and adam.k == 1


@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_nothing_to_change_is_said(optimizer):
    optimizer = optimizer(0.1)
    with pytest.raises(ValueError, match=r"^params must have arrays to change, but none came\.$"):
        optimizer.update({}, {})
    assert optimizer.k == 0


@pytest.mark.parametrize(("dtypes", "says"), [
    ((float, complex), "params must be all real or all complex, but W of float64, b of complex128 came"),
    ((np.float32, np.float16), "Adam's averages of squares need float32 or float64, but b is of float16"),
])  # fmt: skip
def test_adam_refuses_numbers_that_it_cannot_keep(dtypes, says):
    adam, params = Adam(0.1), {name: np.ones((2, 2), dtype) for name, dtype in zip("Wb", dtypes, strict=True)}
    with pytest.raises(ValueError, match=says):
        adam.update(params, params)
    assert adam.k == 0 and adam.m is None and all((W == 1).all() for W in params.values())


@pytest.mark.parametrize("optimizer", [lambda: SGD(0.1), lambda: Adam(0.1, grid=None)])
def test_a_dict_may_hold_other_gradients_at_the_next_update(optimizer):
    optimizer, params, grads = optimizer(), {"w": np.zeros(1)}, {}
    for _ in range(200):
        grads["w"] = 2 * (params["w"] - 3)
        optimizer.update(params, grads)
    assert params["w"] == pytest.approx(3, abs=1e-2)


@pytest.mark.parametrize("g, says", [
    (np.array([[3, 4]]), "grads must be arrays of floats, .* but W is of int64"),
    ([[3.0, 4.0]], "grads must be arrays of floats, .* but W is a list"),
    (np.broadcast_to(np.array([[3.0], [4.0]]), (2, 2)), "grads must be arrays .* W is read-only; take a copy"),
    (None, "grads must hold numbers, but None came"),
])  # fmt: skip
def test_clipping_refuses_what_it_cannot_scale_and_scales_nothing(g, says):
    grads = {"a": np.array([[2.0]]), "W": g}
    with pytest.raises(ValueError, match=says):
        clip_by_norm(grads, 1.0)
    assert grads["a"][0, 0] == 2


def test_what_has_two_names_is_scaled_once():
    shared = np.full(4, 10.0)
    grads = {"a": shared, "b": shared}
    assert clip_by_norm(grads, 1.0) == pytest.approx(np.sqrt(800)) and joint_norm(grads) == pytest.approx(1)


def test_adam_refuses_one_array_under_two_names_and_moves_nothing():
    shared = np.ones(2)
    with pytest.raises(ValueError, match=r"^params must hold each array once, but a and b are one; give it one name"):
        Adam().update({"a": shared, "b": shared}, {"a": np.ones(2), "b": np.ones(2)})
    assert shared.tolist() == [1, 1]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_norm_over_several_dtypes_is_right(turn):
    arrays = [("a", np.array([1e-26])), ("b", np.full(4, 1e-25, np.float32)), ("c", np.full(4, 1e-4, np.float16))]
    assert joint_norm({"a": np.full(2, 180, np.float16), "b": np.full(2, 180, np.float16)}) == 360  # 129,600 in all
    for last, norm in ((2, 2.0025e-25), (3, 2 * float(np.float16(1e-4)))):
        assert joint_norm(dict(arrays[:last][::turn])) == pytest.approx(norm, rel=1e-4)


def test_squares_that_a_short_dtype_holds_are_added_up_in_it(rng):
    g = rng.normal(size=1000).astype(np.float32)
    exact = g.astype(float)
    assert joint_norm({"g": g}) == float(np.vdot(g, g)) ** 0.5 != float(np.vdot(exact, exact)) ** 0.5


def test_no_gradients_have_no_norm():
    assert joint_norm({}) == clip_by_norm({}, 1) == 0


def test_what_cannot_be_scaled_need_not_be_where_nothing_is_clipped():
    assert clip_by_norm({"W": np.array([[3, 4]])}, 10) == joint_norm({"W": [[3, 4]]}) == 5
