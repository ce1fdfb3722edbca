"""Named arrays: what is shared, what is copied, and what is refused."""

import copy
import pickle

import numpy as np
import pytest

from seqlib import Record
from seqlib.nn.record import rows_of


@pytest.fixture
def record():
    return Record(
        {"x": np.arange(6.0).reshape(3, 2), "h_all": np.arange(4.0)},
        {"h_prev": ("h_all", np.s_[:-1]), "h": ("h_all", np.s_[1:])},
    )


def shares_its_windows(record):
    return np.shares_memory(record.h, record.h_all) and np.shares_memory(record.h_prev, record.h_all)


def test_reading(record):
    assert record.x is record["x"]
    assert record.h.tolist() == [1, 2, 3]
    assert "h" in record and "x" in record and "y" not in record
    assert {"x", "h_all", "h", "copy"} <= set(dir(record))
    assert repr(record) == "Record(x (3, 2), h_all (4,), h_prev (3,), h (3,))"


def test_windows_are_not_counted_twice(record):
    assert list(record) == ["x", "h_all"]
    assert len(record) == 2
    assert [name for name, _ in record.items()] == ["x", "h_all"]


@pytest.mark.parametrize("write", [Record.__setattr__, Record.__setitem__])
def test_a_write_goes_into_the_array(record, write):
    held = record.x
    write(record, "x", np.ones((3, 2)))
    assert record.x is held and held.sum() == 6
    write(record, "x", 7)  # one number fills the array
    assert (held == 7).all()
    write(record, "h", [9, 9, 9])
    assert record.h_all.tolist() == [0, 9, 9, 9]
    assert record.h_prev.tolist() == [0, 9, 9]


def test_augmented_and_overlapping_writes(record):
    held = record.h_all
    record.h_all *= 2
    record["h_all"] += 1
    assert record.h_all is held and held.tolist() == [1, 3, 5, 7]
    record.h = record.h_prev  # read and written in the same memory
    assert held.tolist() == [1, 1, 3, 5]


def test_a_write_takes_numbers_of_other_precision():
    record = Record({"w": np.zeros(2, np.float32)})
    record.w = np.array([1.5, 2.5])
    record.w += np.array([1, 1])
    assert record.w.dtype == np.float32 and record.w.tolist() == [2.5, 3.5]


@pytest.mark.parametrize(
    ("name", "value", "error", "fragments"),
    [
        ("y", 1.0, AttributeError, ["'y'", "it has x, h_all, h_prev, h"]),
        ("_arrays", {}, AttributeError, ["'_arrays'"]),
        ("x", np.ones((2, 3)), ValueError, ["x has shape (3, 2)", "(2, 3) came"]),
        ("x", np.ones(2), ValueError, ["x has shape (3, 2)", "(2,) came"]),  # no silent broadcasting
        ("h", np.ones(4), ValueError, ["h has shape (3,)", "(4,) came"]),
        ("x", 1j, ValueError, ["x holds float64", "complex128 came"]),
        ("x", ..., ValueError, ["x must hold numbers", "Ellipsis came"]),
        ("x", None, ValueError, ["x must hold numbers", "None came"]),
        ("x", "1", ValueError, ["x must hold numbers", "'1' came"]),
    ],
)
def test_refused_writes_change_nothing(record, name, value, error, fragments):
    before = record.copy()
    with pytest.raises(error) as caught:
        setattr(record, name, value)
    assert all(fragment in str(caught.value) for fragment in fragments)
    assert all(np.array_equal(record[name], before[name]) for name in record)


def test_whole_numbers_are_not_rounded_into():
    with pytest.raises(ValueError, match="holds int"):
        Record({"k": np.zeros(2, int)}).k = 0.5


def test_unknown_names(record):
    with pytest.raises(AttributeError, match=r"no array 'W_hx'; it has x, h_all, h_prev, h\."):
        _ = record.W_hx
    with pytest.raises(KeyError, match="no array 'W_hx'; it has x"):
        record["W_hx"]
    with pytest.raises(AttributeError):
        del record.x
    assert not hasattr(record, "__array__")


@pytest.mark.parametrize(
    "duplicate",
    [Record.copy, copy.deepcopy, lambda r: pickle.loads(pickle.dumps(r)), lambda r: r.astype(float)],
    ids=["copy", "deepcopy", "pickle", "astype"],
)
def test_duplicates_have_memory_and_windows_of_their_own(record, duplicate):
    other = duplicate(record)
    assert list(other) == list(record)
    assert all(np.array_equal(other[name], record[name]) for name in ("x", "h_all", "h", "h_prev"))
    assert not any(np.shares_memory(other[name], record[name]) for name in record)
    assert shares_its_windows(other)
    other.h = -1
    assert other.h_all.tolist() == [0, -1, -1, -1]
    assert record.h_all.tolist() == [0, 1, 2, 3]


def test_deepcopy_keeps_memory_shared_between_records():
    part = Record({"W": np.zeros(2)})
    whole = part.joined(Record({"b": np.zeros(1)}))
    part, whole = copy.deepcopy((part, whole))
    part.W = 5
    assert whole.W.tolist() == [5, 5]


def test_astype_and_zeros_like(record):
    other = record.astype(complex)
    assert other.x.dtype == other.h.dtype == complex
    zero = record.astype(np.float32).zeros_like()
    assert zero.x.dtype == np.float32 and not zero.x.any() and zero.h.shape == (3,)
    assert shares_its_windows(zero)


