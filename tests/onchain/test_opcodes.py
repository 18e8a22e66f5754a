import pandas
import pytest

from nnchain_edu.onchain import CLASSES, gas_by_class, opcode_class
from nnchain_edu.onchain.assembly import OPCODES


def test_every_opcode_the_compiler_writes_has_a_class():
    kinds = {name: opcode_class(name) for name in OPCODES if name != "STOP"}
    assert "other" not in kinds.values() and set(kinds.values()) <= set(CLASSES)


@pytest.mark.parametrize(
    "name, kind", [("MUL", "multiply"), ("PUSH32", "stack"), ("SWAP3", "stack"), ("LOG1", "other")]
)
def test_classes(name, kind):
    assert opcode_class(name) == kind


def frame(depths):
    return pandas.DataFrame({"op": ["MUL", "ADD", "MUL"], "cost": [5, 3, 5], "depth": depths})


def test_gas_is_summed_by_class():
    found = gas_by_class(frame([1, 1, 1]))
    assert found.values.tolist() == [["multiply", 2, 10, 10 / 13], ["add", 1, 3, 3 / 13]]


def test_traces_that_are_refused():
    with pytest.raises(ValueError, match="calls to other contracts"):
        gas_by_class(frame([1, 1, 2]))
    with pytest.raises(ValueError, match="without cost"):
        gas_by_class(pandas.DataFrame({"op": ["MUL"], "depth": [1]}))
