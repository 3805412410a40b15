"""Answers to lesson 1: right ones in many styles, wrong ones with their codes."""

import math

import numpy as np

from .answer import right, wrong
from .parts import sigmoid, slope, slope_again, tanh_slope

# ================================================================ right: sigmoid_slope


@right("sigmoid_slope")
def slope_with_math(z, a):
    """Uses math only."""
    s = 1 / (1 + math.exp(-z))
    return s * (1 - s), a * (1 - a)


@right("sigmoid_slope")
def slope_in_other_forms(z, a):
    """Knows other forms of the two formulas."""
    return 1 / (4 * np.cosh(z / 2) ** 2), np.float64(0.25) - (a - 0.5) ** 2


@right("sigmoid_slope")
def slope_by_inversion(z, a):
    """Goes back to the pre-activation for the second, in 0-d arrays."""
    z = np.array([z, math.log(a / (1 - a))])
    slopes = np.exp(-z) / (1 + np.exp(-z)) ** 2
    return np.array(slopes[0]), np.array(slopes[1])


# ================================================================ right: local_derivatives


@right("local_derivatives")
def local_with_math(x, y, w1, b1, w2, b2):
    """Computes forward, then writes the six down."""
    a1 = 1 / (1 + math.exp(-(w1 * x + b1)))
    a2 = 1 / (1 + math.exp(-(w2 * a1 + b2)))
    return x, a1 * (1 - a1), a1, w2, a2 * (1 - a2), a2 - y


@right("local_derivatives")
def local_with_helpers(x, y, w1, b1, w2, b2):
    """Has a function for each local derivative and returns a list."""

    def unit(w, b, source):
        a = 0.5 * (1 + np.tanh((w * source + b) / 2))
        return a, a - a**2

    a1, slope1 = unit(w1, b1, x)
    a2, slope2 = unit(w2, b2, a1)
    return [np.float64(x), slope1, a1, w2, slope2, -(y - a2)]


@right("local_derivatives")
def local_numerically(x, y, w1, b1, w2, b2):
    """Takes central differences of each link."""

    def d(f, at, h=1e-5):
        return (f(at + h) - f(at - h)) / (2 * h)

    z1 = w1 * x + b1
    a1 = float(sigmoid(z1))
    z2 = w2 * a1 + b2
    links = (
        (lambda w: w * x + b1, w1),
        (sigmoid, z1),
        (lambda w: w * a1 + b2, w2),
        (lambda a: w2 * a + b2, a1),
        (sigmoid, z2),
        (lambda a: (a - y) ** 2 / 2, float(sigmoid(z2))),
    )
    return tuple(d(f, at) for f, at in links)


# ================================================================ right: chain


