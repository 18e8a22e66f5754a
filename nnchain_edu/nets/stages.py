"""A trained model taken apart into its weighted layers, each as one matrix, or refused with the layer's name."""

import numpy as np
import torch
from torch import Tensor, nn

from .integers import Convolution


class Stage:
    """A layer of the model with its place in it: its weights as one matrix, and who shares a scale with whom."""

    def __init__(self, place: int, module: nn.Module, shape: tuple[int, ...], hidden: bool):
        self.name, self.module, self.hidden = f"layer {place} ({type(module).__name__})", module, hidden
        self.input_shape, self.taps = shape, None
        inputs = int(np.prod(shape))
        for what in ("weight", "bias"):
            values = getattr(module, what)
            if values is not None and not torch.isfinite(values).all():
                raise ValueError(f"model: {self.name} has a {what} that is not finite")
        if isinstance(module, nn.Linear):
            if module.in_features != inputs:
                raise ValueError(f"model: {self.name} takes {module.in_features} inputs, but gets {inputs}")
            self.output_shape = (module.out_features,)
            self.groups = torch.arange(module.out_features)
        else:
            self._unfold(module, shape)
        if not hidden:
            self.groups = torch.zeros_like(self.groups)

    def _unfold(self, module: nn.Conv2d, shape: tuple[int, ...]) -> None:
        if len(shape) != 3 or shape[0] != module.in_channels:
            wanted = f"({module.in_channels}, height, width)"
            raise ValueError(f"model: {self.name} takes images {wanted}, but gets {shape}; put nn.Unflatten before it")
        plain = module.groups == 1 and module.dilation == (1, 1) and module.padding_mode == "zeros"
        if not plain or isinstance(module.padding, str):
            raise ValueError(f"model: {self.name} is grouped, dilated or padded by name; a plain one is accepted")
        places = torch.arange(1.0, 1 + int(np.prod(shape))).reshape(1, *shape)  # 0 is left for the padding
        taps = nn.functional.unfold(places, module.kernel_size, padding=module.padding, stride=module.stride)
        self.taps = taps[0].T.round().long()  # (output places, taps of one filter)
        sides = [
            (size + 2 * pad - kernel) // step + 1
            for size, pad, kernel, step in zip(
                shape[1:], module.padding, module.kernel_size, module.stride, strict=True
            )
        ]
        self.output_shape = (module.out_channels, *sides)
        self.groups = torch.arange(module.out_channels).repeat_interleave(len(self.taps))

    def matrix(self, values: Tensor) -> Tensor:
        """The weights as (outputs, inputs); a convolution's kernel is written out place by place."""
        if self.taps is None:
            return values
        filters, (places, taps) = len(values), self.taps.shape
        empty = values.new_zeros(filters, places, int(np.prod(self.input_shape)) + 1)
        spread = values.reshape(filters, 1, taps).expand(-1, places, -1)
        return empty.scatter(2, self.taps.expand(filters, -1, -1), spread)[..., 1:].flatten(0, 1)

    def parameters(self) -> tuple[Tensor, Tensor]:
        weights = self.matrix(self.module.weight)
        if self.module.bias is None:
            return weights, weights.new_zeros(len(weights))
        return weights, self.module.bias if self.taps is None else self.module.bias.repeat_interleave(len(self.taps))

    def geometry(self, weights: np.ndarray) -> Convolution | None:
        """The integer kernel, taken from where the written-out weights hold it whole."""
        if self.taps is None:
            return None
        inside = int((self.taps > 0).sum(1).argmax())
        if not (self.taps[inside] > 0).all():
            return None  # no place sees the whole kernel: it stays a matrix
        rows = weights.reshape(self.module.out_channels, len(self.taps), -1)[:, inside]
        kernel = rows[:, self.taps[inside].numpy() - 1].reshape(self.module.weight.shape)
        return Convolution(kernel, self.input_shape, self.output_shape, self.module.stride, self.module.padding)


def stages_of(model: nn.Module, shape: tuple[int, ...]) -> list[Stage]:
    """The weighted layers of `model`, for inputs of `shape`; ValueError naming the first that is not accepted."""
    model = getattr(model, "layers", model)
    if not isinstance(model, nn.Sequential):
        raise ValueError(f"model: {type(model).__name__} given; an nn.Sequential is accepted")
    accepted = "Linear, Conv2d, ReLU, Flatten and Unflatten are accepted"
    layers = list(model)
    weighted = [i for i, m in enumerate(layers) if isinstance(m, nn.Linear | nn.Conv2d)]
    stages, waiting = [], False
    for place, module in enumerate(layers):
        if isinstance(module, nn.Flatten):
            shape = (int(np.prod(shape)),)
        elif isinstance(module, nn.Unflatten):
            shape = tuple(module.unflattened_size)
        elif isinstance(module, nn.ReLU):
            if not waiting or place > weighted[-1]:
                raise ValueError(f"model: layer {place} (ReLU) stands where no hidden layer's sum is")
            waiting = False
        elif place in weighted:
            if waiting:
                raise ValueError(
                    f"model: layer {place} ({type(module).__name__}) follows a layer without a ReLU between"
                )
            if isinstance(module, nn.Linear) and len(shape) > 1:
                raise ValueError(f"model: layer {place} (Linear) gets images of {shape}; put nn.Flatten before it")
            stages.append(Stage(place, module, shape, hidden=place != weighted[-1]))
            shape, waiting = stages[-1].output_shape, True
        else:
            raise ValueError(f"model: layer {place} is {type(module).__name__}; {accepted}")
    if not stages:
        raise ValueError(f"model has no layer with weights; {accepted}")
    return stages
