"""Answers to the exercises of unit 01, and the verdict each must get."""

import math
from itertools import pairwise

import numpy as np
from torch import nn

from nnchain_edu.nets import CNN, MLP, digits, train
from tests.exercises.answers import Answers


def stub(*args):
    raise NotImplementedError("your code here")


# 01.1 ---------------------------------------------------------------------------------------------------------------


def layer(inputs, weights, biases):
    outputs = []
    for row, bias in zip(weights, biases, strict=True):
        total = sum(w * x for w, x in zip(row, inputs, strict=True)) + bias
        outputs.append(max(0.0, total))
    return outputs


def layer_with_numpy(inputs, weights, biases):
    return np.maximum(np.array(weights) @ np.array(inputs) + np.array(biases), 0)


def layer_without_weights(inputs, weights, biases):
    return [max(0.0, sum(inputs) + bias) for _, bias in zip(weights, biases, strict=True)]


def layer_with_tanh(inputs, weights, biases):
    return np.tanh(layer_straight(inputs, weights, biases))


def layer_without_bias(inputs, weights, biases):
    return layer(inputs, weights, [0] * len(biases))


def layer_first_unit(inputs, weights, biases):
    return layer(inputs, weights, biases)[:1]


def layer_straight(inputs, weights, biases):
    return np.array(weights) @ np.array(inputs) + np.array(biases)


def layer_bent_early(inputs, weights, biases):
    return [y + b for y, b in zip(layer(inputs, weights, [0] * len(biases)), biases, strict=True)]


# 01.2 ---------------------------------------------------------------------------------------------------------------


def count(sizes):
    return sum(a * b + b for a, b in pairwise(sizes))


def count_backwards(sizes):
    total, right = 0, sizes[-1]
    for left in reversed(sizes[:-1]):
        total, right = total + (left + 1) * right, left
    return total


def count_units(sizes):
    return sum(sizes)


def count_weights(sizes):
    return sum(a * b for a, b in pairwise(sizes))


def count_input_biases(sizes):
    return count_weights(sizes) + sum(sizes)


def count_one_bias_a_layer(sizes):
    return count_weights(sizes) + len(sizes) - 1


def count_ends(sizes):
    return (sizes[0] + 1) * sizes[-1]


def count_three(sizes):
    return count(sizes[:3])


def count_consuming(sizes):
    total = 0
    while len(sizes) > 1:
        total += (sizes.pop(0) + 1) * sizes[0]
    return total


# 01.3 ---------------------------------------------------------------------------------------------------------------


def slide(image, weights):
    high, wide = len(weights), len(weights[0])
    return [
        [
            sum(image[i + a][j + b] * weights[a][b] for a in range(high) for b in range(wide))
            for j in range(len(image[0]) - wide + 1)
        ]
        for i in range(len(image) - high + 1)
    ]


def slide_with_numpy(image, weights):
    windows = np.lib.stride_tricks.sliding_window_view(np.array(image), np.shape(weights))
    return (windows * np.array(weights)).sum((2, 3))


def slide_mean(image, weights):
    return np.array(slide(image, weights)) / np.size(weights)


def slide_too_short(image, weights):
    answer = slide(image, weights)
    return [row[:-1] if len(row) > 1 else row for row in answer]


def slide_flipped(image, weights):
    return slide(image, [row[::-1] for row in weights[::-1]])


def slide_transposed(image, weights):
    return np.transpose(slide(image, weights))


def slide_square(image, weights):
    places = len(image[0]) - len(weights[0]) + 1
    return [[row[j] for j in range(places)] for row in slide(image, weights)[:places]]


def slide_bent(image, weights):
    return np.maximum(slide(image, weights), 0)


def slide_broken(image, weights):
    return image[len(image)][0] * weights[0][0]


# 01.4 ---------------------------------------------------------------------------------------------------------------


def read(amounts, hear, keep):
    memory = 0.0
    for amount in amounts:
        memory = math.tanh(hear * amount + keep * memory)
    return memory


def read_recursively(amounts, hear, keep):
    if not amounts:
        return 0.0
    before = read_recursively(amounts[:-1], hear, keep)
    return np.tanh(np.dot([hear, keep], [amounts[-1], before]))


def read_straight(amounts, hear, keep):
    memory = 0.0
    for amount in amounts:
        memory = hear * amount + keep * memory
    return memory


def read_forgetting(amounts, hear, keep):
    return math.tanh(hear * amounts[-1])


def read_bent_at_the_end(amounts, hear, keep):
    return math.tanh(read_straight(amounts, hear, keep))


def read_history(amounts, hear, keep):
    return [read(amounts[: i + 1], hear, keep) for i in range(len(amounts))]


def read_two(amounts, hear, keep):
    return read(amounts[:2], hear, keep)


def read_backwards(amounts, hear, keep):
    return read(amounts[::-1], hear, keep)


def read_added_outside(amounts, hear, keep):
    memory = 0.0
    for amount in amounts:
        memory = math.tanh(hear * amount) + keep * memory
    return memory


# 01.5 ---------------------------------------------------------------------------------------------------------------


