"""The course's clients and rules as a Flower app: `client` and `server` are what `flower_app/pyproject.toml` names.

Needs the extra `flower`; nothing else in the course imports this module. A SuperNode holds one client's rows, trains
with `Clients` and hands in its new weights; the ServerApp aggregates with a rule of `RULES`, or by Flower's own FedAvg.
docs/flower.md has the commands. Written for Flower's Message API (1.41).
"""

import time
from collections.abc import Callable, Iterable

import numpy as np
import torch
from flwr.app import Array, ArrayRecord, ConfigRecord, Context, Message, MessageType, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAvg, Result, Strategy
from torch import Generator, Tensor
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from nnchain_edu.nets import MLP, digits

from .attacks import ATTACKS
from .clients import Clients
from .federation import Federation
from .rules import RULES, Rule
from .shares import iid, shards

WEIGHTS, CLIENT = "weights", "client"
FLOWERS_OWN = "FedAvg"
SHARES = {  # of (labels, clients, seed)
    "iid": lambda labels, clients, seed: iid(len(labels), clients, seed),
    "shards": lambda labels, clients, seed: shards(labels, clients, seed=seed),
}
LOOK = 0.5  # seconds between two looks for clients

client = ClientApp()
server = ServerApp()


# --- what both sides agree on ------------------------------------------------------------------------


def network(seed: int) -> MLP:
    """The common model before the first round."""
    return MLP(64, 32, 10, seed=seed)


def record(weights: Tensor) -> ArrayRecord:
    """One vector of all weights, as Flower carries it."""
    return ArrayRecord({WEIGHTS: Array(weights.numpy())})


def vector(arrays: ArrayRecord) -> Tensor:
    """The vector in a `record`."""
    return torch.from_numpy(arrays[WEIGHTS].numpy().copy())


def dealt(settings: dict) -> list[np.ndarray]:
    """The rows of each client."""
    return chosen("shares", settings, SHARES)(digits().y_train.numpy(), settings["clients"], settings["seed"])


# --- a client ----------------------------------------------------------------------------------------


def own_generator(seed: int, number: int, client: int) -> Generator:
    """The random source of one client in one round: the same wherever it runs."""
    return Generator().manual_seed(int(np.random.SeedSequence([seed, number, client]).generate_state(1)[0]))


def position(node: dict, clients: int) -> int:
    """Which client a node is, from 0. Raises ValueError where the node was not told, or told of another federation."""
    told = f"partition-id={node.get('partition-id')} num-partitions={node.get('num-partitions')}"
    if node.get("num-partitions") != clients or node.get("partition-id") not in range(clients):
        raise ValueError(
            f"a node must be started with --node-config 'partition-id=P num-partitions={clients}', P from 0 to "
            f"{clients - 1}; this one has {told}"
        )
    return int(node["partition-id"])


def local_update(weights: Tensor, number: int, me: int, settings: dict) -> tuple[Tensor, int]:
    """What client `me` computes in round `number`: the change of `weights`, and its number of rows.

    Nobody else's rows are touched. A hostile client knows no update but its own, and forges from that.
    """
    X, y, _, _ = digits()
    rows = dealt(settings)[me]
    mine = Clients(network(settings["seed"]), X[rows], y[rows], [np.arange(len(rows))])
    generator = own_generator(settings["seed"], number, me)
    update = mine.updates(
        weights,
        [0],
        epochs=settings["epochs"],
        batch_size=settings["batch-size"] or None,
        learning_rate=settings["learning-rate"],
        generator=generator,
    )
    if me < settings["hostile"]:
        update = chosen("attack", settings, ATTACKS)(update, 1, generator)
    return update[0], len(rows)


@client.train()
def train(message: Message, context: Context) -> Message:
    """One round of local training; the answer holds the new weights, who answers and how many rows it has."""
    me = position(context.node_config, context.run_config["clients"])
    weights, number = vector(message.content["arrays"]), int(message.content["config"]["server-round"])
    update, rows = local_update(weights, number, me, context.run_config)
    told = MetricRecord({CLIENT: me, "num-examples": rows})
    return Message(RecordDict({"arrays": record(weights + update), "metrics": told}), reply_to=message)


# --- the server --------------------------------------------------------------------------------------


