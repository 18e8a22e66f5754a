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
LONGEST = 1e6  # L2 norm of an update that is still taken; honest ones are a few units long
TOO_LONG = f"its update is longer than {LONGEST:,.0f}"


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
        epsilon: float | None = None,
        delta: float = 1e-5,
    ) -> Iterator[Round]:
        """Run `rounds` rounds, one at a time: the generator yields each `Round` as it ends, and can be closed.

        rule: a name of `RULES` or a function of that shape; `withstand` is the number of hostile clients that it is
            told to expect (as many as there are, if not given). Who sends values that are not finite, or another
            shape, is refused and counts as one of them.
        attack: a name of `ATTACKS`, "label flip", or a function of that shape; None and nobody attacks.
        participants: how many clients, drawn anew, take part in a round; None takes all.
        epochs, batch_size, learning_rate: of the local training. `epochs=1, batch_size=None` is FedSGD.
        epsilon, delta: spend at most so much privacy (see `privacy`). Without a `noise_multiplier` the least noise
            that keeps it is taken.
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
        if epsilon is not None:
            if clip is None or rule != "mean":
                raise ValueError("epsilon needs a clip and the rule 'mean'; elsewhere the noise guarantees nothing")
            noise_multiplier = _noise_within(epsilon, noise_multiplier, rounds, taking_part / n, delta)
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
            honest, forged = self._updates(good, bad, forge, poison, local)
            refused = {c: complaint for c, row in zip(bad, forged, strict=True) if (complaint := self._misfit(row))}
            taken = [row.to(self.weights) for c, row in zip(bad, forged, strict=True) if c not in refused]
            senders = [*good, *(c for c in bad if c not in refused)]
            updates = torch.cat([honest, torch.stack(taken)]) if taken else honest
            lengths = updates.norm(dim=1)
            for place in (~(lengths <= LONGEST)).nonzero().flatten().tolist():
                finite = bool(updates[place].isfinite().all())
                refused[senders[place]] = TOO_LONG if finite else "its update holds values that are not finite"
            updates = updates[lengths <= LONGEST]
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

    def _updates(
        self, good: list[int], bad: list[int], forge: Attack | None, poison: bool, local: dict
    ) -> tuple[Tensor, Sequence[Tensor]]:
        """Updates of the honest clients (honest, parameters), and what each hostile one sends, of whatever shape."""
        generator = self.generator
        honest = self.weights.new_empty(0, len(self.weights))
        if good:
            honest = self.clients.updates(self.weights, good, generator=generator, **local)
        if not bad:
            return honest, []
        if poison:
            labels = flip_labels(self.clients.y, int(self.clients.y.max()) + 1)
            return honest, self.clients.updates(self.weights, bad, generator=generator, labels=labels, **local)
        known = honest if good else self.clients.updates(self.weights, bad, generator=generator, **local)
        forged = forge(known, len(bad), generator)
        if len(forged) != len(bad):
            raise ValueError(f"attack must give an update for each of the {len(bad)} hostile, got {len(forged)}")
        return honest, forged

    def _misfit(self, update: Tensor) -> str:
        """Why an update cannot be added to the others; empty where it can."""
        if update.shape == self.weights.shape:
            return ""
        return f"its update has the shape {tuple(update.shape)}, not {tuple(self.weights.shape)}"

    @torch.no_grad()
    def measure(self) -> tuple[float, float]:
        """Accuracy and cross-entropy of the common weights on the test rows."""
        X, y = self.test
        logits = functional_call(self.model, self.clients.unpack(self.weights), X)
        return float((logits.argmax(1) == y).float().mean()), float(cross_entropy(logits, y))


def _noise_within(epsilon: float, noise_multiplier: float, rounds: int, sampling_rate: float, delta: float) -> float:
    """The noise multiplier to use; refuses a given one that spends more than `epsilon`."""
    from .privacy import noise_for, spent  # here: Opacus takes seconds

    least = noise_for(epsilon, rounds, sampling_rate, delta)
    if 0 < noise_multiplier < least:
        much = spent(noise_multiplier, rounds, sampling_rate, delta)
        raise ValueError(
            f"epsilon {epsilon:g} cannot be kept: {rounds} rounds with noise_multiplier {noise_multiplier:g} spend "
            f"{much:.3g} at delta {delta:g}; it takes a noise_multiplier of at least {least:g}"
        )
    return noise_multiplier or least


def _named(what: str, given, known: dict, *further: str):
    if callable(given):
        return given
    if given not in known:
        raise ValueError(f"{what} must be a function or one of {', '.join([*known, *further])}; got {given!r}")
    return known[given]
