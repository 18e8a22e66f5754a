"""The registry keeps its promises: a lie is decided by recomputing, a true claim cannot lose, no rule is skipped."""

import random
from hashlib import sha256

import numpy as np
import pytest
import torch
from web3.exceptions import ContractLogicError

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.economy.committed import MerkleTree, decode_row, encode_row, packed
from nnchain_edu.nets import MLP
from nnchain_edu.nets.weights import weights_bytes
from nnchain_edu.nets.whole_numbers import FORM, whole_network, whole_rows, whole_scores

BOND, WINDOW = 10**18, 3600
RECIPE = sha256(b"recipe").digest()
ZERO = "0x" + "00" * 20


def network(seed, inputs=3, hidden=4):
    return whole_network(MLP(inputs, hidden, 2, seed=seed))


def constant(answer, inputs=3, hidden=4):
    """A network that says the same of each row."""
    state = {name: torch.zeros_like(tensor) for name, tensor in network(0, inputs, hidden).items()}
    state["output.bias"] += 1 if answer else -1
    return state


class Game:
    """A chain with a register and a registry, models, and a committed test table. Alice deploys, Carol labels."""

    def __init__(self, rows=20, inputs=3, hidden=4, margin=0, good=None, poor=None):
        self.chain = Chain()
        self.register = self.chain.deploy("dataset_register")
        settings = ("carol", inputs, hidden, BOND, WINDOW, margin)
        self.registry = self.chain.deploy("model_registry", self.register.address, *settings)
        rng = np.random.default_rng(rows)
        self.x = whole_rows(rng.normal(size=(rows, inputs)))
        self.models = {1: poor or constant(False, inputs, hidden), 2: good or network(1, inputs, hidden)}
        self.labels = [score > 0 for score in whole_scores(network(1, inputs, hidden), self.x)]
        self.labels[0], self.labels[-1] = True, True
        for sender, model in (("alice", 1), ("bob", 2)):
            self.chain.send(self.registry.functions.register, self.data(model), RECIPE, sender=sender)
        self.commit()

    def data(self, model):
        return weights_bytes(self.models[model])

    def commit(self, sender="carol", recipe=RECIPE):
        accounts = [f"0x{i:040x}" for i in range(len(self.x))]
        self.rows = [encode_row(a, 7, x, y) for a, x, y in zip(accounts, self.x, self.labels, strict=True)]
        self.tree = MerkleTree(self.rows)
        self.chain.send(self.register.functions.commit, self.tree.root, len(self.rows), recipe, sender=sender)
        return self.register.functions.count().call()

    def predictions(self, model):
        return [score > 0 for score in whole_scores(self.models[model], self.x)]

    def claim(self, labels=None, candidate=None, incumbent=None):
        columns = (labels or self.labels, candidate or self.predictions(2), incumbent or self.predictions(1))
        return list(zip(*map(packed, columns), strict=True))

    def evaluate(self, claim=None, candidate=2, table=1, value=BOND, sender="bob"):
        claim = self.claim() if claim is None else claim
        return self.chain.send(self.registry.functions.evaluate, candidate, table, claim, sender=sender, value=value)

    def dispute(self, index, model=2, sender="dave", row=None, siblings=None, weights=None, evaluation=1):
        row = self.rows[index] if row is None else row
        siblings = self.tree.siblings(index) if siblings is None else siblings
        weights = (self.data(model) if model else b"") if weights is None else weights
        arguments = (evaluation, index, row, siblings, weights)
        return self.chain.send(self.registry.functions.dispute, *arguments, sender=sender)

    def conclude(self, wait=WINDOW + 1, evaluation=1):
        self.chain.travel(seconds=wait)
        return self.chain.send(self.registry.functions.conclude, evaluation, sender="erin")

    def champion(self):
        return self.registry.functions.champion().call()


@pytest.fixture(scope="module")
def shared():
    return Game()


@pytest.fixture
def game(shared):
    with shared.chain.snapshot():
        yield shared


def flipped(bits, index):
    return [bit != (i == index) for i, bit in enumerate(bits)]


