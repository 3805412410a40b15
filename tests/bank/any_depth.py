"""Answers to lesson 7: right ones in many styles, wrong ones with their codes."""

import math

import numpy as np

from .answer import right, wrong
from .parts import sigmoid, slope

# ================================================================ right: relu_slope


@right("relu_slope")
def comparison_as_numbers(z):
    """Compares with 0 and turns True and False into numbers."""
    return (z > 0).astype(float)


@right("relu_slope")
def where_positive(z):
    """Chooses by np.where."""
    return np.where(z > 0, 1, 0)


@right("relu_slope")
def only_the_comparison(z):
    """Returns True and False, which count as 1 and 0."""
    return z > 0


@right("relu_slope")
def step_function(z):
    """Uses numpy's step function with 0 at 0."""
    return np.heaviside(z, 0.0)


@right("relu_slope")
def filled_array(z):
    """Fills an array of zeros."""
    found = np.zeros_like(z)
    found[z > 0] = 1
    return found


# ================================================================ right: softmax


@right("softmax")
def softmax_shifted(z):
    """Subtracts the largest entry of each column."""
    powers = np.exp(z - z.max(axis=-2, keepdims=True))
    return powers / powers.sum(axis=-2, keepdims=True)


@right("softmax")
def softmax_by_logarithms(z):
    """Computes the logarithm first."""
    z = z - np.max(z, axis=-2, keepdims=True)
    return np.exp(z - np.log(np.sum(np.exp(z), axis=-2, keepdims=True)))


@right("softmax")
def softmax_without_keepdims(z):
    """Puts the axis back by hand."""
    largest = np.max(z, axis=-2)[..., None, :]
    powers = np.exp(z - largest)
    return powers / np.sum(powers, axis=-2)[..., None, :]


@right("softmax")
def softmax_by_swapping(z):
    """Swaps the last two axes, and swaps them back."""
    rows = np.swapaxes(z, -1, -2)
    powers = np.exp(rows - rows.max(-1, keepdims=True))
    return np.swapaxes(powers / powers.sum(-1, keepdims=True), -1, -2)


@right("softmax")
def softmax_in_place_of_a_copy(z):
    """Works in place, on a copy."""
    P = z.copy()
    P -= P.max(axis=-2, keepdims=True)
    np.exp(P, out=P)
    P /= P.sum(axis=-2, keepdims=True)
    return P


# ================================================================ right: cross_entropy_error


@right("cross_entropy_error")
def difference(P, Y):
    """Writes the formula down."""
    return P - Y


@right("cross_entropy_error")
def less_one_at_the_label(P, Y):
    """Subtracts 1 at the label of each example."""
    delta = P.copy()
    delta[Y.argmax(axis=0), np.arange(P.shape[1])] -= 1
    return delta


@right("cross_entropy_error")
def through_the_jacobian(P, Y):
    """Goes through the matrix of derivatives of softmax, example by example."""
    delta = np.zeros_like(P)
    for e in range(P.shape[1]):
        p = P[:, e]
        jacobian = np.diag(p) - np.outer(p, p)
        delta[:, e] = jacobian @ (-Y[:, e] / p)
    return delta


# ================================================================ right: deep_forward


def units(z, kind):
    if kind == "relu":
        return np.maximum(z, 0)
    return sigmoid(z)


def shares(z):
    powers = np.exp(z - z.max(axis=0))
    return powers / powers.sum(axis=0)


def upwards(X, layers, kind, inside=units, top=shares):
    activations = [X]
    for place, (W, b) in enumerate(layers):
        z = W @ activations[-1] + b
        last = place == len(layers) - 1
        activations.append(top(z) if last else inside(z, kind))
    return activations


@right("deep_forward")
def forward_in_a_loop(X, layers, kind):
    """Loops over all layers and asks for the last one."""
    activations = [X]
    for l in range(len(layers)):
        W, b = layers[l]
        z = W @ activations[l] + b
        if l == len(layers) - 1:
            z = z - np.max(z, axis=0, keepdims=True)
            activations.append(np.exp(z) / np.sum(np.exp(z), axis=0, keepdims=True))
        elif kind == "relu":
            activations.append(np.where(z > 0, z, 0))
        else:
            activations.append(1 / (1 + np.exp(-z)))
    return activations


