"""The course's clients over Flower: the same weights as at home, in a simulation and over a real SuperLink."""

import shutil
import time
import tomllib
import warnings
from importlib.util import find_spec

import numpy as np
import pytest
import torch

from nnchain_edu.federated import ATTACKS, RULES, Federation, iid
from nnchain_edu.federated.clients import Clients
from nnchain_edu.nets import MLP, digits

from .flower_nodes import APP, PATIENCE, SuperLink
from .island import Island

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("flwr") is None or find_spec("ray") is None,
        reason="no Flower here: pip install -e '.[flower]' -c constraints.txt",
    ),
]
D = digits()
ALL_ROWS = {"batch-size": 0, "epochs": 10, "learning-rate": 0.5}
BATCHES = {"batch-size": 10, "epochs": 5, "learning-rate": 0.2}
EIGHT = ["num-supernodes=8 client-resources-num-cpus=1"]


@pytest.fixture(scope="module")
def app():
    """The app's module. What Flower's own dependencies warn of while they are imported is theirs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nnchain_edu.federated import flower_app
    return flower_app


@pytest.fixture(scope="module")
def island():
    island = Island()
    yield island
    island.close()
    shutil.rmtree(island.folder)


@pytest.fixture(scope="module")
def simulation(island, tmp_path_factory):
    link = SuperLink(tmp_path_factory.mktemp("simulation") / "home", island)
    yield link
    assert link.close() == []


@pytest.fixture(scope="module")
def deployment(island, tmp_path_factory):
    link = SuperLink(tmp_path_factory.mktemp("deployment") / "home", island, nodes=3)
    yield link
    assert link.close() == []


def federation(clients):
    shares = iid(len(D.y_train), clients)
    return Federation(MLP(64, 32, 10), D.X_train, D.y_train, shares, (D.X_test, D.y_test))


def one_after_the_other(app, clients, rule, participants, hostile=0, withstand=0):
    """The same rounds by hand: each client alone with its own random source, then the rule."""
    common, shares = federation(clients), iid(len(D.y_train), clients)
    for number, senders in enumerate(participants, 1):
        updates = []
        for who in senders:
            generator = app.own_generator(0, number, who)
            alone = Clients(MLP(64, 32, 10), D.X_train, D.y_train, [shares[who]])
            local = {"epochs": 5, "batch_size": 10, "learning_rate": 0.2}
            update = alone.updates(common.weights, [0], generator=generator, **local)
            updates.append(ATTACKS["sign flip"](update, 1, generator) if who < hostile else update)
        common.weights = common.weights + RULES[rule](torch.cat(updates), withstand)
    return common


def same(found, weights):
    return np.allclose(found["weights"], weights.numpy(), atol=1e-4)


@pytest.fixture(scope="module")
def simulated(simulation):
    simulation.begin("median", ALL_ROWS | {"clients": 8, "rounds": 6, "rule": "median"}, EIGHT)
    return simulation.end("median")


@pytest.fixture(scope="module")
def deployed(deployment):
    deployment.begin("own", ALL_ROWS | {"clients": 3, "rounds": 6, "rule": "FedAvg"})
    return deployment.end("own")


def test_a_simulation_of_eight_ends_where_the_federation_does(simulated):
    home = federation(8)
    rounds = list(home.run(6, rule="median", epochs=10, batch_size=None, learning_rate=0.5))
    assert same(simulated, home.weights)
    assert np.allclose(simulated["accuracy"][1:], [r.accuracy for r in rounds], atol=0.005)  # two of 450 rows
    assert simulated["participants"].all() and simulated["participants"].shape == (6, 8)
    assert simulated["accuracy"][-1] > 0.88


def test_three_nodes_and_flowers_own_fedavg_end_where_the_federation_does(deployed):
    home = federation(3)  # 449 rows each: weighted by rows is not weighted
    rounds = list(home.run(6, rule="mean", epochs=10, batch_size=None, learning_rate=0.5))
    assert same(deployed, home.weights)
    assert np.allclose(deployed["accuracy"][1:], [r.accuracy for r in rounds], atol=0.005)
    assert deployed["accuracy"][-1] > 0.88


def test_two_hostile_clients_of_eight_and_multi_krum(app, simulation):
    settings = {"clients": 8, "rounds": 5, "rule": "Multi-Krum", "withstand": 2, "hostile": 2}
    simulation.begin("hostile", BATCHES | settings, EIGHT)
    found = simulation.end("hostile")
    everybody = [range(8)] * 5
    home = one_after_the_other(app, 8, "Multi-Krum", everybody, hostile=2, withstand=2)
    assert same(found, home.weights) and found["accuracy"][-1] > 0.9
    assert one_after_the_other(app, 8, "mean", everybody, hostile=2).measure()[0] < 0.5


def test_one_node_is_killed_and_the_rounds_end(app, deployment, deployed):
    rounds, killed = 5, 1
    deployment.begin("killed", BATCHES | {"clients": 3, "rounds": rounds, "round-seconds": 60.0})
    deployment.wait_for(lambda: "after round 2" in deployment.text("killed"), "second round", 900)
    deployment.kill(f"node {killed}")
    found = deployment.end("killed")
    took_part = found["participants"]
    assert took_part.shape == (rounds, 3) and took_part.sum(1).min() >= 2
    assert took_part[:2, killed].any() and not took_part[-1, killed]
    senders = [np.flatnonzero(row).tolist() for row in took_part]
    assert same(found, one_after_the_other(app, 3, "mean", senders).weights)
    assert found["accuracy"][-1] > 0.9


def test_nothing_leaves_this_machine(island, simulated, deployed, tmp_path):
    """Neither the simulation nor the SuperLink and its nodes sent a packet; without `quiet.env` they do."""
    if not island.prefix:
        pytest.skip(f"no network namespace with a tun device here: {island.why}")
    assert [packet for packet in island.packets() if b"flower" in packet] == []
    assert island.packets() == []
    loud = SuperLink(tmp_path / "home", island, environment={})
    try:
        until = time.monotonic() + PATIENCE
        while not any(b"flower" in packet for packet in island.packets()):
            assert time.monotonic() < until, "telemetry that is on was not seen: this test sees nothing"
            time.sleep(0.2)
    finally:
        assert loud.close() == []


def settings(**changed):
    found = tomllib.loads((APP / "pyproject.toml").read_text())["tool"]["flwr"]["app"]["config"]
    return found | {name.replace("_", "-"): value for name, value in changed.items()}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"rule": "medain"}, "rule must be one of mean, median, .*FedAvg; got 'medain'"),
        ({"rule": "Krum", "withstand": 1}, "3 updates are too few to withstand 1"),
        ({"shares": "mine"}, "shares must be one of iid, shards; got 'mine'"),
        ({"attack": "stare"}, "attack must be .*got 'stare'"),
        ({"clients": 0}, "clients must be a whole number of at least 1, got 0"),
        ({"clients": 2000}, "1347 rows cannot be divided among 2000"),
        ({"rounds": 0}, "rounds must be a whole number of at least 1, got 0"),
        ({"epochs": -1}, "epochs must be"),
        ({"batch_size": -1}, "batch_size must be"),
        ({"learning_rate": 0.0}, "learning_rate must be"),
        ({"hostile": 4}, r"hostile must name clients from 0 to 2, not \[3\]"),
        ({"round_seconds": 0.0}, "round-seconds must be a number above 0"),
    ],
    ids=lambda given: ",".join(given) if isinstance(given, dict) else "",
)
def test_settings_are_refused_before_anybody_trains(app, changed, told):
    app.refuse_unusable(settings())
    with pytest.raises(ValueError, match=told):
        app.refuse_unusable(settings(**changed))


@pytest.mark.parametrize(("place", "of"), [(None, None), (3, 3), (-1, 3), (0, 4)])
def test_a_node_that_does_not_know_its_place_says_so(app, place, of):
    assert app.position({"partition-id": 2, "num-partitions": 3}, 3) == 2
    with pytest.raises(ValueError, match="started with --node-config 'partition-id=P num-partitions=3', P from 0 to 2"):
        app.position({} if of is None else {"partition-id": place, "num-partitions": of}, 3)


def test_unusable_answers_are_refused_and_the_round_goes_on(app, capsys, monkeypatch):
    from flwr.app import ArrayRecord, ConfigRecord, Error, Message, MetricRecord, RecordDict
    from flwr.supercore.task_identity import TaskIdentity

    for name in ("run_id", "task_id", "node_id"):  # of a server at work, without which Flower writes no message
        monkeypatch.setattr(TaskIdentity, f"_{name}", 1)

    class Nodes:
        def get_node_ids(self):
            return [11, 12, 13, 14, 15, 16]

    strategy = app.RuleStrategy(RULES["mean"], 0)
    asked = list(strategy.configure_train(1, app.record(torch.ones(4)), ConfigRecord(), Nodes()))
    assert [message.metadata.dst_node_id for message in asked] == Nodes().get_node_ids()

    def answer(place, who, weights):
        told = MetricRecord({"client": who, "num-examples": 1})
        return Message(RecordDict({"arrays": app.record(weights), "metrics": told}), reply_to=asked[place])

    bad = [
        answer(0, 0, torch.tensor([1.0, float("nan"), 0, 0])),
        answer(1, 1, torch.ones(5)),
        Message(Error(3, "gone"), reply_to=asked[2]),
        Message(RecordDict({"arrays": ArrayRecord()}), reply_to=asked[3]),
    ]
    good = [answer(4, 4, torch.full((4,), 3.0)), answer(5, 4, torch.zeros(4))]  # one claims the other's number
    twice = answer(4, 2, torch.full((4,), 9.0))
    arrays, _ = strategy.aggregate_train(1, [*bad, *good, twice])
    assert app.vector(arrays).tolist() == [1.5] * 4 and strategy.participants == [[4, 4]]
    said = capsys.readouterr().out
    for complaint in ("not finite", "shape (5,)", "gone", "weights", "node 15 has answered already"):
        assert complaint in said
    assert strategy.aggregate_train(2, bad) == (None, None) and strategy.participants[-1] == []
    assert app.RuleStrategy(RULES["Krum"], 1).aggregate_train(3, []) == (None, None)
