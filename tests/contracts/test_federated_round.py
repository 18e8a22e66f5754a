"""Rounds of federated learning by contract: every rule of the game, every way to break one, and the money."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.chain.contracts import FOLDER
from nnchain_edu.federated.commitment import commitment
from nnchain_edu.federated.fixed_point import most_updates, pack, to_integers, unpack

ETHER = 10**18
BITS, PARAMETERS, WORDS, CLIENTS = 11, 40, 3, 4
STAKE, REWARD, SECONDS = ETHER, ETHER // 2, 100
NAMES = ("alice", "bob", "carol", "dave", "erin")
PLAYERS = NAMES[:3]  # of the random histories


class Game:
    """The contract and, for each client, what it committed to."""

    def __init__(self, clients=CLIENTS, funded=10 * ETHER, source="federated_round"):
        self.chain = Chain()
        self.contract = self.chain.deploy(source, BITS, WORDS, clients, STAKE, REWARD, SECONDS, SECONDS)
        self.call = self.contract.functions
        if funded:
            self.chain.send(self.call.fund, value=funded)
        self.secrets = {}

    def __getattr__(self, name):
        return lambda sender="judy", *args, **more: self.chain.send(
            getattr(self.call, name), *args, sender=sender, **more
        )

    def address(self, name):
        return self.chain.accounts[name].address

    def seal(self, name, numbers=None, salt=None, words=None, sender=None, number=None):
        """What `name` would commit to."""
        if words is None:
            words = pack(np.full(PARAMETERS, len(name)) if numbers is None else numbers)
        salt = (2**200 + len(self.secrets)).to_bytes(32, "big") if salt is None else salt
        self.secrets[name] = words, salt
        number = self.call.number().call() if number is None else number
        return commitment(words, salt, self.address(sender or name), number, self.contract.address, 1337)

    def join(self, *names):
        for name in names:
            self.register(name, value=STAKE)

    def committed(self, *names):
        """A round in which `names` have committed, at the time of reveals."""
        self.join(*names)
        self.open()
        for name in names:
            self.commit(name, self.seal(name))
        self.chain.travel(SECONDS)
        return self

    def show(self, name):
        return self.reveal(name, *self.secrets[name])

    def money(self):
        """The balance, and what the books say it must be."""
        books = self.call.pot().call()
        books += sum(self.call[k](self.address(n)).call() for n in PLAYERS for k in ("stakes", "owed"))
        return self.chain.balance(self.contract.address), books


@pytest.fixture
def game():
    return Game()


def test_the_sum_is_the_integer_aggregate_bit_for_bit(game):
    random = np.random.default_rng(1)
    updates = {name: to_integers(random.normal(size=PARAMETERS) / 50, scale=20_000) for name in NAMES[:4]}
    game.join(*updates)
    game.open()
    for name, numbers in updates.items():
        game.commit(name, game.seal(name, numbers))
    game.chain.travel(SECONDS)
    for name in updates:
        game.show(name)
    game.close()
    words = game.call.aggregate(1).call()
    assert (unpack(words, PARAMETERS, count=4) == sum(updates.values())).all()


def test_extremes_of_all_clients_do_not_run_over():
    most = most_updates(BITS)
    assert most == 32
    for edge in (-1023, 1023):
        words = pack(np.full(PARAMETERS, edge))
        total = [sum(column) for column in zip(*[words] * most, strict=True)]
        assert max(total) < 2**256 and (unpack(total, PARAMETERS, count=most) == most * edge).all()
    with pytest.raises(Reverted, match="could overflow a lane"):
        Game(clients=most + 1)


def test_who_reveals_is_paid_who_does_not_is_slashed_and_the_round_ends(game):
    game.committed("alice", "bob", "carol")
    game.show("alice")
    game.show("bob")
    with pytest.raises(Reverted, match="still time"):
        game.close()
    game.chain.travel(SECONDS)
    game.close("judy")
    assert [game.call.stakes(game.address(n)).call() for n in NAMES[:3]] == [STAKE, STAKE, 0]
    assert [game.call.owed(game.address(n)).call() for n in NAMES[:3]] == [REWARD // 2, REWARD // 2, 0]
    assert game.call.pot().call() == 10 * ETHER + STAKE - REWARD
    before = game.chain.balance("alice")
    receipt = game.withdraw("alice")
    assert game.chain.balance("alice") == before + REWARD // 2 - receipt.gasUsed * receipt.effectiveGasPrice
    with pytest.raises(Reverted, match="nothing is owed"):
        game.withdraw("alice")


def test_when_all_have_revealed_nobody_need_wait(game):
    game.committed("alice", "bob")
    game.show("alice")
    game.show("bob")
    game.close()
    assert not game.call.running().call()


@pytest.mark.parametrize("names", [(), ("alice",)], ids=["nobody committed", "nobody revealed"])
def test_a_round_without_reveals_ends_too_and_the_next_one_opens(game, names):
    game.committed(*names)
    game.chain.travel(SECONDS)
    game.close()
    game.open()
    assert game.call.number().call() == 2 and game.call.counts(1).call() == 0


def test_a_copied_commitment_is_worth_nothing(game):
    game.join("alice", "bob")
    game.open()
    seal = game.seal("alice")
    game.commit("alice", seal)
    game.commit("bob", seal)
    game.chain.travel(SECONDS)
    game.show("alice")
    with pytest.raises(Reverted, match="does not open"):
        game.reveal("bob", *game.secrets["alice"])


def test_an_opened_commitment_serves_neither_twice_nor_in_another_round(game):
    game.committed("alice", "bob")
    game.show("alice")
    with pytest.raises(Reverted, match="nothing to open"):
        game.show("alice")
    game.chain.travel(SECONDS)
    game.close()
    game.open()
    words, salt = game.secrets["alice"]
    game.commit("alice", commitment(words, salt, game.address("alice"), 1, game.contract.address, 1337))
    game.chain.travel(SECONDS)
    with pytest.raises(Reverted, match="does not open"):
        game.show("alice")


def test_an_unsalted_commitment_can_be_guessed_and_is_not_accepted(game):
    """With salt 0 anybody who suspects an update can confirm it; with 32 random bytes nobody can."""
    game.join("alice")
    game.open()
    words, contract, salt = pack(np.full(PARAMETERS, 3)), game.contract.address, bytes(32)
    seal = game.call.commitment_of(words, salt, game.address("alice"), 1).call()
    guesses = [pack(np.full(PARAMETERS, n)) for n in range(10)]
    found = [
        n for n, g in enumerate(guesses) if game.call.commitment_of(g, salt, game.address("alice"), 1).call() == seal
    ]
    assert found == [3]
    game.commit("alice", seal)
    game.chain.travel(SECONDS)
    with pytest.raises(Reverted, match="salt is too short"):
        game.reveal("alice", words, salt)
    with pytest.raises(ValueError, match=r"at least 2\*\*128"):
        commitment(words, salt, game.address("alice"), 1, contract, 1337)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([2**11, 0, 0], "out of range"),
        ([0, 0, 2**255], "out of range"),
        ([0, 0], "another length"),
        ([0] * 64, "another length"),
        ([], "another length"),
    ],
    ids=["one bit too many", "top bit", "short", "oversized", "empty"],
)
def test_malformed_updates_can_be_committed_but_not_revealed(game, words, complaint):
    game.join("alice", "bob")
    game.open()
    game.commit("alice", game.seal("alice", words=words))
    game.commit("bob", game.seal("bob"))
    game.chain.travel(SECONDS)
    with pytest.raises(Reverted, match=complaint):
        game.show("alice")
    game.show("bob")
    game.chain.travel(SECONDS)
    game.close()
    assert game.call.counts(1).call() == 1 and game.call.stakes(game.address("alice")).call() == 0


def test_each_step_has_its_time_and_its_people(game):
    with pytest.raises(Reverted, match="no commitments"):
        game.commit("alice", b"\1" * 32)
    game.join("alice", "bob")
    for refused, complaint in [
        (lambda: game.register("alice", value=STAKE), "registered already"),
        (lambda: game.register("carol", value=STAKE - 1), "exactly the stake"),
        (lambda: game.close(), "no round runs"),
        (lambda: game.leave("carol"), "not registered"),
    ]:
        with pytest.raises(Reverted, match=complaint):
            refused()
    game.open()
    game.commit("alice", game.seal("alice"))
    for refused, complaint in [
        (lambda: game.open(), "close the round"),
        (lambda: game.commit("alice", game.seal("alice")), "committed already"),
        (lambda: game.commit("carol", game.seal("carol")), "register first"),
        (lambda: game.commit("bob", bytes(32)), "empty commitment"),
        (lambda: game.show("alice"), "not taken yet"),
        (lambda: game.leave("alice"), "reveal first"),
    ]:
        with pytest.raises(Reverted, match=complaint):
            refused()
    game.chain.travel(SECONDS)
    with pytest.raises(Reverted, match="no commitments"):
        game.commit("bob", game.seal("bob"))
    with pytest.raises(Reverted, match="nothing to open"):
        game.reveal("bob", pack(np.zeros(PARAMETERS, dtype=int)), b"\1" * 32)
    game.chain.travel(SECONDS)
    with pytest.raises(Reverted, match="too late"):
        game.show("alice")


def test_a_full_round_takes_no_more():
    game = Game(clients=2)
    game.join("alice", "bob", "carol")
    game.open()
    for name in ("alice", "bob"):
        game.commit(name, game.seal(name))
    with pytest.raises(Reverted, match="full"):
        game.commit("carol", game.seal("carol"))


def test_an_empty_pot_pays_nothing_and_stops_nothing():
    game = Game(funded=0).committed("alice", "bob")
    game.show("alice")
    game.show("bob")
    game.close()
    assert game.call.owed(game.address("alice")).call() == 0
    game.leave("alice")
    game.withdraw("alice")
    assert game.money()[0] == game.money()[1] == STAKE


@pytest.mark.parametrize(
    "arguments",
    [
        (1, 3, 4, 1, 1, 1, 1), (16, 3, 1, 1, 1, 1, 1), (11, 0, 4, 1, 1, 1, 1), (11, 65, 4, 1, 1, 1, 1),
        (11, 3, 0, 1, 1, 1, 1), (2, 3, 65, 1, 1, 1, 1), (11, 3, 4, 0, 1, 1, 1), (11, 3, 4, 1, 1, 0, 1),
    ],
    ids=["1 bit", "16 bits", "no words", "65 words", "no clients", "65 clients", "no stake", "no time"],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(arguments):
    with pytest.raises(Reverted):
        Chain().deploy("federated_round", *arguments)


# Random histories ------------------------------------------------------------------------------------------

SOURCE = (FOLDER / "federated_round.vy").read_text("utf-8")
SOME = st.sets(st.sampled_from(PLAYERS))
FREE = st.tuples(
    st.sampled_from(["register", "leave", "withdraw", "fund", "open", "commit", "reveal", "close", "travel"]),
    st.sampled_from(PLAYERS),
    st.sampled_from([0, 1, 7, STAKE // 3, STAKE]),
)
# Of single moves alone hardly any history reaches a reveal: so a whole round is a move too, as likely as they.
ROUND = st.tuples(st.just("round"), st.sets(st.sampled_from(PLAYERS), min_size=2), SOME, SOME)
MOVES = st.one_of(FREE, ROUND)


class Books:
    """What everybody must have, kept by hand from the moves that the contract accepted, and how often it came to it."""

    def __init__(self, game):
        self.game, self.reached, self.taken = game, Counter(), 0
        self.stakes, self.owed = dict.fromkeys(PLAYERS, 0), dict.fromkeys(PLAYERS, 0)
        self.pot = self.held = game.call.pot().call()
        self.committed, self.revealed = set(), set()

    def move(self, act, name="judy", amount=0):
        """Carry one move out, or see it refused."""
        game = self.game
        before = game.chain.balance(game.address(name))
        try:
            if act == "travel":
                receipt = None
                game.chain.travel(SECONDS // 2)
            elif act == "reveal":
                receipt = game.show(name) if name in game.secrets else None
            else:
                value = {"register": STAKE, "fund": amount}.get(act, 0)
                receipt = getattr(game, act)(name, *([game.seal(name)] if act == "commit" else []), value=value)
        except Reverted:
            return
        if receipt:
            getattr(self, act)(name, amount)
            gained = game.chain.balance(game.address(name)) - before + receipt.fee
            self.held -= gained
            assert gained == {"register": -STAKE, "fund": -amount, "withdraw": self.taken}.get(act, 0)

    def agree(self):
        """Contract and books, about every wei."""
        read = self.game.call
        for name in PLAYERS:
            assert read.stakes(self.game.address(name)).call() == self.stakes[name]
            assert read.owed(self.game.address(name)).call() == self.owed[name]
        assert read.pot().call() == self.pot
        books = self.pot + sum(self.stakes.values()) + sum(self.owed.values())
        assert self.game.chain.balance(self.game.contract.address) == self.held == books

    def register(self, name, _):
        self.stakes[name] = STAKE

    def fund(self, _, amount):
        self.pot += amount

    def leave(self, name, _):
        self.owed[name] += self.stakes[name]
        self.stakes[name] = 0

    def withdraw(self, name, _):
        self.taken, self.owed[name] = self.owed[name], 0
        self.reached["withdrawn"] += 1

    def open(self, *_):
        self.committed, self.revealed = set(), set()

    def commit(self, name, _):
        self.committed.add(name)

    def reveal(self, name, _):
        self.revealed.add(name)

    def close(self, *_):
        silent = self.committed - self.revealed
        for name in silent:
            self.pot += self.stakes[name]
            self.stakes[name] = 0
        each = min(REWARD, self.pot) // len(self.revealed) if self.revealed else 0
        for name in self.revealed:
            self.owed[name] += each
        self.pot -= each * len(self.revealed)
        self.reached.update(closed=1, slashed=bool(silent), paid=bool(each), both=bool(silent and each))

    def finish(self):
        """End the round that runs, if one does: everybody's time is over then."""
        if self.game.call.running().call():
            self.game.chain.travel(2 * SECONDS)
            self.move("close")
            assert not self.game.call.running().call()
            self.agree()

    def round(self, committing, revealing, leaving):
        """A round from beginning to end: some commit, some of them reveal, some go with what they have."""
        self.finish()
        self.move("open")
        for name in sorted(committing):
            if not self.stakes[name]:
                self.move("register", name)
            self.move("commit", name)
        self.game.chain.travel(SECONDS)
        for name in sorted(revealing):
            self.move("reveal", name)
        self.finish()
        for name in sorted(leaving):
            self.move("leave", name)
            self.move("withdraw", name)