@right("deep_forward")
def forward_then_the_top(X, layers, kind):
    """Loops over the layers inside, and adds the top layer after the loop; returns a tuple."""
    *inside, (W, b) = layers
    activations = [X]
    for V, c in inside:
        activations.append(units(V @ activations[-1] + c, kind))
    return *activations, shares(W @ activations[-1] + b)


@right("deep_forward")
def forward_with_functions(X, layers, kind):
    """Makes a list of the functions of the layers first."""
    unit = {"relu": lambda z: z * (z > 0), "sigmoid": sigmoid}[kind]
    functions = [unit] * (len(layers) - 1) + [shares]
    a, found = X, [X]
    for (W, b), function in zip(layers, functions, strict=True):
        a = function(np.dot(W, a) + b)
        found += [a]
    return found


# ================================================================ right: deep_backward


def slopes(a, kind):
    return (a > 0) * 1.0 if kind == "relu" else slope(a)


def downwards(Y, activations, layers, kind, slopes=slopes, top=np.subtract, back=None):
    """The way back, with other parts where given."""
    gradients, delta = [], top(activations[-1], Y)
    for place in reversed(range(len(layers))):
        W, _ = layers[place]
        dW = delta @ activations[place].T
        gradients.insert(0, (dW, delta.sum(axis=1, keepdims=True)))
        if place:
            W = W if back is None else back(W, dW)
            delta = (W.T @ delta) * slopes(activations[place], kind)
    return gradients


@right("deep_backward")
def backward_in_a_loop(Y, activations, layers, kind):
    """Counts down and turns the list round at the end."""
    delta = activations[-1] - Y
    gradients = []
    for l in range(len(layers) - 1, -1, -1):
        a = activations[l]
        gradients.append((delta @ a.T, np.sum(delta, axis=1, keepdims=True)))
        if l > 0:
            error = layers[l][0].T @ delta
            if kind == "relu":
                error[a <= 0] = 0
                delta = error
            else:
                delta = error * a * (1 - a)
    gradients.reverse()
    return gradients


@right("deep_backward")
def backward_errors_first(Y, activations, layers, kind):
    """Finds all errors, then all gradients; pairs as lists, in a tuple."""
    errors = [activations[-1] - Y]
    for (W, _), a in zip(layers[:0:-1], activations[-2:0:-1], strict=True):
        step = np.where(a > 0, 1, 0) if kind == "relu" else a - a**2
        errors.insert(0, np.dot(W.T, errors[0]) * step)
    return tuple(
        [np.dot(delta, a.T), delta.sum(1).reshape(-1, 1)]
        for delta, a in zip(errors, activations[:-1], strict=True)
    )


@right("deep_backward")
def backward_with_places(Y, activations, layers, kind):
    """Fills a list of the right length, by einsum and by a product with ones."""
    found, ones = [None] * len(layers), np.ones((Y.shape[1], 1))
    delta = activations[-1] - Y
    for l in reversed(range(len(layers))):
        found[l] = (np.einsum("je,ie->ji", delta, activations[l]), delta @ ones)
        if l:
            mask = np.sign(activations[l]) if kind == "relu" else slope(activations[l])
            delta = np.einsum("kj,ke->je", layers[l][0], delta) * mask
    return found


@right("deep_backward")
def backward_by_calling_itself(Y, activations, layers, kind):
    """Calls itself for the layers below."""

    def below(delta, l):
        a = activations[l]
        pair = delta @ a.T, delta.sum(axis=1)[:, None]
        if l == 0:
            return [pair]
        return [*below((layers[l][0].T @ delta) * slopes(a, kind), l - 1), pair]

    return below(activations[-1] - Y, len(layers) - 1)


# ================================================================ right: initial_scale


@right("initial_scale")
def root_of_two_by_inputs(n_in):
    """The scale of He and others."""
    return np.sqrt(2 / n_in)


@right("initial_scale")
def rounded_a_little(n_in):
    """Takes 1.4 for the root of two."""
    return 1.4 / math.sqrt(n_in)


