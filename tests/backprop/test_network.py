import decimal

import numpy as np
import pytest

from backprop import network


def test_one_example_by_hand():
    # One input, one hidden unit, one output: every number can be followed on paper.
    parameters = network.Parameters(
        np.array([[2.0]]), np.array([[-1.0]]), np.array([[3.0]]), np.array([[0.5]])
    )
    result = network.forward(parameters, np.array([[1.5]]))
    assert result.net_h == pytest.approx(2.0)
    assert result.out_h == pytest.approx(0.88079708)
    assert result.net_y == pytest.approx(3.14239124)
    assert result.out_y == pytest.approx(0.95860787)


def test_the_network_agrees_with_matrix_products():
    rng = np.random.default_rng(1)
    parameters = network.draw_parameters(rng, 3, 5, 2)
    X = rng.standard_normal((3, 7))
    result = network.forward(parameters, X)
    assert np.allclose(result.net_h, parameters.W1 @ X + parameters.b1)
    assert np.allclose(result.net_y, parameters.W2 @ result.out_h + parameters.b2)
    assert [array.shape for array in result] == [(5, 7), (5, 7), (2, 7), (2, 7)]


def test_leading_axes_hold_networks_side_by_side():
    rng = np.random.default_rng(2)
    several = [network.draw_parameters(rng, 2, 3, 1) for _ in range(4)]
    stacked = network.Parameters(*(np.stack(arrays) for arrays in zip(*several)))
    X = rng.standard_normal((2, 5))
    together = network.forward(stacked, X).out_y
    for one, parameters in zip(together, several):
        assert np.allclose(one, network.forward(parameters, X).out_y)


def the_sigmoid(z):
    """Return 1 / (1 + exp(-z)) with forty digits."""
    with decimal.localcontext(prec=40):
        return 1 / (1 + (-decimal.Decimal(z)).exp())


@pytest.mark.parametrize("kind", [float, complex, np.float32])
def test_the_sigmoid_neither_overflows_nor_loses_digits(kind):
    z = np.concatenate([np.linspace(-80, 80, 401), [-700, 700, -1e4, 1e4]]).astype(kind)
    with np.errstate(all="raise", under="ignore"):
        values = network.sigmoid(z)
        alone = [network.sigmoid(one) for one in z]
    assert values.dtype == z.dtype and np.array_equal(values, alone)
    digits = 1e-6 if kind is np.float32 else 5e-16
    truth = [float(the_sigmoid(float(one.real))) for one in z]
    assert values.real == pytest.approx(truth, rel=digits, abs=1e-300)


@pytest.mark.parametrize("z", [[0, 1], 3, True, np.uint8(2), 1e300, np.inf, -np.inf, np.nan])
def test_the_sigmoid_takes_whatever_is_a_number(z):
    with np.errstate(all="raise", under="ignore"):
        value = network.sigmoid(z)
    assert value == pytest.approx(1 / (1 + np.exp(-np.asarray(z, float))), nan_ok=True)


def test_half_squared_error_sums_over_units_and_examples():
    out_y, Y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros((2, 2))
    assert network.half_squared_error(out_y, Y) == 15.0


def test_cross_entropy_of_a_fair_guess_is_one_bit_an_example():
    out_y, Y = np.full((1, 4), 0.5), np.array([[0.0, 1.0, 1.0, 0.0]])
    assert network.cross_entropy(out_y, Y) == pytest.approx(4 * np.log(2))


def test_the_same_seed_draws_the_same_network():
    first, second = (network.draw_parameters(np.random.default_rng(5), 2, 3, 1) for _ in range(2))
    assert all(np.array_equal(one, two) for one, two in zip(first, second))
    assert [array.shape for array in first] == [(3, 2), (3, 1), (1, 3), (1, 1)]
