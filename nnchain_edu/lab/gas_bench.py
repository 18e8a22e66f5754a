"""The bench of unit 04: one line of Vyper, its bytecode, and where the gas of a call goes, opcode by opcode."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnchain_edu.chain import Chain, ContractSource
from nnchain_edu.chain.refusals import ChainError
from nnchain_edu.lab.controls import Choice, Prediction, Text, Toggle
from nnchain_edu.lab.figures import BLUE, INK, ORANGE
from nnchain_edu.lab.state import State

BEFORE = """# pragma version 0.4.3
event Said:
    what: uint256

total: uint256
notes: HashMap[address, uint256]
row: DynArray[uint256, 8]
spare: transient(uint256)

@external
@payable
def run(x: uint256):
"""
EXAMPLES = {
    "add to a number in storage": "self.total += x",
    "compute and forget": "y: uint256 = x * x + x",
    "set a number in storage to the same each time": "self.total = 9",
    "write into a mapping": "self.notes[msg.sender] = x",
    "append to an array": "self.row.append(x)",
    "log an event": "log Said(what=x)",
    "hash": "y: bytes32 = keccak256(convert(x, bytes32))",
    "remember for this transaction only": "self.spare += x",
    "a hundred rounds": "for i: uint256 in range(100): self.spare += i",
    "pay the caller back": 'raw_call(msg.sender, b"", value=1)',
    "refuse small numbers": 'assert x > 5, "too small"',
}
TRANSACTION, DATA, FLOOR, OTHERS = "transaction", "call data", "least price of data", "all others"
BEFORE_THE_CODE = (TRANSACTION, DATA, FLOOR)
BARS = 9  # in the figure; what is smaller goes together


def gas_by_opcode(trace: Any) -> dict[str, int]:
    """Gas that each opcode took by itself, by name, largest first, from `chain.trace`.

    A call's own cost is what it took without the code that it ran and without the gas that came back.
    """
    spent: dict[str, int] = {}
    open_calls: list[list] = []  # by depth: [opcode, gas before, gas its inner code took]
    rows = list(zip(trace.op, trace.gas.tolist(), trace.cost.tolist(), trace.depth.tolist(), strict=True))

    def book(op: str, gas: int) -> None:
        spent[op] = spent.get(op, 0) + gas
        if open_calls:
            open_calls[-1][2] += gas

    for (op, gas, cost, depth), following in zip(rows, [*rows[1:], None], strict=True):
        if following is not None and following[3] > depth:
            open_calls.append([op, gas, 0])
            continue
        same = following is not None and following[3] == depth
        book(op, gas - following[1] if same else cost)
        if following is not None and following[3] < depth:
            call, before, inside = open_calls.pop()
            book(call, before - following[1] - inside)
    return dict(sorted(spent.items(), key=lambda item: (-item[1], item[0])))


def draw_gas(ax: Axes, gas: dict[str, int], bars: int = BARS) -> dict[str, int]:
    """Draw gas by name as bars, the largest on top, the smallest together as one; return what is drawn."""
    ranked = sorted((item for item in gas.items() if item[1] > 0), key=lambda item: -item[1])
    shown = dict(ranked)
    if len(ranked) > bars:
        shown = dict(ranked[: bars - 1]) | {OTHERS: sum(cost for _, cost in ranked[bars - 1 :])}
    places, most = range(len(shown)), ranked[0][1]
    ax.barh(places, shown.values(), color=[ORANGE if name in BEFORE_THE_CODE else BLUE for name in shown])
    for place, cost in zip(places, shown.values(), strict=True):
        ax.text(cost + most * 0.01, place, f"{cost:,}", va="center", ha="left", fontsize=10)
    ax.set_yticks(places, shown)
    ax.invert_yaxis()
    ax.set_xlim(0, most * 1.14)
    ax.grid(axis="y", visible=False)
    ax.set_xlabel("gas (orange: the price of being a transaction; blue: opcodes)")
    return shown


class GasBench(State):
    """One line in the function `run(x)` of a small contract, called with x = 7."""

    title = "What does a line cost?"
    controls = (
        Choice("example", "An example to begin with", tuple(EXAMPLES), next(iter(EXAMPLES))),
        Text("line", "Your line of Vyper, then Enter", EXAMPLES[next(iter(EXAMPLES))]),
        Toggle("again", "Count the second call instead of the first"),
    )
    prediction = Prediction(
        "The line adds 7 to a number in storage that was 0. How much gas does the same call take the second time?",
        low=0,
        high=10**6,
        unit="gas",
    )
    figure_height = 420

    def __init__(self) -> None:
        self.chain = Chain()
        self._example = None
        super().__init__()

    def reset(self) -> None:
        """Back to the first example; nothing is compared any more."""
        self._example, self.before = None, None
        self.measured: dict[str, Any] = {}
        super().reset()

    def changed(self) -> None:
        """Compile the line, deploy the contract, call it; a line that cannot be used leaves all as it was."""
        if self._example is not None and self.example != self._example:
            self.line = EXAMPLES[self.example]
        self._example = self.example
        asked = (self.line, self.again)
        if self.measured.get("asked") == asked:
            return
        measured = self._measure() | {"asked": asked}
        self.before, self.measured = self.measured or None, measured

    def _measure(self) -> dict[str, Any]:
        source = ContractSource(f"{BEFORE}    {self.line.strip() or 'pass'}\n", "run")
        try:
            size = len(source.runtime)
            with self.chain.snapshot():
                contract = self.chain.deploy(source)
                for _ in range(1 + self.again):
                    receipt = self.chain.send(contract.functions.run, 7, value=1)
                trace = self.chain.trace(receipt)
                data = bytes(self.chain.transaction(receipt)["input"])
        except ChainError as error:
            raise ValueError(_blame(str(error))) from None
        zeros = data.count(0)
        gas = {TRANSACTION: 21_000, DATA: 4 * zeros + 16 * (len(data) - zeros), **gas_by_opcode(trace)}
        total = receipt["gasUsed"]
        missing = total - sum(gas.values())  # above zero: the floor of EIP-7623; below: a refund of EIP-3529
        if missing > 0:
            gas[FLOOR] = missing
        return {"size": size, "total": total, "gas": gas, "refund": max(0, -missing)}

    def text(self) -> str:
        """Size, gas, and the dearest opcode, in one line."""
        now = self.measured
        line, again = now["asked"]
        opcodes = {op: gas for op, gas in now["gas"].items() if op not in BEFORE_THE_CODE}
        dearest = max(opcodes, key=opcodes.get)
        refund = f" {now['refund']:,} gas came back for storage set free." if now["refund"] else ""
        before = ""
        if self.before:
            change, bytes_more = now["total"] - self.before["total"], now["size"] - self.before["size"]
            before = f" Against the line before: {change:+,} gas, {bytes_more:+,} bytes.".replace("-", "\u2212")
        return (
            f"{line.strip() or 'pass'}: {now['size']:,} bytes; the {'second' if again else 'first'} call takes "
            f"{now['total']:,} gas. The dearest opcode is {dearest} with {opcodes[dearest]:,}.{refund}{before}"
        )

    def draw(self, fig: Figure) -> None:
        """Bars of gas by opcode, the dearest on top; an outline shows the line before."""
        fig.subplots_adjust(left=0.24)  # the longest names of opcodes
        ax = fig.subplots()
        gas = draw_gas(ax, self.measured["gas"])
        if self.before:
            earlier = [self.before["gas"].get(name, 0) for name in gas]
            outline = {"fill": False, "edgecolor": INK, "linestyle": "--", "linewidth": 1.1}
            ax.barh(range(len(gas)), earlier, label="the line before", **outline)
        line, _ = self.measured["asked"]
        shown = line.strip() or "pass"
        shown = shown if len(shown) <= 36 else shown[:35] + "…"
        # from the left edge of the page: a line is longer than the axes are wide
        ax.set_title(f"{self.measured['total']:,} gas:  {shown}", x=-0.3, parse_math=False)
        if self.before:
            ax.legend(loc="lower right")

    def compare(self, prediction: float | str) -> str:
        """The prediction beside what the second call takes, once the learner has looked at it."""
        if self.measured["asked"] != (self.controls[1].default, True):
            return f"You predicted {prediction:,.0f} gas for the second call of {self.controls[1].default}."
        return (
            f"You predicted {prediction:,.0f} gas; the second call takes {self.measured['total']:,}, "
            "since the slot is not empty any more."
        )


def _blame(message: str) -> str:
    """The compiler's or the chain's complaint without the lines that the learner did not write."""
    first = message.splitlines()[0]
    if first.startswith("run, line"):
        return f"The line does not compile: {first.partition(': ')[2]}"
    return f"The call fails: {first}"