# The register --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7, 8, 13, 33])
def test_every_row_is_proven_at_its_place_and_nowhere_else(n):
    chain = Chain()
    register = chain.deploy("dataset_register")
    rows = [bytes([i]) * 40 for i in range(n)]
    tree = MerkleTree(rows)
    chain.send(register.functions.commit, tree.root, n, RECIPE)
    holds = lambda *arguments: register.functions.holds(*arguments).call()  # noqa: E731
    for i in {*range(min(n, 8)), n // 2, n - 2, n - 1} - {-1}:
        row = rows[i]
        siblings = tree.siblings(i)
        assert holds(1, i, row, siblings)
        assert not holds(1, i, row[:-1] + b"!", siblings)
        assert not holds(1, i, row, [*siblings, bytes(32)]) and not holds(1, n, row, siblings)
        assert n == 1 or not holds(1, i, row, siblings[:-1])
        assert not any(holds(1, other, row, siblings) for other in {0, i - 1, i + 1, i ^ 1, i ^ 2, n - 1} - {-1, i})
        for place in range(len(siblings)):
            assert not holds(1, i, row, [*siblings[:place], bytes(32), *siblings[place + 1 :]])
    assert not holds(2, 0, rows[0], tree.siblings(0))


def test_a_node_is_no_row():
    chain = Chain()
    register = chain.deploy("dataset_register")
    tree = MerkleTree([b"a", b"b", b"c", b"d"])
    chain.send(register.functions.commit, tree.root, 2, RECIPE)
    inside = b"".join(tree.levels[0][:2])
    assert not register.functions.holds(1, 0, inside, [tree.levels[1][1]]).call()


@pytest.mark.parametrize("rows", [0, 2**32 + 1])
def test_a_table_of_no_rows_is_refused(game, rows):
    with pytest.raises(Reverted, match="1 to"):
        game.chain.send(game.register.functions.commit, bytes(32), rows, RECIPE)


def test_the_register_says_who_when_and_what(game):
    root, rows, recipe, owner, since = game.register.functions.datasets(1).call()
    assert (root, rows, recipe, owner) == (game.tree.root, 20, RECIPE, game.chain.accounts["carol"].address)
    assert since == game.chain.block().number


# Rows and networks ---------------------------------------------------------------------------------------------


def test_a_row_comes_back_from_its_bytes():
    row = encode_row("0x" + "ab" * 20, 70_000, [-32768, 0, 32767], True)
    assert len(row) == 31 and decode_row(row) == ("0x" + "ab" * 20, 70_000, (-32768, 0, 32767), True)


@pytest.mark.parametrize(
    "row",
    [("0x12", 1, [0], True), ("0x" + "00" * 20, -1, [0], True), ("0x" + "00" * 20, 1, [40_000], True)],
    ids=["account", "day", "feature"],
)
def test_what_is_no_row_is_refused(row):
    with pytest.raises(ValueError):
        encode_row(*row)


@pytest.mark.parametrize("row", [b"", bytes(26), bytes(28), bytes(26) + b"\2"])
def test_bytes_that_are_no_row_are_refused(row):
    with pytest.raises(ValueError, match="row"):
        decode_row(row)


def extremes(inputs, hidden, sign):
    """The largest numbers that fit, so that sums are as large as they can be."""
    full = {name: torch.iinfo(dtype) for name, dtype in FORM.items()}
    shapes = {
        "hidden.bias": (hidden,),
        "hidden.weight": (hidden, inputs),
        "output.bias": (1,),
        "output.weight": (hidden,),
    }
    return {
        n: torch.full(shapes[n], full[n].max if sign > 0 or n[0] == "h" else full[n].min, dtype=FORM[n]) for n in FORM
    }


@pytest.mark.parametrize("inputs, hidden", [(1, 1), (3, 4), (16, 8)])
def test_the_contract_and_python_agree_on_every_row(inputs, hidden):
    chain = Chain()
    registry = chain.deploy("model_registry", "alice", "carol", inputs, hidden, BOND, WINDOW, 0)
    rng = np.random.default_rng(inputs)
    rows = rng.integers(-(2**15), 2**15, size=(4, inputs)).astype(np.int16)
    rows[0], rows[1] = 2**15 - 1, -(2**15)
    near = network(3, inputs, hidden)
    score = whole_scores(near, rows[2:3])[0]
    borders = [near | {"output.bias": near["output.bias"] - score + step} for step in (0, 1)]  # scores 0 and 1
    for state in (network(2, inputs, hidden), *borders, extremes(inputs, hidden, 1), extremes(inputs, hidden, -1)):
        for row, expected in zip(rows, whole_scores(state, rows), strict=True):
            encoded = encode_row(ZERO, 0, row, False)
            assert registry.functions.predicts(weights_bytes(state), encoded).call() == (expected > 0)


def test_whole_scores_are_those_of_the_rounded_network_in_floats():
    model = MLP(5, 6, 2, seed=4)
    rows = np.random.default_rng(1).normal(size=(200, 5))
    whole = whole_scores(whole_network(model), whole_rows(rows))
    with torch.no_grad():
        out = model(torch.tensor(rows, dtype=torch.float32))
    exact = (out[:, 1] - out[:, 0]).numpy()
    assert np.abs(np.array(whole) / 2**28 - exact).max() < 0.02
    assert all(isinstance(score, int) for score in whole)


@pytest.mark.parametrize(
    "model", [MLP(3, 2), MLP(3, 4, 3), MLP(3, 4, 4, 2), MLP(3, 4, 2, activation="tanh")], ids=["1", "3", "deep", "tanh"]
)
def test_networks_of_another_build_are_refused(model):
    with pytest.raises(ValueError, match="model"):
        whole_network(model)


def test_a_weight_too_large_for_its_bits_is_named():
    model = MLP(3, 4, 2)
    with torch.no_grad():
        model.layers[1].weight[0, 0] = 32.0
    with pytest.raises(ValueError, match=r"hidden\.weight reaches 32768"):
        whole_network(model)


def test_rows_are_cut_off_rounded_and_must_be_finite():
    assert whole_rows(np.array([[1000.0, -1000.0, 0.25 / 256, 1.0]])).tolist() == [[32512, -32512, 0, 256]]
    for bad in ([[float("nan")]], [[float("inf")]], [1.0]):
        with pytest.raises(ValueError, match="rows"):
            whole_rows(np.array(bad))


# Registering ---------------------------------------------------------------------------------------------------


def test_the_chain_names_the_weights_as_python_does(game):
    assert game.registry.functions.models(2).call()[:2] == (sha256(game.data(2)).digest(), RECIPE)
    assert tuple(game.registry.functions.serving().call()) == (sha256(game.data(1)).digest(), RECIPE)


def test_the_weights_can_be_read_back_from_the_transaction(game):
    block = next(n for n in range(1, 9) if game.chain.events(game.registry).iloc[2]["block"] == n)
    sent = game.chain.transaction(game.chain.block(block).transactions[0])
    _, arguments = game.registry.decode_function_input(sent["input"])
    assert arguments["weights"] == game.data(2)


def damaged(state, inputs=3):
    data = weights_bytes(state)
    yield data[:-1]
    yield data + b"\0"
    yield b""
    for place in (0, 5, 20, 35, 36 + 16 + 5, 36 + 16 + 45, 36 + 16 + 46 + 24 + 10, len(data) - 8 - 10):
        yield data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
    yield weights_bytes(state | {"hidden.weight": state["hidden.weight"].T})
    yield weights_bytes(state | {"output.bias": state["output.bias"].to(torch.int32)})


def test_bytes_of_another_form_are_refused(game):
    for data in damaged(game.models[1]):
        with pytest.raises(Reverted, match="not the bytes of a network"):
            game.chain.send(game.registry.functions.register, data, RECIPE)


def test_only_the_deployer_enters_the_first_model_and_before_nothing_serves():
    chain = Chain()
    registry = chain.deploy("model_registry", "alice", "carol", 3, 4, BOND, WINDOW, 0)
    with pytest.raises(ContractLogicError, match="no model is in service"):
        registry.functions.serving().call()
    with pytest.raises(Reverted, match="deployer's"):
        chain.send(registry.functions.register, weights_bytes(network(1)), RECIPE, sender="judy")
    chain.send(registry.functions.register, weights_bytes(network(1)), RECIPE, sender="alice")
    chain.send(registry.functions.register, weights_bytes(network(2)), RECIPE, sender="judy")
    assert registry.functions.champion().call() == 1


@pytest.mark.parametrize(
    "settings, why",
    [
        ((0, 4, BOND, WINDOW, 0), "features"),
        ((65, 4, BOND, WINDOW, 0), "features"),
        ((3, 0, BOND, WINDOW, 0), "hidden units"),
        ((3, 33, BOND, WINDOW, 0), "hidden units"),
        ((3, 4, 1, WINDOW, 0), "bond"),
        ((3, 4, BOND, 0, 0), "window"),
        ((3, 4, BOND, WINDOW, 1000), "margin"),
    ],
)
def test_settings_out_of_range_are_refused(settings, why):
    with pytest.raises(Reverted, match=why):
        Chain().deploy("model_registry", "alice", "carol", *settings)


# An honest upgrade ---------------------------------------------------------------------------------------------


def test_an_honest_evaluation_takes_over_after_the_window_and_the_bond_comes_back(game):
    before = game.chain.balance("bob")
    receipt = game.evaluate()
    paid = receipt.fee
    event = receipt.events[0].args
    truth, said = np.array(game.labels), np.array(game.predictions(2))
    found = (truth & said).sum()
    assert event["candidate_score"] == 2000 * found // (truth.sum() + said.sum()) and event["incumbent_score"] == 0
    assert game.champion() == 1
    with pytest.raises(Reverted, match="still open"):
        game.conclude(wait=1)
    game.conclude()
    assert game.champion() == 2
    assert game.chain.balance("bob") == before - paid
    assert game.chain.balance(game.registry.address) == 0
    with pytest.raises(Reverted, match="nothing to conclude"):
        game.conclude()


@pytest.mark.parametrize("model", [0, 1, 2])
def test_no_true_bit_can_be_disputed(game, model):
    game.evaluate()
    for index in range(20):
        with pytest.raises(Reverted, match="the claim holds here"):
            game.dispute(index, model)


def test_a_late_dispute_is_refused_and_so_is_one_of_nothing(game):
    game.evaluate(game.claim(candidate=flipped(game.predictions(2), 3)))
    with pytest.raises(Reverted, match="nothing to dispute"):
        game.dispute(3, evaluation=2)
    game.chain.travel(seconds=WINDOW + 1)
    with pytest.raises(Reverted, match="window is closed"):
        game.dispute(3)


def test_the_windows_last_second_belongs_to_the_challenger(game):
    game.evaluate(game.claim(candidate=flipped(game.predictions(2), 3)))
    until = game.registry.functions.evaluations(1).call()[4]
    game.chain.travel(seconds=until - game.chain.block().timestamp - 1)  # the next block comes one second later
    with pytest.raises(Reverted, match="still open"):
        game.chain.send(game.registry.functions.conclude, 1)
    game.dispute(3)
    assert game.chain.block().timestamp == until


# A lie ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("index", range(20))
@pytest.mark.parametrize("lie", ["labels", "candidate", "incumbent"])
def test_any_false_bit_costs_the_bond(game, lie, index):
    true = {"labels": game.labels, "candidate": game.predictions(2), "incumbent": game.predictions(1)}
    game.evaluate(game.claim(**{lie: flipped(true[lie], index)}))
    before, burnt = game.chain.balance("dave"), game.chain.balance(ZERO)
    receipt = game.dispute(index, {"labels": 0, "candidate": 2, "incumbent": 1}[lie])
    assert game.chain.balance("dave") == before + BOND // 2 - receipt.fee
    tip = receipt.fee - receipt.gasUsed * game.chain.block().baseFeePerGas
    author = tip if game.chain.block().miner == ZERO else 0  # this chain's blocks pay their tips to the zero address
    assert game.chain.balance(ZERO) == burnt + BOND - BOND // 2 + author
    assert game.chain.balance(game.registry.address) == 0
    assert receipt.events[0].name == "Lied" and receipt.events[0].args["row"] == index
    for again in (lambda: game.dispute(index), lambda: game.conclude()):
        with pytest.raises(Reverted, match="nothing to"):
            again()
    assert game.champion() == 1


def test_a_lie_that_nobody_disputes_goes_through(game):
    """The stated assumption: somebody checks. Without a challenger, the worse model takes over."""
    game.models[2], kept = constant(True), game.models[2]
    try:
        game.chain.send(game.registry.functions.register, weights_bytes(constant(True)), RECIPE, sender="judy")
        game.evaluate(game.claim(candidate=game.labels), candidate=3, table=game.commit(), sender="judy")
        game.conclude()
        assert game.champion() == 3
    finally:
        game.models[2] = kept


def test_a_copy_of_the_model_in_service_is_no_candidate(game):
    """Its evaluator could lie about the incumbent's bits: a dispute with these weights reads the candidate's."""
    game.chain.send(game.registry.functions.register, game.data(1), RECIPE, sender="judy")
    with pytest.raises(Reverted, match="serve already"):
        game.evaluate(candidate=3, table=game.commit(), sender="judy")


@pytest.mark.parametrize("model", [0, 2])
def test_a_row_without_a_proper_label_takes_no_bond(game, model):
    game.rows[3], kept = game.rows[3][:-1] + b"\2", game.rows[3]
    tree, game.tree = game.tree, MerkleTree(game.rows)
    try:
        game.chain.send(game.register.functions.commit, game.tree.root, 20, RECIPE, sender="carol")
        game.evaluate(table=2)
        with pytest.raises(Reverted, match="0 or 1"):
            game.dispute(3, model)
    finally:
        game.rows[3], game.tree = kept, tree


def test_a_liar_who_disputes_the_own_lie_still_pays(game):
    before = game.chain.balance("bob")
    paid = game.evaluate(game.claim(candidate=flipped(game.predictions(2), 3))).fee
    paid += game.dispute(3, sender="bob").fee
    assert game.chain.balance("bob") == before - paid - BOND // 2


def test_a_dispute_needs_the_proven_row_and_the_weights_of_a_model(game):
    game.evaluate(game.claim(candidate=flipped(game.predictions(2), 3)))
    changed = game.rows[3][:-2] + b"\1" + game.rows[3][-1:]
    foreign = weights_bytes(network(9))
    for given, why in (
        ({"row": game.rows[4]}, "not proven"),
        ({"row": changed}, "not proven"),
        ({"siblings": game.tree.siblings(4)}, "not proven"),
        ({"row": game.rows[3][:-1]}, "another length"),
        ({"weights": foreign}, "neither model"),
        ({"weights": game.data(1)}, "holds here"),
        ({"weights": game.data(2)[:-2] + b"\0\0"}, "neither model"),
        ({"model": 0}, "holds here"),
    ):
        with pytest.raises(Reverted, match=why):
            game.dispute(3, **given)
    game.dispute(3)


# What an evaluation must fulfil ---------------------------------------------------------------------------------


def test_an_evaluation_that_breaks_a_rule_is_refused_and_keeps_no_wei(game):
    empty = [False] * 20
    for given, why in (
        ({"value": BOND - 1}, "exactly the bond"),
        ({"value": BOND + 1}, "exactly the bond"),
        ({"candidate": 0}, "no such candidate"),
        ({"candidate": 3}, "no such candidate"),
        ({"candidate": 1}, "no such candidate"),
        ({"table": 2}, "not the labeller's"),
        ({"claim": []}, "one word"),
        ({"claim": game.claim() * 2}, "one word"),
        ({"claim": game.claim(labels=[*game.labels, True])}, "beyond the last row"),
        ({"claim": game.claim(candidate=[*game.predictions(2), True])}, "beyond the last row"),
        ({"claim": game.claim(incumbent=[*game.predictions(1), True])}, "beyond the last row"),
        ({"claim": game.claim(labels=empty)}, "without fraud"),
        ({"claim": game.claim(candidate=empty)}, "does not beat"),
        ({"claim": game.claim(incumbent=game.predictions(2))}, "does not beat"),
    ):
        with pytest.raises(Reverted, match=why):
            game.evaluate(**given)
    assert game.chain.balance(game.registry.address) == 0


def test_a_table_known_before_the_model_was_registered_does_not_count(game):
    game.chain.send(game.registry.functions.register, game.data(2), RECIPE, sender="judy")
    with pytest.raises(Reverted, match="known before"):
        game.evaluate(candidate=3)
    game.evaluate(candidate=3, table=game.commit())


def test_neither_strangers_tables_nor_other_recipes_count(game):
    with pytest.raises(Reverted, match="labeller"):
        game.evaluate(table=game.commit(sender="bob"))
    with pytest.raises(Reverted, match="candidate reads rows of another recipe"):
        game.evaluate(table=game.commit(recipe=bytes(32)))
    game.chain.send(game.registry.functions.register, game.data(2), bytes(32), sender="judy")
    with pytest.raises(Reverted, match="incumbent reads rows of another recipe"):
        game.evaluate(candidate=3, table=game.commit(recipe=bytes(32)))


def test_of_two_upgrades_the_later_one_is_outdated_and_gets_its_bond_back(game):
    game.chain.send(game.registry.functions.register, game.data(2), RECIPE, sender="judy")
    table = game.commit()
    game.evaluate()
    game.evaluate(candidate=3, table=table, sender="judy")
    game.conclude()
    before = game.chain.balance("judy")
    game.conclude(evaluation=2)
    assert game.champion() == 2 and game.chain.balance("judy") == before + BOND


def f1(labels, said):
    both = sum(a and b for a, b in zip(labels, said, strict=True))
    return 2 * both / (sum(labels) + sum(said))


@pytest.mark.parametrize("rows", [1, 255, 256, 257, 700])
@pytest.mark.parametrize("margin", [0, 50])
def test_the_contract_counts_as_python_does_and_accepts_from_the_margin_on(rows, margin):
    game = Game(rows=rows, margin=margin)
    rng = random.Random(rows)
    accepted = 0
    for _ in range(12):
        labels, new, old = ([rng.random() < share for _ in range(rows)] for share in (0.5, 0.55, 0.45))
        labels[0] = True
        new, old = (new, old) if rng.random() < 0.7 else (old, new)
        beats = f1(labels, new) > f1(labels, old) and f1(labels, new) >= f1(labels, old) + margin / 1000
        with game.chain.snapshot():
            if beats:
                event = game.evaluate(game.claim(labels, new, old)).events[0].args
                expected = (int(1000 * f1(labels, new) + 1e-9), int(1000 * f1(labels, old) + 1e-9))
                assert (event["candidate_score"], event["incumbent_score"]) == expected
                accepted += 1
            else:
                with pytest.raises(Reverted, match=r"does not beat|by too little"):
                    game.evaluate(game.claim(labels, new, old))
    assert 0 < accepted < 12


def test_the_contest_has_room_for_4096_rows_and_no_more():
    big = Game(rows=4096)
    big.evaluate()
    with pytest.raises(Reverted, match="holds here"):
        big.dispute(4095)


def test_a_dispute_of_the_largest_network_fits_into_a_block():
    game = Game(inputs=64, hidden=32)
    game.evaluate(game.claim(candidate=flipped(game.predictions(2), 5)))
    assert game.dispute(5).gasUsed < 10_000_000


REENTERING = """
# pragma version 0.4.3
interface Registry:
    def dispute(
        evaluation: uint256, index: uint256, row: Bytes[192], siblings: DynArray[bytes32, 32], weights: Bytes[4608]
    ): nonpayable

registry: Registry
row: Bytes[192]
siblings: DynArray[bytes32, 32]
weights: Bytes[4608]

@deploy
def __init__(target: address, row: Bytes[192], siblings: DynArray[bytes32, 32], weights: Bytes[4608]):
    self.registry = Registry(target)
    self.row = row
    self.siblings = siblings
    self.weights = weights

@external
@payable
def __default__():
    if msg.sender == self.registry.address:
        extcall self.registry.dispute(1, 3, self.row, self.siblings, self.weights)

@external
def attack():
    extcall self.registry.dispute(1, 3, self.row, self.siblings, self.weights)
"""


def test_a_challenger_cannot_be_paid_twice_by_coming_back(game):
    lie = game.claim(candidate=flipped(game.predictions(2), 3))
    game.evaluate(lie)
    game.evaluate(lie)  # a second bond lies in the registry
    arguments = (game.registry.address, game.rows[3], game.tree.siblings(3), game.data(2))
    thief = game.chain.deploy(REENTERING, *arguments, sender="judy")
    with pytest.raises(Reverted, match="nothing to dispute"):
        game.chain.send(thief.functions.attack, sender="judy")
    assert game.chain.balance(game.registry.address) == 2 * BOND
