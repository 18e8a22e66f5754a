"""A small unit that exists only for the tests of the engine: a function, a number, and a chain of doubts."""

from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.kinds import equals, leaves_unchanged, returns

UNIT = Unit(
    number="91",
    slug="sample",
    title="A sample & its <checks>",
    exercises=[
        Exercise(
            number="91.1",
            title="Weigh the inputs",
            objective="compute what a neuron computes",
            kind="function",
            seconds=1.0,
            cases=[
                Case("sum", returns(11, [1, 2], [3, 4], 0), "Each input is multiplied by its own weight."),
                Case("bias", returns(16, [1, 2], [3, 4], 5), "The bias is added once, at the end."),
                Case("any length", returns(2, [1], [2], 0), "There may be any number of inputs."),
                Case("pure", leaves_unchanged([1, 2], [3, 4], 5), "The inputs belong to the caller."),
            ],
            hints=["Pair each input with its weight.", "A neuron sums products, then shifts."],
            praise="A neuron is a weighted sum with an offset.",
        ),
        Exercise(
            number="91.2",
            title="Count the parameters",
            objective="count what a layer learns",
            kind="number",
            cases=[
                Case("not only weights", lambda n: n != 12, "Each output has its own bias."),
                Case("not inputs", lambda n: n != 15 + 3, "The inputs are not learned."),
                Case("exact", equals(16), "Three inputs times four outputs, and the biases."),
            ],
            hints=["What is learned, and what is given?", "Draw the layer: count lines, then circles."],
            praise="Weights grow with the product, biases only with the outputs.",
        ),
    ],
)
