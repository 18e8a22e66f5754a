"""The weights' bytes and hash: canonical, little-endian, read back without running anything."""

import hashlib
import pickle
import struct
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nnchain_edu.nets import CNN, GRU, MLP
from nnchain_edu.nets.weights import DTYPES, read_weights, weights_bytes, weights_hash

SMALL = {"b": torch.tensor([1.5, -2.0]), "a": torch.tensor([[1, 2, 3]], dtype=torch.int16)}
BYTES = (
    *(struct.pack("<I", 1), b"a", struct.pack("<I", 5), b"int16", struct.pack("<IQQ", 2, 1, 3)),
    struct.pack("<hhh", 1, 2, 3),
    *(struct.pack("<I", 1), b"b", struct.pack("<I", 7), b"float32", struct.pack("<IQ", 1, 2)),
    struct.pack("<ff", 1.5, -2.0),
)


def test_the_bytes_are_written_down_field_by_field():
    assert weights_bytes(SMALL) == b"".join(BYTES)
    assert weights_hash(SMALL) == hashlib.sha256(b"".join(BYTES)).digest()
    assert weights_hash(SMALL).hex() == "f1d3ac42f1dbedbe8a87b2dc9155e6b356cc601aae808e70642681356d8bf370"


def test_names_are_sorted_as_bytes_not_in_the_order_of_entry():
    turned = dict(reversed(SMALL.items()))
    assert list(turned) != list(SMALL) and weights_hash(turned) == weights_hash(SMALL)
    names = ["layer.10", "layer.9", "Z", "é", "z"]
    assert list(read_weights(weights_bytes({name: torch.zeros(1) for name in names}))) == sorted(names, key=str.encode)


def test_a_model_has_the_hash_of_its_state_dict_and_layout_does_not_count():
    model = MLP(3, 4, 2)
    assert weights_hash(model) == weights_hash(model.state_dict()) == weights_hash(MLP(3, 4, 2))
    assert weights_hash({"w": torch.arange(6).reshape(2, 3).T}) == weights_hash(
        {"w": torch.tensor([[0, 3], [1, 4], [2, 5]])}
    )


@pytest.mark.parametrize(
    "other",
    [
        {"a": SMALL["a"], "b": torch.tensor([1.5, -2.0000002])},
        {"a": SMALL["a"], "c": SMALL["b"]},
        {"a": SMALL["a"].T, "b": SMALL["b"]},
        {"a": SMALL["a"].to(torch.int32), "b": SMALL["b"]},
        {"a": SMALL["a"], "b": SMALL["b"].double()},
        {"a": SMALL["a"], "b": SMALL["b"].reshape(2, 1)},
        {"a": SMALL["a"]},
        SMALL | {"c": torch.zeros(0)},
    ],
)
def test_every_change_gives_another_hash(other):
    assert weights_hash(other) != weights_hash(SMALL)


def test_signed_zeros_and_kinds_of_nan_are_told_apart():
    bits = torch.tensor([0x7FC00000, 0x7FC00001], dtype=torch.int32)
    quiet, other = bits.view(torch.float32).unsqueeze(1)
    assert weights_hash({"w": quiet}) != weights_hash({"w": other})
    assert weights_hash({"w": torch.tensor(0.0)}) != weights_hash({"w": torch.tensor(-0.0)})
    assert read_weights(weights_bytes({"w": other}))["w"].view(torch.int32) == 0x7FC00001


@pytest.mark.parametrize("name", DTYPES)
def test_every_dtype_comes_back_bit_for_bit(name):
    kind = DTYPES[name][0]
    for shape in ((), (0,), (5,), (2, 3), (1, 0, 2)):
        tensor = (torch.randn(shape, generator=torch.Generator().manual_seed(1)) * 9).to(kind)
        back = read_weights(weights_bytes({"w": tensor}))["w"]
        assert back.dtype == kind and back.shape == tensor.shape and torch.equal(back, tensor)


@pytest.mark.parametrize("model", [MLP(5, 3, 2), CNN((2,), side=4, classes=2), GRU(2, 3, 2)], ids=["MLP", "CNN", "GRU"])
def test_a_models_weights_come_back_and_fit(model):
    data = weights_bytes(model)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    assert weights_bytes(model) != data
    model.load_state_dict(read_weights(data))
    assert weights_bytes(model) == data


def test_reading_copies_and_the_copy_can_be_changed():
    data = weights_bytes(SMALL)
    read_weights(data)["b"] += 1
    assert weights_bytes(SMALL) == data


@pytest.mark.parametrize("cut", range(1, len(b"".join(BYTES))))
def test_a_cut_anywhere_is_refused(cut):
    data = b"".join(BYTES)[:-cut]
    if data == b"".join(BYTES[:6]):
        assert list(read_weights(data)) == ["a"]  # whole tensors are weights of their own, with a hash of their own
    else:
        with pytest.raises(ValueError, match="data"):
            read_weights(data)


def entry(name=b"w", dtype=b"int8", shape=(2,), numbers=b"\1\2"):
    sizes = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
    return struct.pack("<I", len(name)) + name + struct.pack("<I", len(dtype)) + dtype + sizes + numbers


@pytest.mark.parametrize(
    "data, why",
    [
        (b"", "empty"),
        (entry() + entry(), "in order"),
        (entry(b"b") + entry(b"a"), "in order"),
        (entry(dtype=b"object"), "'object'"),
        (entry(dtype=b"|i1"), "accepted are"),
        (entry(shape=(2**63,)), "cut short"),
        (entry(shape=(2**40, 2**40)), "cut short"),
        (entry(shape=(1,) * 17), "dimensions"),
        (entry(name=b"\xff"), "UTF-8"),
        (entry(dtype=b"bool"), "truth value"),
        (entry() + b"\0", "cut short"),
        (pickle.dumps({"w": 1}), "data"),
    ],
)
def test_bytes_that_are_no_weights_are_refused_with_the_reason(data, why):
    with pytest.raises(ValueError, match=why):
        read_weights(data)


class Bomb:
    def __reduce__(self):
        return sys.exit, (3,)


def test_a_pickle_is_not_run():
    with pytest.raises(ValueError):
        read_weights(pickle.dumps(Bomb()))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80))
def test_whatever_is_read_is_written_the_same(data):
    try:
        state = read_weights(data)
    except ValueError:
        return
    assert weights_bytes(state) == data


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=6), st.lists(st.floats(width=32), max_size=4), min_size=1, max_size=4))
def test_all_names_and_numbers_come_back(entries):
    state = {name: torch.tensor(numbers, dtype=torch.float32) for name, numbers in entries.items()}
    assert weights_bytes(read_weights(weights_bytes(state))) == weights_bytes(state)


@pytest.mark.parametrize("bad", [3, [torch.zeros(1)], {"w": 3}, {3: torch.zeros(1)}, {"w": torch.zeros(2).to_sparse()}])
def test_what_is_no_model_is_refused(bad):
    with pytest.raises(TypeError, match="model"):
        weights_bytes(bad)


@pytest.mark.parametrize("bad, why", [({}, "no tensors"), ({"w": torch.zeros(1, dtype=torch.complex64)}, "complex64")])
def test_tensors_without_a_name_in_the_format_are_refused(bad, why):
    with pytest.raises(ValueError, match=why):
        weights_bytes(bad)
