"""Simulated transactions of honest senders and of spammers: the data of unit 00, whose lesson shows this function."""

import numpy as np


def simulate_transactions(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw `rows` simulated transactions, about half of them spam.

    A spammer sends often and sends little; an honest sender does the opposite, and the two overlap.

    Returns:
        features, float64 of shape (rows, 2): transactions of this sender a minute, on average (0 to 15) and ether
        sent (0 to 9), both in tenths; labels, bool of shape (rows,): True for spam.

    Raises:
        ValueError: `rows` is not a whole number from 1 to 1,000,000.
    """
    if not isinstance(rows, int) or isinstance(rows, bool) or not 1 <= rows <= 10**6:
        raise ValueError(f"rows must be a whole number from 1 to 1,000,000, not {rows!r}")
    random = np.random.default_rng(seed)
    spam = random.random(rows) < 0.5
    centre = np.where(spam[:, None], (8.0, 2.0), (3.5, 4.5))
    features = centre + random.normal(0, (1.6, 1.1), (rows, 2))
    return np.clip(features, 0, (15, 9)).round(1), spam
