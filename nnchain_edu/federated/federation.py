"""Rounds of federated learning: choose clients, train locally, aggregate, move the common weights."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from .attacks import ATTACKS, Attack, flip_labels
from .clients import Clients
from .rules import RULES, Rule

LABEL_FLIP = "label flip"


@dataclass(frozen=True)
class Round:
    """What became of one round. `refused` says by client number why an update did not count."""

    number: int
    accuracy: float
    loss: float
    participants: tuple[int, ...]
    refused: dict[int, str] = field(default_factory=dict)


class Federation:
    """A common `model` and the clients that train it.

    X, y: rows (rows, …) and classes (rows,), of which each client holds the row numbers in `shares`.
    test: rows and classes that nobody holds, on which each round is measured.
    hostile: the clients of these numbers attack.
    """

    def __init__(
        self,
        model: nn.Module,
        X: Tensor,
        y: Tensor,
        shares: Sequence[np.ndarray],
        test: tuple[Tensor, Tensor],
        *,
        hostile: Sequence[int] = (),
        seed: int = 0,
    ):
        self.clients = Clients(model, X, y, shares)
        strangers = [number for number in hostile if not 0 <= number < len(shares)]
        if strangers:
            raise ValueError(f"hostile must name clients from 0 to {len(shares) - 1}, not {strangers}")
        self.model, self.test, self.hostile = model, test, frozenset(hostile)
        self.generator = Generator().manual_seed(seed)
        self.weights = torch.cat([p.detach().reshape(-1) for p in model.parameters()]).clone()

    def run(
        self,
        rounds: int,
        *,
        rule: str | Rule = "mean",
        withstand: int | None = None,
        attack: str | Attack | None = None,
        participants: int | None = None,
        epochs: int = 1,
        batch_size: int | None = 10,
        learning_rate: float = 0.1,
        clip: float | None = None,
        noise_multiplier: float = 0.0,
    ) -> Iterator[Round]:
        """Run `rounds` rounds, one at a time: the generator yields each `Round` as it ends, and can be closed.

        rule: a name of `RULES` or a function of that shape; `withstand` is the number of hostile clients that it is
            told to expect (as many as there are, if not given). Who sends values that are not finite is refused
            and counts as one of them.
        attack: a name of `ATTACKS`, "label flip", or a function of that shape; None and nobody attacks.
        participants: how many clients, drawn anew, take part in a round; None takes all.
        epochs, batch_size, learning_rate: of the local training. `epochs=1, batch_size=None` is FedSGD.
        clip, noise_multiplier: updates are shortened to L2 norm `clip`; Gaussian noise with standard deviation
            noise_multiplier · clip / participants is added to what the rule gives (McMahan et al. 2018, arXiv
            1710.06963; the guarantee holds for the mean). Accountants take it that every client takes part by a coin
            of its own; here a fixed number is drawn, so their ε is an estimate.

        Raises ValueError, before the first round, for what does not fit; in a round, where its updates are too few for
        the rule to withstand so many.
        """
        n = len(self.clients)
        taking_part = n if participants is None else participants
        for name, value in (("rounds", rounds), ("epochs", epochs), ("participants", taking_part)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
        if taking_part > n:
            raise ValueError(f"participants must be at most the {n} clients there are, got {taking_part}")
        if batch_size is not None and (not isinstance(batch_size, int) or batch_size < 1):
            raise ValueError(f"batch_size must be None or a whole number of at least 1, got {batch_size!r}")
        if not 0 < learning_rate < float("inf"):
            raise ValueError(f"learning_rate must be a number above 0, got {learning_rate!r}")
        if clip is not None and not 0 < clip < float("inf"):
            raise ValueError(f"clip must be None or a number above 0, got {clip!r}")
        if not 0 <= noise_multiplier < float("inf") or (noise_multiplier and clip is None):
            raise ValueError(f"noise_multiplier must be at least 0, and needs a clip; got {noise_multiplier!r}")
        aggregate = _named("rule", rule, RULES)
        poison = attack == LABEL_FLIP
        forge = None if attack is None or poison else _named("attack", attack, ATTACKS, LABEL_FLIP)
        local = {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate}
        return self._rounds(
            rounds, aggregate, withstand, forge, poison, taking_part, local, clip, noise_multiplier, attack is not None
        )

    def _rounds(
        self, rounds, aggregate, withstand, forge, poison, taking_part, local, clip, noise_multiplier, attacked
    ) -> Iterator[Round]:
        for number in range(1, rounds + 1):
            who = sorted(torch.randperm(len(self.clients), generator=self.generator)[:taking_part].tolist())
            bad = [c for c in who if c in self.hostile] if attacked else []
            good = [c for c in who if c not in bad]
            updates = self._updates(good, bad, forge, poison, local)
            senders, refused = good + bad, {}
            finite = updates.isfinite().all(1)
            for place in (~finite).nonzero().flatten().tolist():
                refused[senders[place]] = "its update holds values that are not finite"
            updates = updates[finite]
            if clip is not None:
                updates = updates * (clip / updates.norm(dim=1, keepdim=True).clamp(min=1e-12)).clamp(max=1)
            if len(updates):
                expected = len(bad) if withstand is None else withstand
                step = aggregate(updates, max(0, expected - len(refused)))
                if noise_multiplier:
                    drawn = torch.randn(step.shape, generator=self.generator, dtype=step.dtype)
                    step = step + noise_multiplier * clip / len(updates) * drawn
                self.weights = self.weights + step
            accuracy, loss = self.measure()
            yield Round(number, accuracy, loss, tuple(who), refused)

    def _updates(self, good: list[int], bad: list[int], forge: Attack | None, poison: bool, local: dict) -> Tensor:
        """Updates of the honest clients, then of the hostile ones."""
        generator = self.generator
        honest = self.clients.updates(self.weights, good, generator=generator, **local) if good else None
        if not bad:
            return honest
        if poison:
            labels = flip_labels(self.clients.y, int(self.clients.y.max()) + 1)
            forged = self.clients.updates(self.weights, bad, generator=generator, labels=labels, **local)
        else:
            known = (
                honest if honest is not None else self.clients.updates(self.weights, bad, generator=generator, **local)
            )
            forged = forge(known, len(bad), generator)
        return forged if honest is None else torch.cat([honest, forged])

    @torch.no_grad()
    def measure(self) -> tuple[float, float]:
        """Accuracy and cross-entropy of the common weights on the test rows."""
        X, y = self.test
        logits = functional_call(self.model, self.clients.unpack(self.weights), X)
        return float((logits.argmax(1) == y).float().mean()), float(cross_entropy(logits, y))


def _named(what: str, given, known: dict, *further: str):
    if callable(given):
        return given
    if given not in known:
        raise ValueError(f"{what} must be a function or one of {', '.join([*known, *further])}; got {given!r}")
    return known[given]