def margin(right, images):
    p = right / images
    spread = 2 * math.sqrt(p * (1 - p) / images)
    return max(0.0, p - spread), min(1.0, p + spread)


def margin_with_numpy(right, images):
    outcomes = np.repeat([1.0, 0.0], [right, images - right])
    return np.clip(outcomes.mean() + np.array([-2, 2]) * outcomes.std() / np.sqrt(images), 0, 1)


def margin_rounded(right, images):
    return tuple(round(edge, 3) for edge in margin(right, images))


def margin_root_of_p_alone(right, images):
    p = right / images
    return p - 2 * math.sqrt(p * (1 - p)) / images, p + 2 * math.sqrt(p * (1 - p)) / images


def margin_1_96(right, images):
    p = right / images
    spread = 1.96 * math.sqrt(p * (1 - p) / images)
    return max(0.0, p - spread), min(1.0, p + spread)


def margin_upside_down(right, images):
    return margin(right, images)[::-1]


def margin_of_counts(right, images):
    return right - 1, right + 1


def margin_single(right, images):
    p = right / images
    spread = math.sqrt(p * (1 - p) / images)
    return max(0.0, p - spread), min(1.0, p + spread)


def margin_of_450(right, images):
    p = right / images
    spread = 2 * math.sqrt(p * (1 - p) / 450)
    return p - spread, p + spread


def margin_of_half(right, images):
    p = right / images
    return p - 1 / math.sqrt(images), p + 1 / math.sqrt(images)


def margin_uncut(right, images):
    p = right / images
    spread = 2 * math.sqrt(p * (1 - p) / images)
    return p - spread, p + spread


# 01.6 ---------------------------------------------------------------------------------------------------------------


class Renamed(nn.Module):
    """A right answer in other clothes: images in, logarithms of probabilities out."""

    def __init__(self, reader):
        super().__init__()
        self.reader = reader

    def forward(self, pixels):
        return self.reader(pixels.reshape(-1, 1, 8, 8)).log_softmax(1)


class Broken(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(64, 10)

    def forward(self, pixels):
        return self.lost(pixels)  # no layer is called so


def small_reader():
    data, model = digits(), CNN((8, 16))
    train(model, data.X_train, data.y_train, epochs=8, learning_rate=0.01, decay=True)
    return model


def frozen_giant():
    model = MLP(64, 100, 10)
    model.layers[1].requires_grad_(False)
    return model


READER = small_reader()

ANSWERS = {
    "01.1": Answers(
        right=[layer, layer_with_numpy],
        wrong=[
            (layer_without_weights, "one unit"),
            (layer_with_tanh, "one unit"),
            (layer_without_bias, "the bias"),
            (layer_first_unit, "every unit"),
            (layer_straight, "the bend"),
            (layer_bent_early, "bend last"),
        ],
        stub=stub,
        broken=lambda inputs, weights, biases: inputs * weights,
    ),
    "01.2": Answers(
        right=[count, count_backwards],
        wrong=[
            (count_units, "one layer"),
            (count_weights, "biases"),
            (count_input_biases, "biases"),
            (count_one_bias_a_layer, "biases"),
            (count_ends, "hidden layers"),
            (count_three, "any depth"),
            (count_consuming, "sizes unchanged"),
        ],
        stub=stub,
        broken=lambda sizes: sizes[0] * sizes[len(sizes)],
    ),
    "01.3": Answers(
        right=[slide, slide_with_numpy],
        wrong=[
            (slide_mean, "one place"),
            (slide_too_short, "every place"),
            (slide_transposed, "every place"),
            (slide_flipped, "not flipped"),
            (slide_square, "rows and columns"),
            (slide_bent, "negative weights"),
        ],
        stub=stub,
        broken=slide_broken,
    ),
    "01.4": Answers(
        right=[read, read_recursively],
        wrong=[
            (read_straight, "one step"),
            (read_history, "one step"),
            (read_bent_at_the_end, "a bend a step"),
            (read_forgetting, "it remembers"),
            (read_two, "every step"),
            (read_backwards, "first things first"),
            (read_added_outside, "inside the bend"),
        ],
        stub=stub,
        broken=lambda amounts, hear, keep: math.tanh(amounts),
    ),
    "01.5": Answers(
        right=[margin, margin_with_numpy, margin_rounded],
        wrong=[
            (margin_of_counts, "around the share"),
            (margin_upside_down, "around the share"),
            (margin_single, "the spread"),
            (margin_root_of_p_alone, "the spread"),
            (margin_1_96, "the spread"),
            (margin_of_450, "any test set"),
            (margin_of_half, "any share"),
            (margin_uncut, "no more than all"),
        ],
        stub=stub,
        broken=lambda right, images: math.sqrt(-right),
    ),
    "01.6": Answers(
        right=[READER, Renamed(READER)],
        wrong=[
            (MLP(64, 5), "ten scores"),
            (MLP(64, 100, 10), "small enough"),
            (frozen_giant(), "small enough"),
            (CNN((8, 16), seed=1), "97 %"),
        ],
        stub=...,
        broken=Broken(),
    ),
}
