"""Disturbs the last two digits of what numpy computes, as another machine might.

Other vector instructions and another BLAS give other last digits. `disturbed(seed)` makes every
exponential, power, product, quotient and sum of numpy wrong by up to 40 units in its last place,
a relative error of at most 1e-14, at random. What every machine computes alike stays as it is:
a result that needs few digits, as small integers, halves and labels do, and a sum, difference,
product or quotient of two such numbers, which IEEE 754 rounds correctly.

It works on operators and on code that is already imported: numpy keeps the inner loops of each
ufunc in a table, and the loops that return floats are replaced there by ones that call the
original and then change its result. What is no ufunc (np.dot, np.einsum, math.exp) is wrapped.
Arithmetic of single numbers, np.float64 or float, does not go through ufuncs and stays exact, but
the exponentials and sums that they come from do not.
"""

import contextlib
import ctypes
import itertools
import math
import sys

import numpy as np

UNITS = 40  # in the last place: a relative error of at most 40 * 2.2e-16
SHORT = np.int64((1 << 16) - 1)  # a number without these bits has few digits
EXPONENT = np.int64(0x7FF << 52)  # without it a number is zero or too small to change

ARITHMETIC = ("add", "subtract", "multiply", "divide")
OTHERS = (
    "square sqrt cbrt reciprocal power float_power exp exp2 expm1 log log2 log10 log1p "
    "logaddexp logaddexp2 sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh "
    "arctanh hypot matmul matvec vecmat vecdot"
).split()
NO_UFUNCS = ("dot", "vdot", "inner", "einsum", "c_einsum", "convolve", "correlate")
OF_MATH = ("exp", "expm1", "log", "log2", "log10", "log1p", "pow", "tanh", "sinh", "cosh",
           "sin", "cos", "tan", "hypot")  # fmt: skip

# numpy's numbers of the types, with how many floats one item has.
FLOATS = {np.dtype(float).num: 1, np.dtype(complex).num: 2}


