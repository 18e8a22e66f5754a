import pytest
import torch

from nnchain_edu.federated import RULES
from nnchain_edu.federated.rules import krum, mean, median, multi_krum, trimmed_mean


def test_by_hand():
    updates = torch.tensor([[0.0], [1.0], [2.0], [3.0], [100.0]])
    assert mean(updates).item() == pytest.approx(21.2)
    assert median(updates, 1).item() == 2
    assert trimmed_mean(updates, 1).item() == 2
    # each with its 5 - 1 - 2 = 2 nearest: 0: 1 + 4, 1: 1 + 1, 2: 1 + 1, 3: 1 + 4, 100: 97² + 98²
    assert krum(updates, 1).item() == 1
    assert multi_krum(updates, 1).item() == pytest.approx(1.5)
    assert median(torch.tensor([[1.0], [2.0], [5.0], [9.0]]), 1).item() == 3.5


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_order_does_not_matter_and_alike_updates_stay(rule):
    updates = torch.randn(11, 7, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(rule(updates, 3), rule(updates.flip(0), 3))
    alike = updates[:1].expand(11, -1)
    assert torch.allclose(rule(alike, 3), alike[0])


@pytest.mark.parametrize("name", [name for name in RULES if name != "mean"])
def test_three_of_eleven_cannot_drag_it_far(name):
    honest = torch.randn(8, 5, generator=torch.Generator().manual_seed(2))
    far = torch.full((3, 5), 1e6)
    assert RULES[name](torch.cat([honest, far]), 3).abs().max() <= honest.abs().max()
    assert mean(torch.cat([honest, far])).abs().max() > 1e5


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_bad_updates_are_refused_and_named(rule):
    updates = torch.ones(9, 3)
    updates[4, 1] = float("nan")
    updates[7, 0] = float("inf")
    with pytest.raises(ValueError, match="clients 4, 7 hold values that are not finite"):
        rule(updates, 1)
    with pytest.raises(ValueError, match="shape"):
        rule(torch.ones(3), 0)
    with pytest.raises(ValueError, match="hostile must be"):
        rule(torch.ones(9, 3), -1)
    with pytest.raises(ValueError, match=r"too few|shape"):
        rule(torch.ones(0, 3), 0)


@pytest.mark.parametrize(("name", "least"), [("median", 7), ("trimmed mean", 7), ("Krum", 9), ("Multi-Krum", 9)])
def test_each_rule_needs_its_number_of_clients(name, least):
    RULES[name](torch.rand(least, 2), 3)
    with pytest.raises(ValueError, match=f"at least {least}"):
        RULES[name](torch.rand(least - 1, 2), 3)
