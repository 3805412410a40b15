"""Wrong answers, each with the code it must get."""

import functools
import math
import sys
import warnings

import numpy as np

from backprop import or_stand_in, programs
from backprop.exercises import find

from .answer import wrong
from .parts import (
    backward,
    descend,
    down,
    errors,
    forward,
    half_squares,
    hidden_error,
    logit,
    no_slope,
    output_error,
    products,
    sigmoid,
    slope,
    slope_again,
    tanh_slope,
)

backpropagation = functools.partial(wrong, "backward_propagation")

# ================================================================ backward_propagation
# ---------------------------------------------------------------- not there yet


@backpropagation("not-implemented")
def only_pass(X, Y, out_h, out_y, W2):
    """Has written nothing but pass."""
    pass


@backpropagation("not-implemented")
def only_dots(X, Y, out_h, out_y, W2):
    """Has written three dots."""
    ...


@backpropagation("not-implemented")
def still_the_stub(X, Y, out_h, out_y, W2):
    """Has left the line of the stub."""
    raise NotImplementedError()


@backpropagation("not-implemented")
def begun_but_not_finished(X, Y, out_h, out_y, W2):
    """Has written the output layer above the line of the stub."""
    delta_y = output_error(out_y, Y)
    dW2 = delta_y @ out_h.T
    raise NotImplementedError("the hidden layer is to do", dW2)


@backpropagation("not-implemented", built=True)
def no_function():
    """Has set the name to None."""
    return None


@backpropagation("not-implemented", built=True)
def dots_for_a_function():
    """Has set the name to three dots."""
    return ...


@backpropagation("not-implemented")
def calls_the_stand_in(X, Y, out_h, out_y, W2):
    """Lets the course's stand-in do the work."""
    return find("backward_propagation")(X, Y, out_h, out_y, W2)


@backpropagation("not-implemented")
def asks_for_the_stand_in(*arguments):
    """Asks the course for a stand-in while it is being judged."""
    return or_stand_in("backward_propagation", None)(*arguments)


@backpropagation("not-implemented", built=True)
def hands_the_stand_in_over():
    """Hands the stand-in over as the answer."""
    return find("backward_propagation")


@backpropagation("not-implemented")
def calls_the_twin_of_the_stand_in(*arguments):
    """Uses the stand-in of another exercise that returns the same."""
    return find("find_the_bug")(*arguments)


# ---------------------------------------------------------------- crashed


@backpropagation("crashed")
def forgets_a_transpose(X, Y, out_h, out_y, W2):
    """Multiplies by W2 where its transpose is needed."""
    delta_y = output_error(out_y, Y)
    return products(X, out_h, (W2 @ delta_y) * slope(out_h), delta_y)


@backpropagation("crashed")
def misspelt_name(X, Y, out_h, out_y, W2):
    """Uses a name that exists nowhere."""
    delta_y = (out_y - Y) * slope(out_y)
    return products(X, out_h, W2.T @ detla_y, delta_y)  # noqa: F821


@backpropagation("crashed")
def deleted_name(X, Y, out_h, out_y, W2):
    """Deletes a name and uses it again."""
    delta_y = output_error(out_y, Y)
    del out_h
    return products(X, out_h, delta_y, delta_y)  # noqa: F821


@backpropagation("crashed")
def index_too_far(X, Y, out_h, out_y, W2):
    """Counts from one to m."""
    total = 0
    for e in range(1, X.shape[1] + 1):
        total = total + np.outer(out_y[:, e] - Y[:, e], out_h[:, e])
    return backward(X, Y, out_h, out_y, W2)


@backpropagation("crashed", "hard-coded-size")
def assertion_fails(X, Y, out_h, out_y, W2):
    """Asserts sizes that only XOR has."""
    assert X.shape == (2, 4), "X must be 2 by 4"
    return backward(X, Y, out_h, out_y, W2)


@backpropagation("crashed")
def leaves_the_program(X, Y, out_h, out_y, W2):
    """Calls sys.exit."""
    sys.exit(0)


@backpropagation("crashed")
def interrupts(X, Y, out_h, out_y, W2):
    """Raises KeyboardInterrupt."""
    raise KeyboardInterrupt


@backpropagation("crashed")
def stops_a_generator(X, Y, out_h, out_y, W2):
    """Asks an exhausted iterator for more."""
    layers = iter([X, out_h])
    return tuple(next(layers) for _ in "ab"), next(layers)


@backpropagation("crashed")
def endless_recursion(X, Y, out_h, out_y, W2):
    """Calls itself with the same arguments."""
    return endless_recursion(X, Y, out_h, out_y, W2)


@backpropagation("crashed")
def exception_outside_the_family(X, Y, out_h, out_y, W2):
    """Raises a BaseException of its own."""

    class Farewell(BaseException):
        pass

    raise Farewell


@backpropagation("crashed")
def exception_without_words(X, Y, out_h, out_y, W2):
    """Raises an exception that cannot say what it is."""

    class Speechless(Exception):
        def __str__(self):
            raise self

        __repr__ = __str__

    raise Speechless


@backpropagation("crashed")
def exception_with_too_many_words(X, Y, out_h, out_y, W2):
    """Raises an exception with a message of a million letters."""
    raise ValueError("no" * 500_000)


@backpropagation("not-implemented", "crashed")
def to_do_without_words(X, Y, out_h, out_y, W2):
    """Raises a NotImplementedError that cannot say what it is."""

    class SpeechlessToDo(NotImplementedError):
        def __str__(self):
            raise ValueError

    raise SpeechlessToDo


# ---------------------------------------------------------------- wrong-signature


@backpropagation("wrong-signature")
def four_arguments(X, Y, out_h, out_y):
    """Has forgotten W2."""
    return products(X, out_h, out_h, out_y - Y)


@backpropagation("wrong-signature")
def six_arguments(X, Y, out_h, out_y, W1, W2):
    """Wants W1 too."""
    return backward(X, Y, out_h, out_y, W2)


@backpropagation("wrong-signature")
def no_arguments():
    """Takes nothing."""
    return ()


@backpropagation("wrong-signature")
def by_name_only(*, X, Y, out_h, out_y, W2):
    """Can only be called with names."""
    return backward(X, Y, out_h, out_y, W2)


@backpropagation("wrong-signature", built=True)
def method_without_self():
    """Has forgotten self in a method."""

    class Network:
        def backward(X, Y, out_h, out_y, W2):
            return backward(X, Y, out_h, out_y, W2)

    return Network().backward


@backpropagation("wrong-signature", built=True)
def result_for_a_function():
    """Has overwritten the function with its result."""
    return np.zeros((2, 2)), np.zeros((2, 1)), np.zeros((1, 2)), np.zeros((1, 1))


@backpropagation("wrong-signature", built=True)
def name_for_a_function():
    """Hands over the name in quotes."""
    return "backward_propagation"


# ---------------------------------------------------------------- wrong-return


