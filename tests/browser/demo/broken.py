# %% [markdown]
# # What must the driver notice?
# Benches that look well and do nothing: each fails at something that only its message, its bar or its line tells.

# %%
from nnchain_edu.lab import Bench, Button, State, Step


class Sound(State):
    """A bench like those of the labs, on which nothing is wrong; the faulty ones differ in one thing each."""

    title = "Sound"
    controls = (Button("one", "One more"),)

    def reset(self):
        self.count = 0
        super().reset()

    def one(self):
        self.count += 1

    def steps(self):
        for n in range(1, 201):
            self.one()
            yield Step(n / 200, f"step {n} of 200")

    def text(self):
        return f"The count is {self.count}."

    def draw(self, fig):
        fig.subplots().bar([0], [self.count])


class ButtonRaises(Sound):
    title = "A button raises"
    steps = None

    def one(self):
        raise FloatingPointError("the loss is <b>nan</b>")


class ButtonRefuses(Sound):
    title = "A button refuses"
    steps = None

    def one(self):
        raise ValueError("there is no such row")


class ButtonIsDead(Sound):
    title = "A button does nothing"
    steps = None

    def one(self):
        pass


class TrainingRaises(Sound):
    title = "A training raises at once"
    controls = ()

    def steps(self):
        raise FloatingPointError("the loss is nan")
        yield


class TrainingBreaksOff(Sound):
    title = "A training raises after a step"
    controls = ()

    def steps(self):
        yield Step(0.5, "half")
        raise FloatingPointError("the loss is nan")


class TrainingIsDead(Sound):
    title = "A training does nothing"
    controls = ()

    def steps(self):
        yield Step(1.0, "all of it")


# %%
Bench(Sound())

# %%
Bench(ButtonRaises())

# %%
Bench(ButtonRefuses())

# %%
Bench(ButtonIsDead())

# %%
Bench(TrainingRaises())

# %%
Bench(TrainingBreaksOff())

# %%
Bench(TrainingIsDead())