class _UFunc(ctypes.Structure):
    """The beginning of PyUFuncObject, as numpy/ufuncobject.h declares it for all of numpy 2."""

    _fields_ = [
        ("head", ctypes.c_byte * object.__basicsize__),
        ("nin", ctypes.c_int), ("nout", ctypes.c_int), ("nargs", ctypes.c_int),
        ("identity", ctypes.c_int),
        ("functions", ctypes.c_void_p),
        ("data", ctypes.c_void_p),
        ("ntypes", ctypes.c_int), ("reserved1", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("types", ctypes.POINTER(ctypes.c_ubyte)),
    ]  # fmt: skip


_SIZES = ctypes.POINTER(ctypes.c_ssize_t)
_ARGUMENTS = None, _SIZES, _SIZES, _SIZES, ctypes.c_void_p
_ORIGINAL = ctypes.PYFUNCTYPE(*_ARGUMENTS)
_REPLACED = ctypes.CFUNCTYPE(*_ARGUMENTS)

# All memory as one buffer, so that an array can be laid over any address.
_FIRST = 4096
_MEMORY = (ctypes.c_char * (2**62)).from_address(_FIRST)

# The flags of floating-point errors; numpy asks for them after the loop to warn of overflow.
_C = ctypes.CDLL(None)
_ALL_FLAGS = 0x3D


def _at(address, shape, strides):
    """The integers that have the bits of the floats at an address."""
    return np.ndarray(shape, np.int64, _MEMORY, address - _FIRST, strides)


class _Noise:
    """Random integers from -UNITS to UNITS, made beforehand and handed out in turn."""

    MANY = 1 << 18

    def __init__(self, seed):
        self._rng = np.random.default_rng(seed)
        self._units = self._rng.integers(-UNITS, UNITS + 1, self.MANY)
        self._next = 0

    def units(self, count):
        if count > self.MANY:
            return self._rng.integers(-UNITS, UNITS + 1, count)
        if self._next + count > self.MANY:
            self._next = int(self._rng.integers(0, self.MANY - count + 1))
        taken = self._units[self._next : self._next + count]
        self._next += count
        return taken

    def change(self, bits, stays=False):
        """Change the floats with these bits, but not where `stays` holds nor short ones."""
        changed = ((bits & SHORT) != 0) & ((bits & EXPONENT) != 0)
        if stays is not False:
            changed &= ~stays
        bits += self.units(bits.size).reshape(bits.shape) * changed

    def changed(self, value):
        """Return a float, complex number or array of them, changed; anything else as it is."""
        array = np.array(value, order="C", ndmin=1)
        if array.dtype.num not in FLOATS or array.size == 0:
            return value
        self.change(array.reshape(-1).view(np.int64))
        return array if isinstance(value, np.ndarray) else type(value)(array[0])


def _core(signature, nargs):
    """Return for each operand the numbers of its core dimensions: matmul has (0,1),(1,2),(0,2)."""
    if signature is None:
        return [()] * nargs
    names = {}
    operands = signature.replace("->", ",").replace("?", "").replace("),(", ")|(").split("|")
    return [
        tuple(names.setdefault(name, len(names)) for name in one.strip("()").split(",") if name)
        for one in operands
    ]


def _loop(ufunc, original, kinds, noise):
    """Return a loop that calls the original loop, and then changes what it returned."""
    nin, nargs = ufunc.nin, ufunc.nargs
    core = _core(ufunc.signature, nargs)
    first = [nargs + sum(len(one) for one in core[:place]) for place in range(nargs)]
    call = _ORIGINAL(original)
    both = ufunc.__name__ in ARITHMETIC and kinds[0] == kinds[1] == kinds[2]

    def short(addresses, count, steps, kind):
        """Where both operands have few digits."""
        halves = (8 * half for half in range(FLOATS[kind]))
        parts = [
            (_at(addresses[place] + half, count if steps[place] else 1, steps[place] or None)
             & SHORT) == 0
            for half in halves for place in (0, 1)
        ]  # fmt: skip
        return parts

    def loop(addresses, dimensions, steps, data):
        count = dimensions[0]
        known = short(addresses, count, steps, kinds[0]) if both and count else None
        call(addresses, dimensions, steps, data)
        flags = _C.fetestexcept(_ALL_FLAGS)
        for place in range(nin, nargs):
            if kinds[place] not in FLOATS:
                continue
            step = steps[place]
            shape, strides = [count if step else min(count, 1)], [step]
            for dimension, number in enumerate(core[place]):
                shape.append(dimensions[1 + number])
                strides.append(steps[first[place] + dimension])
            if 0 in shape:
                continue
            stays = False
            if known and (step or count == 1):
                stays = known[0]
                for part in known[1:]:
                    stays = stays & part
            for half in range(FLOATS[kinds[place]]):
                noise.change(_at(addresses[place] + 8 * half, shape, strides), stays)
        _C.feclearexcept(_ALL_FLAGS)
        _C.feraiseexcept(flags)

    return _REPLACED(loop)


def _ufuncs():
    """The ufuncs to disturb: those of numpy by name, and all of its linear algebra."""
    from numpy.linalg import _umath_linalg

    named = [getattr(np, name) for name in (*ARITHMETIC, *OTHERS) if hasattr(np, name)]
    return named + [one for one in vars(_umath_linalg).values() if isinstance(one, np.ufunc)]


@contextlib.contextmanager
def disturbed(seed):
    """Disturb the last digits of numpy's results as long as this is entered."""
    noise = _Noise(seed)
    with contextlib.ExitStack() as stack:
        for ufunc in _ufuncs():
            stack.enter_context(_loops_replaced(ufunc, noise))
        for name in NO_UFUNCS:
            stack.enter_context(_function_replaced(name, noise))
        stack.enter_context(_method_replaced(noise))
        for name in OF_MATH:
            stack.enter_context(_replaced(math, name, _changing(getattr(math, name), noise)))
        yield


@contextlib.contextmanager
def _loops_replaced(ufunc, noise):
    inner = _UFunc.from_address(id(ufunc))
    if (inner.nin, inner.nargs, inner.ntypes) != (ufunc.nin, ufunc.nargs, ufunc.ntypes):
        raise RuntimeError(f"numpy {np.__version__} lays out its ufuncs in another way")
    address, count = inner.functions, inner.ntypes
    original = (ctypes.c_void_p * count).from_address(address)
    table = (ctypes.c_void_p * count)(*original)
    kept = []  # alive as long as numpy may call them
    for row in range(count):
        kinds = inner.types[row * ufunc.nargs : (row + 1) * ufunc.nargs]
        if original[row] and any(kind in FLOATS for kind in kinds[ufunc.nin :]):
            kept.append(_loop(ufunc, original[row], kinds, noise))
            table[row] = ctypes.cast(kept[-1], ctypes.c_void_p).value
    inner.functions = ctypes.addressof(table)
    try:
        yield
    finally:
        inner.functions = address


def _changing(function, noise):
    def changing(*args, out=None, **kwargs):
        if out is None:
            return noise.changed(function(*args, **kwargs))
        out[...] = noise.changed(function(*args, out=out, **kwargs))
        return out

    return changing


@contextlib.contextmanager
def _replaced(owner, name, new):
    old = getattr(owner, name)
    setattr(owner, name, new)
    try:
        yield
    finally:
        setattr(owner, name, old)


@contextlib.contextmanager
def _function_replaced(name, noise):
    """Replace a function of numpy in each module of numpy that has it under this name."""
    function = getattr(np, name, None) or getattr(np._core.multiarray, name)
    changing = _changing(function, noise)
    owners = [module for label, module in list(sys.modules.items())
              if label.partition(".")[0] == "numpy" and vars(module).get(name) is function]  # fmt: skip
    with contextlib.ExitStack() as stack:
        for owner in owners:
            stack.enter_context(_replaced(owner, name, changing))
        yield


@contextlib.contextmanager
def _method_replaced(noise):
    """Replace `ndarray.dot`, which the type does not let go by itself."""
    import gc

    (methods,) = gc.get_referents(np.ndarray.__dict__)
    original, changed = methods["dot"], ctypes.pythonapi.PyType_Modified
    changed.argtypes = [ctypes.py_object]
    changing = _changing(original, noise)
    methods["dot"] = changing
    changed(np.ndarray)
    try:
        yield
    finally:
        methods["dot"] = original
        changed(np.ndarray)
