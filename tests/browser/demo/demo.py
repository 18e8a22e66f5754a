# %% [markdown]
# # What can be driven by keyboard?
# A small lab for the browser tests: one live bench, one that trains, an explorer and a graph.

# %%
import hashlib
import json
import time

import numpy as np

from nnchain_edu.lab import (
    Bench,
    Button,
    Choice,
    Explorer,
    Prediction,
    Slider,
    State,
    Step,
    Toggle,
    TransactionGraph,
    figure,
    show,
)

# %%
fig, ax = figure()
for power in (1, 2, 3):
    ax.plot(np.linspace(0, 1, 50), np.linspace(0, 1, 50) ** power, label=f"power {power}")
ax.set(title="Three curves", xlabel="input", ylabel="output")
ax.legend()
show(fig, alt="Three curves from 0 to 1: higher powers rise later. <b>Not bold</b>")


# %%
class Boundary(State):
    title = "One neuron's boundary <i>not italic</i>"
    controls = (
        Slider("w1", "Weight of the fee", -3, 3, 0.1, 1.0),
        Slider("w2", "Weight of the size", -3, 3, 0.1, -1.0),
        Slider("bias", "Bias", -3, 3, 0.1, 0.0),
        Choice("shown", "Shown as", ("boundary", "probability"), "boundary"),
        Toggle("labels", "Name the rows"),
        Button("send", "Send <u>row 1</u>"),
    )
    prediction = Prediction("How many of the 40 rows are spam at a bias of 3?", low=0, high=40, unit="rows")

    def reset(self):
        self.sent = 0
        self.points = np.random.default_rng(3).normal(size=(40, 2))
        super().reset()

    def changed(self):
        self.logits = self.points @ [self.w1, self.w2] + self.bias

    def send(self):
        self.sent += 1

    def text(self):
        return f"Bias {self.bias:.1f}: {(self.logits > 0).sum()} of 40 rows are spam, {self.sent} sent."

    def compare(self, prediction):
        if self.bias < 3:
            return ""
        return f"You predicted {prediction:.0f}; it is {(self.logits > 0).sum()}."

    def draw(self, fig):
        ax = fig.subplots()
        x, y = np.meshgrid(np.linspace(-3, 3, 80), np.linspace(-3, 3, 60))
        z = x * self.w1 + y * self.w2 + self.bias
        surface = 1 / (1 + np.exp(-z)) if self.shown == "probability" else (z > 0) * 1.0
        ax.pcolormesh(x, y, surface, vmin=0, vmax=1, alpha=0.5, rasterized=True)
        spam = self.logits > 0
        ax.scatter(*self.points[spam].T, marker="o", label="spam", edgecolor="black")
        ax.scatter(*self.points[~spam].T, marker="^", label="honest", edgecolor="black")
        if self.labels:
            for i, point in enumerate(self.points):
                ax.annotate(str(i), point)
        ax.set(xlabel="fee", ylabel="size", xlim=(-3, 3), ylim=(-3, 3), title="Boundary")
        ax.legend(loc="upper right")


neuron = Bench(Boundary())
neuron


# %%
class Descent(State):
    title = "Gradient descent on a bowl"
    controls = (
        Slider("rate", "Learning rate", 0.1, 2.5, 0.1, 0.5),
        Choice("method", "Method", ("plain", "momentum"), "plain"),
    )
    prediction = Prediction("Does a rate of 2.1 converge?", kind="choice", options=("yes", "no"))

    def reset(self):
        self.path = [1.0]
        super().reset()

    def steps(self):
        self.path, speed = [1.0], 0.0
        for n in range(200):
            speed = (0.8 * speed if self.method == "momentum" else 0) - self.rate * self.path[-1]
            self.path.append(self.path[-1] + speed)
            if abs(self.path[-1]) > 1e6:
                raise FloatingPointError("the run diverged")
            time.sleep(0.05)
            yield Step((n + 1) / 200, f"step {n + 1} of 200")

    def text(self):
        return f"After {len(self.path) - 1} steps the distance from the minimum is {abs(self.path[-1]):.1e}."

    def draw(self, fig):
        ax = fig.subplots()
        ax.semilogy(np.abs(self.path) + 1e-300, marker="o", markevery=10)
        ax.set(xlabel="step", ylabel="distance from the minimum", title="Descent")


descent = Bench(Descent())
descent


# %%
def seal(block):
    return "0x" + hashlib.sha256(json.dumps(block, sort_keys=True).encode()).hexdigest()


def toy_chain(length):
    people = ("alice", "bob", "carol", "<img src=x onerror=alert(1)>")
    blocks, parent = [], "0x" + "00" * 32
    for n in range(length):
        sent = [{"from": people[(n + i) % 4], "to": people[(n + i + 1) % 4], "value": 10 * n + i} for i in range(n % 5)]
        block = {"number": n, "parent": parent, "timestamp": 1_600_000_000 + 12 * n, "transactions": sent}
        parent = seal(block)
        blocks.append({**block, "hash": parent})
    return blocks


explorer = Explorer(toy_chain(300), seal=seal, tamper=True)
explorer.selected = 4
explorer

# %%
from nnchain_edu import Chain

GUESTBOOK = """
event Signed:
    guest: indexed(address)
    words: String[64]

@external
def sign(words: String[64]):
    assert len(words) > 0, "say something"
    log Signed(guest=msg.sender, words=words)
"""
chain = Chain()
book = chain.deploy(GUESTBOOK, sender="alice")
chain.send("carol", sender="bob", value=10**18)
chain.send(book.functions.sign("<b>hello</b>"), sender="bob")
running = Explorer(chain, title="The running chain")
running

# %%
transfers = [
    ("alice", "bob", 12),
    ("bob", "alice", 3),
    ("alice", "carol", 40),
    ("carol", "dave", 39),
    ("dave", "erin", 20),
    ("dave", "0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B", 19),
    ("erin", "frank", 10),
    ("frank", "frank", 2),
    ("<b>grace</b>", "alice", 7),
    ("grace", "heidi", 1),
    ("bob", "carol", 5),
    ("bob", "carol", 6),
]
graph = TransactionGraph(transfers, unit="ether", marked={"dave": "fan-out"})
graph