@right("chain")
def chain_in_products(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Multiplies along each path, starting at the loss."""
    dC_dz2 = dC_da2 * da2_dz2
    dC_dz1 = dC_dz2 * dz2_da1 * da1_dz1
    return dC_dz2 * dz2_dw2, dC_dz2, dC_dz1 * dz1_dw1, dC_dz1


@right("chain")
def chain_with_prod(*links):
    """Calls math.prod on slices of the arguments."""
    dz1_dw1, da1_dz1, dz2_dw2, *rest = links
    below = math.prod([da1_dz1, *rest])
    return [math.prod([dz2_dw2, *rest[1:]]), math.prod(rest[1:]), below * dz1_dw1, below]


@right("chain")
def chain_with_arrays(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Uses cumulative products, and returns float64 numbers."""
    to_z2, _, to_z1 = np.cumprod([dC_da2 * da2_dz2, dz2_da1, da1_dz1])
    return tuple(np.array([to_z2 * dz2_dw2, to_z2, to_z1 * dz1_dw1, to_z1]))


# ================================================================ right: two_paths


@right("two_paths")
def both_paths(a, u1, u2, y1, y2):
    """Adds the two paths."""
    p1, p2 = 1 / (1 + math.exp(-u1 * a)), 1 / (1 + math.exp(-u2 * a))
    return (p1 - y1) * p1 * (1 - p1) * u1 + (p2 - y2) * p2 * (1 - p2) * u2


@right("two_paths")
def paths_as_a_dot_product(a, u1, u2, y1, y2):
    """Puts the two paths into arrays and takes the dot product."""
    u, y = np.array([u1, u2]), np.array([y1, y2])
    p = sigmoid(u * a)
    return ((p - y) * p * (1 - p)) @ u


@right("two_paths")
def paths_by_complex_step(a, u1, u2, y1, y2):
    """Differentiates the whole by the complex step, into a 0-d array."""
    a = a + 1e-40j
    C = sum((1 / (1 + np.exp(-u * a)) - y) ** 2 / 2 for u, y in ((u1, y1), (u2, y2)))
    return np.array(C.imag / 1e-40)


# ================================================================ wrong: sigmoid_slope


@wrong("sigmoid_slope", "slope-of-activation")
def one_formula_for_both(z, a):
    """Applies the sigmoid to the activation too."""
    return slope(sigmoid(z)), slope(sigmoid(a))


@wrong("sigmoid_slope", "formula-at-z")
def the_other_formula_for_both(z, a):
    """Writes z (1 - z) for the unit whose pre-activation is given."""
    return z * (1 - z), a * (1 - a)


@wrong("sigmoid_slope", "wrong-variable")
def same_unit_twice(z, a):
    """Takes both slopes at z."""
    s = 1 / (1 + math.exp(-z))
    return s * (1 - s), s * (1 - s)


@wrong("sigmoid_slope", "tanh-slope")
def slopes_of_tanh(z, a):
    """Takes the slopes of tanh units."""
    return tanh_slope(sigmoid(z)), 1 - a**2


@wrong("sigmoid_slope", "wrong-order")
def slopes_swapped(z, a):
    """Returns the two the other way round."""
    return a * (1 - a), slope(sigmoid(z))


@wrong("sigmoid_slope", "sign-flipped")
def falling_slopes(z, a):
    """Has a - 1 for 1 - a in both."""
    s = sigmoid(z)
    return s * (s - 1), a * (a - 1)


@wrong("sigmoid_slope", "not-differentiated")
def activation_for_slope(z, a):
    """Returns the activations themselves."""
    return sigmoid(z), a


@wrong("sigmoid_slope", "wrong-return")
def one_slope(z, a):
    """Returns the first slope only."""
    return slope(sigmoid(z))


@wrong("sigmoid_slope", "rounded")
def slopes_with_three_digits(z, a):
    """Rounds to three digits."""
    return round(float(slope(sigmoid(z))), 3), round(a * (1 - a), 3)


# ================================================================ wrong: local_derivatives


def _links(x, y, w1, b1, w2, b2):
    """Return z1, a1, z2, a2 and the six right derivatives."""
    z1 = w1 * x + b1
    a1 = float(sigmoid(z1))
    z2 = w2 * a1 + b2
    a2 = float(sigmoid(z2))
    return z1, a1, z2, a2, [x, slope(a1), a1, w2, slope(a2), a2 - y]


@wrong("local_derivatives", "wrong-variable")
def weight_for_input(x, y, w1, b1, w2, b2):
    """Differentiates z1 with respect to x instead of w1."""
    *_, d = _links(x, y, w1, b1, w2, b2)
    return w1, *d[1:]


@wrong("local_derivatives", "wrong-variable", "wrong-order")
def weight_and_activation_swapped(*numbers):
    """Swaps the two derivatives of z2."""
    *_, d = _links(*numbers)
    return d[0], d[1], d[3], d[2], d[4], d[5]


@wrong("local_derivatives", "slope-of-activation")
def sigmoid_of_activations(*numbers):
    """Applies the sigmoid again in both slopes."""
    _, a1, _, a2, d = _links(*numbers)
    return d[0], slope_again(a1), d[2], d[3], slope_again(a2), d[5]


@wrong("local_derivatives", "formula-at-z")
def pre_activation_in_slope(*numbers):
    """Writes z1 (1 - z1) for the slope."""
    z1, *_, d = _links(*numbers)
    return [d[0], z1 * (1 - z1), *d[2:]]


@wrong("local_derivatives", "wrong-variable")
def pre_activation_for_activation(*numbers):
    """Takes z1 for a1 as the derivative of z2 with respect to w2."""
    z1, *_, d = _links(*numbers)
    return d[0], d[1], z1, *d[3:]


@wrong("local_derivatives", "sign-flipped")
def target_minus_activation(*numbers):
    """Has y - a2 for the last link."""
    *_, d = _links(*numbers)
    return *d[:5], -d[5]


@wrong("local_derivatives", "doubled")
def square_without_half(*numbers):
    """Forgets the half in front of the square."""
    *_, d = _links(*numbers)
    return *d[:5], 2 * d[5]


@wrong("local_derivatives", "missing-bias")
def without_biases(x, y, w1, b1, w2, b2):
    """Leaves both biases out of its forward pass."""
    return tuple(_links(x, y, w1, 0, w2, 0)[-1])


@wrong("local_derivatives", "wrong-return")
def five_links(*numbers):
    """Forgets the last link."""
    return _links(*numbers)[-1][:5]


@wrong("local_derivatives", "wrong-order")
def from_the_loss_down(*numbers):
    """Returns the links from the loss down."""
    return _links(*numbers)[-1][::-1]


@wrong("local_derivatives", "crashed")
def number_called(x, y, w1, b1, w2, b2):
    """Forgets a multiplication sign."""
    z1 = w1 * x + b1
    return z1(1 - z1), 0, 0, 0, 0, 0


# ================================================================ wrong: chain


def _chain(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    to_z2 = dC_da2 * da2_dz2
    to_z1 = to_z2 * dz2_da1 * da1_dz1
    return to_z2 * dz2_dw2, to_z2, to_z1 * dz1_dw1, to_z1


@wrong("chain", "missing-output-slope", "missing-factor")
def chain_without_output_slope(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Leaves da2/dz2 out everywhere."""
    return _chain(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, 1, dC_da2)


@wrong("chain", "missing-hidden-slope", "missing-factor")
def chain_without_hidden_slope(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Leaves da1/dz1 out."""
    back = dC_da2 * da2_dz2 * dz2_da1
    return dC_da2 * da2_dz2 * dz2_dw2, dC_da2 * da2_dz2, back * dz1_dw1, back


@wrong("chain", "missing-W2", "missing-factor")
def chain_without_weight(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Leaves dz2/da1 out."""
    return _chain(dz1_dw1, da1_dz1, dz2_dw2, 1, da2_dz2, dC_da2)


@wrong("chain", "wrong-variable")
def chain_through_the_weight(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Goes down through dz2/dw2 instead of dz2/da1."""
    return _chain(dz1_dw1, da1_dz1, dz2_dw2, dz2_dw2, da2_dz2, dC_da2)


@wrong("chain", "links-added")
def chain_of_sums(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Adds the links instead of multiplying them."""
    to_z2 = dC_da2 + da2_dz2
    to_z1 = to_z2 + dz2_da1 + da1_dz1
    return to_z2 + dz2_dw2, to_z2, to_z1 + dz1_dw1, to_z1


@wrong("chain", "wrong-order")
def chain_from_the_input(*links):
    """Returns the first layer first."""
    dw2, db2, dw1, db1 = _chain(*links)
    return dw1, db1, dw2, db2


@wrong("chain", "sign-flipped")
def chain_downhill(*links):
    """Puts a minus before each, since one goes down."""
    return [-d for d in _chain(*links)]


@wrong("chain", "missing-output-slope", "missing-factor")
def chain_with_one_bare_bias(*links):
    """Leaves the output slope out of dC/db2 only."""
    dw2, _, dw1, db1 = _chain(*links)
    return dw2, links[5], dw1, db1


@wrong("chain", "not-finite")
def chain_divided_by_nothing(*links):
    """Divides by a difference that is zero."""
    return tuple(np.float64(d) / (d - d) for d in _chain(*links))


# ================================================================ wrong: two_paths


def _paths(a, u1, u2, y1, y2):
    """Return the contribution of each path."""
    p1, p2 = float(sigmoid(u1 * a)), float(sigmoid(u2 * a))
    return (p1 - y1) * slope(p1) * u1, (p2 - y2) * slope(p2) * u2


@wrong("two_paths", "one-path")
def first_path_only(*numbers):
    """Follows the first path and stops."""
    return _paths(*numbers)[0]


@wrong("two_paths", "one-path")
def second_path_overwrites(a, u1, u2, y1, y2):
    """Assigns the second path over the first."""
    for u, y in ((u1, y1), (u2, y2)):
        p = 1 / (1 + math.exp(-u * a))
        dC_da = (p - y) * p * (1 - p) * u
    return dC_da


@wrong("two_paths", "averaged", "scaled")
def mean_of_paths(*numbers):
    """Takes the mean of the paths."""
    return sum(_paths(*numbers)) / 2


@wrong("two_paths", "product-of-paths")
def product_of_paths(*numbers):
    """Multiplies the paths."""
    return math.prod(_paths(*numbers))


@wrong("two_paths", "missing-output-slope")
def paths_without_slope(a, u1, u2, y1, y2):
    """Forgets both slopes."""
    return (sigmoid(u1 * a) - y1) * u1 + (sigmoid(u2 * a) - y2) * u2


@wrong("two_paths", "missing-W2", "missing-factor")
def paths_without_weights(a, u1, u2, y1, y2):
    """Forgets u1 and u2."""
    p1, p2 = sigmoid(u1 * a), sigmoid(u2 * a)
    return (p1 - y1) * slope(p1) + (p2 - y2) * slope(p2)


@wrong("two_paths", "wrong-variable")
def paths_to_the_weights(a, u1, u2, y1, y2):
    """Differentiates with respect to the weights: a where u1 and u2 belong."""
    p1, p2 = sigmoid(u1 * a), sigmoid(u2 * a)
    return (p1 - y1) * slope(p1) * a + (p2 - y2) * slope(p2) * a


@wrong("two_paths", "sign-flipped")
def paths_uphill(*numbers):
    """Takes target minus output in both."""
    return -sum(_paths(*numbers))


@wrong("two_paths", "wrong-return")
def paths_not_added(*numbers):
    """Returns both paths and does not add them."""
    return _paths(*numbers)


@wrong("two_paths", "difference-of-paths")
def paths_subtracted(a, u1, u2, y1, y2):
    """Subtracts the second path from the first."""
    p1, p2 = sigmoid(u1 * a), sigmoid(u2 * a)
    return (p1 - y1) * slope(p1) * u1 - (p2 - y2) * slope(p2) * u2


@wrong("local_derivatives", "constant")
def numbers_of_the_lesson(*numbers):
    """Types in the numbers of the lesson's example."""
    return 1.5, 0.1966, 0.7311, -2.0, 0.2, -0.7235


# ================================================================ wrong: the slope of a unit


@wrong("sigmoid_slope", "parentheses")
def denominator_without_parentheses(z, a):
    """Writes 1 / 1 + exp(-z)."""
    e = math.exp(-z)
    s = 1 / 1 + e
    return s - s**2, a - a**2


@wrong("sigmoid_slope", "parentheses")
def only_the_exponential_squared(z, a):
    """Squares the exponential and not the whole denominator."""
    return math.exp(-z) / (1 + math.exp(-z) ** 2), a * (1 - a)


@wrong("sigmoid_slope", "half-of-slope")
def denominator_not_squared(z, a):
    """Leaves the square of the denominator out."""
    e = np.exp(-z)
    return e / (e + 1), a * (1 - a)


@wrong("sigmoid_slope", "half-of-slope")
def complement_for_slope(z, a):
    """Returns what is left to 1."""
    return 1 - sigmoid(z), 1 - a


@wrong("sigmoid_slope", "all-zero")
def product_before_difference(z, a):
    """Writes a * 1 - a."""
    s = sigmoid(z)
    return s * 1 - s, a * 1 - a


@wrong("sigmoid_slope", "not-the-slope")
def numerator_left_out(z, a):
    """Has a 1 in the numerator, which makes the square of the activation."""
    return 1 / (1 + math.exp(-z)) ** 2, a * a


@wrong("sigmoid_slope", "sign-in-slope")
def plus_for_minus(z, a):
    """Has plus where minus belongs."""
    s = 1 / (1 + math.exp(-z))
    return s * (1 + s), a * (1 + a)


@wrong("sigmoid_slope", "slope-times-z")
def slope_and_pre_activation(z, a):
    """Reads g'(z) as a product."""
    return z * slope(sigmoid(z)), a * (1 - a)


@wrong("sigmoid_slope", "axis-too-many")
def slopes_in_arrays(z, a):
    """Returns arrays of one number."""
    return slope(sigmoid(np.array([z]))), np.array([[slope(a)]])


@wrong("local_derivatives", "parentheses")
def local_with_a_broken_sigmoid(x, y, w1, b1, w2, b2):
    """Parentheses are missing in its sigmoid."""

    def unit(z):
        return 1 / 1 + np.exp(-z)

    a1 = unit(w1 * x + b1)
    a2 = unit(w2 * a1 + b2)
    return x, a1 * (1 - a1), a1, w2, a2 * (1 - a2), a2 - y


@wrong("local_derivatives", "sign-of-exponent")
def local_with_a_falling_sigmoid(x, y, w1, b1, w2, b2):
    """Forgets the minus in the exponent."""

    def unit(z):
        return 1 / (1 + np.exp(z))

    a1 = unit(w1 * x + b1)
    a2 = unit(w2 * a1 + b2)
    return x, a1 * (1 - a1), a1, w2, a2 * (1 - a2), a2 - y


@wrong("local_derivatives", "all-zero", "half-of-slope")
def local_without_parentheses(*numbers):
    """Writes a1 * 1 - a1, and 1 - a2 for the other slope."""
    _, a1, _, a2, d = _links(*numbers)
    return d[0], a1 * 1 - a1, d[2], d[3], 1 - a2, d[5]


@wrong("local_derivatives", "not-differentiated", "square-for-difference")
def local_values(*numbers):
    """Returns values instead of derivatives."""
    z1, a1, z2, a2, d = _links(*numbers)
    return z1, d[1], z2, d[3], d[4], (a2 - numbers[1]) ** 2


@wrong("local_derivatives", "slope-as-well")
def last_link_with_slope(*numbers):
    """Multiplies the last link by the slope before it."""
    *_, d = _links(*numbers)
    return *d[:5], d[5] * d[4]


@wrong("local_derivatives", "all-ones", "wrong-variable")
def local_for_the_biases(x, y, w1, b1, w2, b2):
    """Differentiates by the biases."""
    *_, d = _links(x, y, w1, b1, w2, b2)
    return 1.0, d[1], x, *d[3:]


@wrong("chain", "all-ones")
def chain_with_biases_of_one(*links):
    """Takes the derivative of the pre-activation for the gradient of the bias."""
    dw2, _, dw1, _ = _chain(*links)
    return dw2, 1.0, dw1, 1.0


@wrong("chain", "factor-twice")
def chain_with_a_slope_twice(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Multiplies by the output slope on the way down once more."""
    top = dC_da2 * da2_dz2
    below = top * da2_dz2 * dz2_da1 * da1_dz1
    return top * dz2_dw2, top, below * dz1_dw1, below


@wrong("chain", "missing-factor")
def chain_without_both_slopes(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Leaves both slopes out."""
    return _chain(dz1_dw1, 1, dz2_dw2, dz2_da1, 1, dC_da2)


@wrong("chain", "wrong-variable")
def chain_with_other_slope(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Takes the hidden slope for both."""
    return _chain(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da1_dz1, dC_da2)


@wrong("two_paths", "sums-multiplied")
def errors_and_weights_summed(a, u1, u2, y1, y2):
    """Adds errors and weights before multiplying."""
    p1, p2 = sigmoid(a * u1), sigmoid(a * u2)
    errors = (p1 - y1) * slope(p1), (p2 - y2) * slope(p2)
    return sum(errors) * sum((u1, u2))


@wrong("two_paths", "paths-crossed")
def weights_crossed(a, u1, u2, y1, y2):
    """Exchanges the weights on the way back."""
    p1, p2 = sigmoid(u1 * a), sigmoid(u2 * a)
    return (p1 - y1) * slope(p1) * u2 + (p2 - y2) * slope(p2) * u1


@wrong("two_paths", "not-differentiated")
def loss_of_both_paths(a, u1, u2, y1, y2):
    """Returns the loss."""
    return ((sigmoid(u1 * a) - y1) ** 2 + (sigmoid(u2 * a) - y2) ** 2) / 2


@wrong("two_paths", "missing-factor")
def second_slope_forgotten(a, u1, u2, y1, y2):
    """Has the slope in the first path only."""
    p1, p2 = sigmoid(u1 * a), sigmoid(u2 * a)
    return (p1 - y1) * slope(p1) * u1 + (p2 - y2) * u2


@wrong("two_paths", "half-of-slope")
def paths_with_activations(a, u1, u2, y1, y2):
    """Multiplies by the activation, not by its slope."""
    p1, p2 = sigmoid(u1 * a), sigmoid(u2 * a)
    return (p1 - y1) * p1 * u1 + (p2 - y2) * p2 * u2


@wrong("two_paths", "slope-of-activation", "doubled")
def paths_with_two_slips(a, u1, u2, y1, y2):
    """Has a factor 2, and the sigmoid once more inside the slope."""
    p = sigmoid(np.array([u1, u2]) * a)
    return float(2 * (p - [y1, y2]) * slope(sigmoid(p)) @ [u1, u2])


@wrong("local_derivatives", "other-network", "wrong-variable")
def local_from_the_pre_activation(x, y, w1, b1, w2, b2):
    """Feeds z1 to the second unit."""
    z1 = w1 * x + b1
    a1, a2 = sigmoid(z1), sigmoid(w2 * z1 + b2)
    return x, slope(a1), z1, w2, slope(a2), a2 - y


@wrong("chain", "extra-factor")
def chain_with_both_weights(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Goes on from dC/dw2 instead of dC/dz2."""
    top = dC_da2 * da2_dz2
    below = top * dz2_dw2 * dz2_da1 * da1_dz1
    return top * dz2_dw2, top, below * dz1_dw1, below


# ================================================================ chains and crossed paths


@wrong("local_derivatives", "accumulated")
def derivatives_of_the_loss(x, y, w1, b1, w2, b2):
    """Multiplies all links from the loss down to each variable."""
    a1 = sigmoid(w1 * x + b1)
    a2 = sigmoid(w2 * a1 + b2)
    dz2 = (a2 - y) * slope(a2)
    dz1 = dz2 * w2 * slope(a1)
    return dz1 * x, dz1, dz2 * a1, dz2 * w2, dz2, a2 - y


@wrong("local_derivatives", "other-network")
def links_of_a_rectifier(x, y, w1, b1, w2, b2):
    """Takes a rectifier for the hidden unit."""
    z1 = w1 * x + b1
    a1 = max(z1, 0.0)
    a2 = sigmoid(w2 * a1 + b2)
    return x, float(z1 > 0), a1, w2, slope(a2), a2 - y


@wrong("two_paths", "paths-crossed")
def one_slope_for_both_paths(a, u1, u2, y1, y2):
    """Copies the slope of the first path."""
    p1, p2 = sigmoid(u1 * a), sigmoid(u2 * a)
    return (p1 - y1) * slope(p1) * u1 + (p2 - y2) * slope(p1) * u2


@wrong("two_paths", "slope-elsewhere")
def slope_at_the_shared_unit(a, u1, u2, y1, y2):
    """Takes the slope at a."""
    return ((sigmoid(u1 * a) - y1) * u1 + (sigmoid(u2 * a) - y2) * u2) * slope(a)


@wrong("two_paths", "one-path")
def larger_of_the_paths(a, u1, u2, y1, y2):
    """Keeps the larger contribution."""
    p1, p2 = sigmoid(u1 * a), sigmoid(u2 * a)
    return max((p1 - y1) * slope(p1) * u1, (p2 - y2) * slope(p2) * u2, key=abs)


@wrong("two_paths", "one-sided")
def nudges_to_one_side(a, u1, u2, y1, y2):
    """Nudges a, and takes the difference."""

    def loss(a):
        return (sigmoid(u1 * a) - y1) ** 2 / 2 + (sigmoid(u2 * a) - y2) ** 2 / 2

    return (loss(a + 1e-4) - loss(a)) / 1e-4


@wrong("two_paths", "sign-lost")
def size_of_the_derivative(a, u1, u2, y1, y2):
    """Takes the absolute value."""
    p1, p2 = sigmoid(u1 * a), sigmoid(u2 * a)
    return abs((p1 - y1) * slope(p1) * u1 + (p2 - y2) * slope(p2) * u2)
