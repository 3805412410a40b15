import numpy as np

from backprop.datasets import three_inputs, xor


def test_xor_is_one_where_the_inputs_differ():
    X, Y = xor()
    assert X.shape == (2, 4) and Y.shape == (1, 4)
    assert np.array_equal(Y[0] == 1, X[0] != X[1])
    assert len({tuple(column) for column in X.T}) == 4


def test_the_third_input_is_always_one():
    X, Y = three_inputs()
    assert np.array_equal(X[:2], xor()[0]) and np.array_equal(Y, xor()[1])
    assert np.all(X[2] == 1)