@backpropagation("wrong-return")
def prints_instead(X, Y, out_h, out_y, W2):
    """Prints the gradients and returns nothing."""
    print(*backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def bare_return(X, Y, out_h, out_y, W2):
    """Ends with a return that returns nothing."""
    gradients = backward(X, Y, out_h, out_y, W2)
    del gradients
    return


@backpropagation("wrong-return")
def returns_a_dict(X, Y, out_h, out_y, W2):
    """Returns the gradients by name."""
    return dict(zip(("dW1", "db1", "dW2", "db2"), backward(X, Y, out_h, out_y, W2)))


@backpropagation("wrong-return")
def too_few(X, Y, out_h, out_y, W2):
    """Has forgotten db2."""
    return backward(X, Y, out_h, out_y, W2)[:3]


@backpropagation("wrong-return")
def too_many(X, Y, out_h, out_y, W2):
    """Returns the hidden error as well."""
    return *backward(X, Y, out_h, out_y, W2), errors(Y, out_h, out_y, W2)[0]


@backpropagation("wrong-return")
def only_one(X, Y, out_h, out_y, W2):
    """Returns dW1 alone."""
    return backward(X, Y, out_h, out_y, W2)[0]


@backpropagation("wrong-return")
def empty_tuple(X, Y, out_h, out_y, W2):
    """Returns a tuple of nothing."""
    return tuple(d for d in backward(X, Y, out_h, out_y, W2) if d is None)


@backpropagation("wrong-return")
def empty_list(X, Y, out_h, out_y, W2):
    """Collects gradients in a list and forgets to append."""
    gradients = []
    backward(X, Y, out_h, out_y, W2)
    return gradients


@backpropagation("wrong-return")
def pairs_by_layer(X, Y, out_h, out_y, W2):
    """Returns one pair per layer."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return (dW1, db1), (dW2, db2)


@backpropagation("wrong-return")
def joined_vector(X, Y, out_h, out_y, W2):
    """Returns one long vector."""
    return np.concatenate([d.ravel() for d in backward(X, Y, out_h, out_y, W2)])


@backpropagation("wrong-return")
def some_none(X, Y, out_h, out_y, W2):
    """Leaves the biases out with None."""
    dW1, _, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, None, dW2, None


@backpropagation("wrong-return")
def lists_of_lists(X, Y, out_h, out_y, W2):
    """Returns nested lists of text."""
    return [[[f"{v}" for v in row] for row in d] for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("wrong-return")
def one_text(X, Y, out_h, out_y, W2):
    """Returns the gradients as text."""
    return str(backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def yields(X, Y, out_h, out_y, W2):
    """Yields where it should return."""
    yield from backward(X, Y, out_h, out_y, W2)


@backpropagation("wrong-return")
def generator_expression(X, Y, out_h, out_y, W2):
    """Returns a generator over the right arrays."""
    return (d for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def endless_generator(X, Y, out_h, out_y, W2):
    """Returns an iterator that never ends."""
    return iter(float, 1.0)


@backpropagation("wrong-return")
def functions(X, Y, out_h, out_y, W2):
    """Returns functions that would compute the gradients."""
    return tuple(lambda d=d: d for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return", built=True)
def coroutine():
    """Has written async def."""

    async def backward_later(X, Y, out_h, out_y, W2):
        return backward(X, Y, out_h, out_y, W2)

    def answer(*arguments):
        later = backward_later(*arguments)
        later.close()
        return later

    return answer


class AlwaysEqual:
    """Equal to everything, and of every shape."""

    dtype, size, ndim = np.dtype(float), 1, 0

    def __eq__(self, other):
        return True

    __le__ = __ge__ = __eq__
    __hash__ = None

    def __getattr__(self, name):
        return self

    def __call__(self, *arguments, **named):
        return self

    def __float__(self):
        return 0.0

    def __len__(self):
        return 4

    def __iter__(self):
        return iter([self] * 4)

    def __getitem__(self, index):
        return self

    def __array__(self, dtype=None, copy=None):
        return np.zeros(())


@backpropagation("wrong-return")
def always_equal(X, Y, out_h, out_y, W2):
    """Returns one object whose == is always true."""
    return AlwaysEqual()


@backpropagation("wrong-return")
def four_always_equal(X, Y, out_h, out_y, W2):
    """Returns four objects whose == is always true."""
    return (AlwaysEqual(),) * 4


class LyingArray(np.ndarray):
    """An array that differs from nothing."""

    def __sub__(self, other):
        return np.zeros(self.shape)

    __rsub__ = __sub__

    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape)

    def __array_function__(self, function, types, args, kwargs):
        return True


@backpropagation("wrong-return")
def lying_subclass(X, Y, out_h, out_y, W2):
    """Returns arrays of a subclass that differs from nothing."""
    return tuple(np.zeros(d.shape).view(LyingArray) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def array_like(X, Y, out_h, out_y, W2):
    """Returns objects that become arrays only when numpy looks at them."""

    class Later:
        def __init__(self, d):
            self.d = d

        def __array__(self, dtype=None, copy=None):
            return self.d

    return tuple(Later(d) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def old_matrices(X, Y, out_h, out_y, W2):
    """Returns np.matrix."""
    return tuple(np.asmatrix(d) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def masked_arrays(X, Y, out_h, out_y, W2):
    """Masks every entry, so that nothing is there to differ."""
    return tuple(np.ma.masked_all(d.shape) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def object_arrays(X, Y, out_h, out_y, W2):
    """Returns arrays of Python objects."""
    return tuple(d.astype(object) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def arrays_of_always_equal(X, Y, out_h, out_y, W2):
    """Fills object arrays with objects that equal everything."""
    gradients = [d.astype(object) for d in backward(X, Y, out_h, out_y, W2)]
    for d in gradients:
        for place in np.ndindex(d.shape):
            d[place] = AlwaysEqual()
    return gradients


@backpropagation("wrong-return")
def string_arrays(X, Y, out_h, out_y, W2):
    """Returns arrays of text."""
    return tuple(d.astype(str) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def complex_arrays(X, Y, out_h, out_y, W2):
    """Returns complex numbers, the imaginary parts all zero."""
    return tuple(d.astype(complex) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def dates(X, Y, out_h, out_y, W2):
    """Returns arrays of dates."""
    return tuple(d.astype("datetime64[s]") for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def records(X, Y, out_h, out_y, W2):
    """Returns arrays with a named field."""
    return tuple(d.view([("gradient", float)]) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def huge_broadcast_view(X, Y, out_h, out_y, W2):
    """Returns a view of one number that claims a million millions of entries."""
    _, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return np.broadcast_to(0.0, (10**6, 10**6)), db1, dW2, db2


@backpropagation("wrong-return", "wrong-shape")
def many_dimensions(X, Y, out_h, out_y, W2):
    """Returns arrays of thirty axes without an entry."""
    return (np.zeros((2, 0) * 15),) * 4


@backpropagation("wrong-return")
def long_tuple(X, Y, out_h, out_y, W2):
    """Returns a hundred thousand arrays."""
    return backward(X, Y, out_h, out_y, W2) * 25_000


@backpropagation("wrong-return")
def numbers_without_end(X, Y, out_h, out_y, W2):
    """Returns integers that no float can hold."""
    return (10**400,) * 4


@backpropagation("wrong-return", "wrong-shape", "bias-wrong-axis")
def four_numbers(X, Y, out_h, out_y, W2):
    """Returns the sum of each gradient."""
    return tuple(float(d.sum()) for d in backward(X, Y, out_h, out_y, W2))


# ---------------------------------------------------------------- wrong-order


@backpropagation("wrong-order")
def last_layer_first(X, Y, out_h, out_y, W2):
    """Returns them in the order in which they were computed."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW2, db2, dW1, db1


@backpropagation("wrong-order")
def weights_then_biases(X, Y, out_h, out_y, W2):
    """Returns both weights, then both biases."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, dW2, db1, db2


@backpropagation("wrong-order")
def bias_before_weights(X, Y, out_h, out_y, W2):
    """Returns each bias before its weights."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return [db1, dW1, db2, dW2]


@backpropagation("wrong-order")
def backwards(*arrays):
    """Returns the tuple reversed."""
    return backward(*arrays)[::-1]


# ---------------------------------------------------------------- wrong-shape


@backpropagation("wrong-shape")
def one_row_too_many(*arrays):
    """Carries a row for a bias along in dW1."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return np.vstack([dW1, np.zeros((1, dW1.shape[1]))]), db1, dW2, db2


@backpropagation("wrong-shape")
def examples_on_an_axis(X, Y, out_h, out_y, W2):
    """Keeps one matrix per example in both weight gradients."""
    dh, dy = errors(Y, out_h, out_y, W2)
    _, db1, _, db2 = products(X, out_h, dh, dy)
    return np.einsum("he,xe->hxe", dh, X), db1, np.einsum("ye,he->yhe", dy, out_h), db2


@backpropagation("wrong-shape")
def weights_flattened(*arrays):
    """Flattens the weight gradients."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return dW1.ravel(), db1, dW2.ravel(), db2


@backpropagation("wrong-shape")
def an_axis_too_many(*arrays):
    """Leaves a leading axis of one on everything."""
    return tuple(d[np.newaxis] for d in backward(*arrays))


@backpropagation("wrong-shape", "transposed")
def shaped_like_the_inputs(X, Y, out_h, out_y, W2):
    """Believes that dW1 has the shape of X."""
    _, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return np.zeros_like(X), db1, dW2, db2


# ---------------------------------------------------------------- transposed


@backpropagation("transposed")
def first_weights_transposed(X, Y, out_h, out_y, W2):
    """Writes inputs times errors for dW1."""
    _, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    dh, _ = errors(Y, out_h, out_y, W2)
    return X @ dh.T, db1, dW2, db2


@backpropagation("transposed")
def second_weights_transposed(X, Y, out_h, out_y, W2):
    """Names the axes of dW2 the wrong way round in einsum."""
    dW1, db1, _, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, np.einsum("he,ye->hy", out_h, output_error(out_y, Y)), db2


@backpropagation("transposed")
def stays_in_rows(X, Y, out_h, out_y, W2):
    """Converts to rows and forgets to convert back."""
    x, y, h, o = X.T, Y.T, out_h.T, out_y.T
    d2 = (o - y) * o * (1 - o)
    d1 = d2.dot(W2) * h * (1 - h)
    return x.T.dot(d1), d1.sum(0, keepdims=True), h.T.dot(d2), d2.sum(0, keepdims=True)


@backpropagation("transposed")
def biases_in_a_row(*arrays):
    """Lays both biases down."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return dW1, db1.T, dW2, db2.T


@backpropagation("transposed")
def loops_fill_the_other_way(X, Y, out_h, out_y, W2):
    """Swaps the two indices of dW1 in its loops."""
    dh, dy = errors(Y, out_h, out_y, W2)
    dW1 = np.zeros((X.shape[0], dh.shape[0]))
    for e in range(X.shape[1]):
        for i in range(X.shape[0]):
            for j in range(dh.shape[0]):
                dW1[i, j] += X[i, e] * dh[j, e]
    return dW1, *products(X, out_h, dh, dy)[1:]


# ---------------------------------------------------------------- biases


@backpropagation("bias-not-summed")
def errors_for_biases(X, Y, out_h, out_y, W2):
    """Takes the errors for the bias gradients, one column per example."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, dh, dy @ out_h.T, dy


@backpropagation("bias-not-summed")
def hidden_bias_not_summed(X, Y, out_h, out_y, W2):
    """Sums db2 and forgets to sum db1."""
    dW1, _, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, hidden_error(output_error(out_y, Y), out_h, W2), dW2, db2


@backpropagation("bias-not-summed")
def output_bias_not_summed(X, Y, out_h, out_y, W2):
    """Multiplies the error of the outputs by one and calls it db2."""
    dW1, db1, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, dW2, output_error(out_y, Y) * 1


@backpropagation("bias-not-summed")
def biases_collected(X, Y, out_h, out_y, W2):
    """Appends the errors of each example as a column and never adds them."""
    dW1 = dW2 = 0
    columns_h, columns_y = [], []
    for e in range(X.shape[1]):
        one = slice(e, e + 1)
        a, b, c, d = backward(X[:, one], Y[:, one], out_h[:, one], out_y[:, one], W2)
        dW1, dW2 = dW1 + a, dW2 + c
        columns_h.append(b)
        columns_y.append(d)
    return dW1, np.hstack(columns_h), dW2, np.hstack(columns_y)


@backpropagation("bias-flat")
def sums_without_keepdims(X, Y, out_h, out_y, W2):
    """Forgets keepdims in both sums."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, np.sum(dh, axis=1), dy @ out_h.T, np.sum(dy, axis=1)


@backpropagation("bias-flat")
def one_bias_flat(X, Y, out_h, out_y, W2):
    """Keeps the axis in db2 and loses it in db1."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, np.einsum("he->h", dh), dy @ out_h.T, dy.sum(axis=1, keepdims=True)


@backpropagation("bias-flat")
def biases_as_lists(X, Y, out_h, out_y, W2):
    """Returns each bias as a list of numbers."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, [float(v) for v in db1[:, 0]], dW2, [float(v) for v in db2[:, 0]]


@backpropagation("bias-flat")
def output_bias_squeezed(*arrays):
    """Squeezes db2."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return dW1, db1, dW2, db2[:, 0]


@backpropagation("bias-wrong-axis")
def sums_over_units(X, Y, out_h, out_y, W2):
    """Sums along axis 0 in both biases."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, dh.sum(axis=0, keepdims=True), dy @ out_h.T, dy.sum(axis=0, keepdims=True)


@backpropagation("bias-wrong-axis")
def sums_over_units_flat(X, Y, out_h, out_y, W2):
    """Sums db1 along axis 0 and loses the axis."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, sum(dh), dy @ out_h.T, dy.sum(axis=1, keepdims=True)


@backpropagation("bias-wrong-axis")
def output_bias_over_units(X, Y, out_h, out_y, W2):
    """Sums db2 over the output units, and stands it up."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, dh.sum(axis=1, keepdims=True), dy @ out_h.T, dy.sum(axis=0)[:, None]


@backpropagation("bias-wrong-axis", "wrong-shape")
def sums_over_everything(X, Y, out_h, out_y, W2):
    """Names no axis, so that each bias becomes one number."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, np.sum(dh), dy @ out_h.T, np.sum(dy)


# ---------------------------------------------------------------- slopes


@backpropagation("missing-output-slope")
def cross_entropy_gradient(X, Y, out_h, out_y, W2):
    """Starts from the bare difference, as for the cross-entropy."""
    delta_y = out_y - Y
    delta_h = W2.T @ delta_y * out_h * (1 - out_h)
    db1, db2 = delta_h.sum(1, keepdims=True), delta_y.sum(1, keepdims=True)
    return delta_h @ X.T, db1, delta_y @ out_h.T, db2


@backpropagation("missing-output-slope")
def no_output_slope_in_loops(X, Y, out_h, out_y, W2):
    """Forgets the slope of the output unit, example by example."""
    total = [0, 0, 0, 0]
    for x, y, h, o in zip(X.T, Y.T, out_h.T, out_y.T):
        back = (o - y) @ W2 * h * (1 - h)
        parts = np.outer(back, x), back[:, None], np.outer(o - y, h), (o - y)[:, None]
        total = [t + p for t, p in zip(total, parts)]
    return total


@backpropagation("missing-output-slope")
def no_output_slope_in_second_weights(X, Y, out_h, out_y, W2):
    """Forgets the slope in dW2 only."""
    dW1, db1, _, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, (out_y - Y) @ out_h.T, db2


@backpropagation("missing-output-slope")
def no_output_slope_in_output_bias(X, Y, out_h, out_y, W2):
    """Forgets the slope in db2 only."""
    dW1, db1, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, dW2, np.sum(out_y - Y, axis=1, keepdims=True)


@backpropagation("missing-output-slope")
def no_output_slope_in_output_layer(X, Y, out_h, out_y, W2):
    """Forgets the slope in the output layer and has it on the way back."""
    with_slope = backward(X, Y, out_h, out_y, W2)
    without = backward(X, Y, out_h, out_y, W2, output=no_slope)
    return *with_slope[:2], *without[2:]


@backpropagation("missing-output-slope")
def no_output_slope_on_the_way_back(X, Y, out_h, out_y, W2):
    """Sends the bare difference back, as the program first posted does."""
    dy = (out_y - Y) * out_y * (1 - out_y)
    dh = np.dot(W2.T, out_y - Y) * out_h * (1 - out_h)
    return products(X, out_h, dh, dy)


@backpropagation("missing-output-slope")
def no_output_slope_in_hidden_bias(X, Y, out_h, out_y, W2):
    """Sends the bare difference back for db1 only."""
    dW1, _, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, backward(X, Y, out_h, out_y, W2, output=no_slope)[1], dW2, db2


@backpropagation("missing-hidden-slope")
def no_hidden_slope(X, Y, out_h, out_y, W2):
    """Forgets the slope of the hidden units."""
    dy = (out_y - Y) * out_y * (1 - out_y)
    return products(X, out_h, W2.T @ dy, dy)


@backpropagation("missing-hidden-slope")
def no_hidden_slope_in_einsum(X, Y, out_h, out_y, W2):
    """Forgets the slope of the hidden units in a single einsum."""
    _, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    dW1 = np.einsum("ye,yh,xe->hx", output_error(out_y, Y), W2, X)
    return dW1, db1, dW2, db2


@backpropagation("missing-hidden-slope")
def no_hidden_slope_in_bias(*arrays):
    """Forgets the slope in db1 only."""
    dW1, _, dW2, db2 = backward(*arrays)
    return dW1, backward(*arrays, hidden=no_slope)[1], dW2, db2


@backpropagation("missing-hidden-slope")
def slope_of_relu(X, Y, out_h, out_y, W2):
    """Uses the slope of a rectifier, which is one wherever out_h is above zero."""
    return backward(X, Y, out_h, out_y, W2, hidden=lambda a: (a > 0).astype(float))


@backpropagation("missing-hidden-slope")
def no_hidden_slope_in_loops(X, Y, out_h, out_y, W2):
    """Sums the errors back unit by unit and stops there."""
    delta_y = output_error(out_y, Y)
    delta_h = np.empty_like(out_h)
    for j in range(len(out_h)):
        for e in range(out_h.shape[1]):
            delta_h[j, e] = sum(W2[k, j] * delta_y[k, e] for k in range(len(W2)))
    return products(X, out_h, delta_h, delta_y)


@backpropagation("missing-output-slope", "missing-hidden-slope")
def no_slope_anywhere(*arrays):
    """Forgets both slopes."""
    return backward(*arrays, hidden=no_slope, output=no_slope)


@backpropagation("slope-of-activation")
def sigmoid_prime_of_activations(X, Y, out_h, out_y, W2):
    """Calls a sigmoid_prime meant for pre-activations with activations."""

    def sigmoid_prime(z):
        return sigmoid(z) * (1 - sigmoid(z))

    delta_y = (out_y - Y) * sigmoid_prime(out_y)
    delta_h = np.dot(W2.T, delta_y) * sigmoid_prime(out_h)
    return products(X, out_h, delta_h, delta_y)


@backpropagation("slope-of-activation")
def output_slope_of_activation(*arrays):
    """Applies the sigmoid again in the output layer only."""
    return backward(*arrays, output=slope_again)


@backpropagation("slope-of-activation")
def hidden_slope_of_activation(*arrays):
    """Applies the sigmoid again in the hidden layer, by another formula."""
    return backward(*arrays, hidden=lambda a: np.exp(-a) / (1 + np.exp(-a)) ** 2)


@backpropagation("slope-of-activation")
def slope_of_activation_in_first_weights(*arrays):
    """Applies the sigmoid again in dW1 only, number by number."""
    again = np.vectorize(lambda a: 1 / (2 + math.exp(a) + math.exp(-a)))
    return backward(*arrays, hidden=again)[0], *backward(*arrays)[1:]


@backpropagation("tanh-slope")
def tanh_slopes(X, Y, out_h, out_y, W2):
    """Copies the slope from a program with tanh units."""
    delta_y = (out_y - Y) * (1 - np.power(out_y, 2))
    delta_h = np.dot(W2.T, delta_y) * (1 - np.power(out_h, 2))
    return products(X, out_h, delta_h, delta_y)


@backpropagation("tanh-slope")
def tanh_slope_of_hidden_units(*arrays):
    """Has the slope of tanh in the hidden layer only."""
    return backward(*arrays, hidden=lambda a: (1 - a) * (1 + a))


@backpropagation("tanh-slope")
def tanh_slope_of_outputs(*arrays):
    """Has the slope of tanh in the output layer only."""
    return backward(*arrays, output=tanh_slope)


@backpropagation("tanh-slope")
def tanh_slope_in_hidden_bias(*arrays):
    """Has the slope of tanh in db1 only."""
    dW1, _, dW2, db2 = backward(*arrays)
    return dW1, backward(*arrays, hidden=tanh_slope)[1], dW2, db2


# ---------------------------------------------------------------- W2 on the way back


@backpropagation("missing-W2")
def errors_summed_back(X, Y, out_h, out_y, W2):
    """Adds the output errors up and forgets the weights."""
    delta_y = output_error(out_y, Y)
    delta_h = delta_y.sum(axis=0, keepdims=True) * slope(out_h)
    return products(X, out_h, delta_h, delta_y)


@backpropagation("missing-W2")
def ones_for_weights(X, Y, out_h, out_y, W2):
    """Puts a matrix of ones where W2 belongs."""
    return backward(X, Y, out_h, out_y, np.ones_like(W2))


@backpropagation("missing-W2")
def no_weights_in_loops(X, Y, out_h, out_y, W2):
    """Forgets W2 in the innermost line of its loops, for dW1 only."""
    dW1 = np.zeros((len(out_h), len(X)))
    delta_y = output_error(out_y, Y)
    for e in range(X.shape[1]):
        for j in range(len(out_h)):
            for k in range(len(Y)):
                dW1[j] += delta_y[k, e] * slope(out_h[j, e]) * X[:, e]
    return dW1, *backward(X, Y, out_h, out_y, W2)[1:]


def _after_a_step(Y, out_h, out_y, W2, rate):
    return W2 - rate * output_error(out_y, Y) @ out_h.T


@backpropagation("updated-W2")
def updates_before_going_back(X, Y, out_h, out_y, W2, learning_rate=0.1):
    """Changes W2 as soon as dW2 is known, then goes back through the new one."""
    delta_y = (out_y - Y) * out_y * (1 - out_y)
    dW2 = delta_y @ out_h.T
    W2 = W2 - learning_rate * dW2
    delta_h = (W2.T @ delta_y) * out_h * (1 - out_h)
    return delta_h @ X.T, delta_h.sum(1, keepdims=True), dW2, delta_y.sum(1, keepdims=True)


@backpropagation("updated-W2")
def updates_by_half(X, Y, out_h, out_y, W2):
    """Goes back through a W2 that was moved with a rate of one half."""
    back = _after_a_step(Y, out_h, out_y, W2, 0.5)
    return backward(X, Y, out_h, out_y, back)


@backpropagation("updated-W2")
def updates_by_the_whole_gradient(X, Y, out_h, out_y, W2):
    """Goes back through W2 minus its whole gradient."""
    back = _after_a_step(Y, out_h, out_y, W2, 1)
    return backward(X, Y, out_h, out_y, back)


@backpropagation("updated-W2", "mutates-input")
def updates_in_place_before_going_back(X, Y, out_h, out_y, W2):
    """Changes W2 in place before it goes back through it."""
    delta_y = output_error(out_y, Y)
    W2 -= 0.9 * delta_y @ out_h.T
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


# ---------------------------------------------------------------- signs and factors


@backpropagation("sign-flipped")
def target_minus_output(X, Y, out_h, out_y, W2):
    """Takes target minus output and still calls it the gradient."""
    delta_y = (Y - out_y) * out_y * (1 - out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("sign-flipped")
def minus_in_return(*arrays):
    """Returns the step instead of the gradient."""
    return [-d for d in backward(*arrays)]


@backpropagation("sign-flipped")
def hidden_layer_uphill(X, Y, out_h, out_y, W2):
    """Flips the sign in the hidden layer only."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return products(X, out_h, -dh, dy)


@backpropagation("sign-flipped")
def output_bias_uphill(X, Y, out_h, out_y, W2):
    """Flips the sign of db2 only."""
    dW1, db1, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, dW2, np.sum((Y - out_y) * slope(out_y), axis=1, keepdims=True)


@backpropagation("sign-flipped")
def slope_the_wrong_way_round(*arrays):
    """Writes a times (a minus one) for the hidden slope."""
    return backward(*arrays, hidden=lambda a: a * (a - 1))


@backpropagation("sign-flipped")
def second_weights_uphill(*arrays):
    """Flips the sign of dW2 only."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return dW1, db1, 0 - dW2, db2


@backpropagation("averaged")
def divides_by_the_examples(X, Y, out_h, out_y, W2):
    """Divides all gradients by the number of examples."""
    m = X.shape[1]
    delta_y = output_error(out_y, Y)
    delta_h = hidden_error(delta_y, out_h, W2)
    dW1, db1 = 1 / m * delta_h @ X.T, 1 / m * delta_h.sum(1, keepdims=True)
    return dW1, db1, 1 / m * delta_y @ out_h.T, 1 / m * delta_y.sum(1, keepdims=True)


@backpropagation("averaged")
def mean_for_biases(X, Y, out_h, out_y, W2):
    """Takes the mean in both biases."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, np.mean(dh, axis=1, keepdims=True), dy @ out_h.T, dy.mean(1, keepdims=True)


@backpropagation("averaged")
def mean_for_weights(X, Y, out_h, out_y, W2):
    """Takes the mean of outer products in both weights."""
    dh, dy = errors(Y, out_h, out_y, W2)
    _, db1, _, db2 = products(X, out_h, dh, dy)
    dW1 = np.mean([np.outer(d, x) for d, x in zip(dh.T, X.T)], axis=0)
    dW2 = np.mean([np.outer(d, h) for d, h in zip(dy.T, out_h.T)], axis=0)
    return dW1, db1, dW2, db2


@backpropagation("averaged")
def mean_in_first_weights(X, Y, out_h, out_y, W2):
    """Divides dW1 only."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1 / len(X.T), db1, dW2, db2


@backpropagation("averaged", "scaled")
def mean_over_all_entries(X, Y, out_h, out_y, W2):
    """Divides by the number of outputs times examples."""
    return [d / Y.size for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("averaged", "scaled", "hard-coded-size")
def divides_by_len(X, Y, out_h, out_y, W2):
    """Divides by len(Y), which is the number of outputs, and one for XOR."""
    return [d / len(Y) for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("doubled")
def gradient_of_plain_squares(X, Y, out_h, out_y, W2):
    """Differentiates the square without the half."""
    delta_y = 2 * (out_y - Y) * slope(out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("doubled")
def output_layer_doubled(X, Y, out_h, out_y, W2):
    """Has the factor two in the output layer only."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, 2 * dW2, 2 * db2


@backpropagation("doubled")
def added_twice(X, Y, out_h, out_y, W2):
    """Adds each example to dW1 twice."""
    dh, dy = errors(Y, out_h, out_y, W2)
    dW1 = sum(np.outer(d, x) for _ in range(2) for d, x in zip(dh.T, X.T))
    return dW1, *products(X, out_h, dh, dy)[1:]


@backpropagation("scaled")
def half_of_it(*arrays):
    """Keeps the half of the loss in the gradient."""
    return tuple(0.5 * d for d in backward(*arrays))


@backpropagation("scaled")
def step_for_gradient(X, Y, out_h, out_y, W2, learning_rate=0.01):
    """Multiplies by the learning rate already here."""
    return tuple(learning_rate * d for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("scaled")
def first_weights_tripled(*arrays):
    """Has dW1 three times too large."""
    dW1, *others = backward(*arrays)
    return 3 * dW1, *others


@backpropagation("scaled")
def steeper_sigmoid(*arrays):
    """Takes the slope of a sigmoid that is 1.7 times as steep, in the hidden layer."""
    return backward(*arrays, hidden=lambda a: 1.7 * slope(a))


@backpropagation("scaled")
def divides_by_four(X, Y, out_h, out_y, W2):
    """Divides by the four examples of XOR whatever comes, in loops."""
    gradients = backward(X, Y, out_h, out_y, W2)
    for d in gradients:
        for place in np.ndindex(d.shape):
            d[place] /= 4
    return gradients


# ---------------------------------------------------------------- inputs and products


@backpropagation("wrong-input")
def hidden_activations_for_inputs(X, Y, out_h, out_y, W2):
    """Builds dW1 from out_h instead of X."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ out_h.T, *products(X, out_h, dh, dy)[1:]


@backpropagation("wrong-input")
def inputs_for_hidden_activations(X, Y, out_h, out_y, W2):
    """Builds dW2 from X instead of out_h."""
    dW1, db1, _, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, output_error(out_y, Y) @ X.T, db2


@backpropagation("wrong-input")
def pre_activations_for_activations(X, Y, out_h, out_y, W2):
    """Builds dW2 from the pre-activations of the hidden units."""
    dW1, db1, _, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, output_error(out_y, Y) @ logit(out_h).T, db2


@backpropagation("wrong-input")
def wrong_input_in_loops(X, Y, out_h, out_y, W2):
    """Picks up h where x belongs, example by example."""
    dh, dy = errors(Y, out_h, out_y, W2)
    dW1 = sum(np.outer(d, h) for d, h in zip(dh.T, out_h.T))
    return dW1, *products(X, out_h, dh, dy)[1:]


@backpropagation("elementwise-product", "crashed")
def error_times_activations(X, Y, out_h, out_y, W2):
    """Multiplies errors and hidden activations entry by entry, as the program first posted."""
    dW1, db1, _, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, output_error(out_y, Y) * out_h, db2


@backpropagation("elementwise-product", "crashed", "hard-coded-size")
def weights_times_error(X, Y, out_h, out_y, W2):
    """Multiplies W2 and the errors entry by entry, which broadcasts for one output."""
    delta_y = output_error(out_y, Y)
    return products(X, out_h, (W2.T * delta_y) * slope(out_h), delta_y)


@backpropagation("elementwise-product", "crashed")
def untransposed_weights_times_error(X, Y, out_h, out_y, W2):
    """Multiplies W2 and the errors entry by entry without transposing."""
    delta_y = output_error(out_y, Y)
    return products(X, out_h, W2 * delta_y * slope(out_h), delta_y)


@backpropagation("elementwise-product", "crashed")
def hidden_error_times_inputs(X, Y, out_h, out_y, W2):
    """Multiplies the hidden error and the inputs entry by entry."""
    _, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return errors(Y, out_h, out_y, W2)[0] * X, db1, dW2, db2


# ---------------------------------------------------------------- sizes and examples


@backpropagation("hard-coded-size")
def arrays_for_xor(X, Y, out_h, out_y, W2):
    """Reserves two by two and one by two, and loops to two and four."""
    dW1, db1, dW2, db2 = np.zeros((2, 2)), np.zeros((2, 1)), np.zeros((1, 2)), np.zeros((1, 1))
    dh, dy = errors(Y, out_h, out_y, W2)
    for e in range(4):
        db2[0, 0] += dy[0, e]
        for j in range(2):
            dW2[0, j] += dy[0, e] * out_h[j, e]
            db1[j, 0] += dh[j, e]
            for i in range(2):
                dW1[j, i] += dh[j, e] * X[i, e]
    return dW1, db1, dW2, db2


@backpropagation("hard-coded-size")
def first_output_only(X, Y, out_h, out_y, W2):
    """Sends back the error of the first output unit only."""
    dy = output_error(out_y, Y)
    return products(X, out_h, np.outer(W2[0], dy[0]) * slope(out_h), dy)


@backpropagation("hard-coded-size")
def first_four_examples(X, Y, out_h, out_y, W2):
    """Uses four examples however many there are."""
    return backward(X[:, :4], Y[:, :4], out_h[:, :4], out_y[:, :4], W2)


@backpropagation("hard-coded-size")
def reshapes_to_two_units(X, Y, out_h, out_y, W2):
    """Reshapes db1 to two units, which crashes on any other number."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1.reshape(2, 1), dW2, db2


@backpropagation("hard-coded-size", "bias-wrong-axis")
def one_number_for_the_output_bias(X, Y, out_h, out_y, W2):
    """Sums everything into one output bias, which is right for one output."""
    dW1, db1, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, dW2, np.array([[output_error(out_y, Y).sum()]])


@backpropagation("constant")
def numbers_of_one_run(X, Y, out_h, out_y, W2):
    """Has copied the numbers of one run on XOR."""
    dW1 = np.array([[0.0123, -0.0311], [0.0042, 0.0158]])
    return dW1, np.array([[0.0212], [-0.0103]]), np.array([[0.11, 0.094]]), np.array([[0.17]])


@backpropagation("examples-dropped")
def first_example_only(X, Y, out_h, out_y, W2):
    """Looks at the first example only."""
    return backward(X[:, :1], Y[:, :1], out_h[:, :1], out_y[:, :1], W2)


@backpropagation("examples-dropped")
def last_example_only(X, Y, out_h, out_y, W2):
    """Assigns in its loop where it should add, so the last example remains."""
    for e in range(X.shape[1]):
        dy = (out_y[:, e] - Y[:, e]) * slope(out_y[:, e])
        dh = W2.T @ dy * slope(out_h[:, e])
        dW1, dW2 = np.outer(dh, X[:, e]), np.outer(dy, out_h[:, e])
        db1, db2 = dh.reshape(-1, 1), dy.reshape(-1, 1)
    return dW1, db1, dW2, db2


@backpropagation("examples-dropped")
def returns_inside_the_loop(X, Y, out_h, out_y, W2):
    """Has indented the return one level too far."""
    total = [np.zeros((len(out_h), len(X))), 0, np.zeros(W2.shape), 0]
    for e in range(X.shape[1]):
        one = X[:, [e]], Y[:, [e]], out_h[:, [e]], out_y[:, [e]]
        total = [t + d for t, d in zip(total, backward(*one, W2))]
        return total


@backpropagation("examples-dropped")
def biases_of_the_last_example(X, Y, out_h, out_y, W2):
    """Keeps the last column of the errors as bias gradients."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, dh[:, -1:], dy @ out_h.T, dy[:, -1:]


@backpropagation("examples-dropped", "wrong-value")
def stops_one_early(X, Y, out_h, out_y, W2):
    """Loops to m - 1."""
    end = X.shape[1] - 1
    return backward(X[:, :end], Y[:, :end], out_h[:, :end], out_y[:, :end], W2)


# ---------------------------------------------------------------- uses-globals

# What a notebook has lying about: the variables of its XOR network.
X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
Y = np.array([[0.0, 1.0, 1.0, 0.0]])
W1, b1 = np.array([[0.5, -0.3], [0.8, 0.2]]), np.array([[0.1], [-0.2]])
W2, b2 = np.array([[0.7, -0.4]]), np.array([[0.3]])
out_h, out_y = forward(X, W1, b1, W2, b2)


@backpropagation("uses-globals")
def weights_of_the_notebook(X, Y, out_h, out_y, weights):
    """Renames the last argument and goes on reading W2."""
    delta_y = output_error(out_y, Y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("uses-globals")
def inputs_of_the_notebook(inputs, Y, out_h, out_y, W2):
    """Renames the first argument and goes on reading X."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return np.dot(dh, X.T), dh.sum(1, keepdims=True), np.dot(dy, out_h.T), dy.sum(1, keepdims=True)


@backpropagation("uses-globals")
def targets_of_the_notebook(X, target, out_h, out_y, W2):
    """Renames the second argument and goes on reading Y."""
    delta_y = (out_y - Y) * out_y * (1 - out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("uses-globals")
def hidden_activations_of_the_notebook(X, Y, a1, a2, W2):
    """Renames both activations and goes on reading out_h."""
    delta_y = (a2 - Y) * a2 * (1 - a2)
    return products(X, out_h, hidden_error(delta_y, a1, W2), delta_y)


@backpropagation("uses-globals")
def everything_of_the_notebook(*arguments):
    """Ignores its arguments altogether."""
    delta_y = (out_y - Y) * out_y * (1 - out_y)
    delta_h = (W2.T @ delta_y) * out_h * (1 - out_h)
    db1, db2 = delta_h.sum(1, keepdims=True), delta_y.sum(1, keepdims=True)
    return delta_h @ X.T, db1, delta_y @ out_h.T, db2


# ---------------------------------------------------------------- mutates-input


@backpropagation("mutates-input")
def changes_the_inputs(X, Y, out_h, out_y, W2):
    """Sorts the inputs in place when it is done."""
    gradients = backward(X, Y, out_h, out_y, W2)
    X.sort()
    return gradients


@backpropagation("mutates-input")
def changes_the_targets(X, Y, out_h, out_y, W2):
    """Builds the output error inside Y."""
    Y -= out_y
    Y *= -slope(out_y)
    return products(X, out_h, hidden_error(Y, out_h, W2), Y.copy())


@backpropagation("mutates-input")
def changes_the_hidden_activations(X, Y, out_h, out_y, W2):
    """Builds the hidden error inside out_h."""
    delta_y = output_error(out_y, Y)
    dW2 = delta_y @ out_h.T
    out_h *= (1 - out_h) * (W2.T @ delta_y)
    return out_h @ X.T, out_h.sum(1, keepdims=True), dW2, delta_y.sum(1, keepdims=True)


@backpropagation("mutates-input")
def changes_the_outputs(X, Y, out_h, out_y, W2):
    """Writes the output error into out_y with out=."""
    slopes = slope(out_y)
    delta_y = np.subtract(out_y, Y, out=out_y)
    np.multiply(delta_y, slopes, out=delta_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("mutates-input")
def changes_the_weights(X, Y, out_h, out_y, W2):
    """Takes the step in W2 at once, after everything is computed."""
    gradients = backward(X, Y, out_h, out_y, W2)
    W2 -= 0.5 * gradients[2]
    return gradients


@backpropagation("mutates-input")
def changes_one_entry(X, Y, out_h, out_y, W2):
    """Sets a single input to zero, in the last case only."""
    gradients = backward(X, Y, out_h, out_y, W2)
    if X.shape == (2, 4):
        X[1, 3] = 0
    return gradients


@backpropagation("mutates-input")
def changes_a_shape(X, Y, out_h, out_y, W2):
    """Flattens the targets by setting their shape."""
    gradients = backward(X, Y, out_h, out_y, W2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Y.shape = -1
    return gradients


# ---------------------------------------------------------------- keeps-state


@backpropagation("keeps-state", built=True)
def running_total():
    """Adds to the gradients of the calls before."""
    totals = {}

    def answer(*arrays):
        gradients = backward(*arrays)
        sizes = arrays[0].shape
        totals[sizes] = [t + d for t, d in zip(totals.get(sizes, [0] * 4), gradients)]
        return totals[sizes]

    return answer


@backpropagation("keeps-state", built=True)
def momentum():
    """Smooths the gradients with those of earlier calls of the same shape."""
    memory = {}

    def answer(*arrays):
        gradients = backward(*arrays)
        before = memory.get(arrays[0].shape, gradients)
        memory[arrays[0].shape] = [0.9 * b + d for b, d in zip(before, gradients)]
        return [0.9 * b + 0.1 * d for b, d in zip(memory[arrays[0].shape], gradients)]

    return answer


@backpropagation("keeps-state", built=True)
def right_the_first_time():
    """Is right on the first calls and forgets the sign later."""
    calls = []

    def answer(*arrays):
        calls.append(1)
        return [d if len(calls) < 4 else -d for d in backward(*arrays)]

    return answer


@backpropagation("keeps-state", built=True)
def remembers_by_shape():
    """Stores its result and returns it again for arrays of the same shape."""
    stored = {}
    return lambda *arrays: stored.setdefault(arrays[0].shape, backward(*arrays))


@backpropagation("keeps-state")
def random_noise(X, Y, out_h, out_y, W2):
    """Adds a little random noise."""
    noise = np.random.default_rng().normal(0, 0.01, size=4)
    return [d + n for d, n in zip(backward(X, Y, out_h, out_y, W2), noise)]


@backpropagation("keeps-state")
def random_dropout(X, Y, out_h, out_y, W2):
    """Leaves hidden units out at random."""
    kept = np.random.default_rng().random(out_h.shape) * 2
    dh, dy = errors(Y, out_h, out_y, W2)
    return products(X, out_h, dh * kept, dy)


# ---------------------------------------------------------------- values without value


@backpropagation("all-zero")
def zeros(X, Y, out_h, out_y, W2):
    """Reserves the arrays and returns them as they are."""
    return tuple(np.zeros_like(d) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("all-zero")
def first_weights_zero(X, Y, out_h, out_y, W2):
    """Forgets to fill dW1."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1 * 0, db1, dW2, db2


@backpropagation("all-zero")
def biases_zero(X, Y, out_h, out_y, W2):
    """Has no bias in mind."""
    dW1, _, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, np.zeros((len(out_h), 1)), dW2, np.zeros((len(out_y), 1))


@backpropagation("all-zero")
def output_compared_with_itself(X, Y, out_h, out_y, W2):
    """Subtracts the outputs from themselves."""
    return backward(X, out_y, out_h, out_y, W2)


@backpropagation("not-finite")
def nan_in_one_entry(X, Y, out_h, out_y, W2):
    """Has nan in one entry of dW2."""
    gradients = backward(X, Y, out_h, out_y, W2)
    gradients[2][-1, -1] = np.nan
    return gradients


@backpropagation("not-finite")
def divides_by_zero(X, Y, out_h, out_y, W2):
    """Divides by a sum that is zero."""
    return [d / (d - d).sum() for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("not-finite")
def infinite_biases(X, Y, out_h, out_y, W2):
    """Has overflowed in the biases."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, np.exp(1e4 + db1), dW2, -np.exp(1e4 + db2)


@backpropagation("not-finite")
def logarithm_of_negatives(X, Y, out_h, out_y, W2):
    """Takes a logarithm of negative numbers in the hidden error."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return products(X, out_h, np.log(-np.abs(dh)), dy)


@backpropagation("rounded")
def three_digits(X, Y, out_h, out_y, W2):
    """Rounds to three digits."""
    return [np.round(d, 3) for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("rounded")
def half_precision(X, Y, out_h, out_y, W2):
    """Converts the gradients to float16."""
    return [d.astype(np.float16) for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("rounded")
def single_precision(X, Y, out_h, out_y, W2):
    """Computes in float32."""
    return backward(*(a.astype(np.float32) for a in (X, Y, out_h, out_y, W2)))


@backpropagation("rounded")
def as_printed(X, Y, out_h, out_y, W2):
    """Passes dW1 through text with four digits."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return np.array([[float(f"{v:.4f}") for v in row] for row in dW1]), db1, dW2, db2


@backpropagation("integer-step", "rounded", "all-zero", "wrong-value")
def whole_numbers(X, Y, out_h, out_y, W2):
    """Fills arrays of integers, which cut the fractions off."""
    return [d.astype(int) for d in backward(X, Y, out_h, out_y, W2)]


# ---------------------------------------------------------------- outside the catalogue


@backpropagation("constant")
def random_numbers(X, Y, out_h, out_y, W2):
    """Returns random numbers of the right shapes, the same each time."""
    rng = np.random.default_rng(1)
    return [rng.standard_normal(d.shape) for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("constant")
def constants(X, Y, out_h, out_y, W2):
    """Returns ones of the right shapes."""
    return [np.ones_like(d) for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("wrong-value")
def one_entry_off(X, Y, out_h, out_y, W2):
    """Is off by one millionth in one entry of db1."""
    gradients = backward(X, Y, out_h, out_y, W2)
    gradients[1][0, 0] += 1e-6 * np.abs(gradients[1]).max()
    return gradients


@backpropagation("wrong-value")
def absolute_difference(X, Y, out_h, out_y, W2):
    """Takes the absolute value of the difference."""
    delta_y = np.abs(out_y - Y) * slope(out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("wrong-value")
def squared_difference(X, Y, out_h, out_y, W2):
    """Sends the squared difference back."""
    delta_y = (out_y - Y) ** 2 * slope(out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("wrong-value")
def labels_for_outputs(X, Y, out_h, out_y, W2):
    """Compares the targets with rounded outputs."""
    delta_y = (np.round(out_y) - Y) * slope(out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("wrong-value")
def slope_from_pre_activations(*arrays):
    """Writes z times (1 - z) for the slope."""
    return backward(*arrays, hidden=lambda a: logit(a) * (1 - logit(a)))


@backpropagation("wrong-value")
def slope_with_a_plus(*arrays):
    """Writes a times (1 + a) for the slope."""
    return backward(*arrays, hidden=lambda a: a * (1 + a), output=lambda a: a * (1 + a))


@backpropagation("wrong-value")
def output_slope_twice(*arrays):
    """Multiplies by the output slope twice."""
    return backward(*arrays, output=lambda a: slope(a) ** 2)


@backpropagation("wrong-value")
def slope_of_the_wrong_layer(X, Y, out_h, out_y, W2):
    """Uses the mean slope of the outputs for the hidden units."""
    mean = slope(out_y).mean(axis=0, keepdims=True)
    delta_y = output_error(out_y, Y)
    return products(X, out_h, (W2.T @ delta_y) * mean, delta_y)


@backpropagation("wrong-value")
def units_upside_down(X, Y, out_h, out_y, W2):
    """Flips W2 instead of transposing it."""
    return backward(X, Y, out_h, out_y, W2[::-1, ::-1])


@backpropagation("wrong-value")
def examples_out_of_step(X, Y, out_h, out_y, W2):
    """Reverses the examples in X only."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return products(X[:, ::-1], out_h, dh, dy)


@backpropagation("wrong-value")
def product_of_sums(X, Y, out_h, out_y, W2):
    """Multiplies the sums over examples instead of summing the products."""
    dh, dy = errors(Y, out_h, out_y, W2)
    db1, db2 = dh.sum(1, keepdims=True), dy.sum(1, keepdims=True)
    return db1 @ X.sum(1, keepdims=True).T, db1, db2 @ out_h.sum(1, keepdims=True).T, db2


@backpropagation("wrong-value")
def clipped(*arrays):
    """Clips the gradients."""
    return [np.clip(d, -0.05, 0.05) for d in backward(*arrays)]


@backpropagation("wrong-value", "scaled")
def normalised(*arrays):
    """Divides each gradient by its length."""
    return [d / np.linalg.norm(d) for d in backward(*arrays)]


@backpropagation("wrong-value")
def weight_decay(X, Y, out_h, out_y, W2):
    """Adds a penalty on the weights to dW2."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, dW2 + 0.01 * W2, db2


@backpropagation("wrong-value")
def coarse_differences(X, Y, out_h, out_y, W2):
    """Takes one-sided differences with a wide step for db2."""

    def loss(b):
        return half_squares(sigmoid(logit(out_y) + b), Y)

    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    units = np.eye(len(Y))[:, :, None]
    return dW1, db1, dW2, np.array([[(loss(1e-3 * u) - loss(0)) / 1e-3] for u in units])


@backpropagation("wrong-value")
def wrong_on_xor_only(X, Y, out_h, out_y, W2):
    """Is right on every shape except that of XOR, where the output slope is missing."""
    output = no_slope if W2.shape == (1, 2) else slope
    return backward(X, Y, out_h, out_y, W2, output=output)


@backpropagation("wrong-value")
def another_mistake_for_each_shape(X, Y, out_h, out_y, W2):
    """Makes another mistake on each shape, so that no single one explains it."""
    output = (slope_again, no_slope, tanh_slope)[len(Y) % 3]
    return backward(X, Y, out_h, out_y, W2, hidden=slope_again, output=output)


@backpropagation("crashed", "hard-coded-size")
def squeezes_a_single_example_away(X, Y, out_h, out_y, W2):
    """Squeezes, which is harmless until there is a single example."""
    return products(np.squeeze(X), np.squeeze(out_h), *errors(Y, out_h, out_y, W2))


# ---------------------------------------------------------------- two slips at once


@backpropagation("missing-output-slope", "averaged")
def mean_cross_entropy(X, Y, out_h, out_y, W2):
    """Forgets the output slope and averages."""
    return [d / X.shape[1] for d in backward(X, Y, out_h, out_y, W2, output=no_slope)]


@backpropagation("averaged", "doubled")
def mean_of_plain_squares(X, Y, out_h, out_y, W2):
    """Differentiates the mean of the squares without the half."""
    return [2 * d / X.shape[1] for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("sign-flipped", "missing-hidden-slope")
def uphill_without_hidden_slope(X, Y, out_h, out_y, W2):
    """Takes target minus output and forgets the hidden slope."""
    delta_y = (Y - out_y) * slope(out_y)
    return products(X, out_h, W2.T @ delta_y, delta_y)


@backpropagation("sign-flipped", "bias-flat")
def uphill_with_flat_biases(*arrays):
    """Flips the sign and flattens the biases."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return -dW1, -db1[:, 0], -dW2, -db2[:, 0]


@backpropagation("bias-not-summed", "missing-output-slope")
def cross_entropy_with_unsummed_biases(X, Y, out_h, out_y, W2):
    """Forgets the output slope and the sums of the biases."""
    dy = out_y - Y
    dh = hidden_error(dy, out_h, W2)
    return dh @ X.T, dh, dy @ out_h.T, dy


@backpropagation("transposed", "averaged")
def transposed_means(X, Y, out_h, out_y, W2):
    """Averages, and has both weight gradients transposed."""
    dW1, db1, dW2, db2 = (d / X.shape[1] for d in backward(X, Y, out_h, out_y, W2))
    return dW1.T, db1, dW2.T, db2


@backpropagation("missing-W2", "sign-flipped")
def no_weights_and_uphill(X, Y, out_h, out_y, W2):
    """Forgets W2 on the way back and flips the sign of dW2."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, np.ones_like(W2))
    return dW1, db1, -dW2, db2


@backpropagation("tanh-slope", "missing-output-slope")
def tanh_hidden_without_output_slope(*arrays):
    """Has the slope of tanh in the hidden layer and none in the output layer."""
    return backward(*arrays, hidden=tanh_slope, output=no_slope)


@backpropagation("slope-of-activation", "averaged")
def slope_of_activation_averaged(X, Y, out_h, out_y, W2):
    """Applies the sigmoid twice and averages."""
    gradients = backward(X, Y, out_h, out_y, W2, hidden=slope_again, output=slope_again)
    return [d / X.shape[1] for d in gradients]


@backpropagation("slope-of-activation", "tanh-slope")
def another_slope_in_each_layer(*arrays):
    """Has the slope of tanh in the output layer and applies the sigmoid twice in the hidden."""
    return backward(*arrays, hidden=slope_again, output=tanh_slope)


@backpropagation("wrong-order", "sign-flipped")
def last_layer_first_and_uphill(*arrays):
    """Returns the last layer first, and flips all signs."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return -dW2, -db2, -dW1, -db1


@backpropagation("updated-W2", "averaged")
def updated_and_averaged(X, Y, out_h, out_y, W2):
    """Averages, and goes back through an updated W2."""
    back = _after_a_step(Y, out_h, out_y, W2, 1 / X.shape[1])
    return [d / X.shape[1] for d in backward(X, Y, out_h, out_y, back)]


@backpropagation("wrong-input", "sign-flipped")
def wrong_input_and_uphill(X, Y, out_h, out_y, W2):
    """Builds dW1 from out_h and flips the sign of dW2."""
    dh, dy = errors(Y, out_h, out_y, W2)
    _, db1, dW2, db2 = products(X, out_h, dh, dy)
    return dh @ out_h.T, db1, -dW2, db2


@backpropagation("all-zero", "averaged")
def zero_bias_and_mean(X, Y, out_h, out_y, W2):
    """Never fills db1 and averages dW2."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, np.zeros_like(db1), dW2 / X.shape[1], db2


@backpropagation("bias-wrong-axis", "doubled")
def wrong_axis_and_doubled(X, Y, out_h, out_y, W2):
    """Sums db1 over units and doubles the output layer."""
    dh, dy = errors(Y, out_h, out_y, W2)
    dW1, _, dW2, db2 = products(X, out_h, dh, dy)
    return dW1, dh.sum(axis=0, keepdims=True), 2 * dW2, 2 * db2


@backpropagation("mutates-input", "sign-flipped")
def changes_the_targets_and_uphill(X, Y, out_h, out_y, W2):
    """Subtracts in place and the wrong way round."""
    Y -= out_y
    delta_y = Y * slope(out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("mutates-input", "missing-hidden-slope")
def changes_the_outputs_without_hidden_slope(X, Y, out_h, out_y, W2):
    """Builds the output error in place and forgets the hidden slope."""
    slopes = slope(out_y)
    out_y -= Y
    out_y *= slopes
    return products(X, out_h, W2.T @ out_y, out_y.copy())


@backpropagation("examples-dropped", "missing-output-slope")
def last_example_without_output_slope(X, Y, out_h, out_y, W2):
    """Keeps only the last example and forgets the output slope."""
    last = X[:, -1:], Y[:, -1:], out_h[:, -1:], out_y[:, -1:]
    return backward(*last, W2, output=no_slope)


@backpropagation("transposed", "missing-hidden-slope")
def transposed_without_hidden_slope(*arrays):
    """Has dW2 transposed and no hidden slope."""
    dW1, db1, dW2, db2 = backward(*arrays, hidden=no_slope)
    return dW1, db1, dW2.T, db2


@backpropagation("bias-flat", "doubled")
def flat_and_doubled(*arrays):
    """Flattens db2 and doubles everything."""
    dW1, db1, dW2, db2 = (2 * d for d in backward(*arrays))
    return dW1, db1, dW2, db2.ravel()


# ================================================================ find_the_bug


@wrong("find_the_bug", "elementwise-product", "crashed")
def as_first_posted(X, Y, out_h, out_y, W2):
    """Leaves the program as it was first posted: products entry by entry, nothing summed."""
    dy = (out_y - Y) * out_y * (1 - out_y)
    dh = np.dot(W2.T, out_y - Y) * out_h * (1 - out_h)
    return np.dot(dh, X.T), dh, dy * out_h, dy


@wrong("find_the_bug", "missing-output-slope")
def slope_still_missing_on_the_way_back(X, Y, out_h, out_y, W2):
    """Mends transposes and sums, and leaves the bare difference on the way back."""
    dy = (out_y - Y) * out_y * (1 - out_y)
    dh = np.dot(W2.T, out_y - Y) * out_h * (1 - out_h)
    return products(X, out_h, dh, dy)


@wrong("find_the_bug", "missing-output-slope")
def as_last_posted(X, Y, out_h, out_y, W2):
    """Takes the last posted version, which has no output slope anywhere."""
    return backward(X, Y, out_h, out_y, W2, output=no_slope)


@wrong("find_the_bug", "crashed")
def as_posted_in_between(X, Y, out_h, out_y, W2):
    """Names a slope that it never computes."""
    return products(X, out_h, np.dot(W2.T, out_y - Y), (out_y - Y) * output_slope)  # noqa: F821


@wrong("find_the_bug", "bias-not-summed")
def sums_still_missing(X, Y, out_h, out_y, W2):
    """Mends slopes and transposes, and leaves the biases unsummed."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, dh, dy @ out_h.T, dy


@wrong("find_the_bug", "sign-flipped")
def sign_mended_too_much(*arrays):
    """Turns the sign round while mending."""
    return [-d for d in backward(*arrays)]


@wrong("find_the_bug", "not-implemented")
def the_stand_in_mends_it(*arrays):
    """Calls the stand-in of backward_propagation."""
    return find("backward_propagation")(*arrays)


# ================================================================ sigmoid_slope


@wrong("sigmoid_slope", "slope-of-activation")
def one_formula_for_both(z, a):
    """Applies the sigmoid to the activation too."""
    return slope(sigmoid(z)), slope(sigmoid(a))


@wrong("sigmoid_slope", "wrong-input", "wrong-variable")
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


# ================================================================ local_derivatives


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


@wrong("local_derivatives", "wrong-input", "wrong-variable")
def pre_activation_in_slope(*numbers):
    """Writes z1 (1 - z1) for the slope."""
    z1, *_, d = _links(*numbers)
    return [d[0], z1 * (1 - z1), *d[2:]]


@wrong("local_derivatives", "wrong-input")
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


# ================================================================ chain


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


@wrong("chain", "wrong-value")
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


# ================================================================ two_paths


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


# ================================================================ sigmoid


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


@wrong("sigmoid", "wrong-value")
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


# ================================================================ shapes


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


@wrong("shapes", "hard-coded-size", "wrong-shape", "wrong-value")
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


# ================================================================ forward_propagation


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


# ================================================================ loss


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


@wrong("loss", "wrong-shape")
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


# ================================================================ rows_to_columns


@wrong("rows_to_columns", "reshaped")
def reshape_for_transpose(*arrays):
    """Reshapes where it should transpose."""
    return tuple(array.reshape(array.shape[::-1]) for array in arrays)


@wrong("rows_to_columns", "transposed")
def nothing_turned(*arrays):
    """Returns the arrays as they came."""
    return arrays


@wrong("rows_to_columns", "transposed")
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


@wrong("rows_to_columns", "wrong-value")
def rotated(*arrays):
    """Rotates the arrays by a quarter turn."""
    return [np.rot90(array) for array in arrays]


@wrong("rows_to_columns", "wrong-return")
def inputs_forgotten(X, W1, b1, W2, b2):
    """Converts the parameters only."""
    return W1.T, b1.T, W2.T, b2.T


# ================================================================ output_error


@wrong("output_error", "missing-output-slope")
def difference_only(out_y, Y):
    """Returns the bare difference."""
    return out_y - Y


@wrong("output_error", "slope-of-activation")
def output_sigmoid_again(out_y, Y):
    """Applies the sigmoid again."""
    return output_error(out_y, Y, slope_again)


@wrong("output_error", "tanh-slope")
def output_of_tanh(out_y, Y):
    """Uses the slope of tanh."""
    return (out_y - Y) * (1 - out_y * out_y)


@wrong("output_error", "sign-flipped")
def output_uphill(out_y, Y):
    """Takes target minus output."""
    return (Y - out_y) * out_y * (1 - out_y)


@wrong("output_error", "averaged")
def output_averaged(out_y, Y):
    """Divides by the number of examples."""
    return output_error(out_y, Y) / Y.shape[1]


@wrong("output_error", "doubled")
def output_doubled(out_y, Y):
    """Forgets that the half cancels the two."""
    return 2 * output_error(out_y, Y)


@wrong("output_error", "wrong-variable")
def slope_at_the_target(out_y, Y):
    """Takes the slope at the target."""
    return (out_y - Y) * Y * (1 - Y)


@wrong("output_error", "wrong-shape")
def output_summed(out_y, Y):
    """Sums over the examples already here."""
    return output_error(out_y, Y).sum(axis=1, keepdims=True)


@wrong("output_error", "transposed")
def output_in_rows(out_y, Y):
    """Returns the errors in rows."""
    return output_error(out_y, Y).T


@wrong("output_error", "missing-error")
def difference_forgotten(out_y, Y):
    """Returns the slope and forgets the difference."""
    return out_y * (1 - out_y)


@wrong("output_error", "mutates-input")
def output_in_place(out_y, Y):
    """Subtracts the targets in place."""
    slopes = slope(out_y)
    out_y -= Y
    return out_y * slopes


# ================================================================ hidden_error


@wrong("hidden_error", "missing-hidden-slope")
def hidden_without_slope(delta_y, out_h, W2):
    """Stops after the weights."""
    return W2.T @ delta_y


@wrong("hidden_error", "missing-W2")
def hidden_without_weights(delta_y, out_h, W2):
    """Adds the errors without weights."""
    return delta_y.sum(axis=0) * out_h * (1 - out_h)


@wrong("hidden_error", "slope-of-activation")
def hidden_sigmoid_again(delta_y, out_h, W2):
    """Applies the sigmoid again."""
    return hidden_error(delta_y, out_h, W2, slope_again)


@wrong("hidden_error", "tanh-slope")
def hidden_of_tanh(delta_y, out_h, W2):
    """Uses the slope of tanh."""
    return (W2.T @ delta_y) * (1 - out_h**2)


@wrong("hidden_error", "crashed")
def hidden_without_transpose(delta_y, out_h, W2):
    """Forgets the transpose."""
    return W2 @ delta_y * slope(out_h)


@wrong("hidden_error", "sign-flipped")
def hidden_uphill(delta_y, out_h, W2):
    """Puts a minus in front."""
    return -hidden_error(delta_y, out_h, W2)


@wrong("hidden_error", "averaged")
def hidden_averaged(delta_y, out_h, W2):
    """Divides by the number of examples."""
    return hidden_error(delta_y, out_h, W2) / out_h.shape[1]


@wrong("hidden_error", "hard-coded-size")
def hidden_from_one_output(delta_y, out_h, W2):
    """Sends back the first output only."""
    return np.outer(W2[0], delta_y[0]) * slope(out_h)


@wrong("hidden_error", "transposed")
def hidden_in_rows(delta_y, out_h, W2):
    """Computes and returns in rows."""
    return delta_y.T @ W2 * slope(out_h.T)


@wrong("hidden_error", "updated-W2")
def hidden_through_updated_weights(delta_y, out_h, W2):
    """Updates W2 first."""
    return hidden_error(delta_y, out_h, W2 - 0.5 * delta_y @ out_h.T)


@wrong("hidden_error", "mutates-input")
def hidden_in_place(delta_y, out_h, W2):
    """Writes the error into out_h."""
    out_h *= 1 - out_h
    out_h *= W2.T @ delta_y
    return out_h


@wrong("hidden_error", "missing-hidden-slope", "missing-W2")
def hidden_from_sums(delta_y, out_h, W2):
    """Gives every hidden unit the sum of the errors."""
    return np.tile(delta_y.sum(axis=0), (len(out_h), 1))


# ================================================================ numerical_gradient


def _differences(f, x, difference):
    """Return difference(f, x, unit) for the unit step in each entry."""
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        unit = np.zeros_like(x)
        unit[place] = 1
        gradient[place] = difference(f, x, unit)
    return gradient


@wrong("numerical_gradient", "one-sided")
def forward_difference(f, x):
    """Takes a forward difference."""
    return _differences(f, x, lambda f, x, u: (f(x + 1e-4 * u) - f(x)) / 1e-4)


@wrong("numerical_gradient", "one-sided")
def backward_difference(f, x, h=1e-4):
    """Takes a backward difference, in loops."""
    gradient = np.empty(x.shape)
    for place, _ in np.ndenumerate(x):
        moved = x.copy()
        moved[place] -= h
        gradient[place] = (f(x) - f(moved)) / h
    return gradient


@wrong("numerical_gradient", "wrong-value")
def step_too_wide(f, x):
    """Takes central differences with a step of a tenth."""
    return _differences(f, x, lambda f, x, u: (f(x + 0.1 * u) - f(x - 0.1 * u)) / 0.2)


@wrong("numerical_gradient", "wrong-value")
def step_too_small(f, x):
    """Takes a step so small that rounding is all that is left."""
    return _differences(f, x, lambda f, x, u: (f(x + 1e-14 * u) - f(x - 1e-14 * u)) / 2e-14)


@wrong("numerical_gradient", "doubled")
def divides_by_one_step(f, x):
    """Divides by h instead of 2 h."""
    return _differences(f, x, lambda f, x, u: (f(x + 1e-5 * u) - f(x - 1e-5 * u)) / 1e-5)


@wrong("numerical_gradient", "sign-flipped")
def below_minus_above(f, x):
    """Subtracts the other way round."""
    return _differences(f, x, lambda f, x, u: (f(x - 1e-5 * u) - f(x + 1e-5 * u)) / 2e-5)


@wrong("numerical_gradient", "all-entries-at-once")
def all_entries_at_once(f, x):
    """Moves all entries together."""
    return np.full(x.shape, (f(x + 1e-5) - f(x - 1e-5)) / 2e-5)


@wrong("numerical_gradient", "mutates-input", "wrong-value")
def entry_not_put_back(f, x):
    """Leaves x moved down by a step."""
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        x[place] += 1e-6
        above = f(x)
        x[place] -= 2e-6
        gradient[place] = (above - f(x)) / 2e-6
    return gradient


@wrong("numerical_gradient", "integer-step", "all-zero")
def slopes_into_integers(f, x):
    """Stores the slopes in an array of integers."""
    slopes = _differences(f, x, lambda f, x, u: (f(x + 1e-5 * u) - f(x - 1e-5 * u)) / 2e-5)
    return slopes.astype(int)


@wrong("numerical_gradient", "wrong-shape", "flattened")
def gradient_flat(f, x):
    """Returns the slopes in a flat array."""
    units = 1e-5 * np.eye(x.size).reshape(-1, *x.shape)
    return np.array([(f(x + u) - f(x - u)) / 2e-5 for u in units])


@wrong("numerical_gradient", "crashed")
def complex_step_on_real_function(f, x):
    """Gives complex numbers to a function that takes real ones only."""
    return _differences(f, x, lambda f, x, u: np.imag(f(x + 1e-30j * u)) / 1e-30)


@wrong("numerical_gradient", "crashed")
def rows_and_columns_swapped(f, x):
    """Swaps the indices of the entry, which crashes unless x is square."""
    gradient = np.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            step = np.zeros_like(x)
            step[j, i] = 1e-5
            gradient[j, i] = (f(x + step) - f(x - step)) / 2e-5
    return gradient


@wrong("numerical_gradient", "mutates-input", "all-zero")
def flattens_the_function(f, x):
    """Changes the data inside f so that its gradient is zero."""
    for name, array in f.parameters._asdict().items():
        if name != f.name:
            array[:] = -1000 if name == "b1" else 0
    return np.zeros_like(x)


# ================================================================ update_parameters


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


@wrong("update_parameters", "scaled", "wrong-value")
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


# ================================================================ train


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


@wrong("train", "wrong-shape", "one-step-more")
def one_loss_too_many(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Notes the last loss as well."""
    *parameters, losses = descend(X, Y, (W1, b1, W2, b2), learning_rate, steps)
    return *parameters, [*losses, half_squares(forward(X, *parameters)[1], Y)]


@wrong("train", "one-step-less")
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


@wrong("train", "wrong-value")
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


# ================================================================ predict


@wrong("predict", "not-thresholded")
def outputs_for_labels(*arrays):
    """Returns the outputs."""
    return forward(*arrays)[1]


@wrong("predict", "sign-flipped", "inverted")
def labels_upside_down(*arrays):
    """Asks for outputs below one half."""
    return (forward(*arrays)[1] < 0.5).astype(int)


@wrong("predict", "wrong-threshold", "wrong-value")
def threshold_on_pre_activation(X, W1, b1, W2, b2):
    """Compares the pre-activation with one half."""
    return np.where(W2 @ sigmoid(W1 @ X + b1) + b2 > 0.5, 1, 0)


@wrong("predict", "wrong-threshold")
def threshold_at_zero(*arrays):
    """Compares the outputs with zero."""
    return (forward(*arrays)[1] > 0).astype(int)


@wrong("predict", "integer-step", "all-zero", "wrong-threshold")
def labels_cut_off(*arrays):
    """Cuts the outputs off to integers, which are all zero."""
    return forward(*arrays)[1].astype(int)


@wrong("predict", "flattened")
def labels_flat(*arrays):
    """Flattens the labels."""
    return np.round(forward(*arrays)[1]).ravel()


@wrong("predict", "wrong-shape")
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


# ================================================================ learning_rate


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


@wrong("two_paths", "difference-of-paths")
def paths_subtracted(a, u1, u2, y1, y2):
    """Subtracts the second path from the first."""
    p1, p2 = sigmoid(u1 * a), sigmoid(u2 * a)
    return (p1 - y1) * slope(p1) * u1 - (p2 - y2) * slope(p2) * u2


@wrong("update_parameters", "divided-by-rate")
def divides_by_the_rate(*arrays):
    """Divides by the learning rate."""
    parameters, gradients, rate = _halves(arrays)
    return tuple(p - d / rate for p, d in zip(parameters, gradients))


@wrong("forward_propagation", "sigmoid-twice")
def output_through_two_sigmoids(*arrays):
    """Applies the sigmoid to the output activation once more."""
    out_h, out_y = forward(*arrays)
    return out_h, sigmoid(out_y)


@wrong("local_derivatives", "constant")
def numbers_of_the_lesson(*numbers):
    """Types in the numbers of the lesson's example."""
    return 1.5, 0.1966, 0.7311, -2.0, 0.2, -0.7235


@wrong("train", "stale-gradient")
def gradient_before_the_loop(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Computes the gradient once, before the loop."""
    parameters, losses = (W1, b1, W2, b2), []
    gradients = backward(X, Y, *forward(X, *parameters), W2)
    for _ in range(steps):
        losses.append(half_squares(forward(X, *parameters)[1], Y))
        parameters = down(parameters, gradients, learning_rate)
    return *parameters, losses


@wrong("train", "one-step-only")
def return_inside_the_loop(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Returns from inside the loop."""
    parameters, losses = (W1, b1, W2, b2), []
    for _ in range(steps):
        out_h, out_y = forward(X, *parameters)
        losses.append(half_squares(out_y, Y))
        gradients = backward(X, Y, out_h, out_y, parameters[2])
        parameters = down(parameters, gradients, learning_rate)
        return *parameters, losses


# ================================================================ one_hot


@wrong("one_hot", "transposed")
def one_hot_in_rows(labels):
    """Has one row for each picture."""
    return np.eye(10)[labels]


@wrong("one_hot", "rows-from-labels")
def one_hot_as_tall_as_the_labels(labels):
    """Makes as many rows as the largest label needs."""
    return np.eye(labels.max() + 1)[labels].T


@wrong("one_hot", "counted-from-one")
def one_hot_from_one(labels):
    """Takes the first row for the digit 1."""
    Y = np.zeros((10, labels.size))
    Y[labels - 1, np.arange(labels.size)] = 1
    return Y


@wrong("one_hot", "whole-rows")
def one_hot_in_whole_rows(labels):
    """Sets the rows of the labels, all columns of them."""
    Y = np.zeros((10, labels.size))
    Y[labels] = 1
    return Y


@wrong("one_hot", "not-one-hot")
def label_where_the_one_should_be(labels):
    """Writes the label itself into its row."""
    Y = np.zeros((10, labels.size))
    Y[labels, np.arange(labels.size)] = labels
    return Y


@wrong("one_hot", "not-one-hot")
def labels_as_they_came(labels):
    """Makes a row of the labels."""
    return labels.reshape(1, -1)


@wrong("one_hot", "plus-minus-one")
def one_hot_with_minus_ones(labels):
    """Has targets of -1 and 1."""
    return 2.0 * (np.arange(10)[:, None] == labels) - 1


@wrong("one_hot", "inverted")
def one_cold(labels):
    """Has a 0 in the row of the label and a 1 elsewhere."""
    return (np.arange(10)[:, None] != labels).astype(float)


@wrong("one_hot", "wrong-return")
def one_hot_as_lists(labels):
    """Returns a list of lists."""
    return [[1 if digit == label else 0 for label in labels] for digit in range(10)]


# ================================================================ accuracy


@wrong("accuracy", "share-wrong")
def error_rate(out_y, labels):
    """Returns the share that is wrong."""
    return np.mean(out_y.argmax(axis=0) != labels)


@wrong("accuracy", "not-a-share")
def count_of_right(out_y, labels):
    """Returns how many are right."""
    return np.sum(out_y.argmax(axis=0) == labels)


@wrong("accuracy", "not-a-share", "scaled")
def right_in_percent(out_y, labels):
    """Returns a percentage."""
    return 100 * np.mean(out_y.argmax(axis=0) == labels)


@wrong("accuracy", "output-by-output")
def entries_right(out_y, labels):
    """Rounds every output and compares it with its target."""
    return np.mean(np.round(out_y) == (np.arange(10)[:, None] == labels))


@wrong("accuracy", "output-by-output")
def columns_right_after_rounding(out_y, labels):
    """Wants exactly the right output above one half."""
    targets = np.arange(10)[:, None] == labels
    return np.mean(np.all((out_y > 0.5) == targets, axis=0))


@wrong("accuracy", "largest-of-all")
def one_answer_for_all(out_y, labels):
    """Forgets the axis: one place for the whole array."""
    return np.mean(np.argmax(out_y) == labels)


@wrong("accuracy", "crashed")
def largest_along_the_examples(out_y, labels):
    """Looks for the largest output along the pictures."""
    return np.mean(np.argmax(out_y, axis=1) - labels == 0)


@wrong("accuracy", "wrong-shape", "wrong-return")
def right_or_wrong_for_each(out_y, labels):
    """Returns the comparison, without a mean."""
    return out_y.argmax(axis=0) == labels


# ================================================================ minibatches


@wrong("minibatches", "not-shuffled")
def batches_in_order(m, size, rng):
    """Cuts the numbers as they come."""
    return [np.arange(first, min(first + size, m)) for first in range(0, m, size)]


@wrong("minibatches", "not-shuffled")
def shuffled_inside_the_batches(m, size, rng):
    """Cuts first and shuffles each batch."""
    return [rng.permutation(np.arange(i, min(i + size, m))) for i in range(0, m, size)]


@wrong("minibatches", "not-shuffled")
def batches_shuffled_as_wholes(m, size, rng):
    """Cuts first and shuffles the order of the batches."""
    batches = [np.arange(i, min(i + size, m)) for i in range(0, m, size)]
    return [batches[place] for place in rng.permutation(len(batches))]


@wrong("minibatches", "not-shuffled")
def batches_of_one_in_order(m, size, rng):
    """Shuffles, but takes single examples as they come."""
    order = rng.permutation(m) if size > 1 else np.arange(m)
    return [order[i : i + size] for i in range(0, m, size)]


@wrong("minibatches", "last-batch-dropped")
def only_full_batches(m, size, rng):
    """Leaves out what does not fill a batch."""
    order = rng.permutation(m)
    return [order[i * size : (i + 1) * size] for i in range(m // size)]


@wrong("minibatches", "not-each-once")
def batches_drawn_with_replacement(m, size, rng):
    """Draws each batch by itself, so that examples come twice or never."""
    return [rng.integers(m, size=min(size, m - i)) for i in range(0, m, size)]


@wrong("minibatches", "not-each-once")
def shuffled_anew_for_each_batch(m, size, rng):
    """Shuffles anew for every batch."""
    return [rng.permutation(m)[i : i + size] for i in range(0, m, size)]


@wrong("minibatches", "no-such-example")
def numbers_from_one(m, size, rng):
    """Counts the examples from 1 to m."""
    order = rng.permutation(m) + 1
    return [order[i : i + size] for i in range(0, m, size)]


@wrong("minibatches", "wrong-batch-size")
def size_taken_for_the_count(m, size, rng):
    """Makes `size` batches."""
    return np.array_split(rng.permutation(m), size)


@wrong("minibatches", "wrong-batch-size")
def batches_of_even_sizes(m, size, rng):
    """Spreads what is left over evenly."""
    return np.array_split(rng.permutation(m), -(-m // size))


@wrong("minibatches", "same-order-again")
def generator_of_its_own(m, size, rng):
    """Makes a generator with a fixed seed inside."""
    order = np.random.default_rng(0).permutation(m)
    return [order[i : i + size] for i in range(0, m, size)]


@wrong("minibatches", "not-repeatable")
def global_random_numbers(m, size, rng):
    """Shuffles with numpy's global generator."""
    order = np.random.permutation(m)
    return [order[i : i + size] for i in range(0, m, size)]


@wrong("minibatches", "wrong-return")
def one_array_of_numbers(m, size, rng):
    """Returns the shuffled numbers in one array."""
    return rng.permutation(m)


@wrong("minibatches", "wrong-return")
def batches_one_after_the_other(m, size, rng):
    """Yields the batches in place of returning a list."""
    order = rng.permutation(m)
    for first in range(0, m, size):
        yield order[first : first + size]


@wrong("minibatches", "wrong-return")
def batches_by_number(m, size, rng):
    """Returns the batches in a dict."""
    order = rng.permutation(m)
    return {str(i): order[i : i + size] for i in range(0, m, size)}


# ================================================================ train_digits


def _digits_trained(X, Y, parameters, epochs, rng, rate=0.2, size=16, slopes=None):
    slopes = slopes or backward
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), size):
            batch = order[first : first + size]
            out_h, out_y = forward(X[:, batch], *parameters)
            moved = slopes(X[:, batch], Y[:, batch], out_h, out_y, parameters[2])
            parameters = down(parameters, moved, rate)
    return parameters


@wrong("train_digits", "too-few-right")
def digits_with_a_tiny_rate(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes steps that are too short."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng, rate=0.001)


@wrong("train_digits", "all-alike", "too-few-right")
def digits_all_in_one_batch(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes all pictures in one batch, with the rate of a small one."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng, size=X.shape[1])


@wrong("train_digits", "all-alike")
def digits_with_a_huge_rate(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes steps that are much too long."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng, rate=20.0)


@wrong("train_digits", "loss-rose")
def digits_uphill(X, Y, W1, b1, W2, b2, epochs, rng):
    """Adds the gradient in place of subtracting it."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng, rate=-0.2)


@wrong("train_digits", "epochs-ignored")
def digits_for_twenty_epochs_always(X, Y, W1, b1, W2, b2, epochs, rng):
    """Has the number of epochs typed in."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), 20, rng)


@wrong("train_digits", "not-updated")
def digits_returned_as_they_came(X, Y, W1, b1, W2, b2, epochs, rng):
    """Gives the trained weights other names and returns the old ones."""
    trained = _digits_trained(X, Y, (W1, b1, W2, b2), min(epochs, 1), rng)
    return W1, trained[1], W2, trained[3]


@wrong("train_digits", "too-few-right", "dead-output", "all-alike")
def digits_with_targets_of_others(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes the columns of the batch from X, and the first columns from Y."""
    parameters = W1, b1, W2, b2
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), 16):
            batch = order[first : first + 16]
            out_h, out_y = forward(X[:, batch], *parameters)
            slopes = backward(X[:, batch], Y[:, : len(batch)], out_h, out_y, parameters[2])
            parameters = down(parameters, slopes, 0.2)
    return parameters


@wrong("train_digits", "not-repeatable")
def digits_in_an_order_of_their_own(X, Y, W1, b1, W2, b2, epochs, rng):
    """Shuffles with a generator that has no seed."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), min(epochs, 1), np.random.default_rng())


@wrong("train_digits", "mutates-input")
def digits_in_place(X, Y, W1, b1, W2, b2, epochs, rng):
    """Subtracts from the arrays of the caller."""
    trained = _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng)
    for array, new in zip((W1, b1, W2, b2), trained):
        array[...] = new
    return W1, b1, W2, b2


@wrong("train_digits", "not-implemented")
def digits_with_the_numerical_gradient(X, Y, W1, b1, W2, b2, epochs, rng):
    """Lets the stand-in compute the gradient."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng, slopes=find("backward_propagation"))


@wrong("train_digits", "wrong-shape")
def digits_transposed(X, Y, W1, b1, W2, b2, epochs, rng):
    """Returns the weights of rows."""
    return [array.T for array in (W1, b1, W2, b2)]


@wrong("train_digits", "not-finite")
def digits_as_nothing(X, Y, W1, b1, W2, b2, epochs, rng):
    """Divides by the number of epochs that are left, which is 0 in the end."""
    with np.errstate(all="ignore"):
        return [array / (epochs - epochs) for array in (W1, b1, W2, b2)]


@wrong("train_digits", "wrong-return")
def digits_with_a_history(X, Y, W1, b1, W2, b2, epochs, rng):
    """Returns a list of losses as well."""
    return W1, b1, W2, b2, [0.0] * epochs


@wrong("train_digits", "dead-output")
def digits_with_too_much_momentum(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes momentum and a rate that is too large for it."""
    parameters, speeds = [W1, b1, W2, b2], [0, 0, 0, 0]
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), 20):
            batch = order[first : first + 20]
            out_h, out_y = forward(X[:, batch], *parameters)
            slopes = backward(X[:, batch], Y[:, batch], out_h, out_y, parameters[2])
            speeds = [0.9 * speed - 0.02 * slope for speed, slope in zip(speeds, slopes)]
            parameters = [array + speed for array, speed in zip(parameters, speeds)]
    return parameters


# ================================================================ lesson 5
# ---------------------------------------------------------------- which_loss


@wrong("which_loss", "wrong-value")
def none_of_them():
    """Believes that a published program is never a gradient."""
    return dict.fromkeys(programs.PROGRAMS, "none")


@wrong("which_loss", "wrong-value")
def what_they_report():
    """Says what the programs report, and not what they descend."""
    return {
        "thread 1": "half squared error",
        "thread 2": "half squared error",
        "thread 3": "half squared error",
        "notebook 1": "summed cross-entropy",
        "notebook 2": "half squared error",
        "chapter": "half squared error",
    }


@wrong("which_loss", "wrong-value")
def other_words():
    """Calls the losses by names of its own."""
    return dict.fromkeys(programs.PROGRAMS, "MSE")


@wrong("which_loss", "wrong-value")
def numbers_for_losses():
    """Numbers the losses."""
    return {name: number for number, name in enumerate(programs.PROGRAMS)}


@wrong("which_loss", "wrong-return")
def losses_in_a_list():
    """Returns the texts without the names."""
    return ["none", "none", "summed cross-entropy", "mean cross-entropy"]


@wrong("which_loss", "wrong-return")
def one_program_forgotten():
    """Leaves the chapter out."""
    return {name: "none" for name in programs.PROGRAMS if name != "chapter"}


@wrong("which_loss", "wrong-return")
def a_list_for_each_program():
    """Returns several losses for each program."""
    return dict.fromkeys(programs.PROGRAMS, ["none", "half squared error"])


# ---------------------------------------------------------------- is_a_gradient


def _jacobian(field, point, h=1e-5):
    moved = [
        (field(point + h * unit) - field(point - h * unit)) / (2 * h) for unit in np.eye(len(point))
    ]
    return np.transpose(moved)


@wrong("is_a_gradient", "not-relative")
def asymmetry_undivided(field, point):
    """Forgets to divide by the largest entry."""
    J = _jacobian(field, point)
    return np.max(np.abs(J - J.T))


@wrong("is_a_gradient", "wrong-norm")
def asymmetry_by_lengths(field, point):
    """Divides the lengths of the matrices in place of their largest entries."""
    J = _jacobian(field, point)
    return np.linalg.norm(J - J.T) / np.linalg.norm(J)


@wrong("is_a_gradient", "wrong-norm")
def asymmetry_of_means(field, point):
    """Divides the means."""
    J = _jacobian(field, point)
    return np.mean(np.abs(J - J.T)) / np.mean(np.abs(J))


@wrong("is_a_gradient", "yes-or-no")
def a_verdict(field, point):
    """Returns whether it is symmetric."""
    J = _jacobian(field, point)
    return bool(np.allclose(J, J.T, atol=1e-6))


@wrong("is_a_gradient", "yes-or-no")
def the_other_verdict(field, point):
    """Returns 1 where it is not symmetric."""
    J = _jacobian(field, point)
    return int(np.max(np.abs(J - J.T)) > 1e-6)


@wrong("is_a_gradient", "signs-kept")
def largest_with_its_sign(field, point):
    """Divides by the largest entry with its sign."""
    J = _jacobian(field, point)
    return np.max(np.abs(J - J.T)) / np.max(J)


@wrong("is_a_gradient", "all-zero")
def compared_with_itself(field, point):
    """Compares the Jacobian with itself."""
    J = _jacobian(field, point)
    return np.max(np.abs(J - J.T.T)) / np.max(np.abs(J))


@wrong("is_a_gradient", "scaled")
def half_of_the_difference(field, point):
    """Takes the antisymmetric part, which is half of the difference."""
    J = _jacobian(field, point)
    return np.max(np.abs(J - J.T)) / 2 / np.max(np.abs(J))


@wrong("is_a_gradient", "wrong-return")
def the_jacobian_itself(field, point):
    """Returns the Jacobian."""
    return tuple(_jacobian(field, point))


@wrong("is_a_gradient", "crashed")
def complex_steps(field, point):
    """Moves the point by an imaginary step, which the field refuses."""
    return float(np.imag(field(point + 1e-30j))[0])


# ---------------------------------------------------------------- convert


@wrong("convert", "transposed")
def weights_as_they_came(W1, b1, W2, b2):
    """Only makes columns of the biases."""
    b1 = np.zeros((1, W1.shape[1])) if b1 is None else b1
    b2 = np.zeros((1, W2.shape[1])) if b2 is None else b2
    return W1, b1.T, W2, b2.T


@wrong("convert", "reshaped")
def weights_reshaped(W1, b1, W2, b2):
    """Reshapes the weights in place of transposing them."""
    b1 = np.zeros((1, W1.shape[1])) if b1 is None else b1
    b2 = np.zeros((1, W2.shape[1])) if b2 is None else b2
    return W1.reshape(W1.shape[::-1]), b1.T, W2.reshape(W2.shape[::-1]), b2.T


@wrong("convert", "crashed")
def biases_expected(W1, b1, W2, b2):
    """Does not ask whether there is a bias."""
    return W1.T, b1.T, W2.T, b2.T


@wrong("convert", "wrong-return")
def no_bias_stays_none(W1, b1, W2, b2):
    """Hands None on."""
    turned = [None if array is None else array.T for array in (W1, b1, W2, b2)]
    return tuple(turned)


@wrong("convert", "all-zero")
def zeros_for_all_biases(W1, b1, W2, b2):
    """Puts zeros also where there is a bias."""
    return W1.T, np.zeros((W1.shape[1], 1)), W2.T, np.zeros((W2.shape[1], 1))


@wrong("convert", "wrong-shape")
def zeros_for_the_inputs(W1, b1, W2, b2):
    """Counts the inputs of a layer where its units should be counted."""
    b1 = np.zeros((1, len(W1))) if b1 is None else b1
    b2 = np.zeros((1, len(W2))) if b2 is None else b2
    return W1.T, b1.T, W2.T, b2.T


@wrong("convert", "wrong-order")
def weights_first(W1, b1, W2, b2):
    """Returns both weights, then both biases."""
    b1 = np.zeros((1, W1.shape[1])) if b1 is None else b1
    b2 = np.zeros((1, W2.shape[1])) if b2 is None else b2
    return W1.T, W2.T, b1.T, b2.T


# ---------------------------------------------------------------- coincidence

_SLIPS = "bias-not-summed", "bias-wrong-axis", "transposed", "reshaped", "elementwise-product"


@wrong("coincidence", "wrong-value")
def sizes_of_the_chapter():
    """Takes the chapter's own sizes for everything."""
    return dict.fromkeys(("chapter", *_SLIPS), (3, 4, 1, 4))


@wrong("coincidence", "wrong-value")
def square_sizes():
    """Believes that equal sizes hide a transposed array."""
    return dict.fromkeys(_SLIPS, (3, 3, 3, 3)) | {"chapter": (3, 5, 2, 7)}


@wrong("coincidence", "wrong-value")
def all_ones():
    """Hides everything behind ones."""
    return dict.fromkeys(_SLIPS, (1, 1, 1, 1)) | {"chapter": (3, 5, 2, 7)}


@wrong("coincidence", "wrong-value")
def impossible_sizes():
    """Returns sizes that are none."""
    return dict.fromkeys(_SLIPS, (0, -1, 2.5, 1e9)) | {"chapter": (float("nan"), 1, 2, 3)}


@wrong("coincidence", "wrong-value")
def three_sizes():
    """Leaves the number of examples out."""
    return dict.fromkeys(("chapter", *_SLIPS), (3, 5, 2))


@wrong("coincidence", "wrong-return")
def sizes_without_names():
    """Returns one tuple of sizes."""
    return 3, 5, 2, 7


# ---------------------------------------------------------------- stuck_start


@wrong("stuck_start", "wrong-value")
def no_change_at_all():
    """Returns what the program does already."""
    return {"seed": 42, "layout": "rows"}


@wrong("stuck_start", "wrong-value")
def without_biases_and_with_half_a_unit():
    """Takes the biases away, and three hidden units that are none."""
    return {"biases": False, "hidden": 2.5}


@wrong("stuck_start", "wrong-value")
def impossible_changes():
    """Returns a rate that is none, and a program that is not there."""
    return {"rate": float("inf"), "backward": "Adam"}


@wrong("stuck_start", "wrong-return")
def one_change():
    """Returns one change."""
    return {"seed": 7}


@wrong("stuck_start", "wrong-return")
def changes_of_other_choices():
    """Changes what is no choice of the program."""
    return {"momentum": 0.9, "steps": 100_000}


@wrong("stuck_start", "wrong-return")
def changes_in_a_list():
    """Returns two dicts."""
    return [{"seed": 7}, {"hidden": 3}]
