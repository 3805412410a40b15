"""Answers to lesson 2: right ones in many styles, wrong ones with their codes."""

import math
from collections import OrderedDict, defaultdict

import numpy as np

from backprop.exercises import find

from .answer import right, wrong
from .parts import forward, half_squares, sigmoid, slope

# ================================================================ right: sigmoid


@right("sigmoid")
def sigmoid_by_masks(z):
    """Treats the two signs apart."""
    a = np.empty_like(z)
    positive = z >= 0
    a[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    a[~positive] = e / (1 + e)
    return a


@right("sigmoid")
def sigmoid_by_clipping(z):
    """Clips where the result no longer changes."""
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


@right("sigmoid")
def sigmoid_by_errstate(z):
    """Silences numpy around the plain formula."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


@right("sigmoid")
def sigmoid_number_by_number(z):
    """Loops over all entries with math.exp."""

    def one(x):
        return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))

    return np.array([one(x) for x in z.flat]).reshape(z.shape)


@right("sigmoid")
def sigmoid_by_logaddexp(z):
    """Takes the logarithm first."""
    return np.exp(-np.logaddexp(0, -z))


@right("sigmoid", built=True)
def sigmoid_by_vectorize():
    """Hands over a np.vectorize object of a scalar function."""
    return np.vectorize(lambda x: 1 / (1 + math.exp(-x)) if x > -700 else 0.0)


# ================================================================ right: shapes


@right("shapes")
def shapes_written_down(n_x, n_h, n_y, m):
    """Writes the ten pairs down, in another order."""
    return {
        "W1": (n_h, n_x), "b1": (n_h, 1), "W2": (n_y, n_h), "b2": (n_y, 1),
        "X": (n_x, m), "net_h": (n_h, m), "out_h": (n_h, m),
        "net_y": (n_y, m), "out_y": (n_y, m), "Y": (n_y, m),
    }  # fmt: skip


@right("shapes")
def shapes_of_real_arrays(n_x, n_h, n_y, m):
    """Builds the arrays and asks them, in an ordered dict with some names more."""
    X, W1, b1, W2, b2 = map(np.zeros, ((n_x, m), (n_h, n_x), (n_h, 1), (n_y, n_h), (n_y, 1)))
    out_h, out_y = forward(X, W1, b1, W2, b2)
    arrays = OrderedDict(X=X, W1=W1, b1=b1, net_h=out_h, out_h=out_h, W2=W2, b2=b2)
    arrays.update(net_y=out_y, out_y=out_y, Y=out_y, loss=np.zeros(()))
    return OrderedDict((name, array.shape) for name, array in arrays.items())


@right("shapes")
def shapes_as_lists(n_x, n_h, n_y, m):
    """Fills a defaultdict with lists."""
    sizes = defaultdict(list)
    for name in ("X", "net_h", "out_h", "net_y", "out_y", "Y"):
        sizes[name] = [{"X": n_x}.get(name, n_h if name.endswith("h") else n_y), m]
    for layer, (units, sources) in enumerate(((n_h, n_x), (n_y, n_h)), start=1):
        sizes[f"W{layer}"] += units, sources
        sizes[f"b{layer}"] += units, 1
    return sizes


@right("shapes")
def shapes_as_arrays(n_x, n_h, n_y, m):
    """Returns each pair of sizes as an array."""
    return {name: np.array(pair) for name, pair in shapes_written_down(n_x, n_h, n_y, m).items()}


# ================================================================ right: forward_propagation


@right("forward_propagation")
def forward_in_matrices(X, W1, b1, W2, b2):
    """Writes the two layers down."""
    out_h = 1 / (1 + np.exp(-(W1 @ X + b1)))
    out_y = 1 / (1 + np.exp(-(W2 @ out_h + b2)))
    return out_h, out_y


@right("forward_propagation")
def forward_in_loops(X, W1, b1, W2, b2):
    """Loops over units and examples with math.exp."""

    def layer(W, b, inputs):
        out = np.zeros((len(W), inputs.shape[1]))
        for unit in range(out.shape[0]):
            for e in range(out.shape[1]):
                net = b[unit, 0]
                for source in range(len(inputs)):
                    net += W[unit, source] * inputs[source, e]
                out[unit, e] = 1 / (1 + math.exp(-net))
        return out

    out_h = layer(W1, b1, X)
    return out_h, layer(W2, b2, out_h)


@right("forward_propagation")
def forward_in_rows(X, W1, b1, W2, b2):
    """Computes in rows and returns transposed views in a list."""
    rows, outs = X.T, []
    for W, b in ((W1, b1), (W2, b2)):
        rows = sigmoid(rows @ W.T + b.ravel())
        outs.append(rows.T)
    return outs


@right("forward_propagation")
def forward_by_recursion(X, *parameters):
    """Feeds the rest of the parameters to itself."""
    W, b, *rest = parameters
    out = 0.5 + 0.5 * np.tanh((np.einsum("us,se->ue", W, X) + b) / 2)
    return (out, *forward_by_recursion(out, *rest)) if rest else (out,)


@right("forward_propagation")
def forward_example_by_example(X, W1, b1, W2, b2):
    """Sends one example at a time and stacks the columns."""
    b1, b2 = b1[:, 0], b2[:, 0]
    hidden = [sigmoid(W1 @ x + b1) for x in X.T]
    return np.column_stack(hidden), np.column_stack([sigmoid(W2 @ h + b2) for h in hidden])


# ================================================================ right: loss


@right("loss")
def loss_by_sum(out_y, Y):
    """Sums half the squares."""
    return 0.5 * np.sum(np.square(Y - out_y))


@right("loss")
def loss_in_loops(out_y, Y):
    """Adds plain floats."""
    total = 0.0
    for a, y in zip(out_y.flat, Y.flat):
        total += float(a - y) ** 2
    return total / 2


@right("loss")
def loss_by_norm(out_y, Y):
    """Takes the Frobenius norm."""
    return np.linalg.norm(out_y - Y) ** 2 / 2


@right("loss")
def loss_by_dot_product(out_y, Y):
    """Takes the trace of a product, as a 0-d array."""
    error = out_y - Y
    return np.asarray(np.einsum("ke,ke->", error, error) / 2)


# ================================================================ right: rows_to_columns


@right("rows_to_columns")
def every_array_transposed(*arrays):
    """Transposes all five."""
    return tuple(array.T for array in arrays)


@right("rows_to_columns")
def transposed_by_hand(X, W1, b1, W2, b2):
    """Fills new arrays entry by entry, and reshapes the biases."""
    out = []
    for array in (X, W1, W2):
        turned = np.empty(array.shape[::-1])
        for i, j in np.ndindex(array.shape):
            turned[j, i] = array[i, j]
        out.append(turned)
    return out[0], out[1], b1.reshape(-1, 1), out[2], b2.reshape(-1, 1)


@right("rows_to_columns")
def transposed_by_zip(X, W1, b1, W2, b2):
    """Uses zip(*rows) and einsum, in a list."""
    turned = [np.array(list(zip(*array))) for array in (X, W1, b1)]
    return turned + [np.einsum("ij->ji", W2), np.swapaxes(b2, 0, 1)]


# ================================================================ wrong: sigmoid


@wrong("sigmoid", "warned")
def plain_formula(z):
    """Overflows for large negative z, with a warning and the right value."""
    return 1 / (1 + np.exp(-z))


@wrong("sigmoid", "warned")
def both_branches_computed(z):
    """Computes both branches of np.where everywhere."""
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


@wrong("sigmoid", "not-finite", "warned")
def infinity_over_infinity(z):
    """Divides infinity by infinity for large z."""
    return np.exp(z) / (np.exp(z) + 1)


@wrong("sigmoid", "not-finite")
def nan_in_silence(z):
    """Divides infinity by infinity and silences the warning."""
    with np.errstate(all="ignore"):
        return np.exp(z) / (1 + np.exp(z))


@wrong("sigmoid", "sign-of-exponent")
def minus_forgotten(z):
    """Forgets the minus in the exponent."""
    return 1 / (1 + np.exp(np.clip(z, -700, 700)))


@wrong("sigmoid", "tanh-activation")
def tanh_for_sigmoid(z):
    """Returns tanh."""
    return np.tanh(z)


@wrong("sigmoid", "clipped")
def clipped_too_early(z):
    """Clips at plus and minus ten."""
    return 1 / (1 + np.exp(-np.clip(z, -10, 10)))


@wrong("sigmoid", "not-the-activation")
def slope_for_sigmoid(z):
    """Returns the slope."""
    return slope(sigmoid(z))


@wrong("sigmoid", "crashed")
def math_on_an_array(z):
    """Gives a whole array to math.exp."""
    return 1 / (1 + math.exp(-z))


@wrong("sigmoid", "crashed")
def overflow_in_math(z):
    """Calls math.exp with numbers that it refuses."""
    return np.array([1 / (1 + math.exp(-x)) for x in z.flat]).reshape(z.shape)


@wrong("sigmoid", "mutates-input")
def clips_in_place(z):
    """Clips its argument in place."""
    z[z < -500] = -500
    return 1 / (1 + np.exp(-z))


@wrong("sigmoid", "flattened", "wrong-shape")
def flattened_activations(z):
    """Returns a flat array."""
    return sigmoid(z).ravel()


@wrong("sigmoid", "integer-step", "rounded")
def integer_activations(z):
    """Stores the activations in an array of integers."""
    a = np.zeros(z.shape, dtype=int)
    a[:] = sigmoid(z)
    return a


# ================================================================ wrong: shapes


def _sizes(n_x, n_h, n_y, m):
    return {
        "X": (n_x, m), "W1": (n_h, n_x), "b1": (n_h, 1), "net_h": (n_h, m), "out_h": (n_h, m),
        "W2": (n_y, n_h), "b2": (n_y, 1), "net_y": (n_y, m), "out_y": (n_y, m), "Y": (n_y, m),
    }  # fmt: skip


@wrong("shapes", "transposed")
def shapes_in_rows(*sizes):
    """Thinks with examples in rows."""
    return {name: pair[::-1] for name, pair in _sizes(*sizes).items()}


@wrong("shapes", "transposed")
def weights_from_to(n_x, n_h, n_y, m):
    """Has inputs first in both weights."""
    return {**_sizes(n_x, n_h, n_y, m), "W1": (n_x, n_h), "W2": (n_h, n_y)}


@wrong("shapes", "transposed")
def inputs_in_rows(n_x, n_h, n_y, m):
    """Has X in rows only."""
    return _sizes(n_x, n_h, n_y, m) | {"X": (m, n_x)}


@wrong("shapes", "bias-flat")
def biases_with_one_axis(n_x, n_h, n_y, m):
    """Gives the biases one axis."""
    return _sizes(n_x, n_h, n_y, m) | {"b1": (n_h,), "b2": (n_y,)}


@wrong("shapes", "bias-per-example")
def biases_per_example(n_x, n_h, n_y, m):
    """Gives each example a bias of its own."""
    return _sizes(n_x, n_h, n_y, m) | {"b1": (n_h, m), "b2": (n_y, m)}


@wrong("shapes", "hard-coded-size")
def shapes_of_xor(n_x, n_h, n_y, m):
    """Writes the numbers of XOR down."""
    return _sizes(2, 2, 1, 4)


@wrong("shapes", "other-sizes", "wrong-value")
def one_output(n_x, n_h, n_y, m):
    """Takes for granted that there is one output unit."""
    return _sizes(n_x, n_h, 1, m)


@wrong("shapes", "wrong-return")
def two_names_missing(n_x, n_h, n_y, m):
    """Leaves the pre-activations out."""
    return {k: v for k, v in _sizes(n_x, n_h, n_y, m).items() if not k.startswith("net")}


@wrong("shapes", "wrong-return")
def shapes_without_names(*sizes):
    """Returns the pairs without names."""
    return list(_sizes(*sizes).values())


@wrong("shapes", "wrong-return", "wrong-shape", "wrong-value")
def numbers_of_entries(*sizes):
    """Multiplies the sizes."""
    return {name: math.prod(pair) for name, pair in _sizes(*sizes).items()}


@wrong("shapes", "wrong-return")
def shapes_as_text(*sizes):
    """Returns each shape as text."""
    return {name: str(pair) for name, pair in _sizes(*sizes).items()}


# ================================================================ wrong: forward_propagation


@wrong("forward_propagation", "missing-bias")
def forward_without_hidden_bias(X, W1, b1, W2, b2):
    """Forgets b1."""
    return forward(X, W1, 0, W2, b2)


@wrong("forward_propagation", "missing-bias")
def forward_without_biases(X, W1, b1, W2, b2):
    """Forgets both biases."""
    out_h = 1 / (1 + np.exp(-np.dot(W1, X)))
    return out_h, 1 / (1 + np.exp(-np.dot(W2, out_h)))


@wrong("forward_propagation", "missing-sigmoid")
def forward_to_the_pre_activation(X, W1, b1, W2, b2):
    """Returns net_y for out_y."""
    out_h = sigmoid(W1 @ X + b1)
    return out_h, W2 @ out_h + b2


@wrong("forward_propagation", "missing-sigmoid")
def forward_with_a_linear_hidden_layer(X, W1, b1, W2, b2):
    """Forgets the sigmoid in the hidden layer."""
    net_h = W1 @ X + b1
    return net_h, sigmoid(W2 @ net_h + b2)


@wrong("forward_propagation", "crashed")
def forward_for_rows(X, W1, b1, W2, b2):
    """Multiplies as for examples in rows."""
    out_h = sigmoid(X @ W1 + b1)
    return out_h, sigmoid(out_h @ W2 + b2)


@wrong("forward_propagation", "crashed")
def forward_with_flat_biases(X, W1, b1, W2, b2):
    """Flattens the biases before adding them."""
    out_h = sigmoid(W1 @ X + b1.ravel())
    return out_h, sigmoid(W2 @ out_h + b2.ravel())


@wrong("forward_propagation", "wrong-order")
def forward_output_first(*arrays):
    """Returns out_y first."""
    out_h, out_y = forward(*arrays)
    return out_y, out_h


@wrong("forward_propagation", "transposed")
def forward_left_in_rows(*arrays):
    """Leaves the activations in rows."""
    return tuple(out.T for out in forward(*arrays))


@wrong("forward_propagation", "wrong-return")
def forward_outputs_only(*arrays):
    """Returns out_y alone."""
    return forward(*arrays)[1]


@wrong("forward_propagation", "tanh-activation")
def forward_with_tanh(X, W1, b1, W2, b2):
    """Has tanh in the hidden layer."""
    out_h = np.tanh(W1 @ X + b1)
    return out_h, sigmoid(W2 @ out_h + b2)


@wrong("forward_propagation", "subtracted-bias")
def forward_with_subtracted_biases(X, W1, b1, W2, b2):
    """Subtracts the biases."""
    return forward(X, W1, -b1, W2, -b2)


@wrong("forward_propagation", "mutates-input")
def forward_adds_in_place(X, W1, b1, W2, b2):
    """Turns the inputs round in place for a while, and leaves them so."""
    outs = forward(X, W1, b1, W2, b2)
    X *= -1
    return outs


@wrong("forward_propagation", "hard-coded-size")
def forward_with_two_hidden_units(X, W1, b1, W2, b2):
    """Loops over two hidden units and one output."""
    out_h, out_y = np.zeros((2, X.shape[1])), np.zeros((1, X.shape[1]))
    for j in range(2):
        out_h[j] = sigmoid(sum(W1[j, i] * X[i] for i in range(2)) + b1[j])
    out_y[0] = sigmoid(sum(W2[0, j] * out_h[j] for j in range(2)) + b2[0])
    return out_h, out_y


@wrong("forward_propagation", "missing-bias", "missing-sigmoid")
def forward_with_two_slips(X, W1, b1, W2, b2):
    """Forgets b1 and the last sigmoid."""
    out_h = sigmoid(W1 @ X)
    return out_h, W2 @ out_h + b2


@wrong("forward_propagation", "not-implemented")
def forward_by_the_stand_in(*arrays):
    """Calls the stand-in."""
    return find("forward_propagation")(*arrays)


# ================================================================ wrong: loss


@wrong("loss", "averaged")
def loss_per_example(out_y, Y):
    """Divides by the number of examples."""
    return half_squares(out_y, Y) / Y.shape[1]


@wrong("loss", "averaged", "scaled")
def loss_as_half_the_mean(out_y, Y):
    """Takes the mean over all entries."""
    return np.mean((out_y - Y) ** 2) / 2


@wrong("loss", "doubled")
def loss_without_half(out_y, Y):
    """Forgets the half."""
    return np.sum((out_y - Y) ** 2)


@wrong("loss", "averaged", "doubled", "scaled")
def mean_squared_error(out_y, Y):
    """Takes the mean squared error of the libraries."""
    return ((out_y - Y) ** 2).mean()


@wrong("loss", "averaged", "scaled", "hard-coded-size")
def loss_over_len(out_y, Y):
    """Divides by len(Y), the number of outputs."""
    return half_squares(out_y, Y) / len(Y)


@wrong("loss", "not-summed")
def loss_of_each_example(out_y, Y):
    """Sums over the outputs only."""
    return np.sum((out_y - Y) ** 2, axis=0) / 2


@wrong("loss", "axis-too-many")
def loss_in_a_matrix(out_y, Y):
    """Keeps both axes in the sum."""
    return np.sum((out_y - Y) ** 2, keepdims=True) / 2


@wrong("loss", "sign-flipped")
def loss_below_zero(out_y, Y):
    """Puts a minus in front."""
    return -half_squares(out_y, Y)


@wrong("loss", "wrong-loss")
def cross_entropy_for_loss(out_y, Y):
    """Computes the cross-entropy."""
    return -np.sum(Y * np.log(out_y) + (1 - Y) * np.log(1 - out_y))


@wrong("loss", "not-squared")
def sum_of_errors(out_y, Y):
    """Forgets the square."""
    return np.sum(out_y - Y) / 2


@wrong("loss", "square-of-sum")
def square_of_the_sum(out_y, Y):
    """Squares the sum instead of summing the squares."""
    return np.sum(out_y - Y) ** 2 / 2


@wrong("loss", "wrong-return")
def loss_printed(out_y, Y):
    """Prints the loss."""
    print("loss:", half_squares(out_y, Y))


@wrong("loss", "wrong-return")
def loss_as_text(out_y, Y):
    """Formats the loss."""
    return f"{half_squares(out_y, Y):.6f}"


# ================================================================ wrong: rows_to_columns


@wrong("rows_to_columns", "reshaped")
def reshape_for_transpose(*arrays):
    """Reshapes where it should transpose."""
    return tuple(array.reshape(array.shape[::-1]) for array in arrays)


@wrong("rows_to_columns", "unchanged")
def nothing_turned(*arrays):
    """Returns the arrays as they came."""
    return arrays


@wrong("rows_to_columns", "unchanged")
def weights_not_turned(X, W1, b1, W2, b2):
    """Turns the inputs and biases only."""
    return X.T, W1, b1.T, W2, b2.T


@wrong("rows_to_columns", "bias-flat")
def biases_flattened(X, W1, b1, W2, b2):
    """Flattens the biases."""
    return X.T, W1.T, b1.ravel(), W2.T, b2.ravel()


@wrong("rows_to_columns", "wrong-order")
def weights_swapped(X, W1, b1, W2, b2):
    """Swaps the two layers."""
    return X.T, W2.T, b2.T, W1.T, b1.T


@wrong("rows_to_columns", "rotated")
def rotated(*arrays):
    """Rotates the arrays by a quarter turn."""
    return [np.rot90(array) for array in arrays]


@wrong("rows_to_columns", "wrong-return")
def inputs_forgotten(X, W1, b1, W2, b2):
    """Converts the parameters only."""
    return W1.T, b1.T, W2.T, b2.T


@wrong("forward_propagation", "sigmoid-twice")
def output_through_two_sigmoids(*arrays):
    """Applies the sigmoid to the output activation once more."""
    out_h, out_y = forward(*arrays)
    return out_h, sigmoid(out_y)


# ================================================================ wrong: other units


@wrong("sigmoid", "parentheses", "warned")
def denominator_without_parentheses(z):
    """Writes 1 / 1 + exp(-z), which overflows."""
    return 1 / 1 + np.exp(-z)


@wrong("sigmoid", "parentheses")
def denominator_without_parentheses_clipped(z):
    """The same, with z kept in bounds."""
    return 1 / 1 + np.exp(-np.clip(z, -300, 300))


@wrong("sigmoid", "other-activation")
def softmax_for_sigmoid(z):
    """Returns a softmax."""
    e = np.exp(z - z.max())
    return e / e.sum()


@wrong("sigmoid", "other-activation")
def rectifier_for_sigmoid(z):
    """Returns a rectifier."""
    return z * (z > 0)


@wrong("sigmoid", "other-activation")
def bipolar_for_sigmoid(z):
    """Goes from -1 to 1."""
    return 2 * sigmoid(z) - 1


@wrong("sigmoid", "other-activation")
def sigmoid_of_the_size(z):
    """Avoids the overflow with abs, and forgets the other side."""
    return 1 / (1 + np.exp(-abs(z)))


@wrong("sigmoid", "wrong-for-negative")
def other_branch_without_denominator(z):
    """Forgets the denominator where z is negative."""
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, 1 / (1 + e))


@wrong("sigmoid", "integer-step")
def step_for_sigmoid(z):
    """Returns a step function."""
    return np.where(z > 0, 1.0, 0.0)


@wrong("forward_propagation", "other-activation")
def forward_to_a_softmax(X, W1, b1, W2, b2):
    """Has a softmax in the output layer."""
    out_h = sigmoid(W1 @ X + b1)
    e = np.exp(W2 @ out_h + b2)
    return out_h, e / np.sum(e, axis=0, keepdims=True)


@wrong("forward_propagation", "other-activation")
def forward_with_rectifiers(X, W1, b1, W2, b2):
    """Has rectifiers in the hidden layer."""
    out_h = np.maximum(0, W1 @ X + b1)
    return out_h, sigmoid(W2 @ out_h + b2)


@wrong("forward_propagation", "other-activation")
def forward_to_one_softmax_of_all(X, W1, b1, W2, b2):
    """Normalizes over all examples together."""
    out_h = sigmoid(W1 @ X + b1)
    e = np.exp(W2 @ out_h + b2)
    return out_h, e / e.sum()


@wrong("forward_propagation", "parentheses")
def forward_with_a_broken_sigmoid(X, W1, b1, W2, b2):
    """Parentheses are missing in its sigmoid."""
    out_h = 1 / 1 + np.exp(-(W1 @ X + b1))
    return out_h, 1 / 1 + np.exp(-(W2 @ out_h + b2))


@wrong("forward_propagation", "sign-of-exponent")
def forward_with_a_falling_sigmoid(X, W1, b1, W2, b2):
    """Forgets the minus in the exponent."""
    out_h = 1 / (1 + np.exp(W1 @ X + b1))
    return out_h, 1 / (1 + np.exp(W2 @ out_h + b2))


@wrong("forward_propagation", "one-bias")
def forward_with_one_bias(X, W1, b1, W2, b2):
    """Adds the first bias to all units."""
    out_h = sigmoid(W1 @ X + b1[0])
    return out_h, sigmoid(W2 @ out_h + b2[0])


@wrong("forward_propagation", "one-bias")
def forward_with_summed_biases(X, W1, b1, W2, b2):
    """Adds the sum of the biases to all units."""
    out_h = sigmoid(W1 @ X + np.sum(b1))
    return out_h, sigmoid(W2 @ out_h + np.sum(b2))


@wrong("forward_propagation", "bias-outside")
def forward_with_biases_at_the_end(X, W1, b1, W2, b2):
    """Adds the bias to the activation."""
    out_h = sigmoid(W1 @ X) + b1
    return out_h, sigmoid(W2 @ out_h) + b2


@wrong("forward_propagation", "tanh-activation", "missing-sigmoid")
def forward_for_regression(X, W1, b1, W2, b2):
    """Has tanh units below and straight lines above."""
    out_h = np.tanh(W1 @ X + b1)
    return out_h, W2 @ out_h + b2


@wrong("forward_propagation", "clipped", "wrong-at-the-ends")
def forward_with_limits(X, W1, b1, W2, b2):
    """Keeps activations away from 0 and 1."""
    out_h = np.clip(sigmoid(W1 @ X + b1), 1e-3, 1 - 1e-3)
    return out_h, np.clip(sigmoid(W2 @ out_h + b2), 1e-3, 1 - 1e-3)


@wrong("forward_propagation", "clipped")
def forward_with_outputs_in_limits(*arrays):
    """Keeps the outputs away from 0 and 1, for a logarithm."""
    out_h, out_y = forward(*arrays)
    return out_h, np.clip(out_y, 1e-5, 1 - 1e-5)


@wrong("shapes", "other-sizes")
def shapes_with_a_wrong_bias(*sizes):
    """Gives b2 the size of the hidden layer."""
    return _sizes(*sizes) | {"b2": (sizes[1], 1)}


# ================================================================ wrong: other losses


@wrong("loss", "wrong-loss")
def half_the_norm(out_y, Y):
    """Halves the norm, not its square."""
    return np.linalg.norm(out_y - Y) / 2


@wrong("loss", "wrong-loss")
def root_mean_square(out_y, Y):
    """Takes the root of the mean."""
    return np.sqrt(np.mean((out_y - Y) ** 2))


@wrong("loss", "wrong-loss")
def absolute_differences(out_y, Y):
    """Adds the absolute differences."""
    return abs(out_y - Y).sum()


@wrong("loss", "wrong-loss", "averaged")
def mean_absolute_difference(out_y, Y):
    """Averages the absolute differences."""
    return abs(out_y - Y).mean()


@wrong("loss", "wrong-loss")
def cross_entropy_with_a_sign_wrong(out_y, Y):
    """Forgets parentheses, so that the minus reaches only one part."""
    return np.sum(-Y * np.log(out_y) + (1 - Y) * np.log(1 - out_y))


@wrong("loss", "wrong-loss")
def cross_entropy_of_a_softmax(out_y, Y):
    """Has the targets' part alone, and adds a little to be safe."""
    return -(Y * np.log(out_y + 1e-8)).sum()


@wrong("loss", "wrong-loss", "averaged")
def mean_cross_entropy(out_y, Y):
    """Averages the cross-entropy over the examples."""
    return -np.sum(Y * np.log(out_y) + (1 - Y) * np.log(1 - out_y)) / Y.shape[1]


@wrong("loss", "one-output")
def loss_of_the_first_output(out_y, Y):
    """Loops over the examples and forgets the outputs."""
    return sum((out_y[0, e] - Y[0, e]) ** 2 for e in range(Y.shape[1])) / 2


@wrong("loss", "examples-dropped")
def loss_of_the_last_example(out_y, Y):
    """Overwrites in its loop."""
    for e in range(Y.shape[1]):
        total = ((out_y[:, e] - Y[:, e]) ** 2).sum() / 2
    return total


@wrong("rows_to_columns", "unchanged")
def biases_left_in_rows(X, W1, b1, W2, b2):
    """Turns all but the biases."""
    return X.T, W1.T, b1, W2.T, b2


@wrong("forward_propagation", "follows", "wrong-value")
def forward_with_doubled_biases(X, W1, b1, W2, b2):
    """Adds the hidden bias twice."""
    out_h = sigmoid(W1 @ X + 2 * b1)
    return out_h, sigmoid(W2 @ out_h + b2)


@wrong("forward_propagation", "other-value")
def hidden_activations_twice(X, W1, b1, W2, b2):
    """Returns the hidden activations at both places."""
    out_h = sigmoid(W1 @ X + b1)
    return out_h, out_h