def test_joined_shares_memory(record):
    other = Record({"logits": np.zeros(2)})
    whole = record.joined(other)
    assert list(whole) == ["x", "h_all", "logits"]
    whole.logits, whole.h = 3, 4
    assert other.logits.tolist() == [3, 3]
    assert record.h_all.tolist() == [0, 4, 4, 4]


@pytest.mark.parametrize("names", [("x",), ("h",), ("new", "new")])
def test_joined_refuses_two_arrays_of_one_name(record, names):
    with pytest.raises(ValueError, match=f"array named {names[-1]}; names must differ"):
        record.joined(*(Record({name: np.zeros(1)}) for name in names))


@pytest.mark.parametrize("name", ["weights.npz", "weights"])
def test_saving_and_loading(record, tmp_path, name):
    record.save(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with np.load(tmp_path / name, allow_pickle=False) as file:
        assert set(file.files) == {"x", "h_all"}
    other = record.zeros_like()
    held = other.x
    other.load(tmp_path / name)
    assert other.x is held
    assert all(np.array_equal(other[name], record[name]) for name in ("x", "h_all", "h"))


def write_text(path):
    path.write_text("hello")


def write_cut(path):
    np.savez(path, x=np.zeros((3, 2)), h_all=np.zeros(4))
    path.write_bytes(path.read_bytes()[:-40])


def write_damaged(path):
    np.savez(path, x=np.zeros((3, 2)), h_all=np.ones(4))
    data = bytearray(path.read_bytes())
    data[data.index(np.ones(4).tobytes())] ^= 1  # the checksum in the file notices
    path.write_bytes(data)


def write_npy(path):
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


@pytest.mark.parametrize(
    ("write", "fragment"),
    [
        (lambda path: np.savez(path, x=np.ones((3, 2))), "does not fit: expected"),
        (lambda path: np.savez(path, x=np.ones((3, 2)), h_all=np.ones(5)), "(5,)"),
        (lambda path: np.savez(path, x=np.ones((3, 2)), h_all=np.ones(4), more=np.ones(1)), "more"),
        (lambda path: np.savez(path, x=np.ones((3, 2)), h_all=np.ones(4) * 1j), "does not fit"),
        (
            lambda path: np.savez(path, x=np.ones((3, 2)), h_all=np.array([None] * 4)),
            "not a whole file written by save",
        ),
        (write_npy, "not a whole file written by save"),
        (write_text, "not a whole file written by save"),
        (write_cut, "not a whole file written by save"),
        (write_damaged, "not a whole file written by save"),
        (lambda path: path.write_bytes(b""), "not a whole file written by save"),
    ],
    ids=["missing", "shape", "more", "complex", "object", "npy", "text", "cut", "damaged", "empty"],
)
def test_a_wrong_file_leaves_everything_as_it_was(record, tmp_path, write, fragment):
    path, before = tmp_path / "file.npz", record.copy()
    write(path)
    with pytest.raises(ValueError) as caught:
        record.load(path)
    assert fragment in str(caught.value) and str(path) in str(caught.value)
    assert all(np.array_equal(record[name], before[name]) for name in record)


def test_no_file(record, tmp_path):
    with pytest.raises(FileNotFoundError):
        record.load(tmp_path / "none.npz")


@pytest.mark.parametrize("name", ["items", "views", "copy"])
def test_a_name_that_is_a_method_is_refused(name):
    for arrays, views in (({name: np.zeros(2)}, {}), ({"x": np.zeros(2)}, {name: ("x", 0)})):
        with pytest.raises(ValueError, match=rf"^'{name}' is a method of Record, so no array can have this name\.$"):
            Record(arrays, views)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda record: Record([np.zeros(2)]), "arrays must be a dict of names and NumPy arrays, but "),
        (lambda record: Record({"x": [1, 2]}), "arrays must be a dict of names and NumPy arrays, but "),
        (lambda record: Record({"x": np.zeros(2)}, ["x"]), "views must be a dict of names and (array's name, index), "),
        (lambda record: record.renamed("x"), "new must be a function of a name, such as str.upper, but 'x' came."),
        (lambda record: record.astype("number"), "dtype must be a kind of number, such as float32, but 'number' came."),
        (lambda record: record.joined({"y": np.zeros(2)}), "others must be Records, such as readout.params, but "),
        (lambda record: record.save(1), "path must be a file's name, such as 'weights.npz', but 1 came."),
        (lambda record: record.load(1), "path must be a file's name, such as 'weights.npz', but 1 came."),
    ],
)
def test_what_is_of_another_kind_is_refused_in_a_sentence(record, call, said):
    with pytest.raises(ValueError) as caught:
        call(record)
    assert said in str(caught.value) and str(caught.value).endswith(" came.")


def test_renamed_arrays_share_their_memory_and_some_may_be_left_out(record):
    short = record.renamed(lambda name: name.upper() if name.startswith("h") else None)
    assert list(short) == ["H_ALL"] and set(short.views) == {"H", "H_PREV"}
    short.H = 7
    assert record.h_all.tolist() == [0, 7, 7, 7]


def test_rows_of_several_parts_are_windows_by_their_names():
    windows = rows_of("fg", 2, "W_x", "b_")
    assert list(windows) == ["W_xf", "W_xg", "b_f", "b_g"]
    record = Record({"W_x": np.arange(8.0).reshape(4, 2), "b": np.arange(4.0)[:, None]}, windows)
    assert record.W_xf.tolist() == [[0, 1], [2, 3]] and record.W_xg.tolist() == [[4, 5], [6, 7]]
    assert record.b_f[:, 0].tolist() == [0, 1] and record.b_g[:, 0].tolist() == [2, 3]
