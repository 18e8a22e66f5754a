"""A graph convolutional network (Kipf and Welling 2017, arXiv 1609.02907), with and without a skip connection.

Written out in plain PyTorch: one sparse matrix a graph, two small layers. A block diagonal matrix holds many graphs.
"""

import torch
from torch import Tensor, nn

from .models import positive, seeded


def normalised(edges: Tensor, nodes: int) -> Tensor:
    """D^-1/2 (A + I) D^-1/2, sparse, (nodes, nodes): section 2 of the paper.

    `edges` (2, m): whole numbers from 0 to nodes - 1. Edges have no direction here: each joined pair counts once,
    however often and whichever way it stands in `edges`. D holds the row sums of A + I.
    """
    positive("nodes", nodes)
    edges = torch.as_tensor(edges)
    if edges.ndim != 2 or len(edges) != 2 or edges.is_floating_point():
        raise ValueError(f"edges must be whole numbers of shape (2, m), got {edges.dtype} {tuple(edges.shape)}")
    if edges.numel() and not 0 <= int(edges.min()) <= int(edges.max()) < nodes:
        raise ValueError(f"edges must name nodes from 0 to {nodes - 1}, got {int(edges.min())} to {int(edges.max())}")
    itself = torch.arange(nodes)
    source, target = torch.cat([edges.long(), edges.long().flip(0), torch.stack([itself, itself])], dim=1).unique(dim=1)
    degree = torch.bincount(source, minlength=nodes).float()
    weight = (degree[source] * degree[target]) ** -0.5
    return torch.sparse_coo_tensor(
        torch.stack([source, target]), weight, (nodes, nodes), is_coalesced=True, check_invariants=True
    )


class GCN(nn.Module):
    """Two graph convolutions: scores = Â relu(Â x W₀) W₁, and with `skip` + x W (Weber et al. 2019, section 3.2).

    `forward(x, adjacency)`: x (nodes, inputs), adjacency as `normalised` gives it; output (nodes, classes).
    Without `skip`, a node is only ever seen mixed with its neighbours; with it, also by itself.
    """

    def __init__(self, inputs: int, hidden: int, classes: int, skip: bool = False, seed: int = 0):
        super().__init__()
        positive("inputs", inputs), positive("hidden", hidden), positive("classes", classes)
        with seeded(seed):
            self.first = nn.Linear(inputs, hidden)
            self.second = nn.Linear(hidden, classes)
            self.skip = nn.Linear(inputs, classes, bias=False) if skip else None

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        if adjacency.shape != (len(x), len(x)):
            raise ValueError(f"adjacency must be {len(x)} by {len(x)} for {len(x)} nodes, got {tuple(adjacency.shape)}")
        hidden = torch.relu(torch.sparse.mm(adjacency, self.first(x)))
        scores = torch.sparse.mm(adjacency, self.second(hidden))
        return scores if self.skip is None else scores + self.skip(x)
