# %% [markdown]
# # Lab: How does a network learn?
# First a race on a bench, then five exercises, then a challenge. An exercise stands in one cell with its check; run
# the cell, read the verdict, mend, run it again. `hint("02.1")` gives a first hint, `hint("02.1", 2)` says more.

# %%
from nnchain_edu import check, hint
from nnchain_edu.lab import Bench
from nnchain_edu.lab.optimiser_race import OptimiserRace

Bench(OptimiserRace())

# %% [markdown]
# ## The bench: who is first at the bottom?
# The map shows a surface from above; the star is its lowest point, the white dot the start. A cross is where a diverging
# run was last seen. Below: height against steps, and a dotted line at 0.001, which counts as arrived.
#
# **Write your prediction first**: above which learning rate does plain gradient descent diverge on the ravine? Its steepest
# direction has the curvature 40. Then find out, and go on:
#
# 1. *Ravine.* Predict first: does momentum 0.9 allow a larger rate than plain descent, or only a smaller one? Then search for its border.
# 2. *Ravine, rate 0.02.* Move the momentum from 0 to 0.98. Where does it arrive first, and why is more not better?
# 3. *Two valleys.* At which settings does a run end in the deeper valley on the left? Is that skill or luck?
# 4. *Saddle, rate 0.01.* Who sits longest on the flat middle?
# 5. *Banana.* Look for rates with which each arrives within 300 steps. One of the three has none: which, and why?
# 6. *Turned ravine.* The same ravine, turned by 45 degrees. Who does not notice?

# %% [markdown]
# ## Exercise 1: measure slopes by nudging
# Write `slopes(f, point, hair)`: a list with the slope of `f` for each number of `point`.
#
# - `f`: a function of a list of numbers, gives a number; `point`: a list of numbers; `hair`: a small number
# - for example, with `f(p) = p[0] * p[1]`, `slopes(f, [2.0, 5.0], 0.001)` gives `[5.0, 2.0]`, up to the last digits
#
# Look to both sides: a hair up and a hair down.


# %%
def slopes(f, point, hair):
    ### BEGIN SOLUTION
    found = []
    for i in range(len(point)):
        up, down = list(point), list(point)
        up[i] += hair
        down[i] -= hair
        found.append((f(up) - f(down)) / (2 * hair))
    return found
    ### END SOLUTION


check("02.1", slopes)

# %% [markdown]
# ## Exercise 2: the backward sweep
# The lesson's `Value` is in the package now. Write `backward(result)`, which sets `.grad` of `result` and of everything that made
# it. It returns nothing.
#
# - each value has `.data`, `.grad`, `.parents` and, one for each parent, `.slopes`
# - `ancestors(result)` gives `result` and all that made it, from the youngest to the oldest
# - for example, after `x = Value(3.0); backward(x * x)`, `x.grad` is `6.0`

# %%
from nnchain_edu.nets.autograd import Value, ancestors


def backward(result):
    ### BEGIN SOLUTION
    order = ancestors(result)
    for value in order:
        value.grad = 0.0
    result.grad = 1.0
    for value in order:
        for parent, slope in zip(value.parents, value.slopes):
            parent.grad += slope * value.grad
    ### END SOLUTION


check("02.2", backward)

# %% [markdown]
# ## Exercise 3: a step with momentum
# Write `momentum_step(weights, gradients, velocities, rate, memory)`. It returns the new weights and the new velocities.
#
# - three lists of equal length, then two numbers; returns two lists; the lists given stay as they are
# - a new velocity is `memory` times the old one plus the gradient; a weight moves against its new velocity, times `rate`
# - for example, `momentum_step([1.0], [1.0], [0.0], 0.1, 0.9)` gives `([0.9], [1.0])`


# %%
def momentum_step(weights, gradients, velocities, rate, memory):
    ### BEGIN SOLUTION
    new_velocities = [memory * v + g for v, g in zip(velocities, gradients)]
    new_weights = [w - rate * v for w, v in zip(weights, new_velocities)]
    return new_weights, new_velocities
    ### END SOLUTION


