"""Answers to lesson 4: right ones in many styles, wrong ones with their codes."""

import functools

import numpy as np

from backprop.exercises import find

from .answer import right, wrong
from .parts import (
    backward,
    down,
    forward,
    half_squares,
    hidden_error,
    no_slope,
    output_error,
    sigmoid,
)


def descend(X, Y, parameters, rate, steps, backward=backward, loss=half_squares):
    """Return (W1, b1, W2, b2, losses) after gradient descent, with other pieces where given."""
    losses = []
    for _ in range(steps):
        out_h, out_y = forward(X, *parameters)
        losses.append(loss(out_y, Y))
        gradients = backward(X, Y, out_h, out_y, parameters[2])
        parameters = down(parameters, gradients, rate)
    return *parameters, losses


# ================================================================ right: update_parameters


@right("update_parameters")
def update_line_by_line(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Four lines."""
    W1 = W1 - learning_rate * dW1
    b1 = b1 - learning_rate * db1
    W2 = W2 - learning_rate * dW2
    b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2


@right("update_parameters")
def update_in_one_line(*arrays):
    """Zips the first half with the second."""
    return [p - arrays[-1] * d for p, d in zip(arrays[:4], arrays[4:8])]


@right("update_parameters")
def update_on_copies(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate=0.1):
    """Subtracts in place, on copies."""
    parameters = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    for parameter, gradient in zip(parameters, (dW1, db1, dW2, db2)):
        np.subtract(parameter, np.multiply(learning_rate, gradient), out=parameter)
    return parameters


# ================================================================ right: train


@right("train")
def train_all_by_itself(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Writes everything into one loop and appends plain floats."""
    losses = []
    for _ in range(steps):
        H = 1 / (1 + np.exp(-(W1 @ X + b1)))
        O = 1 / (1 + np.exp(-(W2 @ H + b2)))  # noqa: E741
        losses.append(float(((O - Y) ** 2).sum() / 2))
        d2 = (O - Y) * O * (1 - O)
        d1 = W2.T @ d2 * H * (1 - H)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ H.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@right("train")
def train_with_stand_ins(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Calls the stand-ins of the earlier exercises, as the lesson allows."""
    propagate, measure = find("forward_propagation"), find("loss")
    back, update = find("backward_propagation"), find("update_parameters")
    losses = np.zeros(steps)
    for step in range(steps):
        out_h, out_y = propagate(X, W1, b1, W2, b2)
        losses[step] = measure(out_y, Y)
        gradients = back(X, Y, out_h, out_y, W2)
        W1, b1, W2, b2 = update(W1, b1, W2, b2, *gradients, learning_rate)
    return W1, b1, W2, b2, losses


@right("train")
def train_in_rows(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Keeps its weights in rows, updates copies in place, returns a tuple of losses."""
    x, y, w1, c1, w2, c2 = (array.T.copy() for array in (X, Y, W1, b1, W2, b2))
    losses = ()
    while len(losses) < steps:
        h = sigmoid(x.dot(w1) + c1)
        o = sigmoid(h.dot(w2) + c2)
        losses += (np.sum((y - o) ** 2) / 2,)
        d2 = (y - o) * o * (1 - o)
        d1 = d2.dot(w2.T) * h * (1 - h)
        w2 += learning_rate * h.T.dot(d2)
        c2 += learning_rate * d2.sum(axis=0, keepdims=True)
        w1 += learning_rate * x.T.dot(d1)
        c1 += learning_rate * d1.sum(axis=0, keepdims=True)
    return w1.T, c1.T, w2.T, c2.T, losses


@right("train")
def train_by_recursion(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Takes one step and asks itself for the rest."""
    if steps == 0:
        return W1, b1, W2, b2, []
    out_h, out_y = forward(X, W1, b1, W2, b2)
    moved = down((W1, b1, W2, b2), backward(X, Y, out_h, out_y, W2), learning_rate)
    *parameters, losses = train_by_recursion(X, Y, *moved, learning_rate, steps - 1)
    return *parameters, [half_squares(out_y, Y), *losses]


@right("train", built=True)
def train_with_a_class():
    """Has a class that holds the parameters, made anew for each training."""

    class Network:
        def __init__(self, *parameters):
            self.parameters = list(parameters)

        def step(self, X, Y, rate):
            out_h, out_y = forward(X, *self.parameters)
            gradients = backward(X, Y, out_h, out_y, self.parameters[2])
            self.parameters = down(self.parameters, gradients, rate)
            return half_squares(out_y, Y)

        def fit(self, X, Y, rate, steps):
            return np.fromiter((self.step(X, Y, rate) for _ in range(steps)), dtype=float)

    def train(X, Y, W1, b1, W2, b2, learning_rate, steps):
        network = Network(W1, b1, W2, b2)
        losses = network.fit(X, Y, learning_rate, steps)
        return [*network.parameters, losses]

    return train


@right("train")
def train_numerically(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Knows no backward pass: takes the complex step over one long vector of parameters."""
    shapes = [p.shape for p in (W1, b1, W2, b2)]
    ends = np.cumsum([W1.size, b1.size, W2.size, b2.size])
    vector = np.concatenate([np.ravel(p) for p in (W1, b1, W2, b2)])

    def unpack(v):
        return [part.reshape(shape) for part, shape in zip(np.split(v, ends[:-1]), shapes)]

    def loss(v):
        return np.sum((forward(X, *unpack(v))[1] - Y) ** 2) / 2

    losses = []
    for _ in range(steps):
        losses.append(loss(vector))
        slope = [loss(vector + 1e-30j * unit).imag / 1e-30 for unit in np.eye(vector.size)]
        vector = vector - learning_rate * np.array(slope)
    return *unpack(vector), np.array(losses)


# ================================================================ right: predict


@right("predict")
def predict_integers(X, W1, b1, W2, b2):
    """Turns the comparison into integers."""
    return (forward(X, W1, b1, W2, b2)[1] > 0.5).astype(int)


@right("predict")
def predict_booleans(X, W1, b1, W2, b2):
    """Returns the comparison itself."""
    return forward(X, W1, b1, W2, b2)[1] > 0.5


@right("predict")
def predict_floats(X, W1, b1, W2, b2):
    """Rounds the outputs, which leaves floats."""
    return np.round(forward(X, W1, b1, W2, b2)[1])


@right("predict")
def predict_small_integers(X, W1, b1, W2, b2):
    """Asks for the sign of the pre-activation, and stores bytes."""
    out_h = sigmoid(W1 @ X + b1)
    return np.where(W2 @ out_h + b2 > 0, 1, 0).astype(np.uint8)


@right("predict")
def predict_in_loops(X, W1, b1, W2, b2):
    """Loops over outputs and examples, with the stand-in of the forward pass."""
    _, out_y = find("forward_propagation")(X, W1, b1, W2, b2)
    labels = np.zeros(out_y.shape, dtype=int)
    for k in range(out_y.shape[0]):
        for e in range(out_y.shape[1]):
            if out_y[k, e] > 0.5:
                labels[k, e] = 1
    return labels


# ================================================================ right: learning_rate


@right("learning_rate")
def three_rates():
    """Found them by trying."""
    return 0.01, 3.0, 60.0


@right("learning_rate", built=True)
def rates_as_numpy_numbers():
    """Returns a list of an integer and numpy numbers, from a function with a default."""
    return lambda rates=(0.03, 2, 100.0): [np.float32(rates[0]), rates[1], np.float64(rates[2])]


# ================================================================ wrong: update_parameters


def _halves(arrays):
    return arrays[:4], arrays[4:8], arrays[8]


@wrong("update_parameters", "sign-flipped", "uphill")
def step_uphill(*arrays):
    """Adds the gradient."""
    parameters, gradients, rate = _halves(arrays)
    return down(parameters, gradients, -rate)


@wrong("update_parameters", "sign-flipped", "uphill")
def biases_uphill(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Adds the gradient in the biases."""
    W1, W2 = W1 - learning_rate * dW1, W2 - learning_rate * dW2
    return W1, b1 + learning_rate * db1, W2, b2 + learning_rate * db2


@wrong("update_parameters", "missing-rate")
def whole_gradient(*arrays):
    """Forgets the learning rate."""
    parameters, gradients, _ = _halves(arrays)
    return down(parameters, gradients, 1)


@wrong("update_parameters", "step-scaled")
def own_learning_rate(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Writes its own number for the learning rate."""
    return down((W1, b1, W2, b2), (dW1, db1, dW2, db2), 0.01)


@wrong("update_parameters", "mutates-input")
def updates_in_place(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Subtracts in place."""
    W1 -= learning_rate * dW1
    b1 -= learning_rate * db1
    W2 -= learning_rate * dW2
    b2 -= learning_rate * db2
    return W1, b1, W2, b2


@wrong("update_parameters", "mutates-input")
def scales_the_gradients_in_place(*arrays):
    """Multiplies the gradients by the rate in place."""
    parameters, gradients, rate = _halves(arrays)
    for gradient in gradients:
        gradient *= rate
    return down(parameters, gradients, 1)


@wrong("update_parameters", "wrong-order")
def updated_weights_then_biases(*arrays):
    """Returns the weights first."""
    W1, b1, W2, b2 = down(*_halves(arrays))
    return W1, W2, b1, b2


@wrong("update_parameters", "not-updated")
def biases_left_alone(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Forgets to update the biases."""
    return W1 - learning_rate * dW1, b1, W2 - learning_rate * dW2, b2


@wrong("update_parameters", "integer-step")
def integer_parameters(*arrays):
    """Stores the new parameters in arrays of integers."""
    return [p.astype(int) for p in down(*_halves(arrays))]


@wrong("update_parameters", "step-twice")
def updates_twice(*arrays):
    """Takes the step twice."""
    parameters, gradients, rate = _halves(arrays)
    return down(down(parameters, gradients, rate), gradients, rate)


@wrong("update_parameters", "only-the-step")
def steps_only(*arrays):
    """Returns the steps and not the parameters."""
    _, gradients, rate = _halves(arrays)
    return [-rate * d for d in gradients]


@wrong("update_parameters", "wrong-return")
def forgets_to_return(*arrays):
    """Computes and forgets the return."""
    W1, b1, W2, b2 = down(*_halves(arrays))
    print(W1, b1, W2, b2)


@wrong("update_parameters", "wrong-shape", "bias-flat")
def broadcasts_flat_gradients(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Flattens the bias gradients, so that the step broadcasts to a matrix."""
    b1, b2 = b1 - learning_rate * db1.ravel(), b2 - learning_rate * db2.ravel()
    return W1 - learning_rate * dW1, b1, W2 - learning_rate * dW2, b2


# ================================================================ wrong: train


@wrong("train", "sign-flipped", "uphill")
def trains_uphill(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Goes up."""
    return descend(X, Y, (W1, b1, W2, b2), -learning_rate, steps)


@wrong("train", "missing-rate")
def trains_without_rate(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Forgets the learning rate."""
    return descend(X, Y, (W1, b1, W2, b2), 1, steps)


@wrong("train", "updated-from-new")
def second_layer_from_new_first(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Moves the first layer, computes forward again, and only then moves the second."""
    losses = []
    for _ in range(steps):
        out_h, out_y = forward(X, W1, b1, W2, b2)
        losses.append(half_squares(out_y, Y))
        dW1, db1, _, _ = backward(X, Y, out_h, out_y, W2)
        W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1
        _, _, dW2, db2 = backward(X, Y, *forward(X, W1, b1, W2, b2), W2)
        W2, b2 = W2 - learning_rate * dW2, b2 - learning_rate * db2
    return W1, b1, W2, b2, losses


@wrong("train", "updated-W2")
def first_layer_through_new_second(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Moves W2 and then sends the error back through it."""
    losses = []
    for _ in range(steps):
        out_h, out_y = forward(X, W1, b1, W2, b2)
        losses.append(half_squares(out_y, Y))
        delta_y = output_error(out_y, Y)
        W2 = W2 - learning_rate * delta_y @ out_h.T
        b2 = b2 - learning_rate * delta_y.sum(1, keepdims=True)
        delta_h = hidden_error(delta_y, out_h, W2)
        W1 = W1 - learning_rate * delta_h @ X.T
        b1 = b1 - learning_rate * delta_h.sum(1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "missing-output-slope")
def trains_on_cross_entropy(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Forgets the output slope in its own backward pass."""
    bare = functools.partial(backward, output=no_slope)
    return descend(X, Y, (W1, b1, W2, b2), learning_rate, steps, backward=bare)


@wrong("train", "averaged")
def averaged_losses(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Notes the loss per example."""

    def mean(out_y, Y):
        return half_squares(out_y, Y) / Y.shape[1]

    return descend(X, Y, (W1, b1, W2, b2), learning_rate, steps, loss=mean)


@wrong("train", "averaged")
def averaged_gradients(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Divides the gradients by the number of examples."""
    return descend(X, Y, (W1, b1, W2, b2), learning_rate / X.shape[1], steps)


@wrong("train", "loss-after-step")
def losses_after_the_step(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Notes the loss after each step."""
    *parameters, losses = descend(X, Y, (W1, b1, W2, b2), learning_rate, steps)
    return *parameters, [*losses[1:], half_squares(forward(X, *parameters)[1], Y)]


@wrong("train", "one-loss-more")
def one_loss_too_many(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Notes the last loss as well."""
    *parameters, losses = descend(X, Y, (W1, b1, W2, b2), learning_rate, steps)
    return *parameters, [*losses, half_squares(forward(X, *parameters)[1], Y)]


@wrong("train", "one-step-less", "some-losses")
def one_step_too_few(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Counts from one."""
    return descend(X, Y, (W1, b1, W2, b2), learning_rate, steps - 1)


@wrong("train", "only-last-loss")
def last_loss_only(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Returns the last loss instead of all."""
    *parameters, losses = descend(X, Y, (W1, b1, W2, b2), learning_rate, steps)
    return *parameters, losses[-1]


@wrong("train", "wrong-order")
def losses_first(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Returns the history first."""
    *parameters, losses = descend(X, Y, (W1, b1, W2, b2), learning_rate, steps)
    return losses, *parameters


@wrong("train", "wrong-return")
def history_only(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Returns the history alone."""
    return descend(X, Y, (W1, b1, W2, b2), learning_rate, steps)[-1]


@wrong("train", "mutates-input")
def trains_in_place(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Updates the parameters it was given."""
    losses = []
    for _ in range(steps):
        out_h, out_y = forward(X, W1, b1, W2, b2)
        losses.append(half_squares(out_y, Y))
        for parameter, gradient in zip((W1, b1, W2, b2), backward(X, Y, out_h, out_y, W2)):
            parameter -= learning_rate * gradient
    return W1, b1, W2, b2, losses


@wrong("train", "keeps-state", built=True)
def trains_on():
    """Goes on from where the last training of the same shape ended."""
    trained = {}

    def train(X, Y, W1, b1, W2, b2, learning_rate, steps):
        start = trained.get(X.shape, (W1, b1, W2, b2))
        *trained[X.shape], losses = descend(X, Y, start, learning_rate, steps)
        return *trained[X.shape], losses

    return train


@wrong("train", "not-updated")
def trains_nothing(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Computes new parameters and throws them away."""
    return descend(X, Y, (W1, b1, W2, b2), 0.0, steps)


@wrong("train", "examples-dropped", "first-loss-right")
def one_example_a_step(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Learns from one example after the other."""
    parameters, losses = (W1, b1, W2, b2), []
    for step in range(steps):
        losses.append(half_squares(forward(X, *parameters)[1], Y))
        e = [step % X.shape[1]]
        *parameters, _ = descend(X[:, e], Y[:, e], parameters, learning_rate, 1)
    return *parameters, losses


@wrong("train", "not-implemented")
def trained_by_the_stand_in(*arguments):
    """Calls the stand-in for train."""
    return find("train")(*arguments)


# ================================================================ wrong: predict


@wrong("predict", "not-thresholded")
def outputs_for_labels(*arrays):
    """Returns the outputs."""
    return forward(*arrays)[1]


@wrong("predict", "sign-flipped", "inverted")
def labels_upside_down(*arrays):
    """Asks for outputs below one half."""
    return (forward(*arrays)[1] < 0.5).astype(int)


@wrong("predict", "wrong-threshold")
def threshold_on_pre_activation(X, W1, b1, W2, b2):
    """Compares the pre-activation with one half."""
    return np.where(W2 @ sigmoid(W1 @ X + b1) + b2 > 0.5, 1, 0)


@wrong("predict", "all-ones")
def threshold_at_zero(*arrays):
    """Compares the outputs with zero."""
    return (forward(*arrays)[1] > 0).astype(int)


@wrong("predict", "all-zero")
def labels_cut_off(*arrays):
    """Cuts the outputs off to integers, which are all zero."""
    return forward(*arrays)[1].astype(int)


@wrong("predict", "flattened")
def labels_flat(*arrays):
    """Flattens the labels."""
    return np.round(forward(*arrays)[1]).ravel()


@wrong("predict", "largest-output")
def labels_by_argmax(*arrays):
    """Returns the number of the largest output."""
    return np.argmax(forward(*arrays)[1], axis=0)


@wrong("predict", "transposed")
def labels_in_rows(*arrays):
    """Returns the labels in rows."""
    return (forward(*arrays)[1] > 0.5).T


@wrong("predict", "wrong-return")
def labels_as_words(*arrays):
    """Writes yes and no."""
    return np.where(forward(*arrays)[1] > 0.5, "yes", "no")


@wrong("predict", "missing-bias")
def labels_without_biases(X, W1, b1, W2, b2):
    """Forgets the biases."""
    return (forward(X, W1, 0, W2, 0)[1] > 0.5).astype(int)


@wrong("predict", "plus-minus-one")
def labels_minus_one(*arrays):
    """Has labels of plus and minus one."""
    return np.sign(forward(*arrays)[1] - 0.5)


# ================================================================ wrong: learning_rate


@wrong("learning_rate", "wrong-order", "wrong-value")
def rates_from_large_to_small():
    """Returns the rates from large to small."""
    return 60.0, 3.0, 0.01


@wrong("learning_rate", "wrong-value")
def one_rate_thrice():
    """Believes that one rate does all."""
    return 3.0, 3.0, 3.0


@wrong("learning_rate", "not-finite", "wrong-value")
def rates_of_nothing():
    """Returns rates that are no rates."""
    return 0.0, float("nan"), float("inf")


@wrong("learning_rate", "wrong-return")
def rates_in_words():
    """Returns the rates as text."""
    return "0.01", "3", "60"


@wrong("learning_rate", "wrong-return")
def rates_by_name():
    """Returns the rates by name."""
    return {"crawls": 0.01, "works": 3.0, "diverges": 60.0}


@wrong("learning_rate", "wrong-return")
def one_rate():
    """Returns one rate."""
    return 3.0


@wrong("learning_rate", "wrong-return", "wrong-shape", "wrong-value")
def ranges_of_rates():
    """Returns a range for each."""
    return np.array([0.01, 0.05]), np.array([1.0, 5.0]), np.array([40.0, 100.0])


@wrong("learning_rate", "wrong-signature")
def rates_from_arguments(crawls, works, diverges):
    """Takes the rates as arguments."""
    return crawls, works, diverges


@wrong("update_parameters", "divided-by-rate")
def divides_by_the_rate(*arrays):
    """Divides by the learning rate."""
    parameters, gradients, rate = _halves(arrays)
    return tuple(p - d / rate for p, d in zip(parameters, gradients))


@wrong("train", "stale-gradient")
def gradient_before_the_loop(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Computes the gradient once, before the loop."""
    parameters, losses = (W1, b1, W2, b2), []
    gradients = backward(X, Y, *forward(X, *parameters), W2)
    for _ in range(steps):
        losses.append(half_squares(forward(X, *parameters)[1], Y))
        parameters = down(parameters, gradients, learning_rate)
    return *parameters, losses


@wrong("train", "one-step-only", "some-losses")
def return_inside_the_loop(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Returns from inside the loop."""
    parameters, losses = (W1, b1, W2, b2), []
    for _ in range(steps):
        out_h, out_y = forward(X, *parameters)
        losses.append(half_squares(out_y, Y))
        gradients = backward(X, Y, out_h, out_y, parameters[2])
        parameters = down(parameters, gradients, learning_rate)
        return *parameters, losses


# ================================================================ wrong: other steps


@wrong("update_parameters", "one-bias")
def biases_moved_together(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Moves every bias by the sum of their gradients."""
    b1, b2 = b1 - learning_rate * db1.sum(), b2 - learning_rate * db2.sum()
    return W1 - learning_rate * dW1, b1, W2 - learning_rate * dW2, b2


@wrong("update_parameters", "step-scaled")
def rate_divided_by_inputs(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Divides the rate by the number of inputs."""
    rate = learning_rate / W1.shape[1]
    return down((W1, b1, W2, b2), (dW1, db1, dW2, db2), rate)


@wrong("update_parameters", "step-scaled")
def steps_of_one_length(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Divides each gradient by its norm."""
    slopes = [d / np.linalg.norm(d) for d in (dW1, db1, dW2, db2)]
    return down((W1, b1, W2, b2), slopes, learning_rate)


@wrong("update_parameters", "clipped")
def gradients_in_limits(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Cuts the gradients off at a tenth."""
    slopes = [np.clip(d, -0.1, 0.1) for d in (dW1, db1, dW2, db2)]
    return down((W1, b1, W2, b2), slopes, learning_rate)


@wrong("update_parameters", "other-step")
def rate_before_parentheses(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Multiplies the whole by the rate."""
    pairs = (W1, dW1), (b1, db1), (W2, dW2), (b2, db2)
    return [learning_rate * (p - d) for p, d in pairs]


@wrong("update_parameters", "other-step", "not-updated")
def signs_and_forgotten_biases(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Moves the weights by the signs, and no bias."""
    return W1 - learning_rate * np.sign(dW1), b1, W2 - learning_rate * np.sign(dW2), b2


# ================================================================ wrong: other trainings


def noted(note):
    """A right training whose losses come back as `note` makes them."""

    def train(X, Y, W1, b1, W2, b2, learning_rate, steps):
        *parameters, losses = descend(X, Y, (W1, b1, W2, b2), learning_rate, steps)
        last = half_squares(forward(X, *parameters)[1], Y)
        return *parameters, note(losses, last)

    return train


@wrong("train", "some-losses", built=True)
def every_second_loss():
    """Notes every second loss."""
    return noted(lambda losses, last: losses[::2])


@wrong("train", "some-losses", built=True)
def a_loss_every_ten_steps():
    """Notes a loss every ten steps."""
    return noted(lambda losses, last: [C for i, C in enumerate(losses) if i % 10 == 0])


@wrong("train", "some-losses", built=True)
def every_third_loss_and_the_last():
    """Notes every third loss, and the last."""
    return noted(
        lambda losses, last: [C for i, C in enumerate(losses) if i % 3 == 0 or i == len(losses) - 1]
    )


@wrong("train", "some-losses", built=True)
def last_loss_left_out():
    """Does not note the last loss."""
    return noted(lambda losses, last: losses[:-1])


@wrong("train", "one-loss-more", built=True)
def last_loss_twice():
    """Notes the last loss twice."""
    return noted(lambda losses, last: [*losses, losses[-1]])


@wrong("train", "one-loss-more", built=True)
def room_for_one_loss_more():
    """Makes an array of steps + 1 zeros."""
    return noted(lambda losses, last: np.append(losses, 0))


@wrong("train", "empty", built=True)
def losses_never_noted():
    """Never appends a loss."""
    return noted(lambda losses, last: [])


@wrong("train", "empty", built=True)
def a_loss_every_hundred_steps():
    """Notes a loss after each hundred steps."""
    return noted(
        lambda losses, last: np.array([C for i, C in enumerate(losses, 1) if i % 100 == 0])
    )


@wrong("train", "losses-added-up", built=True)
def losses_summed_on_the_way():
    """Adds each loss to a sum that is never set back."""
    return noted(lambda losses, last: np.cumsum(losses))


@wrong("train", "losses-reversed", built=True)
def newest_loss_first():
    """Puts the newest loss first."""
    return noted(lambda losses, last: losses[::-1])


@wrong("train", "wrong-return", built=True)
def losses_in_matrices():
    """Each loss is an array of shape (1, 1)."""
    return noted(lambda losses, last: [np.array([[C]]) for C in losses])


@wrong("train", "wrong-loss")
def trains_and_notes_another_loss(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Notes the cross-entropy."""

    def cross_entropy(out, Y):
        return -np.sum(Y * np.log(out) + (1 - Y) * np.log(1 - out))

    return descend(X, Y, (W1, b1, W2, b2), learning_rate, steps, loss=cross_entropy)


@wrong("train", "fewer-steps", "fewer-losses")
def ends_when_the_loss_is_small(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Ends when the loss is below a hundredth."""
    parameters, losses = (W1, b1, W2, b2), []
    for _ in range(steps):
        losses.append(half_squares(forward(X, *parameters)[1], Y))
        if losses[-1] < 0.01:
            break
        *parameters, _ = descend(X, Y, parameters, learning_rate, 1)
    return *parameters, losses


def remembering(keep, shrink=1.0, places=range(4)):
    """A training in which `keep` of each step goes on, and the rate shrinks."""

    def train(X, Y, W1, b1, W2, b2, learning_rate, steps):
        parameters, losses, velocity = [W1, b1, W2, b2], [], [0.0] * 4
        for _ in range(steps):
            out_h, out_y = forward(X, *parameters)
            losses.append(half_squares(out_y, Y))
            slopes = backward(X, Y, out_h, out_y, parameters[2])
            for place in range(4):
                share = keep if place in places else 0.0
                velocity[place] = share * velocity[place] + slopes[place]
                parameters[place] = parameters[place] - learning_rate * velocity[place]
            learning_rate = learning_rate * shrink
        return *parameters, losses

    return train


@wrong("train", "momentum", "first-loss-right", built=True)
def trains_with_momentum():
    """Uses momentum."""
    return remembering(0.8)


@wrong("train", "momentum", "first-step-right", "first-loss-right", built=True)
def trains_weights_with_momentum():
    """Uses momentum for the weights alone."""
    return remembering(0.9, places=(0, 2))


@wrong("train", "sums-not-reset", "first-loss-right", built=True)
def sums_of_all_steps():
    """Never sets the sums of the gradients back."""
    return remembering(1.0)


@wrong("train", "rate-changes", "first-loss-right", built=True)
def trains_with_a_shrinking_rate():
    """Halves the learning rate after each step."""
    return remembering(0.0, shrink=0.5)


@wrong("train", "mean-of-steps")
def trains_and_averages(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Returns the mean of the parameters over the steps."""
    path, losses = [(W1, b1, W2, b2)], []
    for _ in range(steps):
        *parameters, (C,) = descend(X, Y, path[-1], learning_rate, 1)
        path.append(tuple(parameters))
        losses.append(C)
    return *(np.mean(several, axis=0) for several in zip(*path[1:])), losses


@wrong("train", "example-by-example")
def moves_after_each_example(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Moves the parameters after each example."""
    parameters, losses = (W1, b1, W2, b2), []
    for _ in range(steps):
        losses.append(half_squares(forward(X, *parameters)[1], Y))
        for e in range(X.shape[1]):
            *parameters, _ = descend(X[:, [e]], Y[:, [e]], parameters, learning_rate, 1)
    return *parameters, losses


@wrong("train", "not-updated", "others-stay")
def biases_never_trained(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Trains the weights alone."""

    def weights_alone(*given):
        dW1, _, dW2, _ = backward(*given)
        return dW1, 0.0, dW2, 0.0

    return descend(X, Y, (W1, b1, W2, b2), learning_rate, steps, backward=weights_alone)


# ================================================================ wrong: other labels


@wrong("predict", "one-output")
def labels_of_the_first_output(*arrays):
    """Has labels for the first output only."""
    return (forward(*arrays)[1][:1] > 0.5) * 1


@wrong("predict", "largest-output")
def labels_of_the_largest(*arrays):
    """Marks the largest output of each example."""
    out_y = forward(*arrays)[1]
    return (out_y == out_y.max(axis=0)).astype(int)


@wrong("predict", "tanh-activation")
def labels_of_tanh_units(X, W1, b1, W2, b2):
    """Has tanh units in the hidden layer."""
    return (sigmoid(W2 @ np.tanh(W1 @ X + b1) + b2) > 0.5) + 0


@wrong("predict", "other-activation")
def labels_of_a_softmax(X, W1, b1, W2, b2):
    """Has a softmax in the output layer."""
    e = np.exp(W2 @ sigmoid(W1 @ X + b1) + b2)
    return np.round(e / e.sum(axis=0))


@wrong("predict", "wrong-threshold")
def labels_above_six_tenths(*arrays):
    """Compares with 0.51."""
    return (forward(*arrays)[1] > 0.51).astype(int)


@wrong("train", "one-step-more", "one-loss-more")
def one_step_too_many(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Counts from 0 up to and with steps."""
    return descend(X, Y, (W1, b1, W2, b2), learning_rate, steps + 1)


@wrong("predict", "moving-threshold")
def labels_above_the_mean(*arrays):
    """Compares with the mean output."""
    out_y = forward(*arrays)[1]
    return (out_y > out_y.mean()).astype(int)


@wrong("update_parameters", "other-step")
def updates_with_decay(*arrays):
    """Shrinks the parameters as well."""
    parameters, gradients, rate = _halves(arrays)
    return [p - rate * (d + 0.01 * p) for p, d in zip(parameters, gradients)]


@wrong("train", "one-bias", "first-step-right", "first-loss-right")
def trains_one_bias(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Moves all biases of a layer by one sum."""

    def summed(*given):
        dW1, db1, dW2, db2 = backward(*given)
        return dW1, db1.sum(), dW2, db2.sum()

    return descend(X, Y, (W1, b1, W2, b2), learning_rate, steps, backward=summed)


@wrong("train", "weight-decay", "first-step-right", "first-loss-right")
def trains_with_decay(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Adds a multiple of the weights to their gradients."""
    parameters, losses = (W1, b1, W2, b2), []
    for _ in range(steps):
        out_h, out_y = forward(X, *parameters)
        losses.append(half_squares(out_y, Y))
        slopes = backward(X, Y, out_h, out_y, parameters[2])
        decayed = [d + 0.02 * p * (p.shape[1] > 1) for p, d in zip(parameters, slopes)]
        parameters = down(parameters, decayed, learning_rate)
    return *parameters, losses


# ================================================================ limits, rates and other networks


def limited(change):
    """Return a training in which the four gradients of each step are changed."""

    def back(*arguments):
        return change(backward(*arguments))

    return lambda X, Y, W1, b1, W2, b2, learning_rate, steps: descend(
        X, Y, (W1, b1, W2, b2), learning_rate, steps, backward=back
    )


@wrong("train", "clipped", built=True)
def clips_at_five():
    """Cuts entries of the gradient off at 5."""
    return limited(lambda found: [np.clip(one, -5, 5) for one in found])


@wrong("train", "shortened", built=True)
def shortens_long_gradients():
    """Shortens the gradient to a length of 5."""

    def shortened(found):
        length = np.sqrt(sum(np.sum(one**2) for one in found))
        return [one * min(1.0, 5 / length) for one in found]

    return limited(shortened)


@wrong("train", "signs-of-gradient", "first-loss-right", built=True)
def entries_of_one_size():
    """Divides each entry by its own size."""
    return limited(lambda found: [one / (np.abs(one) + 1e-8) for one in found])


@wrong("train", "rate-ignored", "first-loss-right")
def rate_of_the_course(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Has a rate of its own."""
    return descend(X, Y, (W1, b1, W2, b2), 1.2, steps)


@wrong("train", "mean-of-gradients", "first-loss-right")
def moving_average(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Goes along a moving average of the gradients."""
    kept = [0.0] * 4

    def back(*arguments):
        kept[:] = [0.9 * one + 0.1 * new for one, new in zip(kept, backward(*arguments))]
        return list(kept)

    return descend(X, Y, (W1, b1, W2, b2), learning_rate, steps, backward=back)


@wrong("train", "fixed-steps")
def ten_steps(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Takes ten steps, whatever is asked for."""
    return descend(X, Y, (W1, b1, W2, b2), learning_rate, 10)


@wrong("train", "other-network")
def hidden_units_with_tanh(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Trains a network whose hidden units are tanh units."""
    losses = []
    for _ in range(steps):
        out_h = np.tanh(W1 @ X + b1)
        out_y = sigmoid(W2 @ out_h + b2)
        losses.append(half_squares(out_y, Y))
        delta_y = output_error(out_y, Y)
        found = (W2.T @ delta_y) * (1 - out_h**2)
        gradients = (
            found @ X.T, found.sum(1, keepdims=True),
            delta_y @ out_h.T, delta_y.sum(1, keepdims=True),
        )  # fmt: skip
        W1, b1, W2, b2 = down((W1, b1, W2, b2), gradients, learning_rate)
    return W1, b1, W2, b2, losses


@wrong("predict", "squeezed")
def labels_of_one_output_squeezed(X, W1, b1, W2, b2):
    """Takes axes of length one away."""
    return np.squeeze(forward(X, W1, b1, W2, b2)[1] > 0.5)
