"""Four protocols in one table: what is counted here is counted, what is not has a source or a stated assumption."""

from typing import NamedTuple

from .arguments import positive, whole
from .delegated import DelegatedProofOfStake
from .pbft import PBFT
from .proof_of_stake import ProofOfStake
from .proof_of_work import ProofOfWork
from .protocol import Protocol, simulate

TERA = 1e12
#: Joules for 10¹² hashes, by the makers' data sheets: Bitmain Antminer S21 (2023, 200 TH/s at 3,500 W) and
#: S19 Pro (2020, 110 TH/s at 3,250 W). Older machines need more: an S9 (2016) about 98.
JOULES_PER_TERAHASH = (17.5, 29.5)
#: Assumption: about Bitcoin's difficulty at the end of 2024. A block takes difficulty · 2³² hashes on average.
BITCOIN_DIFFICULTY = 1e14
#: Terawatt hours a year of Ethereum after its move to proof of stake. Lowest: Crypto Carbon Ratings Institute, The
#: Merge: Implications on the Electricity Consumption and Carbon Footprint of the Ethereum Network, September 2022.
#: Highest: Cambridge Blockchain Network Sustainability Index, December 2023, with 14,072 nodes, thus 61 W each.
ETHEREUM_TERAWATT_HOURS = (0.0026, 0.0075)
ETHEREUM_SLOT = 12  # seconds
#: Assumption: watts of one server that takes part and does nothing else; from a small computer to a server in a rack.
SERVER_WATTS = (50.0, 500.0)
SECONDS_A_YEAR = 365.25 * 24 * 3600
JOULES_PER_KILOWATT_HOUR = 3.6e6

Range = tuple[float, float]


def work_joules(hashes: float) -> Range:
    """Joules for so many hashes, lowest and highest."""
    return tuple(positive("hashes", hashes) / TERA * joules for joules in JOULES_PER_TERAHASH)


def bitcoin_hashes(difficulty: float = BITCOIN_DIFFICULTY) -> float:
    """Hashes that one block of Bitcoin takes on average."""
    return positive("difficulty", difficulty) * 2**32


def ethereum_joules() -> Range:
    """Joules of all Ethereum in one slot, lowest and highest."""
    slots = SECONDS_A_YEAR / ETHEREUM_SLOT
    return tuple(hours * 1e9 * JOULES_PER_KILOWATT_HOUR / slots for hours in ETHEREUM_TERAWATT_HOURS)


def server_joules(servers: int, seconds: float) -> Range:
    """Joules of so many servers in so many seconds, lowest and highest."""
    servers, seconds = whole("servers", servers, 1), positive("seconds", seconds)
    return tuple(servers * seconds * watts for watts in SERVER_WATTS)


class Row(NamedTuple):
    """One protocol. `messages` and `hashes` (at this notebook's easy target) for each finalised block and `finality`
    in seconds are measured; `joules` for each block is a range, and `of` says of what: of a network in the world, or of
    assumed servers for as long as a final block took here.
    """

    protocol: str
    messages: float
    hashes: float
    finality: float
    joules: Range
    of: str
    assumes: str
    breaks: str


def comparison(nodes: int = 7, blocks: int = 100, seed: int = 0) -> list[Row]:
    """Run all four with so many `nodes` for the time of about so many `blocks`, messages taking 0.1 s."""
    nodes, blocks = whole("nodes", nodes, 4), whole("blocks", blocks, 20)

    def row(protocol: type[Protocol], seconds: float, joules: Range | None, of: str, *rest: str) -> Row:
        """`seconds` is about what a block takes. Without `joules`, servers run for what a final block really took."""
        run = simulate(protocol, nodes, blocks * seconds, seed=seed)
        if joules is None:
            took = run.duration / max(1, run.finalised)
            joules, of = server_joules(nodes, took), of.format(f"{took:.2f} s a block, measured")
        counted = run.messages_per_block, run.hashes_per_block, run.mean_finality
        return Row(protocol.__name__, *counted, joules, of, *rest)

    servers = f"{nodes} servers of 50 to 500 W (assumed) for {{}}"

    return [
        row(
            ProofOfWork,
            600,
            work_joules(bitcoin_hashes()),
            "Bitcoin at difficulty 10¹⁴, machines of 2020 to 2023",
            "most of the hash rate is honest; delays are short beside the interval",
            "half of the hash rate; a partition longer than the confirmations",
        ),
        row(
            ProofOfStake,
            ETHEREUM_SLOT,
            ethereum_joules(),
            "all Ethereum, estimates of 2022 and 2023",
            "more than two thirds of the stake are honest",
            "a third of the stake stops it; to contradict itself, a third must be caught and slashed",
        ),
        row(
            DelegatedProofOfStake,
            1,
            None,
            servers,
            "more than two thirds of the elected are honest; slots are long beside delays",
            "bought votes; delays longer than slots",
        ),
        row(
            PBFT,
            1.3,
            None,
            servers,
            "n ≥ 3f + 1 known members, at most f lie; messages arrive in the end",
            "f + 1 liars; many members: messages grow with n²",
        ),
    ]