class RuleStrategy(Strategy):
    """Rounds in which `rule(updates, withstand)` moves the weights. Whoever is there takes part; nobody is waited for
    longer than the round lasts, and a round in which nobody answers leaves the weights as they are."""

    def __init__(self, rule: Rule, withstand: int):
        self.rule, self.withstand = rule, withstand
        self.weights = torch.empty(0)
        self.participants: list[list[int]] = []

    def configure_train(
        self, server_round: int, arrays: ArrayRecord, config: ConfigRecord, grid: Grid
    ) -> Iterable[Message]:
        """The weights, to everybody."""
        self.weights = vector(arrays)
        config["server-round"] = server_round
        content = RecordDict({"arrays": arrays, "config": config})
        return [Message(content, dst_node_id=node, message_type=MessageType.TRAIN) for node in grid.get_node_ids()]

    def aggregate_train(
        self, server_round: int, replies: Iterable[Message]
    ) -> tuple[ArrayRecord | None, MetricRecord | None]:
        """The rule, over the updates that are usable, in the order of the clients' numbers.

        A client's number is what it claims. So nodes are counted, each once: who claims another's number neither takes
        that client's place nor weighs more.
        """
        answers, refused = {}, []
        for reply in replies:
            node = reply.metadata.src_node_id
            try:
                if node in answers:
                    raise ValueError(f"node {node} has answered already")
                answers[node] = self.read(reply)
            except (KeyError, ValueError) as error:
                refused.append(str(error))
        ordered = sorted(answers.items(), key=lambda answer: (answer[1][0], answer[0]))
        senders, step = [who for _, (who, _) in ordered], None
        try:
            step = self.rule(torch.stack([update for _, (_, update) in ordered]), self.withstand) if ordered else None
        except ValueError as error:  # too few for the rule: this round changes nothing
            refused.append(str(error))
        self.participants.append(senders if step is not None else [])
        print(f"round {server_round}: clients {senders}" + "".join(f"; refused: {why}" for why in refused), flush=True)
        return (None if step is None else record(self.weights + step)), None

    def read(self, reply: Message) -> tuple[int, Tensor]:
        """Who answers, and its update. Raises KeyError or ValueError for what cannot be used."""
        if reply.has_error():
            raise ValueError(reply.error.reason)
        update = vector(reply.content["arrays"])
        if update.shape != self.weights.shape or update.dtype != self.weights.dtype:
            raise ValueError(f"weights of shape {tuple(update.shape)} and {update.dtype} instead of what was sent")
        if not update.isfinite().all():
            raise ValueError("its weights hold values that are not finite")
        return int(reply.content["metrics"][CLIENT]), update - self.weights

    def configure_evaluate(self, *_) -> Iterable[Message]:
        """Nobody: the server has rows of its own that nobody trains on."""
        return []

    def aggregate_evaluate(self, *_) -> None:
        """Nothing."""

    def summary(self) -> None:
        """One line."""
        print(f"rule {getattr(self.rule, '__name__', self.rule)}, told to expect {self.withstand} hostile clients")


@server.main()
def main(grid: Grid, context: Context) -> None:
    """Wait for the clients, run the rounds, say the accuracy after each; save what came out where `save` says."""
    settings = context.run_config
    refuse_unusable(settings)
    if settings["rule"] == FLOWERS_OWN:
        strategy = FedAvg(fraction_evaluate=0.0, min_train_nodes=1, min_available_nodes=1)
    else:
        strategy = RuleStrategy(RULES[settings["rule"]], settings["withstand"])
    while len(list(grid.get_node_ids())) < settings["clients"]:
        time.sleep(LOOK)
    result = strategy.start(
        grid,
        record(parameters_to_vector(network(settings["seed"]).parameters()).detach()),
        num_rounds=settings["rounds"],
        timeout=settings["round-seconds"],
        evaluate_fn=measure,
    )
    if settings["save"]:
        save(settings["save"], result, getattr(strategy, "participants", []))


def refuse_unusable(settings: dict) -> None:
    """Raise ValueError for settings with which no round could end well, before anybody trains: what `Federation`
    refuses, and a rule that would withstand more than so few clients allow."""
    X, y, X_test, y_test = digits()
    rule = RULES["mean"] if settings["rule"] == FLOWERS_OWN else chosen("rule", settings, RULES, FLOWERS_OWN)
    hostile = range(settings["hostile"])
    Federation(network(settings["seed"]), X, y, dealt(settings), (X_test, y_test), hostile=hostile).run(
        settings["rounds"],
        rule=rule,
        attack=settings["attack"],
        epochs=settings["epochs"],
        batch_size=settings["batch-size"] or None,
        learning_rate=settings["learning-rate"],
    )
    rule(torch.zeros(settings["clients"], 1), settings["withstand"])
    if not settings["round-seconds"] > 0:
        raise ValueError(f"round-seconds must be a number above 0, got {settings['round-seconds']!r}")


@torch.no_grad()
def measure(number: int, arrays: ArrayRecord) -> MetricRecord:
    """The accuracy after round `number` on the rows that nobody holds."""
    model = network(0)
    vector_to_parameters(vector(arrays), model.parameters())
    _, _, X, y = digits()
    accuracy = float((model(X).argmax(1) == y).float().mean())
    print(f"after round {number}: {accuracy:.1%} of the held-out digits right", flush=True)
    return MetricRecord({"accuracy": accuracy})


def save(path: str, result: Result, participants: list[list[int]]) -> None:
    """Weights, accuracy by round (from round 0) and, 0 or 1 by round and client, who took part."""
    accuracies = [float(found["accuracy"]) for _, found in sorted(result.evaluate_metrics_serverapp.items())]
    most = max((who + 1 for senders in participants for who in senders), default=0)
    part = np.array([[who in senders for who in range(most)] for senders in participants])
    np.savez(path, weights=result.arrays[WEIGHTS].numpy(), accuracy=accuracies, participants=part)


def chosen(name: str, settings: dict, known: dict[str, Callable], *further: str) -> Callable:
    """The function that a setting names. Raises ValueError, with what there is."""
    if settings[name] not in known:
        raise ValueError(f"{name} must be one of {', '.join([*known, *further])}; got {settings[name]!r}")
    return known[settings[name]]