def play(game, moves):
    """One history; whatever happened, the round ends and everybody gets out what is theirs. Returns what it reached."""
    game.secrets.clear()
    with game.chain.snapshot():
        books = Books(game)
        for act, *arguments in moves:
            if act == "round":
                books.round(*arguments)
            else:
                books.move(act, *arguments)
            books.agree()
        books.finish()
        for name in PLAYERS:
            books.move("leave", name)
            books.move("withdraw", name)
        books.agree()
        assert not any([*books.stakes.values(), *books.owed.values()])
        assert game.chain.balance(game.contract.address) == books.pot
    return books.reached


def histories(count, game=None, **more):
    """So many random histories; how many of them came to each of the money's ways."""
    game, played = game or Game(funded=3), Counter()

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None, **more)
    @given(st.lists(MOVES, min_size=3, max_size=9))
    def each(moves):
        played.update((+play(game, moves)).keys())

    each()
    return played


def test_money_in_equals_money_out_after_random_histories():
    """And the histories come to the money: how many of them pay, slash and withdraw is asserted too."""
    played = histories(25, derandomize=True)
    assert min(played[key] for key in ("closed", "paid", "slashed", "withdrawn")) >= 10, played
    assert played["both"] >= 3, played  # in one round


@pytest.mark.slow
def test_money_in_equals_money_out_after_a_thousand_random_histories():
    played = histories(1000)
    assert min(played[key] for key in ("closed", "paid", "slashed", "withdrawn")) >= 400, played
    assert played["both"] >= 100, played