check("02.3", momentum_step)

# %% [markdown]
# ## Exercise 4: the largest step
# Write `largest_rate(hessian)`: the learning rate above which plain gradient descent explodes in a valley with these curvatures.
#
# - `hessian`: a symmetric table, a list of rows, with eigenvalues above 0; returns a number
# - for example, `largest_rate([[4.0]])` gives `0.5`

# %%
import numpy as np


def largest_rate(hessian):
    ### BEGIN SOLUTION
    return 2 / max(np.linalg.eigvalsh(hessian))
    ### END SOLUTION


check("02.4", largest_rate)

# %% [markdown]
# ## Exercise 5: a step in whole numbers
# Write `integer_step(weights, bias, inputs, target, rate)`: one step of gradient descent for a neuron with two inputs, exactly as the contract
# `gradient_step` takes it. It returns the two new weights, in a list, and the new bias.
#
# - all numbers are whole and count units of 1/65,536; two weights, two inputs
# - the change of a weight is rate · error · input, that of the bias rate · error, with error = output − target
# - multiply first; divide once, at the end, and cut *toward zero*
# - for example, `integer_step([0, 0], 0, [ONE, 2 * ONE], 4 * ONE, ONE // 4)` gives `([ONE, 2 * ONE], ONE)`

# %%
ONE = 65_536


def integer_step(weights, bias, inputs, target, rate):
    ### BEGIN SOLUTION
    def cut(a, b):
        return a // b if a >= 0 else -(-a // b)

    error = sum(w * x for w, x in zip(weights, inputs)) + (bias - target) * ONE
    new_weights = [w - cut(rate * error * x, ONE**3) for w, x in zip(weights, inputs)]
    return new_weights, bias - cut(rate * error, ONE**2)
    ### END SOLUTION


check("02.5", integer_step)

# %% [markdown]
# When the verdict is *right*, let the contract be the judge as well: the next cell asks it for a step and says what a taught step costs.

# %%
from nnchain_edu import Chain

chain = Chain()
neuron = chain.deploy("gradient_step", ONE // 4)
example = ([3 * ONE // 2, -ONE // 3], 2 * ONE)
asked = neuron.functions.descend([0, 0], 0, *example, ONE // 4).call()
chain.send(neuron.functions.learn(*example))
receipt = chain.send(neuron.functions.learn(*example))
print("the contract's step:", asked, "| gas of a taught step:", receipt["gasUsed"])

# %% tags=["solution"]
print("equal to ours:", list(asked) == list(integer_step([0, 0], 0, *example, ONE // 4)))

# %% [markdown]
# ## Challenge: a schedule
# In training on small batches the gradient is *noisy*: right on average, wrong each time. A large rate arrives quickly and then shakes; a small one rests well but never arrives.
# A **schedule** changes the rate on the way.
#
# Write `schedule(step, steps)`: the rate for `step`, which runs from 0 to `steps` − 1. The schedule to beat is 0.02 throughout. Measured is the mean height at the end of 20 noisy walks
# of 200 steps. You practise on a valley with the curvatures 1 and 20; there your walks must end at no more than *half* of the other's height. The check then takes one that you have not seen, up to *twice* as steep: there at
# no more than 40 %.

# %%
from nnchain_edu.lab.noisy_descent import practice_score


def schedule(step, steps):
    ### BEGIN SOLUTION
    return 0.045 * 0.98**step
    ### END SOLUTION


print(practice_score(schedule))

# %%
check("02.6", schedule)

# %%
check()

# %% [markdown]
# **What to notice.** Momentum allows a rate up to 2(1 + memory)/λmax, nearly twice as large. A run that finds the deeper valley found it by being
# thrown there. On the banana plain descent has no rate: what is small enough for the steep walls creeps along the floor. Adam is the only one that
# notices the turn of the ravine. The rate 0.02 was not the best constant one; 0.01 comes to two thirds of its height, a good schedule to a third. And a schedule that is tuned to the very edge on one surface explodes on the next: leave room.
