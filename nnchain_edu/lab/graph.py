"""The transaction graph: accounts are circles, what flows between them arrows; each account can be chosen."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import anywidget
import networkx
import traitlets

from nnchain_edu.lab.assets import script, style
from nnchain_edu.lab.ledger import plain

WIDTH, HEIGHT, _MARGIN = 640, 420, 56  # of the drawing, in its own pixels
_LARGEST = 80  # accounts: more cannot be told apart


class Transfer(NamedTuple):
    """An amount that went from one account to another."""

    source: str
    target: str
    amount: float


class TransactionGraph(anywidget.AnyWidget):
    """Draw `transfers`: triples (from, to, amount), a data frame with columns `from`, `to` and an amount, or a
    `Chain`, whose transactions that carry ether are then drawn.

    Transfers between the same two accounts become one arrow with their sum. `unit` is written behind amounts;
    `marked` gives some accounts a word of warning ({"0xab…": "phishing"}), shown as a square. The same
    transfers give the same picture, in whatever order they come. `selected` is the chosen account, or "".
    """

    _esm = script("accounts", "graph")
    _css = style("graph")
    frame = traitlets.Dict().tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        transfers: Any,
        title: str = "Transaction graph",
        unit: str = "",
        marked: Mapping[str, str] | None = None,
        seed: int = 0,
    ):
        self.transfers = read(transfers)
        self.unit = unit or ("ether" if hasattr(transfers, "w3") else "")
        self.marked = {str(k): plain(v) for k, v in (marked or {}).items()}
        self._sums: dict[tuple[str, str], list[float]] = defaultdict(list)
        for transfer in self.transfers:
            self._sums[transfer.source, transfer.target].append(transfer.amount)
        self.accounts = sorted({name for pair in self._sums for name in pair} | set(self.marked))
        if len(self.accounts) > _LARGEST:
            raise ValueError(f"transfers name {len(self.accounts)} accounts; at most {_LARGEST} can be told apart")
        self.positions = layout(self.accounts, self._sums, seed)
        super().__init__(
            frame={
                "title": title,
                "text": self.text(),
                "width": WIDTH,
                "height": HEIGHT,
                "accounts": [self._account(name) for name in self.accounts],
                "arrows": [self._arrow(*pair) for pair in sorted(self._sums)],
            }
        )

    def __repr__(self) -> str:
        return f"{self.frame['title']}: {self.text()}"

    def text(self) -> str:
        """One line that says what is drawn."""
        if not self._sums:
            return "No transfers."
        (source, target), largest = max(self._sums.items(), key=lambda item: (sum(item[1]), item[0]))
        return (
            f"{len(self.accounts)} accounts, {len(self.transfers)} transfers. The most went from "
            f"{plain(source, 42)} to {plain(target, 42)}: {self._written(sum(largest))}."
        )

    def _written(self, amount: float) -> str:
        number = f"{amount:,}" if isinstance(amount, int) else f"{amount:,.4g}"
        return f"{number} {self.unit}".strip()

    def _account(self, name: str) -> dict[str, Any]:
        sent = [a for (source, _), amounts in self._sums.items() if source == name for a in amounts]
        got = [a for (_, target), amounts in self._sums.items() if target == name for a in amounts]
        warning = f"Marked: {self.marked[name]}. " if name in self.marked else ""
        x, y = self.positions[name]
        return {
            "name": name,
            "label": short(plain(name)),
            "mark": self.marked.get(name, ""),
            "x": x,
            "y": y,
            "text": f"{warning}Sent {self._written(sum(sent))} in {_many(sent)}, "
            f"received {self._written(sum(got))} in {_many(got)}.",
        }

    def _arrow(self, source: str, target: str) -> dict[str, Any]:
        amounts = self._sums[source, target]
        most = max(map(sum, self._sums.values())) or 1
        return {
            "source": source,
            "target": target,
            "both": source != target and (target, source) in self._sums,
            "amount": self._written(sum(amounts)),
            "transfers": len(amounts),
            "width": round(1.2 + 4.8 * math.sqrt(max(0.0, float(sum(amounts) / most))), 2),
        }


def _many(amounts: list) -> str:
    return f"{len(amounts)} transfer{'s' * (len(amounts) != 1)}"


def short(name: str) -> str:
    """A name that fits under a circle: addresses keep both ends."""
    if len(name) <= 14:
        return name
    return f"{name[:6]}…{name[-4:]}" if name.startswith("0x") else f"{name[:13]}…"


def read(transfers: Any) -> list[Transfer]:
    """Transfers from triples, a data frame or a chain; checked: names as text, amounts as numbers from zero."""
    if hasattr(transfers, "w3"):
        return _of_chain(transfers)
    if hasattr(transfers, "columns"):
        names = list(transfers.columns)
        amount = next((n for n in ("amount", "value") if n in names), None)
        if not {"from", "to"} <= set(names) or amount is None:
            raise ValueError(f"a frame of transfers has columns from, to and amount (or value); there are: {names}")
        transfers = transfers[["from", "to", amount]].itertuples(index=False, name=None)
    if not isinstance(transfers, Iterable):
        raise TypeError(f"transfers must be triples or a data frame; {type(transfers).__name__} was given")
    checked = []
    for i, each in enumerate(transfers):
        try:
            source, target, amount = each
            amount = amount if isinstance(amount, int) else float(amount)
            if not amount >= 0 or not math.isfinite(amount):
                raise ValueError
        except (TypeError, ValueError):
            raise ValueError(f"transfers[{i}] must be (from, to, amount of 0 or more); {each!r} was given") from None
        checked.append(Transfer(str(source), str(target), amount))
    return checked


def _of_chain(chain: Any) -> list[Transfer]:
    """The transactions of a chain that carried ether, in ether."""
    eth = chain.w3.eth
    blocks = (eth.get_block(number, full_transactions=True) for number in range(eth.block_number + 1))
    carried = (sent for block in blocks for sent in block["transactions"] if sent["value"])

    def name(address: str) -> str:  # contracts may share a name, so theirs keeps the address
        return chain.accounts.name_of(address) or chain.name(address)

    return [
        Transfer(name(sent["from"]), name(sent["to"]) if sent["to"] else "new contract", sent["value"] / 10**18)
        for sent in carried
        if eth.get_transaction_receipt(sent["hash"])["status"]
    ]


def layout(accounts: list[str], pairs: Iterable[tuple[str, str]], seed: int) -> dict[str, tuple[int, int]]:
    """A place for every account in whole pixels: connected ones near, none on top of another."""
    network = networkx.Graph()
    network.add_nodes_from(accounts)
    network.add_edges_from(sorted({tuple(sorted(pair)) for pair in pairs if pair[0] != pair[1]}))
    if len(accounts) < 2:
        return {name: (WIDTH // 2, HEIGHT // 2) for name in accounts}
    groups = map(sorted, networkx.connected_components(network))
    groups = sorted(groups, key=lambda group: (-len(group), group))
    hubs = [max(group, key=lambda name: (network.degree(name), name)) for group in groups]
    network.add_edges_from((hubs[0], hub) for hub in hubs[1:])  # only to lay out: or groups would drift apart
    start = networkx.circular_layout(network)
    spread = 2.0 / math.sqrt(len(accounts))
    places = networkx.spring_layout(network, pos=start, k=spread, iterations=300, seed=seed)
    inside = [(WIDTH, [p[0] for p in places.values()]), (HEIGHT, [p[1] for p in places.values()])]
    points = []
    for name in accounts:
        point = []
        for (size, all_of_them), value in zip(inside, places[name], strict=True):
            low, high = min(all_of_them), max(all_of_them)
            share = (value - low) / (high - low) if high - low > 1e-9 else 0.5
            point.append(_MARGIN + share * (size - 2 * _MARGIN))
        points.append(point)
    _part(points)
    return {name: (round(x), round(y)) for name, (x, y) in zip(accounts, points, strict=True)}


def _part(points: list[list[float]]) -> None:
    """Push apart what is closer than a circle and its name need; in place."""
    apart = min(105.0, 0.8 * math.sqrt(WIDTH * HEIGHT / len(points)))
    for _ in range(200):
        for i, a in enumerate(points):
            for j, b in enumerate(points[:i]):
                dx, dy = a[0] - b[0], a[1] - b[1]
                distance = math.hypot(dx, dy)
                if distance >= apart:
                    continue
                if distance < 1e-6:
                    dx, dy, distance = math.cos(i + j), math.sin(i + j), 1.0
                dx, dy = dx + 0.2 * dy, dy - 0.2 * dx  # a little sideways: two in a corner must get out of it
                push = (apart - distance) / 2 / distance
                for point, sign in ((a, 1), (b, -1)):
                    point[0] = min(max(point[0] + sign * push * dx, _MARGIN), WIDTH - _MARGIN)
                    point[1] = min(max(point[1] + sign * push * dy, _MARGIN), HEIGHT - _MARGIN)