BROKEN = {
    "a payout of one wei more": ("self.owed[client] += each", "self.owed[client] += each + 1"),
    "a payout twice over": ("each = min(REWARD, self.pot) // count", "each = min(2 * REWARD, self.pot) // count"),
    "a payout that the pot keeps": ("self.pot -= each * count", "pass"),
    "a payout to who was silent": (
        "            if self.revealed[self.number][client]:\n                self.owed",
        "            if not self.revealed[self.number][client]:\n                self.owed",
    ),
    "a slash of who revealed": ("if not self.revealed[self.number][client]:", "if self.stakes[client] > 0:"),
    "a slash of half": ("amount: uint256 = self.stakes[client]\n", "amount: uint256 = self.stakes[client] // 2\n"),
    "a slash that gets lost": ("self.pot += amount", "pass"),
    "a slash that is forgotten": ("            self.stakes[client] = 0\n", ""),
    "a withdrawal that stays owed": ("    self.owed[msg.sender] = 0\n", ""),
    "a withdrawal of one wei less": ('b"", value=amount)', 'b"", value=amount - 1)'),
}


@pytest.mark.parametrize("wrong", BROKEN)
def test_the_histories_find_a_contract_that_errs_about_money(wrong):
    right, changed = BROKEN[wrong]
    assert SOURCE.count(right) == 1
    game = Game(funded=3, source=SOURCE.replace(right, changed))
    with pytest.raises(AssertionError):
        histories(25, game, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)
