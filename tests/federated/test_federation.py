import pytest
import torch
from torch.nn.functional import cross_entropy

from nnchain_edu.federated import ATTACKS, RULES, Federation, iid, shards
from nnchain_edu.federated.clients import Clients
from nnchain_edu.nets import MLP, digits

D = digits(0)


def federation(clients=20, hostile=(), split=None, model=None, seed=0):
    shares = iid(len(D.y_train), clients) if split is None else split
    return Federation(
        model or MLP(64, 32, 10), D.X_train, D.y_train, shares, (D.X_test, D.y_test), hostile=hostile, seed=seed
    )


def last(rounds):
    *_, found = rounds
    return found


def test_all_at_once_is_the_same_as_one_after_the_other():
    model, shares = MLP(64, 8, 10), [range(0, 30), range(30, 37), range(37, 90)]
    clients = Clients(model, D.X_train, D.y_train, [list(s) for s in shares])
    weights = torch.cat([p.detach().reshape(-1) for p in model.parameters()])
    updates = clients.updates(
        weights, [0, 1, 2], epochs=3, batch_size=None, learning_rate=0.2, generator=torch.Generator()
    )
    for share, update in zip(shares, updates, strict=True):
        alone = MLP(64, 8, 10)
        optimizer = torch.optim.SGD(alone.parameters(), lr=0.2)
        for _ in range(3):
            optimizer.zero_grad()
            cross_entropy(alone(D.X_train[list(share)]), D.y_train[list(share)]).backward()
            optimizer.step()
        after = torch.cat([p.detach().reshape(-1) for p in alone.parameters()])
        assert torch.allclose(weights + update, after, atol=1e-5)


def test_each_epoch_sees_each_row_once_whatever_the_size_of_the_share():
    """The steps are watched: what they are given is each client's rows, once each."""
    clients = Clients(MLP(64, 10), D.X_train, D.y_train, [list(range(25)), list(range(25, 32))])
    seen = []
    clients._steps = lambda mine, x, y, counts: (seen.append((x, counts)), torch.zeros_like(mine))[1]
    clients.updates(torch.zeros(650), [0, 1], epochs=1, batch_size=10, learning_rate=1.0, generator=torch.Generator())
    for client, rows in ((0, range(25)), (1, range(25, 32))):
        taken = torch.cat([x[client][counts[client] > 0] for x, counts in seen])
        assert len(taken) == len(rows)
        assert torch.allclose(taken.sum(0), D.X_train[list(rows)].sum(0), atol=1e-4)


def test_fedsgd_of_equal_shares_is_gradient_descent_on_all_rows():
    model = MLP(64, 8, 10)
    f = federation(clients=3, model=model)  # 1,347 rows are three times 449
    last(f.run(1, epochs=1, batch_size=None, learning_rate=0.5))
    plain = MLP(64, 8, 10)
    cross_entropy(plain(D.X_train), D.y_train).backward()
    after = torch.cat([(p - 0.5 * p.grad).detach().reshape(-1) for p in plain.parameters()])
    assert torch.allclose(f.weights, after, atol=1e-5)


def test_it_learns_and_the_same_seed_gives_the_same_rounds():
    runs = [[r.accuracy for r in federation().run(12, epochs=2, participants=10)] for _ in range(2)]
    assert runs[0] == runs[1] and runs[0][-1] > 0.85


def test_six_of_twenty_turn_the_mean_around_but_not_multi_krum():
    accuracy = {
        rule: last(federation(hostile=range(6)).run(25, rule=rule, epochs=2, attack="sign flip")).accuracy
        for rule in ("mean", "Multi-Krum")
    }
    assert accuracy["mean"] < 0.3 < 0.85 < accuracy["Multi-Krum"]


@pytest.mark.parametrize("attack", [*ATTACKS, "label flip"])
def test_every_attack_runs_against_every_rule(attack):
    for rule in RULES:
        found = last(federation(hostile=(3, 5)).run(2, rule=rule, attack=attack))
        assert not found.refused and 0 <= found.accuracy <= 1


def test_updates_that_are_not_finite_are_refused_by_name_and_the_round_goes_on():
    def nans(honest, hostile, generator):
        return torch.full((hostile, honest.shape[1]), float("nan"))

    found = last(federation(hostile=(3, 5)).run(10, epochs=2, attack=nans))
    assert set(found.refused) == {3, 5} and found.accuracy > 0.8


