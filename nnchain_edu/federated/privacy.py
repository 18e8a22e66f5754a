"""What rounds with clipped updates and noise give away at most: (ε, δ), computed by Opacus.

A round takes each client with probability `sampling_rate`, shortens its update to a length, and adds Gaussian noise of
`noise_multiplier` times that length to the sum. Rényi divergences add up over the rounds (Mironov 2017, arXiv
1702.07476); Balle and others (2020, arXiv 1905.09982) make ε of them. `Federation` draws a fixed number of clients
instead, so there ε is that of the nearest scheme with a known bound, as McMahan and others (2018, arXiv 1710.06963)
have it.
"""

import math
import warnings

ORDERS = (1.25, 1.5, 1.75, 2, 2.5, *range(3, 65), 80, 96, 128, 192, 256, 384, 512)  # of the divergence
MOST_NOISE = 1000.0  # noise multiplier: more drowns any update


def spent(noise_multiplier: float, rounds: int, sampling_rate: float = 1.0, delta: float = 1e-5) -> float:
    """The ε that so many rounds with this noise spend at `delta`; infinite without noise.

    Raises ValueError for numbers out of range.
    """
    _check(rounds, sampling_rate, delta)
    if not 0 <= noise_multiplier < math.inf:
        raise ValueError(f"noise_multiplier must be a number of at least 0, got {noise_multiplier!r}")
    if noise_multiplier == 0:
        return math.inf
    from opacus.accountants.analysis import rdp  # seconds, and PyTorch

    given = rdp.compute_rdp(q=sampling_rate, noise_multiplier=noise_multiplier, steps=rounds, orders=ORDERS)
    with (
        warnings.catch_warnings()
    ):  # where the best order is the first or last, ε is larger than it need be: still true
        warnings.simplefilter("ignore", UserWarning)
        epsilon, _ = rdp.get_privacy_spent(orders=ORDERS, rdp=given, delta=delta)
    return float(epsilon)


def noise_for(epsilon: float, rounds: int, sampling_rate: float = 1.0, delta: float = 1e-5) -> float:
    """The least noise multiplier, to a thousandth, with which `rounds` rounds spend at most `epsilon`.

    Raises ValueError where no noise up to MOST_NOISE does that, and names the smallest ε that can be kept.
    """
    _check(rounds, sampling_rate, delta)
    if isinstance(epsilon, bool) or not 0 < epsilon < math.inf:
        raise ValueError(f"epsilon must be a number above 0, got {epsilon!r}")
    least = spent(MOST_NOISE, rounds, sampling_rate, delta)
    if epsilon < least:
        smallest = math.ceil(least * 1000) / 1000
        raise ValueError(
            f"epsilon must be at least {smallest:g} for {rounds} rounds with sampling rate {sampling_rate:g} and delta "
            f"{delta:g}, got {epsilon:g}: noise {MOST_NOISE:g} times as long as an update spends so much"
        )
    low, high = 0, round(MOST_NOISE * 1000)  # thousandths: low spends too much, high does not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if spent(middle / 1000, rounds, sampling_rate, delta) <= epsilon else (middle, high)
    return high / 1000


def _check(rounds: int, sampling_rate: float, delta: float) -> None:
    if isinstance(rounds, bool) or not isinstance(rounds, int) or rounds < 1:
        raise ValueError(f"rounds must be a whole number of at least 1, got {rounds!r}")
    if not 0 < sampling_rate <= 1:
        raise ValueError(f"sampling_rate must be above 0 and at most 1, got {sampling_rate!r}")
    if not 0 < delta < 1:
        raise ValueError(f"delta must be between 0 and 1, got {delta!r}")
