"""Small files of the same form as the public tables, made up from a seed; nothing in them is anybody's."""

import csv
from pathlib import Path

import numpy as np

from nnchain_edu.economy.elliptic import CLASSES_FILE, EDGES_FILE, FEATURES_FILE
from nnchain_edu.economy.ethereum_accounts import ERC20, ETHER

# The headers as they were published: names with stray spaces and one bracket that never closes, in the larger table;
# with underscores and one name twice, in the smaller one.
LARGE = ["", "Index", "Address", "FLAG"] + [
    {"max value received": "max value received "}.get(name, name).replace("contract)", "contract") for name in ETHER
]
LARGE += [f" {name}" for name in (*ERC20, "ERC20 most sent token type")] + [" ERC20_most_rec_token_type"]
SMALL = ["Index", "Address", "FLAG"] + [name.replace(" ", "_").removesuffix(".1") for name in (*ETHER, *ERC20)]
SMALL += ["ERC20_most_sent_token_type", "ERC20_most_rec_token_type"]

COINS = ["Blue, or so", 'The "Real" One', "Grüße", "OmniDollar", "Chip"]


def account_rows(seed: int = 0, rows: int = 60, fraud: float = 0.3) -> list[list[str]]:
    """Rows of address, label, 45 features and two tokens, as text: heavy tails, zeros, blanks, repeated addresses."""
    random = np.random.default_rng([91, seed])
    made = []
    for number in range(rows):
        label = int(random.random() < fraud)
        address = f"0x{random.integers(2**62):040x}" if number % 20 != 19 else made[-1][0]
        few = np.floor(random.lognormal(3 - 1.5 * label, 1.5, len(ETHER)))
        ether = np.where(random.random(len(ETHER)) < 0.3, 0, few + random.random(len(ETHER)).round(6))
        ether[-1] *= random.choice([-1, 1])
        chance = random.random()
        if chance < 0.3 and label:
            tokens = [""] * len(ERC20) + ["", random.choice(["", " "])]
        elif chance < 0.6:
            tokens = ["0"] * len(ERC20) + ["0", "0"]
        else:
            values = random.lognormal(2, 3, len(ERC20)).round(6)
            tokens = [f"{value:.2E}" if value < 1 else f"{value}" for value in values]
            tokens += [str(random.choice([*COINS, "None"])), str(random.choice(COINS))]
        made.append([address, str(label), *(f"{value:g}" for value in ether), *tokens])
    return made


def write_accounts(path: Path, rows: list[list[str]], header: list[str] = LARGE) -> Path:
    """Write `rows` under one of the two published headers."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        before = header.index("Address")
        writer.writerows([str(number)] * before + row for number, row in enumerate(rows))
    return path


def write_elliptic(folder: Path, seed: int = 0, transactions: int = 98, payments: int = 150) -> Path:
    """Write the three files; the features follow the label a little, payments stay within a step."""
    random = np.random.default_rng([92, seed])
    ids = random.choice(10**9, transactions, replace=False)
    steps = np.sort(1 + np.arange(transactions) % 49)
    label = random.choice(["1", "2", "unknown"], transactions, p=[0.2, 0.4, 0.4])
    label[:2] = "1", "2"
    features = random.normal(size=(transactions, 165)) + (label == "1")[:, None]
    folder.mkdir(exist_ok=True)
    lines = [f"{i},{s}," + ",".join(f"{v:.8f}" for v in row) for i, s, row in zip(ids, steps, features, strict=True)]
    (folder / FEATURES_FILE).write_text("\n".join(lines) + "\n")
    order = random.permutation(transactions)  # the classes come in another order
    lines = ["txId,class", *(f"{ids[i]},{label[i]}" for i in order)]
    (folder / CLASSES_FILE).write_text("\n".join(lines) + "\n")
    payer = random.integers(transactions, size=payments)
    payee = np.array([random.choice(np.flatnonzero(steps == steps[i])) for i in payer])
    lines = ["txId1,txId2", *(f"{ids[i]},{ids[j]}" for i, j in zip(payer, payee, strict=True))]
    (folder / EDGES_FILE).write_text("\n".join(lines) + "\n")
    return folder


def write_full_elliptic(folder: Path) -> tuple[int, int]:
    """Write a graph of the real size in some seconds: the lines repeat, the ids do not. Its rows and payments."""
    rows, payments = 203_769, 234_355
    random = np.random.default_rng(0)
    tails = [",".join(f"{v:.15f}" for v in random.normal(size=165)) for _ in range(200)]
    steps = 1 + np.arange(rows) * 49 // rows
    with (folder / FEATURES_FILE).open("w") as file:
        file.writelines(f"{i},{step},{tails[i % 200]}\n" for i, step in enumerate(steps))
    labels = ["1", *["2"] * 9, *["unknown"] * 33]
    (folder / CLASSES_FILE).write_text("txId,class\n" + "".join(f"{i},{labels[i % 43]}\n" for i in range(rows)))
    payers = random.integers(rows - 1, size=payments)
    pairs = ((a, a + 1 if steps[a + 1] == steps[a] else a - 1) for a in payers)
    (folder / EDGES_FILE).write_text("txId1,txId2\n" + "".join(f"{a},{b}\n" for a, b in pairs))
    return rows, payments