@right("initial_scale")
def by_the_mean_square(n_in):
    """Measures which scale keeps the mean square of one layer."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal((n_in, n_in)) @ np.ones((n_in, 400))
    z *= rng.choice([-1, 1], size=(1, 400))
    return 1 / np.sqrt(np.mean(np.maximum(z, 0) ** 2))


# ================================================================ right: momentum_step, adam_step


@right("momentum_step")
def momentum_by_formula(w, dw, v, learning_rate, beta):
    """Writes the formulas down."""
    v = beta * v - learning_rate * dw
    return w + v, v


@right("momentum_step")
def momentum_in_place_on_copies(w, dw, v, learning_rate, beta):
    """Works in place on copies, and returns a list."""
    w, v = w.copy(), v.copy()
    v *= beta
    v -= learning_rate * dw
    w += v
    return [w, v]


@right("adam_step")
def adam_by_formula(w, dw, v, s, t, learning_rate):
    """Writes the formulas down."""
    v = 0.9 * v + 0.1 * dw
    s = 0.999 * s + 0.001 * dw**2
    v_hat, s_hat = v / (1 - 0.9**t), s / (1 - 0.999**t)
    return w - learning_rate * v_hat / (np.sqrt(s_hat) + 1e-8), v, s


@right("adam_step")
def adam_with_the_small_number_inside(w, dw, v, s, t, learning_rate):
    """Adds the small number under the root, smaller still, and corrects the rate."""
    v = v + 0.1 * (dw - v)
    s = s + 0.001 * (dw * dw - s)
    rate = learning_rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return w - rate * v / np.sqrt(s + 1e-16), v, s


# ================================================================ wrong: relu_slope


@wrong("relu_slope", "one-at-zero")
def one_at_zero(z):
    """Lets 0 through."""
    return np.where(z >= 0, 1.0, 0.0)


@wrong("relu_slope", "half-at-zero")
def half_at_zero(z):
    """Takes the mean of both sides at 0."""
    return np.heaviside(z, 0.5)


@wrong("relu_slope", "nan-at-zero", "warned")
def activation_by_z(z):
    """Divides the activation by z."""
    return np.maximum(z, 0) / z


@wrong("relu_slope", "rectifier-itself")
def the_rectifier(z):
    """Returns the activation."""
    return np.maximum(0, z)


@wrong("relu_slope", "sides-exchanged")
def other_side(z):
    """Turns the comparison round."""
    return (z < 0).astype(float)


@wrong("relu_slope", "sign-for-step")
def the_sign(z):
    """Returns the sign."""
    return np.sign(z)


@wrong("relu_slope", "sigmoid-on-relu")
def slope_of_lesson_3(z):
    """Takes the slope from lesson 3."""
    return slope(sigmoid(z))


@wrong("relu_slope", "all-ones")
def flat_side_forgotten(z):
    """Thinks that a rectifier is a line."""
    return np.ones_like(z)


# ================================================================ wrong: softmax


@wrong("softmax", "not-shifted", "warned")
def overflows(z):
    """Does not shift."""
    powers = np.exp(z)
    return powers / powers.sum(axis=-2, keepdims=True)


@wrong("softmax", "one-shift-for-all", "warned")
def one_shift(z):
    """Subtracts the largest entry of the whole array."""
    powers = np.exp(z - z.max())
    return powers / powers.sum(axis=-2, keepdims=True)


@wrong("softmax", "wrong-softmax-axis")
def over_the_examples(z):
    """Sums over the examples."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@wrong("softmax", "axis-from-the-front")
def first_axis(z):
    """Sums over the first axis, which is right for a matrix."""
    powers = np.exp(z - z.max(axis=0))
    return powers / powers.sum(axis=0)


@wrong("softmax", "one-total")
def everything_adds_up_to_one(z):
    """Sums over everything."""
    powers = np.exp(z - z.max())
    return powers / powers.sum()


@wrong("softmax", "not-divided")
def exponentials(z):
    """Forgets the sum."""
    return np.exp(z - z.max(axis=-2, keepdims=True))


@wrong("softmax", "no-exponential", "warned")
def without_exponentials(z):
    """Divides by the sum alone."""
    return z / z.sum(axis=-2, keepdims=True)


@wrong("softmax", "sigmoid-for-softmax")
def entry_by_entry(z):
    """Applies the sigmoid."""
    return sigmoid(z)


@wrong("softmax", "logarithm-of-softmax")
def log_softmax(z):
    """Forgets the exponential at the end."""
    z = z - z.max(axis=-2, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-2, keepdims=True))


@wrong("softmax", "mutates-input")
def softmax_in_place(z):
    """Shifts the caller's array."""
    z -= z.max(axis=-2, keepdims=True)
    powers = np.exp(z)
    return powers / powers.sum(axis=-2, keepdims=True)


