"""The graph network: a graph worked out by hand, nodes in any order, gradients, and what a skip connection sees."""

from math import sqrt

import pytest
import torch

from nnchain_edu.nets import GCN, normalised, parameter_count

STAR = torch.tensor([[0, 0], [1, 2]])  # 0 paid 1 and 2


def test_the_star_is_normalised_as_by_hand():
    side = 1 / sqrt(3 * 2)
    by_hand = torch.tensor([[1 / 3, side, side], [side, 1 / 2, 0], [side, 0, 1 / 2]])
    assert torch.allclose(normalised(STAR, 3).to_dense(), by_hand)


def test_a_pair_counts_once_whichever_way_and_however_often_and_loops_add_nothing():
    again = torch.tensor([[0, 0, 1, 2, 0, 1], [1, 2, 0, 0, 1, 1]])
    assert torch.equal(normalised(again, 3).to_dense(), normalised(STAR, 3).to_dense())


def test_a_node_without_edges_hears_itself():
    assert torch.equal(normalised(torch.zeros(2, 0, dtype=torch.long), 2).to_dense(), torch.eye(2))


def by_hand(model, x, dense):
    hidden = torch.relu(dense @ (x @ model.first.weight.T + model.first.bias))
    scores = dense @ (hidden @ model.second.weight.T + model.second.bias)
    return scores if model.skip is None else scores + x @ model.skip.weight.T


@pytest.mark.parametrize("skip", [False, True])
def test_scores_are_those_of_the_formula(skip):
    model, x, adjacency = GCN(2, 4, 2, skip=skip), torch.rand(3, 2), normalised(STAR, 3)
    assert torch.allclose(model(x, adjacency), by_hand(model, x, adjacency.to_dense()), atol=1e-6)
    assert parameter_count(model) == (2 * 4 + 4) + (4 * 2 + 2) + (2 * 2 if skip else 0)


def test_a_step_with_plain_weights_on_a_small_graph():
    """One input, weights 1, biases 0: x = (3, 0, 0) becomes ÂÂx = (1/3 + 1/6 + 1/6, …) times 3."""
    model = GCN(1, 1, 1)
    with torch.no_grad():
        for layer in (model.first, model.second):
            layer.weight.fill_(1), layer.bias.fill_(0)
    side = 1 / sqrt(6)
    twice = torch.tensor([[1 / 9 + 2 / 6], [side / 3 + side / 2], [side / 3 + side / 2]])
    assert torch.allclose(model(torch.tensor([[3.0], [0], [0]]), normalised(STAR, 3)), 3 * twice)


@pytest.mark.parametrize("skip", [False, True])
def test_the_numbering_of_nodes_does_not_matter(skip):
    edges, order = torch.tensor([[0, 1, 3, 3], [1, 2, 2, 4]]), torch.tensor([3, 0, 4, 2, 1])
    place = torch.empty(5, dtype=torch.long)
    place[order] = torch.arange(5)
    model, x = GCN(3, 4, 2, skip=skip), torch.rand(5, 3)
    there = model(x[order], normalised(place[edges], 5))
    assert torch.allclose(there, model(x, normalised(edges, 5))[order], atol=1e-6)


@pytest.mark.parametrize("skip", [False, True])
def test_gradients_agree_with_finite_differences(skip):
    model, adjacency = GCN(2, 3, 2, skip=skip, seed=3).double(), normalised(STAR, 3).double()
    x = torch.rand(3, 2, dtype=torch.double, generator=torch.Generator().manual_seed(1), requires_grad=True)
    assert torch.autograd.gradcheck(lambda rows: model(rows, adjacency), x)
    weights = tuple(model.parameters())
    names = [name for name, _ in model.named_parameters()]

    def of_weights(*given):
        return torch.func.functional_call(model, dict(zip(names, given, strict=True)), (x.detach(), adjacency))

    assert torch.autograd.gradcheck(of_weights, weights)


def test_two_layers_reach_two_payments_and_no_further():
    line = normalised(torch.tensor([[0, 1, 2], [1, 2, 3]]), 4)
    model, x = GCN(2, 8, 2, seed=1), torch.rand(4, 2)
    changed = x.clone()
    changed[3] += 5
    before, after = model(x, line), model(changed, line)
    assert torch.equal(before[0], after[0]) and not torch.allclose(before[1], after[1])


def test_many_graphs_in_one_matrix_do_not_mix():
    both = normalised(torch.tensor([[0, 0, 3, 3], [1, 2, 4, 5]]), 6)
    model, x = GCN(2, 4, 2), torch.rand(6, 2)
    apart = torch.cat([model(x[:3], normalised(STAR, 3)), model(x[3:], normalised(STAR, 3))])
    assert torch.allclose(model(x, both), apart, atol=1e-6)


def test_with_the_same_weights_only_the_skip_connection_differs():
    plain, skipping, x = GCN(2, 4, 2), GCN(2, 4, 2, skip=True), torch.rand(3, 2)
    assert torch.equal(plain.first.weight, skipping.first.weight)
    adjacency = normalised(STAR, 3)
    assert torch.allclose(skipping(x, adjacency) - plain(x, adjacency), skipping.skip(x), atol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: normalised(STAR, 0), "nodes"),
        (lambda: normalised(STAR, 2), "edges must name nodes from 0 to 1, got 0 to 2"),
        (lambda: normalised(STAR - 1, 3), "got -1 to 1"),
        (lambda: normalised(STAR.float(), 3), "whole numbers"),
        (lambda: normalised(STAR[0], 3), "edges must be"),
        (lambda: GCN(0, 2, 2), "inputs"),
        (lambda: GCN(2, 2, 2)(torch.rand(4, 2), normalised(STAR, 3)), "adjacency must be 4 by 4"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
