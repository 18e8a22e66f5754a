"""The models: shapes, parameter counts worked out by hand, and what each family assumes."""

import pytest
import torch

from nnchain_edu.nets import CNN, GRU, MLP, Attention, GraphLayer, parameter_count


@pytest.mark.parametrize(
    ("model", "by_hand"),
    [
        (MLP(64, 48, 10), 64 * 48 + 48 + 48 * 10 + 10),
        (MLP(2, 1), 3),
        (CNN((16, 32)), (9 * 16 + 2 * 16) + (16 * 9 * 32 + 2 * 32) + (32 * 16 * 10 + 10)),
        (CNN((8,), head="pooled"), (9 * 8 + 2 * 8) + (8 * 10 + 10)),
        (GRU(3, 16, 2), 3 * (3 * 16 + 16 * 16 + 2 * 16) + (16 * 2 + 2)),
        (GraphLayer(3, 5), (3 * 5 + 5) + 3 * 5),
        (Attention(4, 8), 3 * (4 * 8 + 8)),
    ],
)
def test_parameters_are_those_worked_out_by_hand(model, by_hand):
    assert parameter_count(model) == by_hand


def test_frozen_parameters_do_not_count():
    model = MLP(64, 48, 10)
    model.layers[1].requires_grad_(False)
    assert parameter_count(model) == 490


def test_one_seed_gives_the_same_weights_and_leaves_the_outer_stream_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first, again, other = MLP(4, 3, seed=1), MLP(4, 3, seed=1), MLP(4, 3, seed=2)
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(first.layers[1].weight, again.layers[1].weight)
    assert not torch.equal(first.layers[1].weight, other.layers[1].weight)


def test_cnn_reads_flat_rows_and_images_alike():
    x = torch.rand(5, 64)
    for head in ("dense", "pooled"):
        model = CNN((4, 6), head=head)
        assert model(x).shape == (5, 10)
        model.eval()  # in training, batch normalisation remembers what it saw
        assert torch.equal(model(x), model(x.reshape(5, 1, 8, 8)))


def test_pooled_head_does_not_see_where_a_pattern_stands():
    """Away from the edges a shifted pattern gives the pooled head the same scores, the dense head others."""
    x = torch.zeros(2, 1, 8, 8)
    x[0, 0, 2:5, 2:5] = x[1, 0, 3:6, 3:6] = torch.rand(3, 3, generator=torch.Generator().manual_seed(0))
    pooled, dense = CNN((6,), head="pooled").eval()(x), CNN((6,), head="dense").eval()(x)
    assert torch.allclose(pooled[0], pooled[1], atol=1e-6)
    assert not torch.allclose(dense[0], dense[1], atol=1e-3)


def test_gru_depends_on_the_order_of_steps():
    model, x = GRU(2, 5, 3), torch.rand(4, 6, 2)
    assert model(x).shape == (4, 3)
    assert not torch.allclose(model(x), model(x.flip(1)))


def test_graph_layer_hears_neighbours_only_and_does_not_care_how_nodes_are_numbered():
    adjacency = torch.tensor([[0.0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
    layer, x = GraphLayer(2, 3), torch.rand(4, 2)
    changed = x.clone()
    changed[2] += 1
    before, after = layer(x, adjacency), layer(changed, adjacency)
    assert torch.equal(before[[0, 3]], after[[0, 3]])
    assert not torch.allclose(before[1], after[1])
    order = torch.tensor([2, 0, 3, 1])
    assert torch.allclose(layer(x[order], adjacency[order][:, order]), before[order], atol=1e-6)
    with pytest.raises(ValueError, match="adjacency must be 4 by 4"):
        layer(x, adjacency[:3])


def test_attention_weights_sum_to_one_and_follow_the_steps():
    layer, x = Attention(3, 5), torch.rand(2, 6, 3)
    out = layer(x)
    assert out.shape == (2, 6, 5)
    assert torch.allclose(layer.weights.sum(-1), torch.ones(2, 6))
    order = torch.randperm(6)
    assert torch.allclose(layer(x[:, order]), out[:, order], atol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MLP(64), "sizes needs at least"),
        (lambda: MLP(64, 0, 10), r"sizes\[1\] must be .* at least 1, got 0"),
        (lambda: MLP(64, 2.5, 10), r"sizes\[1\] .* got 2.5"),
        (lambda: MLP(64, 10, 10, activation="swoosh"), "activation must be one of relu.*'swoosh'"),
        (lambda: CNN(()), "channels needs at least one"),
        (lambda: CNN((4, -1)), r"channels\[1\]"),
        (lambda: CNN((4,), head="flat"), "head must be"),
        (lambda: CNN((4,), side=1), "side must be at least 2"),
        (lambda: GRU(0, 4, 2), "features"),
        (lambda: Attention(4, 0), "width"),
        (lambda: GraphLayer(4, True), "outputs"),
    ],
)
def test_bad_sizes_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
