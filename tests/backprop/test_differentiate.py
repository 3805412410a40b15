import numpy as np
import pytest

from backprop import differentiate
from backprop.differentiate import derivative, gradient


def test_a_known_gradient_is_exact_to_rounding():
    rng = np.random.default_rng(0)
    A, x = rng.standard_normal((3, 4)), rng.standard_normal(4)
    (slope,) = gradient(lambda x: np.sum((x @ A.T) ** 2, axis=-1), x)
    assert np.allclose(slope, 2 * A.T @ A @ x, rtol=1e-14)


def test_each_array_gets_a_gradient_of_its_own_shape():
    rng = np.random.default_rng(1)
    M, v, s = rng.standard_normal((2, 3)), rng.standard_normal((3, 1)), 0.7
    function = lambda M, v, s: s * np.sum(M @ v, axis=(-2, -1))  # noqa: E731
    dM, dv, ds = gradient(function, M, v, s)
    assert dM.shape == (2, 3) and dv.shape == (3, 1) and ds.shape == ()
    assert np.allclose(dM, s * np.ones((2, 1)) @ v.T)
    assert np.allclose(dv, s * M.T @ np.ones((2, 1)))
    assert ds == pytest.approx((M @ v).sum())


def test_it_agrees_with_central_differences_on_the_network():
    from backprop.network import draw_parameters, forward, half_squared_error

    rng = np.random.default_rng(2)
    X, Y = rng.standard_normal((3, 4)), rng.uniform(size=(2, 4))
    parameters = draw_parameters(rng, 3, 5, 2)

    def loss(*arrays):
        return half_squared_error(forward(arrays, X).out_y, Y)

    exact = gradient(loss, *parameters)
    for place, array in enumerate(parameters):
        for entry in np.ndindex(array.shape):
            step = np.zeros_like(array)
            step[entry] = 1e-5
            up, down = ([*parameters] for _ in range(2))
            up[place], down[place] = array + step, array - step
            assert exact[place][entry] == pytest.approx((loss(*up) - loss(*down)) / 2e-5, abs=1e-9)


def test_the_derivative_acts_entry_by_entry():
    x = np.array([[0.1, 2.0], [-1.0, 3.0]])
    assert np.allclose(derivative(np.sin, x), np.cos(x), rtol=1e-15)


def test_a_function_that_loses_the_imaginary_part_is_refused():
    with pytest.raises(TypeError, match="2 complex numbers"):
        gradient(lambda x: np.abs(x).sum(axis=-1), np.ones(2))


def test_a_function_that_sums_over_the_directions_is_refused():
    with pytest.raises(TypeError, match=r"shape \(\)"):
        gradient(np.sum, np.ones(2))


def test_independent_copies_are_differentiated_at_once():
    rng = np.random.default_rng(3)
    A, x = rng.standard_normal((3, 4)), rng.standard_normal((5, 4))
    function = lambda x: np.sum((x @ A.T) ** 2, axis=-1)  # noqa: E731
    (together,) = gradient(function, x, copies=1)
    assert together.shape == (5, 4)
    for one, alone in zip(together, x):
        assert np.array_equal(one, gradient(function, alone)[0])


def test_many_directions_are_taken_one_block_after_the_other(monkeypatch):
    rng = np.random.default_rng(0)
    M, v = rng.standard_normal((2, 3, 4)), rng.standard_normal((2, 3))

    def function(M, v):
        return np.sum(M**2 * v[..., None], axis=(-2, -1))

    whole = gradient(function, M, v, copies=1)
    monkeypatch.setattr(differentiate, "MOST_ENTRIES", 100)
    for one, other in zip(whole, gradient(function, M, v, copies=1)):
        assert np.array_equal(one, other)
    (none,) = gradient(lambda x: np.sum(x, axis=-1), np.ones(0))
    assert none.shape == (0,)