@pytest.mark.parametrize("rule", RULES)
def test_six_of_twenty_that_send_no_numbers_do_not_stop_a_rule(rule):
    """Fourteen updates are too few for Krum to withstand six more: the six that were refused no longer count."""

    def nans(honest, hostile, generator):
        return torch.full((hostile, honest.shape[1]), float("nan"))

    found = last(federation(hostile=range(6)).run(2, rule=rule, attack=nans))
    assert found.number == 2 and set(found.refused) == set(range(6))


def test_clipping_shortens_and_noise_disturbs():
    f = federation()
    before = f.weights
    last(f.run(1, clip=0.01))
    assert (f.weights - before).norm() <= 0.0101
    g = federation()
    last(g.run(1, clip=0.01, noise_multiplier=5.0))
    assert (g.weights - before).norm() > 0.05


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"rule": "vote"}, "rule must be a function or one of mean"),
        ({"attack": "bribe"}, "attack must be .*label flip"),
        ({"participants": 21}, "at most the 20 clients"),
        ({"participants": 0}, "participants must be"),
        ({"batch_size": 0}, "batch_size must be"),
        ({"learning_rate": -1}, "learning_rate must be"),
        ({"clip": 0}, "clip must be"),
        ({"noise_multiplier": 1.0}, "needs a clip"),
    ],
    ids=lambda value: str(next(iter(value))) if isinstance(value, dict) else "",
)
def test_what_does_not_fit_is_refused_before_the_first_round(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        federation().run(1, **arguments)


@pytest.mark.parametrize("size", [1e6, 1e30], ids=["long", "longer-than-a-norm-can-tell"])
@pytest.mark.parametrize("rule", ["mean", "median"])
def test_huge_updates_are_refused_by_name_and_the_round_goes_on(size, rule):
    def huge(honest, hostile, generator):
        return torch.full((hostile, honest.shape[1]), size)

    found = last(federation(hostile=(3, 5)).run(10, epochs=2, attack=huge, rule=rule))
    assert found.refused == dict.fromkeys((3, 5), "its update is longer than 1,000,000") and found.accuracy > 0.8


@pytest.mark.parametrize("rule", RULES)
def test_updates_of_another_shape_are_refused_by_name_and_the_round_goes_on(rule):
    def misshapen(honest, hostile, generator):
        return [honest[0, :3], honest[:2], torch.tensor(1.0), -5 * honest.mean(0)]

    *_, found = federation(hostile=(3, 5, 8, 9)).run(2, rule=rule, attack=misshapen)
    refused = {3: "(3,)", 5: "(2, 2410)", 8: "()"}
    assert found.refused == {c: f"its update has the shape {shape}, not (2410,)" for c, shape in refused.items()}
    assert found.number == 2


def test_what_the_misshapen_leave_is_the_round_of_the_others():
    def short(honest, hostile, generator):
        return honest[:hostile, :3]

    ran, alone = federation(hostile=(3, 5)), federation(hostile=(3, 5))
    last(ran.run(3, attack=short))
    last(alone.run(3, attack=lambda honest, hostile, generator: torch.full((hostile, honest.shape[1]), float("nan"))))
    assert torch.equal(ran.weights, alone.weights)


def test_a_round_in_which_nobody_sends_the_right_shape_changes_nothing():
    f = federation(clients=2, hostile=(0, 1))
    before = f.weights
    found = last(f.run(1, attack=lambda known, hostile, generator: known[:, :3]))
    assert set(found.refused) == {0, 1} and torch.equal(f.weights, before)


def test_an_attack_that_answers_for_other_clients_is_named():
    with pytest.raises(ValueError, match="an update for each of the 2 hostile, got 3"):
        last(federation(hostile=(3, 5)).run(1, attack=lambda honest, hostile, generator: honest[:3]))


def test_strange_clients_and_rows_are_refused():
    with pytest.raises(ValueError, match="hostile must name clients"):
        federation(hostile=(20,))
    with pytest.raises(ValueError, match="share 1 must hold"):
        federation(split=[[0, 1], []])
    with pytest.raises(ValueError, match="at least one client"):
        federation(split=[])
    with pytest.raises(ValueError, match="not finite"):
        Clients(MLP(2, 2), torch.tensor([[1.0, float("nan")]]), torch.tensor([0]), [[0]])


def test_non_iid_shares_work_too():
    assert last(federation(split=shards(D.y_train, 20)).run(20, epochs=3)).accuracy > 0.6