# ================================================================ wrong: cross_entropy_error


@wrong("cross_entropy_error", "slope-kept")
def error_with_slope(P, Y):
    """Keeps the slope of a sigmoid."""
    return (P - Y) * P * (1 - P)


@wrong("cross_entropy_error", "loss-by-share")
def by_the_shares(P, Y):
    """Stops at the shares."""
    return -Y / P


@wrong("cross_entropy_error", "loss-of-sigmoids")
def of_ten_sigmoids(P, Y):
    """Differentiates the cross-entropy of outputs that are sigmoids, by the outputs."""
    return (P - Y) / (P * (1 - P))


@wrong("cross_entropy_error", "target-left-out")
def shares_alone(P, Y):
    """Returns the shares."""
    return P


@wrong("cross_entropy_error", "loss-for-error")
def the_loss(P, Y):
    """Returns the loss."""
    return -np.sum(Y * np.log(P))


@wrong("cross_entropy_error", "sign-flipped")
def error_turned_round(P, Y):
    """Turns the difference round."""
    return Y - P


@wrong("cross_entropy_error", "averaged")
def error_averaged(P, Y):
    """Divides by the number of examples."""
    return (P - Y) / Y.shape[1]


@wrong("cross_entropy_error", "doubled")
def error_of_squares(P, Y):
    """Differentiates a square."""
    return 2 * (P - Y)


# ================================================================ wrong: deep_forward


@wrong("deep_forward", "missing-bias")
def forward_without_biases(X, layers, kind):
    """Forgets the biases."""
    return upwards(X, [(W, 0 * b) for W, b in layers], kind)


@wrong("deep_forward", "softmax-left-out")
def forward_without_softmax(X, layers, kind):
    """Forgets softmax."""
    return upwards(X, layers, kind, top=lambda z: z)


@wrong("deep_forward", "kind-on-top")
def forward_with_units_on_top(X, layers, kind):
    """Does not ask for the last layer."""
    return upwards(X, layers, kind, top=lambda z: units(z, kind))


@wrong("deep_forward", "kind-on-top")
def forward_with_both_on_top(X, layers, kind):
    """Applies the unit of the layers inside, then softmax."""
    return upwards(X, layers, kind, top=lambda z: shares(units(z, kind)))


@wrong("deep_forward", "wrong-softmax-axis")
def forward_over_examples(X, layers, kind):
    """Lets the outputs add up to 1 over the examples."""
    return upwards(X, layers, kind, top=lambda z: shares(z.T).T)


@wrong("deep_forward", "not-shifted")
def forward_that_overflows(X, layers, kind):
    """Does not shift before the exponentials."""
    return upwards(X, layers, kind, top=lambda z: np.exp(z) / np.exp(z).sum(axis=0))


@wrong("deep_forward", "softmax-everywhere")
def forward_with_softmax_inside(X, layers, kind):
    """Applies softmax in each layer."""
    return upwards(X, layers, kind, inside=lambda z, kind: shares(z))


@wrong("deep_forward", "no-unit-inside")
def forward_of_lines(X, layers, kind):
    """Applies no units."""
    return upwards(X, layers, kind, inside=lambda z, kind: z)


@wrong("deep_forward", "kind-ignored")
def forward_of_sigmoids(X, layers, kind):
    """Has sigmoids only."""
    return upwards(X, layers, kind, inside=lambda z, kind: sigmoid(z))


@wrong("deep_forward", "pre-activations-listed")
def forward_of_pre_activations(X, layers, kind):
    """Keeps the pre-activations."""
    a, found = X, [X]
    for W, b in layers:
        found.append(W @ a + b)
        a = units(found[-1], kind)
    return found


@wrong("deep_forward", "inputs-not-listed")
def forward_without_inputs(X, layers, kind):
    """Does not list X."""
    return upwards(X, layers, kind)[1:]


@wrong("deep_forward", "layer-left-out")
def forward_of_a_layer_too_few(X, layers, kind):
    """Ends the loop one layer too early."""
    return upwards(X, layers, kind)[:-1]


@wrong("deep_forward", "other-count")
def forward_returns_the_top(X, layers, kind):
    """Returns the outputs alone, in a list."""
    return upwards(X, layers, kind)[-1:]


@wrong("deep_forward", "wrong-return")
def forward_returns_the_top_alone(X, layers, kind):
    """Returns the outputs alone."""
    return upwards(X, layers, kind)[-1]


@wrong("deep_forward", "W-turned")
def forward_turned(X, layers, kind):
    """Transposes the weights."""
    activations = [X]
    for l, (W, b) in enumerate(layers):
        z = W.T @ activations[-1] + b
        activations.append(shares(z) if l == len(layers) - 1 else units(z, kind))
    return activations


@wrong("deep_forward", "mutates-input")
def forward_changes_the_biases(X, layers, kind):
    """Adds into the biases of the caller."""
    found = upwards(X, layers, kind)
    for _, b in layers:
        b += 1
    return found


# ================================================================ wrong: deep_backward


@wrong("deep_backward", "slope-kept")
def backward_with_slope_on_top(Y, activations, layers, kind):
    """Keeps the slope of the sigmoid on top."""
    top = lambda P, Y: (P - Y) * P * (1 - P)  # noqa: E731
    return downwards(Y, activations, layers, kind, top=top)


@wrong("deep_backward", "loss-by-share")
def backward_from_the_shares(Y, activations, layers, kind):
    """Begins at the shares."""
    return downwards(Y, activations, layers, kind, top=lambda P, Y: -Y / P)


@wrong("deep_backward", "weights-left-out")
def backward_of_the_top_layer_only(Y, activations, layers, kind):
    """Fills a list of zeros in the top layer only."""
    found = [(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
    return found[:-1] + downwards(Y, activations, layers, kind)[-1:]


@wrong("deep_backward", "crashed")
def backward_entry_by_entry(Y, activations, layers, kind):
    """Multiplies the error and the activations entry by entry."""
    delta, gradients = activations[-1] - Y, []
    for l in reversed(range(len(layers))):
        gradients.insert(0, (delta * activations[l], delta.sum(axis=1, keepdims=True)))
        if l:
            delta = (layers[l][0].T @ delta) * slopes(activations[l], kind)
    return gradients


@wrong("deep_backward", "target-left-out")
def backward_without_targets(Y, activations, layers, kind):
    """Forgets the targets."""
    return downwards(Y, activations, layers, kind, top=lambda P, Y: P)


@wrong("deep_backward", "missing-hidden-slope")
def backward_without_slopes(Y, activations, layers, kind):
    """Forgets the slopes."""
    return downwards(Y, activations, layers, kind, lambda a, kind: 1)


@wrong("deep_backward", "slope-of-activation")
def backward_with_sigmoid_again(Y, activations, layers, kind):
    """Applies the sigmoid to the activation."""

    def again(a, kind):
        return a > 0 if kind == "relu" else slope(sigmoid(a))

    return downwards(Y, activations, layers, kind, again)


@wrong("deep_backward", "formula-at-z")
def backward_with_formula_at_z(Y, activations, layers, kind):
    """Puts pre-activations into the formula for the slope."""

    def at_z(a, kind):
        return a > 0 if kind == "relu" else slope(np.log(a / (1 - a)))

    return downwards(Y, activations, layers, kind, at_z)


@wrong("deep_backward", "kind-ignored")
def backward_of_sigmoids(Y, activations, layers, kind):
    """Takes all units for sigmoids."""
    return downwards(Y, activations, layers, kind, lambda a, kind: slope(a))


@wrong("deep_backward", "kind-ignored")
def backward_of_relus(Y, activations, layers, kind):
    """Takes all units for ReLUs."""
    return downwards(Y, activations, layers, kind, lambda a, kind: a > 0)


@wrong("deep_backward", "mask-all-open")
def backward_with_open_mask(Y, activations, layers, kind):
    """Asks whether an activation is at least 0."""
    return downwards(
        Y, activations, layers, kind, lambda a, kind: a >= 0 if kind == "relu" else slope(a)
    )


@wrong("deep_backward", "mask-of-error")
def backward_with_mask_of_error(Y, activations, layers, kind):
    """Stops negative errors."""
    gradients, delta = [], activations[-1] - Y
    for l in reversed(range(len(layers))):
        gradients.insert(0, (delta @ activations[l].T, delta.sum(axis=1, keepdims=True)))
        if l:
            error = layers[l][0].T @ delta
            delta = np.maximum(error, 0) if kind == "relu" else error * slope(activations[l])
    return gradients


@wrong("deep_backward", "activation-for-mask")
def backward_times_activation(Y, activations, layers, kind):
    """Multiplies by the activation."""
    return downwards(
        Y, activations, layers, kind, lambda a, kind: a if kind == "relu" else slope(a)
    )


@wrong("deep_backward", "tanh-slope")
def backward_of_tanh(Y, activations, layers, kind):
    """Takes sigmoids for tanh."""
    return downwards(
        Y, activations, layers, kind, lambda a, kind: a > 0 if kind == "relu" else 1 - a**2
    )


@wrong("deep_backward", "slope-of-other-layer")
def backward_slope_one_below(Y, activations, layers, kind):
    """Takes the slope from one layer below."""
    gradients, delta = [], activations[-1] - Y
    for l in reversed(range(len(layers))):
        gradients.insert(0, (delta @ activations[l].T, delta.sum(axis=1, keepdims=True)))
        if l:
            delta = (layers[l][0].T @ delta) * slopes(activations[l - 1], kind)
    return gradients


@wrong("deep_backward", "gradient-for-weights")
def backward_through_gradients(Y, activations, layers, kind):
    """Goes down through dW."""
    return downwards(Y, activations, layers, kind, back=lambda W, dW: dW)


@wrong("deep_backward", "updated-weights")
def backward_through_new_weights(Y, activations, layers, kind):
    """Takes a step before it goes down."""
    return downwards(Y, activations, layers, kind, back=lambda W, dW: W - 0.1 * dW)


@wrong("deep_backward", "updated-weights", "mutates-input")
def backward_that_updates(Y, activations, layers, kind):
    """Takes the step in the layers of the caller."""

    def updated(W, dW):
        W -= 0.1 * dW
        return W

    return downwards(Y, activations, layers, kind, back=updated)


@wrong("deep_backward", "weights-left-out")
def backward_without_weights(Y, activations, layers, kind):
    """Goes down without weights."""
    return downwards(Y, activations, layers, kind, back=lambda W, dW: np.ones_like(W))


@wrong("deep_backward", "W-turned")
def backward_turned(Y, activations, layers, kind):
    """Does not transpose the weights."""
    gradients, delta = [], activations[-1] - Y
    for l in reversed(range(len(layers))):
        gradients.insert(0, (delta @ activations[l].T, delta.sum(axis=1, keepdims=True)))
        if l:
            delta = (layers[l][0] @ delta) * slopes(activations[l], kind)
    return gradients


@wrong("deep_backward", "weights-of-other-layer")
def backward_through_other_weights(Y, activations, layers, kind):
    """Goes down through the weights of the layer below."""
    gradients, delta = [], activations[-1] - Y
    for l in reversed(range(len(layers))):
        gradients.insert(0, (delta @ activations[l].T, delta.sum(axis=1, keepdims=True)))
        if l:
            delta = (layers[l - 1][0].T @ delta) * slopes(activations[l], kind)
    return gradients


@wrong("deep_backward", "own-activations")
def backward_from_own_activations(Y, activations, layers, kind):
    """Makes dW of the activations one too high."""
    right_ones = downwards(Y, activations, layers, kind)
    return [
        (_error(right_ones, l, activations, layers, Y, kind) @ activations[l + 1].T, db)
        for l, (_, db) in enumerate(right_ones)
    ]


@wrong("deep_backward", "inputs-of-other-layer")
def backward_from_inputs_below(Y, activations, layers, kind):
    """Makes dW of the activations one too low."""
    right_ones = downwards(Y, activations, layers, kind)
    return [
        (_error(right_ones, l, activations, layers, Y, kind) @ activations[max(0, l - 1)].T, db)
        for l, (_, db) in enumerate(right_ones)
    ]


def _error(gradients, place, activations, layers, Y, kind):
    """Return the error of one layer."""
    delta = activations[-1] - Y
    for l in range(len(layers) - 1, place, -1):
        delta = (layers[l][0].T @ delta) * slopes(activations[l], kind)
    return delta


@wrong("deep_backward", "layer-left-out")
def backward_stops_early(Y, activations, layers, kind):
    """Ends the loop before the lowest layer."""
    return downwards(Y, activations, layers, kind)[1:]


@wrong("deep_backward", "other-count")
def backward_of_the_top(Y, activations, layers, kind):
    """Returns in the first turn of the loop."""
    return downwards(Y, activations, layers, kind)[-1:]


@wrong("deep_backward", "layers-reversed")
def backward_in_order_of_finding(Y, activations, layers, kind):
    """Does not turn the list round."""
    return downwards(Y, activations, layers, kind)[::-1]


@wrong("deep_backward", "pair-exchanged")
def backward_db_first(Y, activations, layers, kind):
    """Puts db first."""
    return [(db, dW) for dW, db in downwards(Y, activations, layers, kind)]


@wrong("deep_backward", "wrong-return")
def backward_flat(Y, activations, layers, kind):
    """Returns all arrays in one flat list."""
    return [array for pair in downwards(Y, activations, layers, kind) for array in pair]


@wrong("deep_backward", "sign-flipped")
def backward_uphill(Y, activations, layers, kind):
    """Turns the difference round."""
    return downwards(Y, activations, layers, kind, top=lambda P, Y: Y - P)


@wrong("deep_backward", "averaged")
def backward_of_the_mean(Y, activations, layers, kind):
    """Differentiates the mean over the examples."""
    m = Y.shape[1]
    return [(dW / m, db / m) for dW, db in downwards(Y, activations, layers, kind)]


@wrong("deep_backward", "doubled")
def backward_of_squares(Y, activations, layers, kind):
    """Differentiates squares."""
    return downwards(Y, activations, layers, kind, top=lambda P, Y: 2 * (P - Y))


@wrong("deep_backward", "transposed")
def backward_weights_transposed(Y, activations, layers, kind):
    """Returns dW transposed."""
    return [(dW.T, db) for dW, db in downwards(Y, activations, layers, kind)]


@wrong("deep_backward", "bias-flat")
def backward_flat_biases(Y, activations, layers, kind):
    """Loses the axis of the biases."""
    return [(dW, db.sum(axis=1)) for dW, db in downwards(Y, activations, layers, kind)]


@wrong("deep_backward", "bias-not-summed")
def backward_biases_not_summed(Y, activations, layers, kind):
    """Returns the errors for the biases."""
    right_ones = downwards(Y, activations, layers, kind)
    return [
        (dW, _error(right_ones, l, activations, layers, Y, kind))
        for l, (dW, _) in enumerate(right_ones)
    ]


@wrong("deep_backward", "bias-wrong-axis")
def backward_biases_over_units(Y, activations, layers, kind):
    """Sums over the units."""
    right_ones = downwards(Y, activations, layers, kind)
    return [
        (dW, _error(right_ones, l, activations, layers, Y, kind).sum(axis=0, keepdims=True))
        for l, (dW, _) in enumerate(right_ones)
    ]


@wrong("deep_backward", "wrong-value")
def backward_spoils_one_layer(Y, activations, layers, kind):
    """Adds weight decay, which nobody asked for."""
    found = downwards(Y, activations, layers, kind)
    return [(dW + 0.1 * W, db) for (dW, db), (W, _) in zip(found, layers, strict=True)]


# ================================================================ wrong: initial_scale


@wrong("initial_scale", "half-forgotten")
def half_forgotten(n_in):
    """Keeps pre-activations only."""
    return 1 / np.sqrt(n_in)


@wrong("initial_scale", "variance-for-scale")
def the_variance(n_in):
    """Forgets the root."""
    return 2 / n_in


@wrong("initial_scale", "same-for-all-widths")
def lesson_6(n_in):
    """Takes the number of lesson 6."""
    return 0.3


@wrong("initial_scale", "dies-out")
def one_by_inputs(n_in):
    """Divides by the number of inputs."""
    return 1 / n_in


@wrong("initial_scale", "blows-up")
def twice_too_large(n_in):
    """Takes 2 for the root of two."""
    return 2 / np.sqrt(n_in)


@wrong("initial_scale", "no-scale")
def zeros(n_in):
    """Begins with zeros."""
    return 0.0


@wrong("initial_scale", "wrong-shape")
def weights_for_a_scale(n_in):
    """Returns weights."""
    return np.full((n_in, n_in), np.sqrt(2 / n_in))


# ================================================================ wrong: momentum_step


@wrong("momentum_step", "velocity-sign")
def minus_twice(w, dw, v, learning_rate, beta):
    """Has the minus sign twice."""
    v = beta * v - learning_rate * dw
    return w - v, v


@wrong("momentum_step", "velocity-sign")
def minus_nowhere(w, dw, v, learning_rate, beta):
    """Has no minus sign."""
    v = beta * v + learning_rate * dw
    return w + v, v


@wrong("momentum_step", "old-velocity")
def moves_first(w, dw, v, learning_rate, beta):
    """Moves before the velocity is new."""
    return w + v, beta * v - learning_rate * dw


@wrong("momentum_step", "share-of-gradient")
def momentum_as_a_mean(w, dw, v, learning_rate, beta):
    """Averages."""
    v = beta * v - (1 - beta) * learning_rate * dw
    return w + v, v


@wrong("momentum_step", "rate-outside")
def momentum_of_gradients(w, dw, v, learning_rate, beta):
    """Adds up gradients, as some libraries do."""
    v = beta * v + dw
    return w - learning_rate * v, v


@wrong("momentum_step", "no-velocity")
def plain_descent(w, dw, v, learning_rate, beta):
    """Forgets the velocity."""
    v = -learning_rate * dw
    return w + v, v


@wrong("momentum_step", "wrong-order")
def velocity_first(w, dw, v, learning_rate, beta):
    """Returns the velocity first."""
    v = beta * v - learning_rate * dw
    return v, w + v


# ================================================================ wrong: adam_step


def adam(w, dw, v, s, t, rate, keep=0.9, keep_s=0.999, power=0):
    v = keep * v + (1 - keep) * dw
    s = keep_s * s + (1 - keep_s) * dw**2
    v_hat, s_hat = v / (1 - keep ** (t + power)), s / (1 - keep_s ** (t + power))
    return w - rate * v_hat / (np.sqrt(s_hat) + 1e-8), v, s


@wrong("adam_step", "not-corrected")
def adam_not_corrected(w, dw, v, s, t, learning_rate):
    """Forgets the correction."""
    v, s = 0.9 * v + 0.1 * dw, 0.999 * s + 0.001 * dw**2
    return w - learning_rate * v / (np.sqrt(s) + 1e-8), v, s


@wrong("adam_step", "steps-from-zero")
def adam_counts_from_zero(w, dw, v, s, t, learning_rate):
    """Takes 0 for the first step."""
    return adam(w, dw, v, s, t, learning_rate, power=1)


@wrong("adam_step", "correction-kept")
def adam_returns_corrected(w, dw, v, s, t, learning_rate):
    """Returns the corrected means."""
    w, v, s = adam(w, dw, v, s, t, learning_rate)
    return w, v / (1 - 0.9**t), s / (1 - 0.999**t)


@wrong("adam_step", "root-left-out")
def adam_without_root(w, dw, v, s, t, learning_rate):
    """Forgets the root."""
    _, v, s = adam(w, dw, v, s, t, learning_rate)
    v_hat, s_hat = v / (1 - 0.9**t), s / (1 - 0.999**t)
    return w - learning_rate * v_hat / (s_hat + 1e-8), v, s


@wrong("adam_step", "betas-exchanged")
def adam_betas_exchanged(w, dw, v, s, t, learning_rate):
    """Exchanges 0.9 and 0.999."""
    return adam(w, dw, v, s, t, learning_rate, 0.999, 0.9)


@wrong("adam_step", "gradient-not-squared", "not-finite", "warned")
def adam_not_squared(w, dw, v, s, t, learning_rate):
    """Forgets the square."""
    v, s = 0.9 * v + 0.1 * dw, 0.999 * s + 0.001 * dw
    v_hat, s_hat = v / (1 - 0.9**t), s / (1 - 0.999**t)
    return w - learning_rate * v_hat / (np.sqrt(s_hat) + 1e-8), v, s


@wrong("adam_step", "sum-for-mean")
def adam_of_sums(w, dw, v, s, t, learning_rate):
    """Adds the whole gradient."""
    v, s = 0.9 * v + dw, 0.999 * s + dw**2
    v_hat, s_hat = v / (1 - 0.9**t), s / (1 - 0.999**t)
    return w - learning_rate * v_hat / (np.sqrt(s_hat) + 1e-8), v, s


@wrong("adam_step", "adam-uphill")
def adam_uphill(w, dw, v, s, t, learning_rate):
    """Adds the step."""
    new, v, s = adam(w, dw, v, s, t, learning_rate)
    return 2 * w - new, v, s


@wrong("adam_step", "wrong-order")
def adam_means_first(w, dw, v, s, t, learning_rate):
    """Returns the means first."""
    w, v, s = adam(w, dw, v, s, t, learning_rate)
    return v, s, w
